"""What each word of a language means in a value: from CLDR by way of Babel, and from its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from cs_qa.policy.values.numerals import read_digits
from cs_qa.policy.values.wording import Wording, common_wording, wording
from cs_qa.text import normalise

__all__ = ["UNITS", "Meaning", "forms"]

UNITS = ("hour", "day", "business_day", "week", "month", "year")
"""Units of a duration."""

_CLDR_UNITS = ("minute", "hour", "day", "week", "month", "year")
_CURRENCIES = (
    *("USD", "EUR", "GBP", "JPY", "CNY", "KRW", "THB", "VND", "IDR", "PLN", "RUB", "TRY", "AED"),
    *("SAR", "EGP", "BRL", "MXN", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "CZK", "INR"),
    *("SGD", "HKD", "TWD", "MYR", "PHP", "ARS", "CLP", "COP", "PEN", "UAH", "KZT", "KWD", "QAR"),
)
_PLURALS = (1, 2, 3, 5, 11, 100, 1.5)
_BOUNDS = {
    "at_most": "L",
    "at_least": "G",
    "about": "M",
    "from_": "E",
    "at_most_after": "l",
    "at_least_after": "g",
    "about_after": "m",
    "filler": "F",
    "to": "R",
    "comma": "c",
}


class Meaning(NamedTuple):
    """One role of a word: a factor or number in `low` and `high`, a unit or currencies in `units`.

    `kind` is that of a whole value. The first of several currencies is the likeliest.
    """

    low: float = 0
    high: float = 0
    units: tuple[str, ...] = ()
    kind: str = ""


_NO_MEANING = Meaning()


@cache
def forms(language: str) -> Mapping[str, Mapping[str, Meaning]]:
    """Each folded form of a language with its roles; `*` in a form stands for an ending."""
    table: defaultdict[str, dict[str, Meaning]] = defaultdict(dict)
    told = wording(language)
    for source in (_of_cldr(told), _of_file(common_wording()), _of_file(told)):
        for form, role, meaning in source:
            table[normalise(form).text][role] = meaning
    table.pop("", None)
    for roles in table.values():
        if "A" in roles:
            roles.pop("F", None)
    _give_bare_forms_their_unit(table)
    return dict(table)


def _give_bare_forms_their_unit(table: dict[str, dict[str, Meaning]]) -> None:
    stems = sorted((form[:-1] for form in table if form.endswith("*")), key=len, reverse=True)
    for form, roles in table.items():
        if "S" in roles and "U" not in roles:
            stem = next(
                stem for stem in stems if form.startswith(stem) and "U" in table[stem + "*"]
            )
            roles["U"] = table[f"{stem}*"]["U"]


def _of_file(told: Wording) -> Iterator[tuple[str, str, Meaning]]:
    for name, role in _BOUNDS.items():
        yield from _plain(getattr(told.bounds, name), role)
    yield from _plain(told.numbers.article, "A", Meaning(1, 1))
    yield from _plain(told.numbers.half, "H", Meaning(0.5, 0.5))
    yield from _plain(told.numbers.and_half, "J", Meaning(0.5, 0.5))
    yield from _plain(told.business, "D")
    yield from _plain(told.bare_cue, "B")
    yield from _plain(told.bare_cue_after, "b")
    yield from _plain(told.percent, "P", Meaning(1, 1, ("percent",)))
    yield from _plain(told.tenths, "P", Meaning(10, 10, ("percent",)))
    yield from _plain(told.percent_before, "p", Meaning(1, 1, ("percent",)))
    for form, number in told.numbers.words.items():
        if " " in form:
            low, _, high = number.partition("-")
            yield form, "N", Meaning(read_digits(low), read_digits(high or low))
    for form, factor in told.numbers.multipliers.items():
        yield form, "T", Meaning(factor, factor)
    for unit, words in told.units.items():
        yield from _plain(words, "U", Meaning(units=(unit,)))
    for unit, words in told.half_units.items():
        yield from _plain(words, "U", Meaning(0.5, 0.5, (unit,)))
    yield from _plain(told.bare, "S")
    for unit, words in told.counts.items():
        yield from _plain(words, "K", Meaning(units=(unit,)))
    for codes, words in told.money.items():
        yield from _plain(words, "C", Meaning(units=tuple(codes.split("_"))))
    for form, value in told.values.items():
        number, unit = value.split()
        low, _, high = number.partition("-")
        kind = "duration" if unit in UNITS else "count"
        yield form, "V", Meaning(read_digits(low), read_digits(high or low), (unit,), kind)


def _plain(
    words: Iterable[str], role: str, meaning: Meaning = _NO_MEANING
) -> Iterator[tuple[str, str, Meaning]]:
    for word in words:
        yield word, role, meaning


def _of_cldr(told: Wording) -> Iterator[tuple[str, str, Meaning]]:
    """Unit patterns of CLDR, those without a number as whole values (the Arabic dual), and money.

    Abbreviations of one Latin letter are left out: "m" is a month in few messages.
    """
    from babel.numbers import get_currency_name, get_currency_symbol

    for unit in _CLDR_UNITS:
        for number in _PLURALS:
            yield from _unit_forms(told.locale, unit, number)
    for code in _CURRENCIES:
        names = {get_currency_name(code, count, told.locale) for count in (None, *_PLURALS)}
        names.add(get_currency_symbol(code, told.locale))
        for name in names - {"$", "¥", "£", "kr", "kr."}:
            yield name, "C", Meaning(units=(code,))


def _unit_forms(locale: str, unit: str, number: float) -> Iterator[tuple[str, str, Meaning]]:
    from babel.numbers import format_decimal
    from babel.units import format_unit

    digits = format_decimal(number, locale=locale)
    for length in ("long", "short"):
        said = format_unit(number, f"duration-{unit}", length, locale=locale)
        word = said.replace(digits, "").strip(" .\xa0\u202f\u200f")
        if len(word) < 2 and word.isascii():
            continue
        if digits in said:
            yield word, "U", Meaning(units=(unit,))
        elif number == 2:
            yield word, "V", Meaning(2, 2, (unit,), "duration")
