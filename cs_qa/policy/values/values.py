"""Read the values that a message states: how long, how much, what share, how often."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from cs_qa.policy.values.joining import Found, elliptic, joined
from cs_qa.policy.values.lexer import lexer
from cs_qa.policy.values.model import Value
from cs_qa.policy.values.numerals import FRACTIONS
from cs_qa.policy.values.reading import Reading
from cs_qa.text import Normalised, normalise

__all__ = ["read_values"]


def read_values(text: str, language: str) -> tuple[Value, ...]:
    """Durations, sums, percentages and counts in a message, in order, with spans in `text`.

    Spans cover number and unit, not the words that bound them. Dates, times of day, reference
    numbers, measures of goods and masked data are no values. ValueError for an unknown language.

    >>> [(v.low, v.high, v.unit) for v in read_values("Within a fortnight, or $5 to $10", "en")]
    [(None, 2, 'week'), (5, 10, '')]
    """
    folded = normalise(text.translate(_one_to_one()))
    words = lexer(language)
    if not words.may_have_values(folded.text):
        return ()
    tokens = words.tokens(folded.text)
    single = Reading(folded.text, language, tokens).values()
    roles = {folded.text[token.start : token.end]: token.roles for token in tokens}
    found = list(joined(folded.text, single, roles))
    found = sorted([*found, *elliptic(folded.text, found, tokens)], key=lambda item: item.start)
    return tuple(_placed(item, folded) for item in found)


@cache
def _one_to_one() -> dict[int, str]:
    """Digits of every script as ASCII, fractions as one sign, Arabic separators."""
    signs = {ord(sign): code for sign, code in FRACTIONS.items()}
    signs |= {ord("٫"): ".", ord("٬"): ",", ord("٪"): "%", ord("〜"): "~", ord("～"): "~"}
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xED0, 0x1040, 0x17E0, 0xFF10):
        signs |= {zero + digit: str(digit) for digit in range(10)}
    return signs


def _placed(item: Found, folded: Normalised) -> Value:
    start, end = folded.span(item.start, item.end)
    return replace(item.value, start=start, end=end)
