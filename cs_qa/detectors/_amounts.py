"""Amounts of money that a market would not write, or would read as another amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cs_qa.detectors._region import locale_of, market_currencies
from cs_qa.detectors._wordings import currencies

__all__ = ["Form", "foreign_amounts"]

_NUMBER = r"\d{1,12}(?:[.,'’\u00a0\u202f ]\d{3}(?!\d)){0,4}(?:[.,]\d{1,3}(?![\d]))?"
_FULL_WIDTH = re.compile(r"[０-９][０-９．，]*[ \u3000]?(?:[元块€$￥¥]|(?=[円원%％天日个件]))")
_THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "TND", "JOD", "IQD", "LYD"})
_SIGNS_BEFORE = frozenset("$£")
_OWN = 0.75
_FOREIGN_CURRENCY = 0.4
_PLACE_OF_SIGN = 0.4


class Form(NamedTuple):
    """A form of another place, [start, end), and how it is written here."""

    start: int
    end: int
    problem: str
    advice: str
    confidence: float


def foreign_amounts(text: str, language: str, region: str) -> Iterator[Form]:
    """Give the amounts of a text that the locale of a language in a country writes otherwise."""
    if language in ("zh", "ko"):
        yield from _full_width(text)
    locale = locale_of(language, region)
    if locale is None:
        return
    for match in _pattern().finditer(text):
        sign = match["before"] or match["after"]
        codes = set(currencies()[sign])
        is_own = bool(codes & market_currencies(region))
        number = match["number"]
        if _is_misread(number, *_separators(language, region), codes):
            yield Form(
                *match.span(),
                "The number's separators are those of another place",
                f"Write {_example(language, region)} in this market.",
                _OWN if is_own else _FOREIGN_CURRENCY,
            )
        elif is_own and match["after"] in _SIGNS_BEFORE and _sign_leads(language, region):
            yield Form(
                *match.span(),
                f"The sign {sign} stands after the number",
                f"Write {sign}{number} in this market.",
                _PLACE_OF_SIGN,
            )


def _full_width(text: str) -> Iterator[Form]:
    for match in _FULL_WIDTH.finditer(text):
        advice = "Write numbers in ordinary (half-width) digits."
        yield Form(*match.span(), "The digits are full-width", advice, 0.55)


def _is_misread(number: str, decimals: str, groups: str, codes: set[str]) -> bool:
    """Whether a number means something else, or nothing, where `decimals` part the fraction."""
    signs = [sign for sign in number if sign in ".,"]
    if not signs:
        return False
    last, tail = signs[-1], len(number) - 1 - max(number.rfind("."), number.rfind(","))
    if len(set(signs)) == 2:
        return last not in decimals
    if len(signs) == 1 and tail != 3:
        return last not in decimals
    if codes & _THREE_DECIMALS:
        return False
    return last in decimals and last not in groups


def _separators(language: str, region: str) -> tuple[str, str]:
    """Signs that part the fraction, and those that part groups, in amounts."""
    locale = locale_of(language, region)
    symbols = locale.number_symbols["latn"] if locale else {}
    decimals = {symbols.get("decimal"), symbols.get("currencyDecimal")} - {None}
    groups = {symbols.get("group"), symbols.get("currencyGroup")} - {None}
    return "".join(map(str, decimals)), "".join(map(str, groups))


def _example(language: str, region: str) -> str:
    from babel.numbers import format_currency

    currency = sorted(market_currencies(region))[0]
    locale = locale_of(language, region)
    return str(format_currency(1299.5, currency, locale=locale, numbering_system="latn"))


def _sign_leads(language: str, region: str) -> bool:
    locale = locale_of(language, region)
    pattern = locale.currency_formats["standard"].pattern if locale else ""
    return str(pattern).lstrip("\u200f").startswith("¤")


@cache
def _pattern() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(currencies(), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,/])(?:(?P<before>{signs})[ \u00a0\u202f]?)?"
        rf"(?<![\d.,])(?P<number>{_NUMBER})(?![\d])"
        rf"(?:[ \u00a0\u202f]?(?P<after>{signs})(?![A-Za-z]))?(?(before)|(?(after)|(?!)))"
    )
