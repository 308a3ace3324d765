"""Placeholders: fields of a message template that were sent unfilled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.detectors._prose import agent_turns, is_clear, spared, told_by_customer
from cs_qa.detectors._templates import Open, open_fields
from cs_qa.types import AdviceDetail, AnnotatedTranscript, Finding, Span


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Placeholder:
    """Find agent turns with a template field left open: `{name}`, `[Customer Name]`, `%s`, XXXX.

    Masked values (`<PHONE_1>`, `[PHONE_1]`, those of exports) are none, nor is a form of brackets
    that the customer's turns hold too: an export's masks stand on both sides.
    """

    ref: str = "placeholder@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        for index, turn, _ in agent_turns(annotated):
            found = list(open_fields(turn.text))
            if not found:
                continue
            spans = spared(turn.text, quotes=True)
            masks = {field.kind for field in open_fields(told_by_customer(annotated, index))}
            for field in found:
                if field.kind not in masks and is_clear(field.start, field.end, spans):
                    yield self._finding(index, turn.text, field)

    def _finding(self, index: int, text: str, field: Open) -> Finding:
        left = text[field.start : field.end]
        return Finding(
            criterion="language",
            label="placeholder",
            span=Span(index, field.start, field.end),
            text=left,
            confidence=field.confidence,
            detector=self.ref,
            explanation=f"The template's “{left}” was sent unfilled.",
            detail=AdviceDetail(
                f"Replace “{left}” by what belongs there, and read a template once before sending."
            ),
        )
