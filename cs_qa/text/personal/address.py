"""Postal addresses: a street with its number, and what of the address stands around it."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text._common_words import WORDS
from cs_qa.text.personal.address_parts import extended, has_place
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.wordings import alternatives, compiled, listed, listed_in, words

__all__ = ["AnnouncedAddress", "Street"]

_HOUSE = r"\d{1,5}(?: ?(?:bis|ter|[A-Za-z])(?![\w.]))?(?:[-/]\d{1,4}[A-Za-z]?)?"
_NAME = r"[^\W\d_][\w.'’-]{0,24}"
_NUMBER_AFTER = re.compile(
    rf"[ ]?(?:{_NAME}[ ]){{0,6}}?(?:{_NAME})?[ ,]{{0,2}}"
    rf"(?:(?:no|nr|n\.?º|nº|n°|n|num|número|kav|km|д|дом|số|č|s/n)[.:]?[ ]?)?(?:{_HOUSE})(?![\w%€$])"
    r"(?![.,]\d)",
    re.I,
)
_NUMBER_BEFORE = re.compile(rf"(?<![\w.,/])(?:{_HOUSE}),? (?:{_NAME} ){{0,4}}$")
_NUMBER_IN_FRONT = re.compile(rf"(?<![\w.,/])(?:{_HOUSE}),? $")
_NAME_AFTER = re.compile(rf"[ ](?:{_NAME})(?:[ -](?:{_NAME})){{0,3}}")
_NOT_STREETS = re.compile(
    r"(?i)\b(?:days?|hours?|minutes?|times?|items?|pieces?|stars?|weeks?|months?|years?|of|the|on|is"
    r"|my|your|by|in|and|to|for|at|a|am|pm|uhr|percent|orders?|parcels?|euros?|pounds?|dollars?)\b"
)
_PO_BOX = re.compile(r"(?i)(?<!\w)(?:p\.? ?o\.? ?box|postfach|postbus|apartado|bp|b\.p\.|ص\.ب\.?"
                     r"|caixa postal|skrytka pocztowa|а/я) ?:?[ #]?\d{1,6}")  # fmt: skip
_COMPOUND = 16


@dataclass(frozen=True, slots=True)
class Street:
    """A street word with a house number, in languages that write spaces."""

    needs: ClassVar = (
        "digit",
        "street_before|street_after|endings:street_endings|boxes|number, number|number, toned letter",
    )

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find streets and what belongs to them."""
        if not re.search(r"\d", message.text):
            return
        for start, end in sorted({*_cores(message)}):
            yield Entity("ADDRESS", *extended(message, start, end))


def _cores(message: Message) -> Iterator[tuple[int, int]]:
    """The spans of what can only be a street with its number, or a box."""
    text = message.text
    yield from (box.span() for box in _PO_BOX.finditer(text))
    yield from (match.span() for match in _BARE.finditer(text))
    yield from (match.span() for match in _VIETNAMESE.finditer(text) if _TONED.search(match[0]))
    for start, end in _words(_after(), message):
        yield from _named_in_front(message, start, end)
    for start, end in _words(_before(), message):
        yield from _named_behind(message, start, end)
    for match in compiled(_compound()).finditer(message.lower):
        is_likely = _LIKELY_ENDING.search(match[1]) or _POSTAL_NEXT.match(text, match.end(1))
        if _TELLING_ENDING.search(match[1]) or (text[match.start(1)].isupper() and is_likely):
            yield match.span(1)


def _words(pattern: str, message: Message) -> Iterator[tuple[int, int]]:
    for match in compiled(pattern).finditer(message.lower):
        yield match.span(1) if match[1] else match.span(2)


