"""Put marks into a text, as escaped HTML, where findings have their spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from cs_qa.ui.wording import in_words, label_kind

Finding = Mapping[str, Any]


def highlight(text: str, findings: Sequence[Finding]) -> str:
    """Mark the findings' spans in the text of their turn, each with its label at its end.

    Offsets count code points, as Python does. Spans may overlap: the marks then nest. A span
    outside the text is cut to it, an empty one is left out.
    """
    marked = [(f, *_cut(f, len(text))) for f in findings]
    marked = [(f, start, end) for f, start, end in marked if start < end]
    borders = sorted({0, len(text), *(b for _, start, end in marked for b in (start, end))})
    parts = []
    for start, end in pairwise(borders):
        covering = [f for f, first, last in marked if first <= start and end <= last]
        parts.append(_segment(text[start:end], covering))
        parts += [_tag(f) for f, _, last in marked if last == end]
    return "".join(parts)


def _cut(finding: Finding, length: int) -> tuple[int, int]:
    return max(0, finding["start"]), min(length, finding["end"])


def _segment(text: str, covering: Sequence[Finding]) -> str:
    html = escape(text)
    for finding in reversed(covering):
        html = f'<mark class="cq-{label_kind(finding["label"])}">{html}</mark>'
    return html


def _tag(finding: Finding) -> str:
    label = finding["label"]
    return f'<span class="cq-tag cq-{label_kind(label)}">{escape(in_words(label))}</span>'
