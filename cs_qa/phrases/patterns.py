"""The phrase syntax of lexicons: plain text with gaps (`*`) and alternatives (`(a|b|)`)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from cs_qa.text.normalise import normalise

__all__ = ["MAX_GAPS", "MAX_VARIANTS", "AnyOf", "Branch", "Pattern", "main_scripts", "scripts_in"]

MAX_GAPS = 3
MAX_VARIANTS = 2_000
_MAX_ANCHORS = 256
_GROUP = re.compile(r"\(([^()]*)\)")
_OPERATOR = re.compile(r"([*?!])")
_OPERATORS = ("*", "?", "!")
_GAP_LENGTH = 40
_GAP = rf"(?:[^.!?。]|\.(?=\w)){{0,{_GAP_LENGTH}}}?"
_SIGNS = {"?": r" ?!?\?", "!": r" ?\??!"}
_SIGN_FORMS = {"?": ("?", " ?", "!?", " !?"), "!": ("!", " !", "?!", " ?!")}
# One space, or none where an empty alternative has left two: never inside a word.
_SPACE = r"(?: |(?<!\w)|(?!\w))"

_SCRIPTS = {
    "latin": "a-z\u00df-\u024f\u1e00-\u1eff",
    "han": "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": "\u3040-\u30ff\u31f0-\u31ff",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "thai": "\u0e00-\u0e7f",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0600-\u06ff\u0750-\u077f",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
_WORD_EDGE = {
    "latin": "[a-z0-9_\u00df-\u024f\u1e00-\u1eff]",
    "cyrillic": r"\w",
    "arabic": r"\w",
    "hangul": r"\w",
}
# The conjunctions w, f and the prefixes b, k, l, al are written onto an Arabic word.
_CLITICS = ("[وفبكل]", "ال", "لل", "[وف][بكل]", "[وفبك]ال", "[وف]لل", "[وف][بك]ال")
_BEHIND_CLITIC = "|".join(rf"(?<=\b{clitics})" for clitics in _CLITICS)
_THAI_MARK = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"


class _Anchor(NamedTuple):
    texts: tuple[str, ...]
    before: int
    at_start: bool


def scripts_in(text: str) -> frozenset[str]:
    """Script families ("latin", "han" …) whose letters stand in a folded text."""
    return frozenset(name for name, letters in _LETTERS.items() if letters.search(text))


def main_scripts(texts: Iterable[str]) -> frozenset[str]:
    """Scripts that a fifth of the texts or more are written in."""
    counts = Counter(script for text in texts for script in scripts_in(text))
    return frozenset(script for script, n in counts.items() if n * 5 >= counts.total())


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
        return "" if self.items[0] == ("*",) else _left_edge(self._scripts)

    @cached_property
    def expression(self) -> str:
        """The branch behind its edge as a regular expression."""
        inner = "".join(self._expression(i) for i in range(len(self.items)))
        return inner if self.items[-1] == ("*",) else f"{inner}{_right_edge(self._scripts)}"

    @property
    def gaps(self) -> int:
        """Gaps between its words, not counting open ends."""
        return self.items[1:-1].count(("*",))

    def spans(self, text: str, anchor: int, tried: int) -> Iterator[tuple[int, int]]:
        """Where it stands around the anchor found at that offset of normalised text.

        Matches that begin before `tried` are left out: an earlier anchor has brought them.
        """
        if self._anchor.at_start:
            match = self._regex.match(text, anchor)
            if match:
                yield _words(match)
            return
        start = max(anchor - self._anchor.before, tried)
        for match in self._regex.finditer(text, start, anchor + self._length + 2):
            yield _words(match)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(f"{self.edge}{self.expression}")

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
            return _Anchor((), 0, at_start=False)
        first, last = max(runs, key=lambda run: _shortest(self.items[slice(*run)]))
        joined = {"".join(choice).strip() for choice in product(*self.items[first:last])}
        texts = sorted({re.sub(" +", " ", text) for text in joined})
        sign = self.items[last][0] if last < len(self.items) else ""
        forms = _SIGN_FORMS.get(sign, ("",))
        anchors = tuple(text + form for text in texts for form in forms)
        return _Anchor(anchors, _longest(self.items[:first]), at_start=first == 0)

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
        plain = normalise(phrase).text.strip().translate(fold)
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


def _shortest(items: Iterable[tuple[str, ...]]) -> int:
    """Characters that the items cover at least."""
    return sum(min(map(len, item)) for item in items)


def _longest(items: Iterable[tuple[str, ...]]) -> int:
    """Characters that the items can cover at most."""
    return sum(_GAP_LENGTH if item == ("*",) else max(map(len, item)) + 2 for item in items)


def _left_edge(scripts: frozenset[str]) -> str:
    edges = [
        rf"(?:(?<!{_WORD_EDGE[name]})|(?![{_SCRIPTS[name]}]))"
        for name in sorted(scripts & {"latin", "cyrillic", "hangul"})
    ]
    if "arabic" in scripts:
        edges.append(rf"(?:(?<!\w)|{_BEHIND_CLITIC}|(?![{_SCRIPTS['arabic']}]))")
    return "".join(edges)


def _right_edge(scripts: frozenset[str]) -> str:
    edges = [
        rf"(?:(?!{_WORD_EDGE[name]})|(?<![{_SCRIPTS[name]}]))"
        for name in sorted(scripts & {"latin", "cyrillic", "arabic"})
    ]
    return "".join(edges) + (f"(?!{_THAI_MARK})" if "thai" in scripts else "")
