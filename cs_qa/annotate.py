"""Transcripts to annotated transcripts: language, and what the heads say of each turn.

Every distinct text is encoded once. A turn is judged with the turns before it, never with those
after it, and not by what it only quotes. Masking is done before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cs_qa.evidence import carrying_spans, remainder
from cs_qa.phrases.hits import Exempt, Hit
from cs_qa.phrases.lexicon import Lexicon, exemptions, find_hits
from cs_qa.requests import AskedAgain, Comparison, Said, compare
from cs_qa.text.as_read import as_read
from cs_qa.text.language import UNDETERMINED
from cs_qa.text.legible import legible
from cs_qa.text.quoted import own_spans, quoted_spans
from cs_qa.text.transcript_language import conversation_language, turn_languages
from cs_qa.types import (
    BANNED_LABELS,
    AnnotatedTranscript,
    BannedLabel,
    Evidence,
    Likeness,
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

ASKED_AGAIN = 0.85
"""Probability that a turn asks again which asks for what the customer surely gave before."""

ASKED_NEW = 0.3
"""Probability at most that a turn asks again all of whose questions are for what is new."""

SUSPECTED = 0.6
"""Probability that a disguised strong phrase alone gives its label: a finding, not a sure one."""


COMPARED = 50
"""Agent turns, the newest ones, that a turn is compared with."""

DIGITS = 3


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
        as_read(turn.text)
        for transcript in transcripts
        for turn in transcript.turns
        if _is_said(turn)
    )
    return [_annotate_one(each, vectors, models, lexicons) for each in transcripts]


def _annotate_one(
    transcript: Transcript,
    vectors: Mapping[str, TextVectors],
    models: Models,
    lexicons: Mapping[str, Lexicon] | None,
) -> AnnotatedTranscript:
    turns = transcript.turns
    languages = turn_languages(transcript)
    language = conversation_language(transcript, languages)
    asked = next((i for i, turn in enumerate(turns) if turn.role == "customer"), len(turns))
    said = [
        Said(turn.role, turn.text, told if told != UNDETERMINED else language)
        for turn, told in zip(turns, languages, strict=True)
    ]
    annotations: list[TurnAnnotation] = []
    before: list[tuple[Role, Vector]] = []
    sent: list[tuple[int, Vector]] = []
    for index, turn in enumerate(turns):
        if not _is_said(turn):
            annotations.append(TurnAnnotation(languages[index]))
            continue
        known = vectors[as_read(turn.text)]
        if turn.role == "customer":
            scores = models.heads.score(known.turn, before, known.ngrams)
            annotations.append(TurnAnnotation(languages[index], sentiment=scores.sentiment))
        elif turn.role == "agent":
            judge = _AgentTurn(turn.text, languages[index], language, models, lexicons)
            requests = compare(said[index], said[:index])
            annotation = judge.annotation(known, before, requests, answers=asked < index)
            annotations.append(replace(annotation, likest=likest(known.before, sent)))
            sent.append((index, known.before))
        else:
            annotations.append(TurnAnnotation(languages[index]))
        before.append((turn.role, known.before))
    return AnnotatedTranscript(transcript, language, tuple(annotations))


def likest(vector: Vector, sent: Sequence[tuple[int, Vector]]) -> Likeness | None:
    """Find the turn of `sent`, each with its vector, that is most like a turn; of equals the first.

    The newest `COMPARED` are looked at. None where there is none.
    """
    newest = sent[-COMPARED:]
    if not newest:
        return None
    earlier = np.stack([each for _, each in newest])
    lengths = np.linalg.norm(earlier, axis=1) * np.linalg.norm(vector)
    cosines = (earlier @ vector / np.maximum(lengths, 1e-9)).round(DIGITS)
    best = int(cosines.argmax())
    return Likeness(newest[best][0], round(float(cosines[best]), DIGITS))


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
        self,
        known: TextVectors,
        before: Sequence[tuple[Role, Vector]],
        requests: Comparison,
        *,
        answers: bool,
    ) -> TurnAnnotation:
        scores = self._score(known, before)
        banned = banned_probabilities(self._models.heads, scores, self._hits)
        if any(value >= EVIDENCE_FROM for value in banned.values()) and self._exempt:
            banned = {label: self._allowed(label, p, before) for label, p in banned.items()}
        again = requests.standing(banned["repeat_request"])
        if again and not self._may_be_asked(again):
            again = None
        banned["repeat_request"] = compared(banned["repeat_request"], again, requests)
        likely = [label for label, value in banned.items() if value >= EVIDENCE_FROM]
        return TurnAnnotation(
            self._language,
            empathy=scores.empathy if answers else None,
            politeness=self._models.heads.politeness(scores.politeness, self._language),
            banned=banned,
            evidence=tuple(self._evidence(likely, before, again)) if likely else (),
        )

    def _score(self, known: TextVectors, before: Sequence[tuple[Role, Vector]]) -> Scores:
        return self._models.heads.score(known.turn, before, known.ngrams)

    def _may_be_asked(self, again: AskedAgain) -> bool:
        """Whether a request is the agent's own, not one that is quoted or exempt."""
        start, end = again.request.start, again.request.end
        return any(first < end and start < last for first, last in self._own) and not any(
            each.voids("repeat_request", start, end) for each in self._exempt
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
        scores = self._score(self._models.encoder.encode([rest])[rest], before)
        return min(probability, banned_probabilities(self._models.heads, scores, self._hits)[label])

    def _evidence(
        self,
        labels: Sequence[BannedLabel],
        before: Sequence[tuple[Role, Vector]],
        again: AskedAgain | None,
    ) -> list[Evidence]:
        def score(readings: Sequence[str]) -> list[tuple[float, ...]]:
            texts = [legible(reading) for reading in readings]
            vectors = self._models.encoder.encode(texts)
            return [self._score(vectors[text], before).banned for text in texts]

        spared = [*quoted_spans(self._text), *((each.start, each.end) for each in self._exempt)]
        told = [_asking(again)] if again else []
        rest = [label for label in labels if not told or label != "repeat_request"]
        found = carrying_spans(self._text, rest, score=score, hits=self._hits, spared=spared)
        return sorted([*found, *told], key=lambda each: labels.index(each.label))


def compared(probability: float, again: AskedAgain | None, requests: Comparison) -> float:
    """Correct the head's probability of asking again by what was asked for and given."""
    if again:
        return max(probability, ASKED_AGAIN)
    return min(probability, ASKED_NEW) if requests.is_new else probability


def _asking(again: AskedAgain) -> Evidence:
    request = again.request
    return Evidence(
        "repeat_request",
        request.start,
        request.end,
        what=again.what,
        given_turn=again.given_turn,
    )


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
