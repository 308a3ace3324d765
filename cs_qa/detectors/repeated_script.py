"""Repeated scripts: the same text sent to the same customer again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.text.normalise import normalise
from cs_qa.types import AnnotatedTranscript, Finding, RepeatDetail, Span

_VALUES = re.compile(r"\[[a-z_]+_\d+\]|\d+")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RepeatedScript:
    """Find agent turns that send the same script to the same customer again.

    Two messages are the same script when, without numbers and masked values, their edit
    similarity (1 - normalised Indel distance) is at least `min_similarity`. Messages shorter than
    `min_characters` without spaces (greetings, "one moment") are used naturally more than once.
    """

    min_similarity: float = 0.9
    min_characters: int = 12
    ref: str = "repeated_script@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        from rapidfuzz.fuzz import ratio

        earlier: list[tuple[int, str]] = []
        for index, turn in enumerate(annotated.transcript.turns):
            if turn.role != "agent":
                continue
            script = _VALUES.sub("", normalise(turn.text).text)
            if len(script.replace(" ", "")) < self.min_characters:
                continue
            least = 100 * self.min_similarity
            likes = [(ratio(script, e, score_cutoff=least) / 100, place) for place, e in earlier]
            best, place = max(likes, default=(0.0, -1), key=lambda like: (like[0], -like[1]))
            if best >= self.min_similarity:
                yield self._finding(turn.text, index, place, round(best, 4))
            earlier.append((index, script))

    def _finding(self, text: str, index: int, place: int, similarity: float) -> Finding:
        how = "the same text as" if similarity == 1 else f"{similarity:.0%} like"
        return Finding(
            criterion="repeated_scripts",
            label="repeated_script",
            span=Span(index, 0, len(text)),
            text=text,
            confidence=similarity,
            detector=self.ref,
            explanation=f"Sent again to the same customer: {how} turn {place + 1}.",
            detail=RepeatDetail(place, similarity),
        )