def _named_in_front(message: Message, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A street word behind the street's name: "12 Oak Street", "Cumhuriyet Cad. No: 12"."""
    text = message.text
    name = _CAPITALS.search(text[max(0, start - 48) : start])
    number = _NUMBER_SOON.match(text, end)
    if name and number:
        yield start - len(name[0]), number.end()
    before = _NUMBER_BEFORE.search(text[max(0, start - 60) : start])
    if before is None or _NOT_STREETS.search(re.sub(r"^\S+", "", before[0])):
        return
    if _is_name(before[0]) or message.lower[start:end] in _SURE:
        yield start - len(before[0]), end


def _named_behind(message: Message, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A street word before the street's name: "calle Mayor 15", "15, rue du Four"."""
    text = message.text
    street = message.lower[start:end]
    after = _NUMBER_AFTER.match(text, end)
    if after and _names_street(text[end : after.end()], street):
        yield start, after.end()
    before = _NUMBER_IN_FRONT.search(text[max(0, start - 16) : start])
    named = before and _NAME_AFTER.match(text, end)
    if before and named and (named[0].strip()[0].isupper() or street in _SURE_BEFORE):
        yield start - len(before[0]), _street_end(text, end)


_LOWER_NAME = re.compile(r"(?: (?:de|la|du|des|del|di|da|do|van|der|l')){0,3}[ ][^\W\d_]{1,24}")
_NUMBERED = {"calle", "carrera", "cra", "cra.", "cl", "sqn", "sqs", "quadra", "gang", "gg.", "hẻm",
             "ngõ", "kiệt", "số nhà", "diagonal", "transversal"}  # fmt: skip
_SURE_BEFORE = {
    "calle", "c/", "avenida", "avda", "av.", "rue", "boulevard", "via", "viale", "corso", "piazza",
    "ul.", "ul", "ulica", "ул.", "ул", "улица", "rua", "jl.", "jl", "jln", "đường", "travessa", "проспект",
}  # fmt: skip
_LINKS = frozenset(
    [
        "de",
        "la",
        "los",
        "las",
        "l'",
        "del",
        "du",
        "des",
        "della",
        "dei",
        "delle",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "le",
        "les",
        "van",
        "der",
        "den",
        "y",
        "e",
        "et",
        "d'",
        "no",
        "nr",
        "n",
        "nº",
        "n°",
        "č",
        "č.",
        "no.",
        "nr.",
        "n.",
        "núm.",
        "km",
        "дом",
        "д.",
        "д",
        "de'",
    ]
)
_CAPITAL = r"[A-ZÀ-ÝĀ-ŽА-ЯЁ][\w'’-]*"
# A name and a number, then a postal code with its town: a street in any language.
_BARE = re.compile(
    rf"(?<![\w.])(?:{_CAPITAL}[ ]){{1,4}}{_HOUSE}(?=,? {{0,2}}(?:\d{{5}}|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}"
    rf"|\d{{4}} ?[A-Z]{{2}}) {_CAPITAL})"
)
_VIETNAMESE = re.compile(
    rf"(?:[Ss]ố (?:nhà )?)?(?<![\w/.])\d{{1,4}}(?:/\d{{1,4}}){{0,3}}[A-Z]?"
    rf"(?: (?:ngõ|ngách|hẻm|kiệt|đường|phố)(?: \d{{1,4}}(?:/\d{{1,4}})?)?)?(?: {_CAPITAL}){{2,4}}"
    rf"(?=, ?(?:{_CAPITAL}|[pq]\.|phường|quận|xã|huyện|tp|thành))"
)
_TONED = re.compile("[ăâđêôơư\u1ea0-\u1ef9ĐÀ-Ýà-ý]")
_CAPITALS = re.compile(rf"(?<!\w)(?:{_CAPITAL}[ ]){{1,3}}$")
_NUMBER_SOON = re.compile(
    rf"[.]?[ ,]{{0,2}}(?:(?:no|nr|д|дом|№)[.:]{{0,2}} ?)?{_HOUSE}(?![\w%€$:])(?![.,]\d)", re.I
)
_TELLING_ENDING = re.compile("(?:stra(?:ße|sse|at)|str\\.|laan|gracht|plein|gasse|allee)")
# What ends other words too must have a capital, or a postal code behind the number.
_LIKELY_ENDING = re.compile(
    "(?:weg|platz|damm|ufer|steeg|singel|kade|dijk|dreef|chaussee|steig)\\W"
)
_POSTAL_NEXT = re.compile(r",? {0,2}\d{4,5}(?!\d)")
_SURE = {
    "пр-т",
    "street",
    "avenue",
    "road",
    "lane",
    "boulevard",
    "drive",
    "close",
    "crescent",
    "улица",
    "проспект",
}
_CONNECTING = (
    "de la|de los|de las|de l'|de|del|du|des|della|dei|delle|di|da|do|dos|das|la|le|les|van|van de"
    "|van der|der|den|y|e|et"
)
_STREET_NAME = re.compile(
    rf"[ ](?:(?:{_CONNECTING})[ ']?)?(?:[A-ZÀ-ÝА-Я\d][\w.'’-]*|[\w'’-]+(?=,))"
    rf"(?:[ -](?:(?:{_CONNECTING})[ ']?){{0,2}}[A-ZÀ-ÝА-Я][\w.'’-]*){{0,4}}"
)


def _street_end(text: str, start: int) -> int:
    named = _STREET_NAME.match(text, start)
    if named:
        return named.end()
    word = re.compile(r"(?: (?:de|la|du|des|del|di|da|do|van|der|l'))*[ ][^\W\d_]+").match(
        text, start
    )
    return word.end() if word else start


def _is_name(before: str) -> bool:
    """Whether what stands between a house number and a street word is capitalised."""
    return all(word[0].isupper() or word[0].isdigit() for word in before.split()[1:] or ["x"])


def _names_street(after: str, street: str) -> bool:
    """Whether what stands between a street word and the number names a street."""
    between = re.sub(r"\d.*$", "", after)
    if re.search(r"[.!?][ ]|\n", between.replace(". ", " ", 1)):
        return False
    tokens = between.split()
    if not tokens:
        return street in _NUMBERED
    named = [token for token in tokens if token.lower() not in _LINKS]
    if all(not token[0].islower() for token in named):
        return bool(named)
    return (
        street in _SURE_BEFORE
        and len(tokens) <= 3
        and not any(token in WORDS for token in named)
        and not _NOT_STREETS.search(between)
    )


@cache
def _after() -> str:
    return (
        rf"{words(listed('street_after') - {'hof', 'top', 'view', 'apt', 'apt.'})}(?:[^\pL\pN]|$)"
    )


@cache
def _before() -> str:
    prepositions = set(listed_in("de", "street_before"))
    return rf"{words(listed('street_before') - prepositions | _DUTCH)}(?:[^\pL\pN]|$)"


_DUTCH = {"laan", "plein", "gracht", "kade", "dreef"}


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


@dataclass(frozen=True, slots=True)
class AnnouncedAddress:
    """What follows the words for an address, where a number and a place are in it."""

    needs: ClassVar = ("digit", "address_after")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find announced addresses."""
        for match in compiled(rf"{_announcing()}[ :,]{{0,4}}").finditer(message.lower):
            start = match.end()
            first = _FIRST.match(message.text, start)
            if first is None or not first[0][0].isalnum():
                continue
            end = extended(message, start, start, forward=True)[1]
            if has_place(message.text[start:end]):
                yield Entity("ADDRESS", start, end)


_FIRST = re.compile(r"\S{1,30}")


@cache
def _announcing() -> str:
    return words(listed("address_after"))
