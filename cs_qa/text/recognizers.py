"""What finds personal data: one small recogniser a type, and a table of them.

A recogniser reads the *view* of a text (`view`), in which each character stands at its place in
the original but digits and full-width forms of every script are ASCII. All patterns are bounded,
so a message of any length takes linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol, get_args

from cs_qa.text import _identifier_patterns as patterns
from cs_qa.text import _identifier_words as words

__all__ = [
    "ENTITY_TYPES",
    "RECOGNIZERS",
    "Entity",
    "EntityType",
    "Recognizer",
    "asked_for",
    "is_quantity",
    "view",
]

EntityType = Literal["EMAIL", "PHONE", "CARD", "ORDER_NO", "TRACKING_NO"]
ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)


@dataclass(frozen=True, slots=True)
class Entity:
    """Personal data at the half-open code-point range [start, end) of a text."""

    type: EntityType
    start: int
    end: int


class Recognizer(Protocol):
    """Finds one kind of personal data in the view of a text.

    `region` is the country (ISO 3166, two letters) whose national formats to expect, if known.
    """

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:
        """Find the entities of this kind, in code points of `text`."""
        ...


class _View(dict[int, int]):
    """Code point -> the code point it is read as; one for one, so that offsets hold."""

    def __missing__(self, point: int) -> int:
        character = chr(point)
        digit = unicodedata.decimal(character, None)
        folded = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
        kept = len(folded) == 1 and folded.isascii()
        value = self[point] = ord(folded) if kept else point
        return value


_VIEW = _View({ord(dash): ord("-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"})


def view(text: str) -> str:
    """Read the digits and full-width forms of every script as ASCII, each at its place."""
    return text if text.isascii() else text.translate(_VIEW)


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        if "@" in text:
            for match in patterns.EMAIL.finditer(text):
                yield Entity("EMAIL", *match.span())


@dataclass(frozen=True, slots=True)
class Card:
    """A payment card number: an issuer's prefix, its length and the Luhn check digit."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in patterns.CARD.finditer(text):
            digits = re.sub(r"\D", "", match[0])
            if patterns.ISSUER.fullmatch(digits) and _passes_luhn(digits):
                yield Entity("CARD", *match.span())


@dataclass(frozen=True, slots=True)
class Announced:
    """A number or code behind a word that says what it is ("order no.", "tel")."""

    type: EntityType
    stems: str
    min_digits: int
    candidate: re.Pattern[str]

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in self.candidate.finditer(text):
            start, end = match.span()
            if sum(map(str.isdigit, match[0])) < self.min_digits or is_quantity(text, start, end):
                continue
            if patterns.announcing(self.stems).search(
                text[max(0, start - patterns.REACH) : start].lower()
            ):
                yield Entity(self.type, start, end)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A number or code whose shape alone says what it is."""

    type: EntityType
    shape: re.Pattern[str]

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in self.shape.finditer(text):
            if not is_quantity(text, *match.span()):
                yield Entity(self.type, *match.span())


@dataclass(frozen=True, slots=True)
class HashNumber:
    """A number behind "#", unless the word before makes it a ticket or a colour."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in patterns.HASH.finditer(text):
            if not patterns.NOT_ORDER.search(
                text[max(0, match.start() - 24) : match.start()].lower()
            ):
                yield Entity("ORDER_NO", *match.span())


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """A long run of digits soon after the name of a carrier."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in patterns.LONG_DIGITS.finditer(text):
            if patterns.CARRIER.search(text[max(0, match.start() - 32) : match.start()].lower()):
                yield Entity("TRACKING_NO", *match.span())


@dataclass(frozen=True, slots=True)
class S10:
    """An international postal number (UPU S10): its check digit holds or it names a country."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:  # noqa: ARG002
        for match in patterns.S10.finditer(text):
            if match["country"] in _countries() or _passes_s10(re.sub(r"\D", "", match[0])):
                yield Entity("TRACKING_NO", *match.span())


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid number of the region, or any in international form, as phonenumbers has them."""

    def __call__(self, text: str, *, region: str | None) -> Iterator[Entity]:
        for match in patterns.PHONE_LIKE.finditer(text):
            digits = sum(map(str.isdigit, match[0]))
            plain = match[0].isdigit() and digits < 9
            if plain or not 7 <= digits <= 16 or is_quantity(text, *match.span()):
                continue
            if region is not None or "+" in match[0]:
                yield from _valid_phones(match[0], match.start(), region)


def is_quantity(text: str, start: int, end: int) -> bool:
    """Whether the number there is a date, a price or an amount of something."""
    number = text[start:end]
    if patterns.DATE.fullmatch(number) or patterns.THOUSANDS.fullmatch(number):
        return True
    if not number.replace(" ", "").replace(".", "").isdigit():
        return False
    return bool(patterns.CURRENCY_BEFORE.search(text[max(0, start - 6) : start])) or bool(
        patterns.UNIT_AFTER.match(text[end : end + 12])
    )


def asked_for(text: str) -> EntityType | None:
    """Which kind of number a turn asks for, if any."""
    lowered = view(text).lower()
    kinds = (kind for kind, stems in _ASKED.items() if patterns.asking(stems).search(lowered))
    return next(kinds, None)


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _passes_s10(digits: str) -> bool:
    weighed = sum(
        int(digit) * weight for digit, weight in zip(digits, patterns.S10_WEIGHTS, strict=False)
    )
    check = 11 - weighed % 11
    return len(digits) == 9 and int(digits[8]) == {10: 0, 11: 5}.get(check, check)


def _valid_phones(text: str, offset: int, region: str | None) -> Iterator[Entity]:
    from phonenumbers import Leniency, PhoneNumberMatcher

    for found in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        yield Entity("PHONE", offset + found.start, offset + found.end)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return frozenset(SUPPORTED_REGIONS)


_ASKED: dict[EntityType, str] = {
    "TRACKING_NO": words.TRACKING,
    "ORDER_NO": words.ORDER,
    "PHONE": words.PHONE,
}

RECOGNIZERS: tuple[Recognizer, ...] = (
    Email(),
    Shaped("PHONE", patterns.PHONE_SHAPE),
    Announced("TRACKING_NO", words.TRACKING, min_digits=6, candidate=patterns.CODE),
    Announced("ORDER_NO", words.ORDER, min_digits=4, candidate=patterns.CODE),
    S10(),
    Shaped("TRACKING_NO", patterns.PARCEL_SHAPE),
    CarrierNumber(),
    Shaped("ORDER_NO", patterns.DIGIT_CODE),
    Card(),
    Announced("PHONE", words.PHONE, min_digits=7, candidate=patterns.NUMBER),
    Phone(),
    HashNumber(),
    Shaped("ORDER_NO", patterns.SHOP_CODE),
)
"""In order of priority: of two entities at one place, the longer stands, else the earlier kind."""
