"""Transcripts to annotated transcripts: language, and what the heads say of each turn.

Every distinct text is encoded once. A turn is judged with the turns before it, never with those
after it, and not by what it only quotes. Masking is done before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from cs_qa.evidence import carrying_spans, remainder
from cs_qa.phrases.hits import Exempt, Hit
from cs_qa.phrases.lexicon import Lexicon, exemptions, find_hits
from cs_qa.text.language import LANGUAGES, UNDETERMINED, base_language, conversation_languages
from cs_qa.text.legible import legible
from cs_qa.text.quoted import own_spans, own_words, quoted_spans
from cs_qa.types import (
    BANNED_LABELS,
    AnnotatedTranscript,
    BannedLabel,
    Evidence,
    Role,
    Transcript,
    Turn,
    TurnAnnotation,
)

if TYPE_CHECKING:
    from cs_qa.nn.encoder import TextVectors, Vector
    from cs_qa.nn.heads import Heads, Scores
    from cs_qa.nn.registry import Models

EVIDENCE_FROM = 0.3
"""Probability from which it is worth looking for the words that carry a label."""

STATED = 0.65
"""Probability that a strong phrase gives its label at least, whatever the head says: a finding.

Clean turns hardly have any (`benchmarks/lexicon.py`), and a head that never saw a wording may be
sure of the contrary.
"""

SUSPECTED = 0.6
"""Probability that a disguised strong phrase alone gives its label: a finding, not a sure one."""


def annotate(
    transcripts: Sequence[Transcript],
    models: Models,
    *,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> list[AnnotatedTranscript]:
    """Annotate transcripts, each independent of the others.

    `lexicons` are those to match by, by language; by default the built-in ones.
    """
    vectors = models.encoder.encode(
        _said(turn) for transcript in transcripts for turn in transcript.turns if _is_said(turn)
    )
    return [_annotate_one(each, vectors, models, lexicons) for each in transcripts]


def _annotate_one(
    transcript: Transcript,
    vectors: Mapping[str, TextVectors],
    models: Models,
    lexicons: Mapping[str, Lexicon] | None,
) -> AnnotatedTranscript:
    turns = transcript.turns
    languages = _turn_languages(transcript)
    language = _conversation_language(transcript, languages)
    asked = next((i for i, turn in enumerate(turns) if turn.role == "customer"), len(turns))
    annotations: list[TurnAnnotation] = []
    before: list[tuple[Role, Vector]] = []
    for index, turn in enumerate(turns):
        if not _is_said(turn):
            annotations.append(TurnAnnotation(languages[index]))
            continue
        known = vectors[_said(turn)]
        if turn.role == "customer":
            scores = models.heads.score(known.turn, before)
            annotations.append(TurnAnnotation(languages[index], sentiment=scores.sentiment))
        elif turn.role == "agent":
            judge = _AgentTurn(turn.text, languages[index], language, models, lexicons)
            annotations.append(judge.annotation(known.turn, before, answers=asked < index))
        else:
            annotations.append(TurnAnnotation(languages[index]))
        before.append((turn.role, known.before))
    return AnnotatedTranscript(transcript, language, tuple(annotations))


def _turn_languages(transcript: Transcript) -> list[str]:
    """Tell the language of each turn; a declared one that is none of ours is taken at its word."""
    declared, turns = transcript.language, transcript.turns
    if declared and base_language(declared) not in LANGUAGES:
        return [declared if turn.text.strip() else UNDETERMINED for turn in turns]
    return conversation_languages(
        [_said(turn) for turn in turns],
        declared=declared,
        speakers=[turn.role for turn in turns],
    )


def _said(turn: Turn) -> str:
    """What a model is to read of a turn: its own words, with nothing to hide them."""
    return legible(own_words(turn.text))


def _is_said(turn: Turn) -> bool:
    """Whether a turn is something said, which later turns are judged with."""
    return turn.role != "system" and bool(turn.text.strip())


class _AgentTurn:
    """One agent turn under judgement: heads and phrase tier together."""

    def __init__(
        self,
        text: str,
        language: str,
        conversation_language: str | None,
        models: Models,
        lexicons: Mapping[str, Lexicon] | None,
    ) -> None:
        self._text = text
        self._language = language
        self._conversation_language = conversation_language
        self._models = models
        self._lexicons = lexicons
        self._own = own_spans(text)
        hits = find_hits(
            text, language=language, conversation_language=conversation_language, lexicons=lexicons
        )
        self._hits = [hit for hit in hits if self._is_own(hit.start)]

    def annotation(
        self, vector: Vector, before: Sequence[tuple[Role, Vector]], *, answers: bool
    ) -> TurnAnnotation:
        scores = self._models.heads.score(vector, before)
        banned = banned_probabilities(self._models.heads, scores, self._hits)
        if any(value >= EVIDENCE_FROM for value in banned.values()) and self._exempt:
            banned = {label: self._allowed(label, p, before) for label, p in banned.items()}
        likely = [label for label, value in banned.items() if value >= EVIDENCE_FROM]
        return TurnAnnotation(
            self._language,
            empathy=scores.empathy if answers else None,
            politeness=self._models.heads.politeness(scores.politeness, self._language),
            banned=banned,
            evidence=tuple(self._evidence(likely, before)) if likely else (),
        )

    @cached_property
    def _exempt(self) -> Sequence[Exempt]:
        return exemptions(
            self._text,
            language=self._language,
            conversation_language=self._conversation_language,
            lexicons=self._lexicons,
        )

    def _is_own(self, place: int) -> bool:
        return any(start <= place < end for start, end in self._own)

    def _allowed(
        self, label: BannedLabel, probability: float, before: Sequence[tuple[Role, Vector]]
    ) -> float:
        """Judge a turn that holds exempt text by the rest of it; never more severely."""
        exempt = [each for each in self._exempt if label in each.labels]
        if probability < EVIDENCE_FROM or not exempt:
            return probability
        cuts = [(each.start, each.end) for each in exempt]
        rest = " ".join(remainder(self._text, span, cuts) for span in self._own)
        if not any(map(str.isalnum, rest)):
            return 0.0
        rest = legible(rest)
        scores = self._models.heads.score(self._models.encoder.encode([rest])[rest].turn, before)
        return min(probability, banned_probabilities(self._models.heads, scores, self._hits)[label])

    def _evidence(
        self, labels: Sequence[BannedLabel], before: Sequence[tuple[Role, Vector]]
    ) -> list[Evidence]:
        def score(readings: Sequence[str]) -> list[tuple[float, ...]]:
            texts = [legible(reading) for reading in readings]
            vectors = self._models.encoder.encode(texts)
            return [self._models.heads.score(vectors[text].turn, before).banned for text in texts]

        spared = [*quoted_spans(self._text), *((each.start, each.end) for each in self._exempt)]
        return carrying_spans(self._text, labels, score=score, hits=self._hits, spared=spared)


def banned_probabilities(
    heads: Heads, scores: Scores, hits: Sequence[Hit]
) -> dict[BannedLabel, float]:
    """Combine the heads' logits with the phrase tier's hits, label by label.

    A strong phrase gives its label `STATED` at least. One that stands only in a disguise is not
    evidence to calibrate on: it gives `SUSPECTED` and no more.
    """
    standing = {(hit.label, hit.strength) for hit in hits if hit.stands}
    least = {hit.label: SUSPECTED for hit in hits if hit.suspected and hit.guard is None}
    least |= {label: STATED for label, strength in standing if strength == "strong"}
    return {
        label: max(
            heads.calibration[label].probability(
                logit, strong=(label, "strong") in standing, weak=(label, "weak") in standing
            ),
            least.get(label, 0.0),
        )
        for label, logit in zip(BANNED_LABELS, scores.banned, strict=True)
    }


def _conversation_language(transcript: Transcript, languages: Sequence[str]) -> str | None:
    """Tell the conversation's language: the declared one, else what the customer mostly writes."""
    if transcript.language:
        return transcript.language
    for role in ("customer", "agent"):
        said: Counter[str] = Counter()
        for turn, language in zip(transcript.turns, languages, strict=True):
            if turn.role == role and language != UNDETERMINED:
                said[language] += len(turn.text)
        if said:
            return said.most_common(1)[0][0]
    return None
