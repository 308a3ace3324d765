"""Numbers that a word announces, and numbers that are none of ours: dates, prices, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from cs_qa.text.personal import patterns
from cs_qa.text.personal.entity import Entity, EntityType, Message, Need, view
from cs_qa.text.personal.wordings import alternatives, compiled, numbers

__all__ = ["Announced", "Shaped", "asked_for", "is_quantity"]

_REACH = 56


@dataclass(frozen=True, slots=True)
class Announced:
    """A number or code behind a word that says what it is ("order no.", "tel")."""

    type: EntityType
    stems: str
    min_digits: int
    candidate: re.Pattern[str]
    shape: str
    """What the candidates need, as `Scan` knows it."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """A stem and enough digits."""
        return (f"stems:{self.stems}", self.shape)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find announced numbers."""
        text = message.text
        for match in self.candidate.finditer(text):
            start, end = match.span()
            if sum(map(str.isdigit, match[0])) < self.min_digits or is_quantity(text, start, end):
                continue
            before = message.lower[max(0, start - _REACH) : start]
            if compiled(_announcing(self.stems)).search(before):
                yield Entity(self.type, start, end)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A number or code whose shape alone says what it is."""

    type: EntityType
    shape: re.Pattern[str]

    @property
    def needs(self) -> tuple[Need, ...]:
        """The shape."""
        return (self.shape,)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find numbers of the shape."""
        for match in self.shape.finditer(message.text):
            if not is_quantity(message.text, *match.span()):
                yield Entity(self.type, *match.span())


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
    asked = (kind for kind, stems in _ASKED.items() if compiled(_asking(stems)).search(lowered))
    return next(asked, None)


_ASKED: dict[EntityType, str] = {
    "TRACKING_NO": "tracking",
    "ORDER_NO": "order",
    "PHONE": "phone",
}
_WORD_START = "(?:^|[^a-zà-ÿа-яё])"


@cache
def _announcing(stems: str) -> str:
    """Stem, ending, then nothing but small words and punctuation up to the number."""
    gap = r"[^\pL\pN_\n]{0,5}"
    fillers = f"(?:(?:{alternatives(numbers('fillers'))}){gap}){{0,5}}"
    return rf"{_WORD_START}(?:{alternatives(numbers(stems))})\pL{{0,9}}{gap}{fillers}$"


@cache
def _asking(stems: str) -> str:
    stem, number = alternatives(numbers(stems)), alternatives(numbers("number"))
    near = r"[^\n0-9]{0,14}?"
    return rf"{_WORD_START}(?:(?:{stem}){near}(?:{number})|(?:{number}){near}[^\pL\pN](?:{stem}))"
