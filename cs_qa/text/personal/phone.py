"""Telephone numbers in the formats of a region, or in international form."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cs_qa.text.language import detect_language
from cs_qa.text.personal import patterns
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.numbers import is_quantity
from cs_qa.text.personal.wordings import digits_of

__all__ = ["COUNTRIES", "Phone"]

COUNTRIES = {
    **{code: code.upper() for code in ("de", "es", "fr", "id", "it", "nl", "pl", "pt", "ru")},
    "ja": "JP",
    "ko": "KR",
    "th": "TH",
    "tr": "TR",
    "vi": "VN",
    "zh": "CN",
}
"""Language -> the country where most people speak it, if there is one."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid number of the region, or any in international form, as phonenumbers has them."""

    needs: ClassVar = ("seven digits",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find telephone numbers."""
        region, is_guess = message.region, False
        for match in patterns.PHONE_LIKE.finditer(message.text):
            if _is_taken(message, *match.span()) or not _may_be_one(match[0]):
                continue
            if is_quantity(message.text, *match.span()):
                continue
            if region is None and not is_guess and "+" not in match[0]:
                region, is_guess = _guessed_region(message), True
            # Where the region is a guess, digits alone may be any number.
            plain = match[0].isdigit() and match[0][0] != "0"
            if "+" in match[0] or (region is not None and not (is_guess and plain)):
                yield from _valid_phones(match[0], match.start(), region)


def _is_taken(message: Message, start: int, end: int) -> bool:
    """Whether a longer entity stands there, over which a telephone number would not prevail."""
    place = bisect_right(message.taken, start, key=lambda each: each.start)
    if not place:
        return False
    before = message.taken[place - 1]
    return end <= before.end and before.end - before.start > end - start


def _may_be_one(written: str) -> bool:
    digits = len(digits_of(written))
    if not 7 <= digits <= (16 if "+" in written else 13):
        return False
    if digits == len(written) < 9:
        return False
    return not patterns.PHONE_SHAPE.fullmatch(written)  # else found by its shape


def _guessed_region(message: Message) -> str | None:
    return COUNTRIES.get(message.language or detect_language(message.text[:400]))


def _valid_phones(text: str, offset: int, region: str | None) -> Iterator[Entity]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    for found in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        yield Entity("PHONE", offset + found.start, offset + found.end)
