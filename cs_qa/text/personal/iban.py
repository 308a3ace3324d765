"""International bank account numbers (ISO 13616)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message

__all__ = ["Iban"]

_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30,
    "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d ?\d(?=[ .-]?[A-Za-z0-9])", re.ASCII)
_REST = re.compile(r"(?:[ .-]{0,2}[A-Za-z0-9]){11,29}", re.ASCII)
_ANNOUNCED = re.compile(r"iban|ايبان|آيبان")


@dataclass(frozen=True, slots=True)
class Iban:
    """An account number of its country's length, its check digits right or the word before it."""

    needs: ClassVar = ("five digits", _START)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find account numbers."""
        for start in _START.finditer(message.text):
            rest = _REST.match(message.text, start.end())
            length = _LENGTHS.get(start[0][:2].upper())
            if rest is None or length is None:
                continue
            end = _end_of(message.text, start.start(), rest.end(), length)
            if end is None:
                continue
            value = re.sub("[ .-]", "", message.text[start.start() : end]).upper()
            before = message.lower[max(0, start.start() - 24) : start.start()]
            if _passes_mod_97(value) or _ANNOUNCED.search(before):
                yield Entity("IBAN", start.start(), end)


def _end_of(text: str, start: int, limit: int, length: int) -> int | None:
    """Where the account number of that many letters and digits ends; None inside a word."""
    seen = 0
    for place in range(start, limit):
        seen += text[place].isalnum()
        if seen == length:
            after = text[place + 1 : place + 2]
            return None if after.isascii() and after.isalnum() else place + 1
    return None


def _passes_mod_97(value: str) -> bool:
    turned = value[4:] + value[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1
