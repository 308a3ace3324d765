"""What two neighbouring values say together: 1 year 6 months, a week to ten days, free from 60."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cs_qa.policy.values.lexer import Token
from cs_qa.policy.values.model import Value, in_unit

__all__ = ["Found", "elliptic", "joined"]

_PARTS = {("year", "month"): 12, ("month", "day"): 30, ("week", "day"): 7, ("day", "hour"): 24}
_CENTS = re.compile(r"\d[\d.,' ]*[.,]\d\d?")


class Found(NamedTuple):
    """A value with its span in the folded text."""

    value: Value
    start: int
    end: int


def joined(text: str, found: Iterable[Found], tokens: Mapping[str, str]) -> Iterator[Found]:
    """Join durations that stand together; `tokens` maps the words between to their roles."""
    last: Found | None = None
    for item in found:
        both = last and _both(text, last, item, tokens)
        if last and not both:
            yield last
        last = both or item
    if last:
        yield last


def _both(text: str, first: Found, second: Found, tokens: Mapping[str, str]) -> Found | None:
    a, b = first.value, second.value
    if a.kind != "duration" or b.kind != "duration" or a.unit == b.unit:
        return None
    between = text[first.end : second.start].strip()
    if between and not set("Rh") & set(tokens.get(between, "")):
        return None
    value = _sum(a, b) or _range(a, b, widest=3 if between else 2)
    return Found(value, first.start, second.end) if value else None


def _sum(a: Value, b: Value) -> Value | None:
    """1 year 6 months: the smaller unit follows and stays under one of the larger."""
    factor = _PARTS.get((a.unit, b.unit))
    amount, more = a.high, b.high
    if factor is None or amount is None or more is None or a.low not in (None, amount):
        return None
    if more >= factor or b.low not in (None, more):
        return None
    total = amount * factor + more
    low = None if a.low is None or b.low is None else total
    return replace(b, low=low, high=total, is_approximate=a.is_approximate or b.is_approximate)


def _range(a: Value, b: Value, *, widest: int) -> Value | None:
    """A week to ten days: in the unit of the second."""
    lower = in_unit(a, b.unit)
    if lower is None or lower[0] is None or b.high is None or lower[0] != lower[1]:
        return None
    if not b.high / widest < lower[0] < b.high:
        return None
    return replace(b, low=lower[0], is_approximate=a.is_approximate or b.is_approximate)


def elliptic(text: str, found: Sequence[Found], tokens: Sequence[Token]) -> Iterator[Found]:
    """Sums without a currency beside one with: cents, or a bound ("free from 60", 满299)."""
    money = next((item.value for item in found if item.value.kind == "money"), None)
    if money is None:
        return
    taken = {at for item in found for at in range(item.start, item.end)}
    for index, token in enumerate(tokens):
        if token.roles != "N" or token.start in taken:
            continue
        bounds = {role for role in (tokens[index - 1].roles if index else "") if role in "LG"}
        if token.is_word or not (bounds or _CENTS.fullmatch(text, token.start, token.end)):
            continue
        if index + 1 < len(tokens) and not set("NUKP").isdisjoint(tokens[index + 1].roles):
            continue
        low = None if "L" in bounds else token.low
        high = None if bounds == {"G"} else token.high
        yield Found(
            replace(money, low=low, high=high, is_approximate=False), token.start, token.end
        )
