"""Addresses that their shape tells: compound street names, boxes, numbers before towns."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal.address_parts import CAPITAL, HOUSE, STREET_SIGN, extended_from
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.wordings import alternatives, compiled, listed

__all__ = ["BareStreet", "CompoundStreet", "PostBox", "VietnameseStreet"]

_PO_BOX = re.compile(r"(?i)(?<!\w)(?:p\.? ?o\.? ?box|postfach|postbus|apartado|bp|b\.p\.|ص\.ب\.?"
                     r"|caixa postal|skrytka pocztowa|а/я) ?:?[ #]?\d{1,6}")  # fmt: skip
# A name and a number, then a postal code with its town: a street in any language.
_BARE = re.compile(
    rf"(?<![\w.])(?:{CAPITAL}[ ]){{1,4}}{HOUSE}(?=,? {{0,2}}(?:\d{{5}}|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}"
    rf"|\d{{4}} ?[A-Z]{{2}}) {CAPITAL})"
)
_VIETNAMESE = re.compile(
    rf"(?:[Ss]ố (?:nhà )?)?(?<![\w/.])\d{{1,4}}(?:/\d{{1,4}}){{0,3}}[A-Z]?"
    rf"(?: (?:ngõ|ngách|hẻm|kiệt|đường|phố)(?: \d{{1,4}}(?:/\d{{1,4}})?)?)?(?: {CAPITAL}){{2,4}}"
    rf"(?=, ?(?:{CAPITAL}|[pq]\.|phường|quận|xã|huyện|tp|thành))"
)
_TONED = re.compile("[ăâđêôơư\u1ea0-\u1ef9ĐÀ-Ýà-ý]")
_TELLING_ENDING = re.compile("(?:stra(?:ße|sse|at)|str\\.|laan|gracht|plein|gasse|allee)")
# What ends other words too must have a capital, or a postal code behind the number.
_LIKELY_ENDING = re.compile(
    "(?:weg|platz|damm|ufer|steeg|singel|kade|dijk|dreef|chaussee|steig)\\W"
)
_POSTAL_NEXT = re.compile(r",? {0,2}\d{4,5}(?!\d)")
_COMPOUND = 16


@dataclass(frozen=True, slots=True)
class PostBox:
    """A box at a post office."""

    needs: ClassVar = (STREET_SIGN, "box")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find boxes."""
        yield from extended_from(message, (box.span() for box in _PO_BOX.finditer(message.text)))


@dataclass(frozen=True, slots=True)
class BareStreet:
    """A street without a word for one, before a postal code and its town."""

    needs: ClassVar = (STREET_SIGN, "postal code")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find streets."""
        yield from extended_from(message, (found.span() for found in _BARE.finditer(message.text)))


@dataclass(frozen=True, slots=True)
class VietnameseStreet:
    """A house number before a Vietnamese name and a further part."""

    needs: ClassVar = (STREET_SIGN, "number, toned letter")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find streets."""
        found = _VIETNAMESE.finditer(message.text)
        yield from extended_from(message, (each.span() for each in found if _TONED.search(each[0])))


@dataclass(frozen=True, slots=True)
class CompoundStreet:
    """A street in one word with its kind ("Hauptstraße 12")."""

    needs: ClassVar = ("digit", STREET_SIGN)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find streets."""
        yield from extended_from(message, _compounds(message))


def _compounds(message: Message) -> Iterator[tuple[int, int]]:
    text = message.text
    for match in compiled(_compound()).finditer(message.lower):
        is_likely = _LIKELY_ENDING.search(match[1]) or _POSTAL_NEXT.match(text, match.end(1))
        if _TELLING_ENDING.search(match[1]) or (text[match.start(1)].isupper() and is_likely):
            yield match.span(1)


@cache
def _endings() -> str:
    return alternatives(listed("street_endings"))


@cache
def _compound() -> str:
    house = r"[0-9]{1,4}(?: ?[a-z]\b)?(?:[-/][0-9]{1,3}[a-z]?)?"
    after = r" (?:[^tusmdekp\P{L}]|[tusmdekp][^airtexgm\P{L}])"  # no "Tage", "Uhr", "min", "dagen"
    joined = rf"[\pL.-]{{2,{_COMPOUND * 2}}}(?:{_endings()})"
    apart = r"(?:[\pL-]{3,20}er |[\pL-]{3,20}-)(?:straße|strasse|str\.|platz|weg|allee|ring|damm)"
    return rf"(?:^|[^\pL\pN])((?:{apart}|{joined})\.? {{0,2}}{house})(?:[^\pL\pN%€ ]|$| [^\pL]|{after})"
