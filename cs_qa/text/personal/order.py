"""Order and tracking numbers that no word announces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal import patterns
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.wordings import alternatives, compiled, digits_of, numbers

__all__ = ["S10", "CarrierNumber", "HashNumber"]


@dataclass(frozen=True, slots=True)
class HashNumber:
    """A number behind "#", unless the word before makes it a ticket or a colour."""

    needs: ClassVar = (patterns.HASH,)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find numbers behind "#"."""
        for match in patterns.HASH.finditer(message.text):
            before = message.lower[max(0, match.start() - 24) : match.start()]
            if not compiled(_ticket()).search(before):
                yield Entity("ORDER_NO", *match.span())


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """A long run of digits, or a code, soon after the name of a carrier."""

    needs: ClassVar = ("stems:carriers", "eight digits")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find numbers near a carrier's name."""
        for match in patterns.CARRIER_CODE.finditer(message.text):
            before = message.lower[max(0, match.start() - 40) : match.start()]
            if len(digits_of(match[0])) >= 8 and compiled(_carrier()).search(before):
                yield Entity("TRACKING_NO", *match.span())


@dataclass(frozen=True, slots=True)
class S10:
    """An international postal number (UPU S10): its check digit holds or it names a country."""

    needs: ClassVar = (patterns.S10,)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find postal numbers."""
        for match in patterns.S10.finditer(message.text):
            if match["country"] in _countries() or _passes_s10(re.sub(r"\D", "", match[0])):
                yield Entity("TRACKING_NO", *match.span())


@cache
def _ticket() -> str:
    return (
        rf"(?:{alternatives(numbers('not_orders'))})[\pL\pN_]{{0,4}}[^\pL\pN_]{{0,3}}"
        r"(?:(?:is|no|number|nr|est|ist)[^\pL\pN_]{0,3})?$"
    )


@cache
def _carrier() -> str:
    return rf"(?:^|[^a-z])(?:{alternatives(numbers('carriers'))})(?:[^a-z]|$)"


def _passes_s10(digits: str) -> bool:
    weighed = sum(
        int(digit) * weight for digit, weight in zip(digits, patterns.S10_WEIGHTS, strict=False)
    )
    check = 11 - weighed % 11
    return len(digits) == 9 and int(digits[8]) == {10: 0, 11: 5}.get(check, check)


@cache
def _countries() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return frozenset(SUPPORTED_REGIONS)
