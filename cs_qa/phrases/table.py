"""Many phrases and patterns at once: one automaton finds where to look, patterns say what stands.

Where nothing of a phrase stands in a text, the text costs one pass over its characters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick

from cs_qa.phrases.expressions import Expression, compile_expression
from cs_qa.phrases.patterns import Branch, Pattern

__all__ = ["Match", "Table"]

E = TypeVar("E")


class Match(NamedTuple, Generic[E]):
    """An entry found in folded text; `has_gap`: it leaves words between its own open."""

    entry: E
    start: int
    end: int
    has_gap: bool


class Table(Generic[E]):
    """Entries to be found in folded text, each by a phrase or by an RE2 pattern.

    Wordings of which a text of fewer characters than `shortest_anchor` is all that is sure are left
    out.
    """

    def __init__(
        self,
        phrases: Sequence[tuple[E, Pattern]],
        expressions: Sequence[tuple[E, Expression]] = (),
        *,
        shortest_anchor: int = 1,
    ) -> None:
        by_anchor: dict[str, list[tuple[E, Branch]]] = defaultdict(list)
        for entry, pattern in phrases:
            for branch in pattern.branches:
                if min(map(len, branch.anchors)) < shortest_anchor:
                    continue
                for anchor in branch.anchors:
                    by_anchor[anchor].append((entry, branch))
        self._by_anchor = list(by_anchor.values())
        self._automaton = AhoCorasick(list(by_anchor))
        self._expressions = list(expressions)
        self._any_expression = _joined([expression for _, expression in expressions])

    def matches(self, folded: str) -> Sequence[Match[E]]:
        """Find all entries, overlapping ones too, each where it stands once."""
        found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        matches: Sequence[Match[E]] = self._phrases_at(folded, found) if found else ()
        if self._expressions and self._may_match(folded):
            return [*matches, *self._expressions_in(folded)]
        return matches

    def _phrases_at(self, folded: str, found: Sequence[tuple[int, int, int]]) -> Sequence[Match[E]]:
        matches: dict[tuple[int, int, int], Match[E]] = {}
        tried: dict[int, int] = {}
        spans: Sequence[tuple[int, int]]
        for index, anchor, _ in found:
            for entry, branch in self._by_anchor[index]:
                if branch.begins_with_anchor:
                    span = branch.span_at(folded, anchor)
                    spans = () if span is None else (span,)
                elif not branch.may_stand(folded, anchor):
                    continue
                else:
                    spans = branch.spans(folded, anchor, tried.get(id(branch), 0))
                    tried[id(branch)] = anchor + 1
                for start, end in spans:
                    place = (id(entry), start, end)
                    if place not in matches or matches[place].has_gap:
                        matches[place] = Match(entry, start, end, branch.gaps > 0)
        return list(matches.values())

    def _may_match(self, folded: str) -> bool:
        return self._any_expression is None or self._any_expression.search(folded) is not None

    def _expressions_in(self, folded: str) -> list[Match[E]]:
        return [
            Match(entry, start, end, has_gap=False)
            for entry, expression in self._expressions
            for start, end in expression.spans(folded)
        ]


def _joined(expressions: Sequence[Expression]) -> Any:
    """All as one, to find out in one pass that none is there; None where that is too large."""
    if len(expressions) < 2:
        return None
    try:
        return compile_expression("|".join(f"(?:{each.folded})" for each in expressions))
    except ValueError:
        return None
