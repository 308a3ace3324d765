"""Banned phrases: what agents must not say, judged in context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.types import AnnotatedTranscript, BannedLabel, Evidence, Finding, GivenDetail, Span

MEANING: dict[BannedLabel, str] = {
    "rhetorical": "A question that seeks no information but talks back",
    "accusatory": "Blames or interrogates the customer",
    "deflecting": "Shirks without a next step",
    "hostile": "Insults, threatens, mocks or quarrels",
    "repeat_request": "Asks again for what the customer already gave",
}


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BannedPhrases:
    """Find agent turns that are rhetorical, accusatory, deflecting, hostile or ask again.

    A finding stands from `min_confidence` on; whether it counts is the rubric's to say.
    """

    min_confidence: float = 0.5
    ref: str = "banned_phrases@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        turns = zip(annotated.transcript.turns, annotated.turns, strict=True)
        for index, (turn, annotation) in enumerate(turns):
            banned = annotation.banned or {}
            for evidence in annotation.evidence:
                confidence = banned[evidence.label]
                if confidence >= self.min_confidence:
                    yield Finding(
                        criterion="banned_phrases",
                        label=evidence.label,
                        span=Span(index, evidence.start, evidence.end),
                        text=turn.text[evidence.start : evidence.end],
                        confidence=confidence,
                        detector=self.ref,
                        explanation=_explain(evidence),
                        detail=_detail(evidence),
                    )


def _explain(evidence: Evidence) -> str:
    meaning = MEANING[evidence.label]
    if evidence.what:
        what = evidence.what.replace("_", " ")
        where = "" if evidence.given_turn is None else f", given in turn {evidence.given_turn + 1}"
        return f"{meaning}: {what}{where}."
    if evidence.phrase and evidence.is_disguised:
        return f"{meaning}: the wording “{evidence.phrase}”, written so as to hide it."
    if evidence.phrase:
        return f"{meaning}: the wording “{evidence.phrase}”."
    return f"{meaning}: this sentence carries it, read with what was said before."


def _detail(evidence: Evidence) -> GivenDetail | None:
    if evidence.what is None or evidence.given_turn is None:
        return None
    return GivenDetail(evidence.what, evidence.given_turn)
