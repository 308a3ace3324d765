"""The inspector: transcripts in, scorecards out, in order, none lost and none doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

from cs_qa.annotate import annotate
from cs_qa.detectors import BUILT_IN, Detector
from cs_qa.detectors.policy_accuracy import PolicyAccuracy
from cs_qa.errors import CsQaError, InputError, LexiconError, ModelError
from cs_qa.readers.values import safe_text
from cs_qa.rubric import Rubric
from cs_qa.score import score
from cs_qa.service import measure
from cs_qa.text.language import detect_language
from cs_qa.text.redact import redact_conversation
from cs_qa.types import (
    CRITERIA,
    ROLES,
    AnnotatedTranscript,
    Finding,
    Provenance,
    Scorecard,
    Transcript,
    TurnAnnotation,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from cs_qa.nn.registry import Models
    from cs_qa.phrases.lexicon import Lexicon
    from cs_qa.phrases.lexicon_file import LexiconFile
    from cs_qa.policy.pack import PolicyPack

BATCH_SIZE = 64
LANGUAGE_CHARACTERS = 500

T = TypeVar("T")
R = TypeVar("R")


def _default_detectors() -> tuple[Detector, ...]:
    return tuple(make() for make in BUILT_IN.values())


@dataclass(frozen=True)
class Inspector:
    """Inspects transcripts by a rubric. It holds options only, so it pickles to workers.

    `redact` masks personal data before anything else sees the text. `lexicons` are a shop's own
    lists beside the built-in ones (`cs_qa.phrases.shop.read_shop_lexicons`), `policies` its policy
    packs (`cs_qa.policy.pack.PolicyPack.load`), without which no statement is checked. Models are
    loaded on first use, once a process.
    """

    rubric: Rubric = field(default_factory=Rubric.default)
    detectors: tuple[Detector, ...] = field(default_factory=_default_detectors)
    redact: bool = True
    lexicons: tuple[LexiconFile, ...] = ()
    policies: tuple[PolicyPack, ...] = ()

    @classmethod
    def default(cls) -> Inspector:
        """The inspector with the default rubric and every built-in detector."""
        return cls()

    def inspect(self, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        """Yield one scorecard a transcript, in order; memory does not grow with their number.

        Raises ModelError when the models are missing. A transcript that cannot be judged becomes
        a card whose judgements are `unscored`, with the reason.
        """
        if isinstance(transcripts, str | PathLike):
            raise InputError(f"Give transcripts, not a file: cs_qa.read({str(transcripts)!r}).")
        for batch in batched(transcripts, BATCH_SIZE):
            yield from self.inspect_all(batch)

    def inspect_all(self, transcripts: Sequence[Transcript]) -> list[Scorecard]:
        """Inspect transcripts as one batch. The batch they are in never changes their cards."""
        models = self._models()
        prepared = _each(partial(_prepare, redact=self.redact), transcripts)
        texts = [
            _withheld(given) if isinstance(each, _Failure) else each
            for given, each in zip(transcripts, prepared, strict=True)
        ]
        run = partial(annotate, models=models, lexicons=self._lexicons())
        annotated = [
            failure if isinstance(failure, _Failure) else each
            for failure, each in zip(prepared, _each(run, texts), strict=True)
        ]
        whole = [each for each in annotated if not isinstance(each, _Failure)]
        cards = iter(self._judge(whole, models))
        return [
            self._unscored(transcript, each.reason, models)
            if isinstance(each, _Failure)
            else next(cards)
            for transcript, each in zip(texts, annotated, strict=True)
        ]

    def inspect_frame(self, frame: Any, *, mapping: Mapping[str, str] | None = None) -> Any:
        """Inspect a pandas or polars DataFrame or an Arrow table; see `cs_qa.frames`."""
        from cs_qa.frames import inspect_frame

        return inspect_frame(self, frame, mapping=mapping)

    def inspect_batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Inspect record batches of `TRANSCRIPT_SCHEMA`; yield batches of `SCORECARD_SCHEMA`.

        This is the function that runs in a process, in Spark's `mapInArrow` and in Ray's
        `map_batches`: one row is one whole transcript.
        """
        from cs_qa.arrow import scorecard_batch, scorecard_to_json, transcript_from_row

        for batch in batches:
            transcripts = [transcript_from_row(row) for row in batch.to_pylist()]
            cards = self.inspect_all(transcripts)
            yield scorecard_batch(scorecard_to_json(card) for card in cards)

    def _lexicons(self) -> Mapping[str, Lexicon]:
        from cs_qa.phrases.shop import lexicons_with

        return lexicons_with(self.lexicons)

    def _detectors(self) -> list[Detector]:
        return [
            replace(each, packs=self.policies)
            if self.policies and isinstance(each, PolicyAccuracy)
            else each
            for each in self.detectors
        ]

    def _models(self) -> Models:
        from cs_qa.nn.registry import load_models

        return load_models()

    def _judge(self, whole: Sequence[AnnotatedTranscript], models: Models) -> Iterator[Scorecard]:
        provenance = self._provenance(models)
        results = [
            (detector.ref, _each(partial(_find, detector), whole)) for detector in self._detectors()
        ]
        for index, annotated in enumerate(whole):
            findings: list[Finding] = []
            failures: list[str] = []
            for ref, each in results:
                result = each[index]
                if isinstance(result, _Failure):
                    failures.append(f"{ref}: {result.reason}")
                else:
                    findings += result
            yield score(
                annotated,
                sorted(findings, key=_place),
                measure(annotated.transcript),
                rubric=self.rubric,
                provenance=provenance,
                failures=dict.fromkeys(CRITERIA, "; ".join(failures)) if failures else None,
            )

    def _unscored(self, transcript: Transcript, reason: str, models: Models) -> Scorecard:
        blank = tuple(TurnAnnotation(None) for _ in transcript.turns)
        return score(
            AnnotatedTranscript(transcript, transcript.language, blank),
            (),
            measure(transcript),
            rubric=self.rubric,
            provenance=self._provenance(models),
            failures=dict.fromkeys(CRITERIA, reason),
        )

    def _provenance(self, models: Models) -> Provenance:
        from cs_qa import __version__

        refs = {ref for lexicon in self._lexicons().values() for ref in lexicon.refs}
        return Provenance(
            cs_qa=__version__,
            rubric=self.rubric.ref,
            models={**models.refs, "lexicons": " ".join(sorted(refs))},
            detectors=tuple(detector.ref for detector in self.detectors),
            policy=" ".join(pack.ref for pack in self.policies) or None,
            redacted=self.redact,
        )


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why one transcript could not be processed: a value, so that the batch goes on."""

    reason: str


def mask_transcript(transcript: Transcript) -> Transcript:
    """Mask personal data in every turn, and in the contact reason, as one conversation."""
    outcome = transcript.outcome
    reason = outcome.contact_reason if outcome else None
    said = [turn.text for turn in transcript.turns]
    language = transcript.language or detect_language(" ".join(said)[:LANGUAGE_CHARACTERS])
    *texts, masked_reason = redact_conversation(
        [*said, reason or ""], market=transcript.market, language=language
    )
    turns = tuple(
        replace(turn, text=text) for turn, text in zip(transcript.turns, texts, strict=True)
    )
    if outcome and reason:
        outcome = replace(outcome, contact_reason=masked_reason)
    return replace(transcript, turns=turns, outcome=outcome)


def _prepare(transcripts: Sequence[Transcript], *, redact: bool) -> list[Transcript]:
    readable = [_readable(transcript) for transcript in transcripts]
    return [_masked(transcript) for transcript in readable] if redact else readable


def _readable(transcript: Transcript) -> Transcript:
    """Replace what UTF-8 cannot carry; InputError where a turn has no known role or no text."""
    for index, turn in enumerate(transcript.turns):
        if turn.role not in ROLES:
            raise InputError(
                f"Turn {index} has the role {turn.role!r}. Possible: {', '.join(ROLES)}."
            )
        if not isinstance(turn.text, str):
            raise InputError(f'Turn {index} has no text; an empty one is written "".')
    turns = tuple(replace(turn, text=safe_text(turn.text)) for turn in transcript.turns)
    return replace(transcript, turns=turns)


def _masked(transcript: Transcript) -> Transcript:
    try:
        return mask_transcript(transcript)
    except Exception as error:  # its message may quote the text
        raise InputError(
            f"Personal data could not be masked ({type(error).__name__}); the texts are withheld."
        ) from error


def _withheld(transcript: Transcript) -> Transcript:
    """Blank the texts of a transcript that could not be masked: they must not get out."""
    turns = tuple(replace(turn, text="") for turn in transcript.turns)
    outcome = transcript.outcome and replace(transcript.outcome, contact_reason=None)
    return replace(transcript, turns=turns, outcome=outcome)


def _find(detector: Detector, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
    """Run a detector so that whatever is wrong with its answer shows here, not in the scoring."""
    return [sorted(findings, key=_place) for findings in detector(batch)]


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.span.turn, finding.span.start, finding.label


def _each(run: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T]) -> list[R | _Failure]:
    """Run a batch function; if it fails, run it on each item, so that only the culprit fails."""
    try:
        results = list(run(items))
        if len(results) != len(items):
            raise ValueError(f"{len(results)} results for {len(items)} transcripts")
        return [*results]
    except (LexiconError, ModelError):
        raise
    except Exception as error:  # a detector of another package may raise anything
        if len(items) == 1:
            said = (
                str(error) if isinstance(error, CsQaError) else f"{type(error).__name__}: {error}"
            )
            return [_Failure(said)]
        return [result for item in items for result in _each(run, [item])]


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size` items, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
