"""Mojibake: text that was decoded with the wrong character set, or not decoded at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.detectors._encoding import Broken, broken_parts
from cs_qa.detectors._prose import agent_turns, spared, told_by_customer
from cs_qa.types import AdviceDetail, AnnotatedTranscript, Finding, Span


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Mojibake:
    """Find agent turns with broken encoding: `Ã©`, `锟斤拷`, `&nbsp;`, `\\u4f60`, `=C3=A9`, U+FFFD.

    A kind of damage that the customer's turns show too, or that is quoted, is the channel's.
    """

    ref: str = "mojibake@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        for index, turn, _ in agent_turns(annotated):
            broken = broken_parts(turn.text)
            if not broken:
                continue
            spans = spared(turn.text, quotes=True)
            shared = {part.kind for part in broken_parts(told_by_customer(annotated, index))}
            for part in broken:
                is_quoted = any(first < part.start and part.end < last for first, last in spans)
                if part.kind not in shared and not is_quoted:
                    yield self._finding(index, turn.text, part)

    def _finding(self, index: int, text: str, part: Broken) -> Finding:
        said = f": meant to be “{part.meant}”" if part.meant and part.meant.strip() else ""
        return Finding(
            criterion="language",
            label="mojibake",
            span=Span(index, part.start, part.end),
            text=text[part.start : part.end],
            confidence=part.confidence,
            detector=self.ref,
            explanation=f"The text is garbled, {part.kind}{said}.",
            detail=AdviceDetail(
                "Send the message again as plain text, and have the template or tool that it "
                "came from saved as UTF-8."
            ),
        )
