"""Payment card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.word_finder import WordFinder
from cs_qa.text.personal.wordings import digits_of, numbers

__all__ = ["Card", "passes_luhn"]

# Grouped as cards are; other groups are account and order numbers.
_CARD = re.compile(
    r"(?<![\d-])(?<!\d )(?:\d{12,19}|\d{4}(?:[ -]{1,2}\d{4}){3}(?:[ -]{1,2}\d{3})?"
    r"|\d{4}[ -]{1,2}\d{6}[ -]{1,2}\d{4,5}|\d(?: ?\d){14,15})(?!\d)",
    re.ASCII,
)
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|3[068]\d{12}"
    r"|6(?:011|2\d\d|4[4-9]\d|5\d\d)\d{12,15}|50\d{10,17}|5[6-9]\d{10,17}|6\d{11,18}|220[0-4]\d{12}"
    r"|9792\d{12}"
)


@dataclass(frozen=True, slots=True)
class Card:
    """A payment card number: an issuer's prefix, its length and the Luhn check digit."""

    needs: ClassVar = (_CARD,)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find card numbers."""
        for match in _CARD.finditer(message.text):
            digits = digits_of(match[0])
            holds = _ISSUER.fullmatch(digits) and passes_luhn(digits)
            if holds or _is_announced(message, *match.span(), grouped=len(digits) < len(match[0])):
                yield Entity("CARD", *match.span())


def _is_announced(message: Message, start: int, end: int, *, grouped: bool) -> bool:
    """Whether a number without a right check digit stands at the word for a card."""
    if not 15 <= len(digits_of(message.text[start:end])) <= 16:
        return False
    near = message.lower[max(0, start - (40 if grouped else 14)) : start]
    if grouped:
        near += "\n" + message.lower[end : end + 16]
    return _card_words().is_in(near)


@cache
def _card_words() -> WordFinder:
    return WordFinder(numbers("cards"))


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
