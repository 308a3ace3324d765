"""What a match of the grammar says: its numbers, whether two are a range, what stands around."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cs_qa.policy.values.forms import Meaning
from cs_qa.policy.values.grammar import Grammar, grammar
from cs_qa.policy.values.lexer import Token
from cs_qa.policy.values.wording import wording

__all__ = ["Matches"]

_BETWEEN = re.compile(r"[^\W\d_][^\W_'-]*(?: [^\W\d_][^\W_'-]*)?")


class Matches:
    """The tokens of one message, and questions about a match in them."""

    def __init__(self, text: str, language: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._told = wording(language)
        self._grammar: Grammar = grammar(language)
        self._tokens = tokens
        self._code = self._grammar.encode(tokens)
        self._said = -1

    def _token(self, found: re.Match[str], group: str) -> Token:
        return self._tokens[found.start(group)]

    def _meaning(self, found: re.Match[str], group: str, role: str) -> Meaning:
        return self._token(found, group).meanings[role]

    def _roles(self, found: re.Match[str], group: str) -> set[str]:
        first, last = found.span(group)
        return {role for token in self._tokens[first:last] for role in token.roles}

    def _span_of(self, found: re.Match[str], *groups: str) -> tuple[float, float]:
        """Lowest and highest number of the two that a match may have."""
        n, t, j, n2, t2, j2 = groups
        has_second = bool(n2 and found[n2])
        factor = self._factor(found, t) or (self._factor(found, t2) if has_second else 0) or 1
        first, more = self._token(found, n), _half(found, j)
        low = self._number(first, "low") * factor + more
        high = self._number(first, "high") * factor + more
        if has_second:
            high = self._number(self._token(found, n2), "high")
            high = high * (self._factor(found, t2) or 1) + _half(found, j2)
        return low, high

    def _number(self, token: Token, side: str) -> float:
        if "A" in token.roles:
            return 1
        return token.low if side == "low" else token.high

    def _factor(self, found: re.Match[str], group: str) -> float:
        return self._meaning(found, group, "T").low if group and found[group] else 0

    def _same_unit(self, found: re.Match[str]) -> bool:
        role = next(r for r in ("unit", "money", "percent", "count") if found[r])
        letter = {"unit": "U", "money": "C", "percent": "P"}.get(role, "K")
        mid = self._token(found, "mid").meanings.get(letter)
        return mid == self._token(found, role).meanings[letter]

    def _is_separator(self, found: re.Match[str], low: float, high: float) -> bool:
        """A comma separates neighbours only; "up to" between two sums is seldom a range."""
        separator = self._token(found, "sep")
        if "c" in separator.roles:
            return not found["mid"] and high - low <= 2 and high <= 10
        return not (found["mid"] and "L" in separator.roles) or high <= 3 * low

    def _is_range(self, found: re.Match[str]) -> bool:
        """Whether two numbers in a row are one range, or one number said twice."""
        low, high = self._span_of(found, "n", "t", "j", "n2", "t2", "j2")
        first, second = self._token(found, "n"), self._token(found, "n2")
        if found["mid"] and not self._same_unit(found):
            return False
        if found["sep"]:
            return low < high and self._is_separator(found, low, high)
        if found["mid"]:
            return False
        return low == high or (first.is_word and second.is_word and low < high <= 2 * low + 2)

    def _rises(self, found: re.Match[str]) -> bool:
        low, high = self._span_of(found, "n3", "t3", "", "n4", "t4", "")
        if (
            found["sign4"]
            and self._token(found, "sign4").meanings != self._token(found, "sign").meanings
        ):
            return False
        return low < high

    def _is_article(self, index: int) -> bool:
        return "A" in self._tokens[index].roles

    def _is_sign(self, index: int) -> bool:
        """Whether a number follows, so that the currency before it is that number's."""
        return index < len(self._tokens) and "N" in self._tokens[index].roles

    def _close(self, first: int, last: int) -> bool:
        """Whether at most two words stand between what counts and what is counted."""
        between = self._text[self._tokens[first].end : self._tokens[last].start].strip()
        inner = self._tokens[last - 1]
        if inner.roles != "x":
            return True
        if "time" in self._tokens[last].meanings["K"].units:
            return False
        words = self._text[inner.start : inner.end].strip()
        return bool(between) and _BETWEEN.fullmatch(words) is not None

    def _is_clock(
        self, found: re.Match[str], first: int, unit: Token, low: float, high: float
    ) -> bool:
        form = self._text[unit.start : unit.end]
        if form not in self._told.clock_units or high > 23 or high < 6:
            return False
        if found["mid"] or (6 <= low < high and high >= 15):
            return True
        before = self._text[: self._tokens[first].start].rstrip()
        return any(_ends_with_word(before, word) for word in self._told.clock)

    def _is_rough(self, first: int, last: int) -> bool:
        return any(not set("Mm").isdisjoint(t.roles) for t in self._tokens[first + 1 : last])

    def _is_per(self, found: re.Match[str], first: int) -> bool:
        """Whether the value directly follows another: $5 a month, twice a week."""
        return first == found.start() == self._said


def _half(found: re.Match[str], group: str) -> float:
    return 0.5 if group and found[group] else 0


def _ends_with_word(text: str, word: str) -> bool:
    return text.endswith(word) and not text[: -len(word)][-1:].isalpha()
