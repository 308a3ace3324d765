"""The phrase syntax of lexicons: plain text with gaps (`*`) and alternatives (`(a|b|)`)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from cs_qa.phrases.scripts import left_edge, right_edge, scripts_in
from cs_qa.text.normalise import normalise

__all__ = ["MAX_GAPS", "MAX_VARIANTS", "AnyOf", "Branch", "Pattern"]

MAX_GAPS = 3
MAX_VARIANTS = 2_000
_MAX_ANCHORS = 256
_GROUP = re.compile(r"\(([^()]*)\)")
_SYNTAX = re.compile(r"([()|*]|\?+|!+)")
_OPERATOR = re.compile(r"([*?!])")
_OPERATORS = ("*", "?", "!")
_GAP_LENGTH = 40
_GAP = rf"(?:[^.!?。]|\.(?=\w)){{0,{_GAP_LENGTH}}}?"
_SIGNS = {"?": r" ?!?\?", "!": r" ?\??!"}
_SIGN_FORMS = {"?": ("?", " ?", "!?", " !?"), "!": ("!", " !", "?!", " ?!")}
# One space, or none where an empty alternative has left two: never inside a word.
_SPACE = r"(?: |(?<!\w)|(?!\w))"


class _Anchor(NamedTuple):
    texts: tuple[str, ...]
    first: int
    before: int


@dataclass(frozen=True)
class Branch:
    """One way to say a phrase: alternatives one behind the other; an operator stands alone."""

    items: tuple[tuple[str, ...], ...]

    @property
    def anchors(self) -> tuple[str, ...]:
        """Texts of which one stands in every match; none where the branch can be empty."""
        return self._anchor.texts

    @cached_property
    def edge(self) -> str:
        """What must hold before it, as a regular expression: that a word begins, or nothing."""
        return "" if self.items[0] == ("*",) else left_edge(self._scripts)

    @cached_property
    def expression(self) -> str:
        """The branch behind its edge as a regular expression."""
        inner = "".join(self._expression(i) for i in range(len(self.items)))
        return inner if self.items[-1] == ("*",) else f"{inner}{right_edge(self._scripts)}"

    @cached_property
    def gaps(self) -> int:
        """Gaps between its words, not counting open ends."""
        return self.items[1:-1].count(("*",))

    def example(self, number: int) -> str:
        """A text that the branch stands in, with other alternatives for another number."""
        inner = range(1, len(self.items) - 1)
        return "".join(
            ("x" if place in inner else "") if item == ("*",) else item[number % len(item)]
            for place, item in enumerate(self.items)
        )

    @cached_property
    def begins_with_anchor(self) -> bool:
        """Whether each anchor found is where a match would begin."""
        return self._anchor.first == 0

    def span_at(self, text: str, anchor: int) -> tuple[int, int] | None:
        """Where it stands in normalised text, if it begins with the anchor at that offset."""
        match = self._regex.match(text, anchor)
        return None if match is None else _words(match)

    def may_stand(self, text: str, anchor: int) -> bool:
        """Whether the parts around the anchor are there: a sooner no than `spans` gives."""
        if self._behind.match(text, anchor) is None:
            return False
        start = max(anchor - self._anchor.before, 0)
        return any(text.find(each, start, anchor) >= 0 for each in self._needed)

    def spans(self, text: str, anchor: int, tried: int) -> list[tuple[int, int]]:
        """Where it stands around the anchor found at that offset of normalised text.

        Matches that begin before `tried` are left out: an earlier anchor has brought them.
        """
        start = max(anchor - self._anchor.before, tried)
        end = anchor + self._length + 2
        return [_words(match) for match in self._regex.finditer(text, start, end)]

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(f"{self.edge}{self.expression}")

    @cached_property
    def _behind(self) -> re.Pattern[str]:
        return re.compile(Branch(self.items[self._anchor.first :]).expression)

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        """Texts of which one stands before the anchor: the item with the fewest alternatives."""
        before = [item for item in self.items[: self._anchor.first] if item[0] not in _OPERATORS]
        stripped = [tuple(text.strip() for text in item) for item in before]
        return min(filter(all, stripped), key=len, default=("",))

    @cached_property
    def _scripts(self) -> frozenset[str]:
        return scripts_in(" ".join(alternative for item in self.items for alternative in item))

    @cached_property
    def _length(self) -> int:
        return _longest(self.items)

    @cached_property
    def _anchor(self) -> _Anchor:
        runs = list(_runs(self.items))
        if not runs:
            return _Anchor((), 0, 0)
        first, last = max(runs, key=self._rareness)
        joined = {"".join(choice).strip() for choice in product(*self.items[first:last])}
        texts = sorted({re.sub(" +", " ", text) for text in joined})
        sign = self.items[last][0] if last < len(self.items) else ""
        forms = _SIGN_FORMS.get(sign, ("",))
        anchors = tuple(text + form for text in texts for form in forms)
        return _Anchor(anchors, first, _longest(self.items[:first]))

    def _rareness(self, run: tuple[int, int]) -> tuple[int, float, int]:
        """Rank a run of items: long ones are rare, and what is said late is rarer than "I"."""
        items = self.items[slice(*run)]
        mean = sum(sum(map(len, item)) / len(item) for item in items)
        return sum(min(map(len, item)) for item in items), mean, run[0]

    def _expression(self, place: int) -> str:
        item = self.items[place]
        if item == ("*",):
            return _GAP if 0 < place < len(self.items) - 1 else ""
        if item[0] in _SIGNS:
            return _SIGNS[item[0]]
        longest_first = sorted(item, key=len, reverse=True)
        literals = [_SPACE.join(map(re.escape, text.split(" "))) for text in longest_first]
        after_sign = place > 0 and self.items[place - 1][0] in _SIGNS
        inner = f"(?:{'|'.join(literals)})" if len(literals) > 1 else literals[0]
        return f" ?{inner}" if after_sign else inner


@dataclass(frozen=True, slots=True)
class Pattern:
    """One phrase of a lexicon, ready to be searched for in normalised (and folded) text."""

    source: str
    branches: tuple[Branch, ...]

    @classmethod
    def parse(cls, phrase: str, fold: Mapping[int, str]) -> Pattern:
        """Read a phrase. Raises ValueError that says what is wrong and what is possible."""
        pieces = _SYNTAX.split(phrase)  # the normaliser may take a sign in a word for a letter
        pieces[::2] = [normalise(literal).text for literal in pieces[::2]]
        pieces[1::2] = [signs[0] for signs in pieces[1::2]]
        plain = "".join(pieces).strip().translate(fold)
        branches = tuple(Branch(items) for items in _branches(plain, phrase))
        for branch in branches:
            if not branch.anchors:
                raise ValueError(f"{phrase!r} can be empty: leave some text in every alternative")
            if branch.gaps > MAX_GAPS:
                raise ValueError(f"{phrase!r} has more than {MAX_GAPS} gaps: split the phrase")
        return cls(phrase, branches)


@dataclass(frozen=True)
class AnyOf:
    """Several patterns as one; without any it is never found."""

    patterns: tuple[Pattern, ...]

    @cached_property
    def expression(self) -> str:
        """The patterns as one regular expression, longer ones first."""
        by_edge: dict[str, list[str]] = defaultdict(list)
        for pattern in sorted(self.patterns, key=lambda pattern: -len(pattern.source)):
            for branch in pattern.branches:
                by_edge[branch.edge].append(branch.expression)
        return "|".join(f"{e}(?:{'|'.join(found)})" for e, found in by_edge.items()) or "(?!)"

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The patterns compiled, on first use."""
        return re.compile(self.expression)

    def stands_in(self, text: str, start: int, end: int) -> bool:
        """Whether one of them stands in text[start:end]."""
        return self.regex.search(text, start, end) is not None


