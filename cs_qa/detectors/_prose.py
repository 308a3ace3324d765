"""What of an agent turn is the agent's own prose: not quoted, not code, not an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cs_qa.text.quoted import quoted_spans
from cs_qa.types import AnnotatedTranscript, Turn, TurnAnnotation

__all__ = ["Spans", "agent_turns", "is_clear", "spared", "told_by_customer"]

Spans = list[tuple[int, int]]

_LINK = re.compile(
    r"https?://[^\s\u2e80-\uffff]{1,2000}|www\.[^\s\u2e80-\uffff]{1,2000}"
    r"|[\w.+*-]{1,64}@[\w*-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|`{1,3}[^`]{1,500}`{1,3}"
)
_IN_QUOTES = re.compile(
    r'"[^"\n]{1,300}"|“[^“”\n]{1,300}”|„[^„“”"\n]{1,300}[“”"]|«[^«»\n]{1,300}»|»[^«»\n]{1,300}«'
    r"|「[^「」\n]{1,300}」|『[^『』\n]{1,300}』|《[^《》\n]{1,300}》|‘[^‘’\n]{1,300}’(?!\w)"
    r"|(?<!\w)'[^'\n]{1,300}'(?!\w)"
)


def agent_turns(
    annotated: AnnotatedTranscript,
) -> Iterator[tuple[int, Turn, TurnAnnotation]]:
    """Give place, turn and annotation of each agent turn that says something."""
    turns = zip(annotated.transcript.turns, annotated.turns, strict=True)
    for index, (turn, annotation) in enumerate(turns):
        if turn.role == "agent" and turn.text.strip():
            yield index, turn, annotation


def spared(text: str, *, quotes: bool = False) -> Spans:
    """Give the half-open spans of old mail, links, addresses and code; with `quotes` quotations."""
    spans = [*quoted_spans(text), *(match.span() for match in _LINK.finditer(text))]
    if quotes:
        spans += [match.span() for match in _IN_QUOTES.finditer(text)]
    return spans


def is_clear(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether [start, end) touches none of the spans."""
    return all(end <= first or last <= start for first, last in spans)


def told_by_customer(annotated: AnnotatedTranscript, before: int) -> str:
    """Give what the customer wrote before a turn, one message a line."""
    turns = annotated.transcript.turns[:before]
    return "\n".join(turn.text for turn in turns if turn.role == "customer")