def _branches(plain: str, phrase: str) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Spell out the groups that hold operators; leave the others as alternatives."""
    pieces = _GROUP.split(plain)
    if any(sign in literal for literal in pieces[::2] for sign in "()|"):
        raise ValueError(
            f"{phrase!r} has a stray '(', ')' or '|': alternatives are written (a|b) or (a|b|), "
            "without nesting"
        )
    choices: list[list[tuple[str, ...]]] = []
    for i, piece in enumerate(pieces):
        alternatives = tuple(dict.fromkeys(piece.split("|"))) if i % 2 else (piece,)
        spelt_out = i % 2 and _OPERATOR.search(piece)
        choices.append([(a,) for a in alternatives] if spelt_out else [alternatives])
    count = prod(map(len, choices))
    if count > MAX_VARIANTS:
        raise ValueError(
            f"{phrase!r} spells out {count} variants (at most {MAX_VARIANTS}): take *, ? and ! "
            "out of the alternatives or split it"
        )
    for items in product(*choices):
        yield tuple(_apart(items))


def _apart(items: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Set operators apart from the literals around them."""
    for item in items:
        if len(item) > 1:
            yield item
        else:
            yield from ((piece,) for piece in _OPERATOR.split(item[0]) if piece)


def _runs(items: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Ranges of items that stand in every match, not too many variants each."""
    for first in range(len(items)):
        count = 1
        for last in range(first, len(items)):
            item = items[last]
            count *= len(item)
            if item[0] in _OPERATORS or not all(item):
                break
            if item != (" ",) and (count <= _MAX_ANCHORS or first == last):
                yield first, last + 1


def _words(match: re.Match[str]) -> tuple[int, int]:
    """Where the match stands, without a space that an empty alternative has left at its edge."""
    covered = match[0]
    start = match.start() + len(covered) - len(covered.lstrip(" "))
    return start, start + len(covered.strip(" "))


def _longest(items: Iterable[tuple[str, ...]]) -> int:
    """Characters that the items can cover at most."""
    return sum(_GAP_LENGTH if item == ("*",) else max(map(len, item)) + 2 for item in items)
