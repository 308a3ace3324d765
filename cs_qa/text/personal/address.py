"""Postal addresses: a street with its number, and what of the address stands around it."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text._common_words import WORDS
from cs_qa.text.personal.address_parts import (
    CAPITAL,
    HOUSE,
    STREET_SIGN,
    extended,
    extended_from,
    has_place,
)
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.word_finder import WordFinder, finder
from cs_qa.text.personal.wordings import listed, listed_in

__all__ = ["AnnouncedAddress", "Street"]

_NAME = r"[^\W\d_][\w.'’-]{0,24}"
_NUMBER_AFTER = re.compile(
    rf"[ ]?(?:{_NAME}[ ]){{0,6}}?(?:{_NAME})?[ ,]{{0,2}}"
    rf"(?:(?:no|nr|n\.?º|nº|n°|n|num|número|kav|km|д|дом|số|č|s/n)[.:]?[ ]?)?(?:{HOUSE})(?![\w%€$])"
    r"(?![.,]\d)",
    re.I,
)
_NUMBER_BEFORE = re.compile(rf"(?<![\w.,/])(?:{HOUSE}),? (?:{_NAME} ){{0,4}}$")
_NUMBER_IN_FRONT = re.compile(rf"(?<![\w.,/])(?:{HOUSE}),? $")
_NAME_AFTER = re.compile(rf"[ ](?:{_NAME})(?:[ -](?:{_NAME})){{0,3}}")
_NOT_STREETS = re.compile(
    r"(?i)\b(?:days?|hours?|minutes?|times?|items?|pieces?|stars?|weeks?|months?|years?|of|the|on|is"
    r"|my|your|by|in|and|to|for|at|a|am|pm|uhr|percent|orders?|parcels?|euros?|pounds?|dollars?)\b"
)


@dataclass(frozen=True, slots=True)
class Street:
    """A street word with a house number, in languages that write spaces."""

    needs: ClassVar = ("digit", STREET_SIGN)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find streets and what belongs to them."""
        yield from extended_from(message, _cores(message))


def _cores(message: Message) -> Iterator[tuple[int, int]]:
    """The spans of what can only be a street with its number."""
    for word in _after().find(message.lower):
        yield from _named_in_front(message, word.start, word.end)
    for word in _before().find(message.lower):
        yield from _named_behind(message, word.start, word.end)


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
    if _is_days(text, start, end):
        return
    after = _NUMBER_AFTER.match(text, end)
    if after and _names_street(text[end : after.end()], street):
        yield start, after.end()
    before = _NUMBER_IN_FRONT.search(text[max(0, start - 16) : start])
    named = before and _NAME_AFTER.match(text, end)
    if before and named and (named[0].strip()[0].isupper() or street in _SURE_BEFORE):
        yield start - len(before[0]), _street_end(text, end)


def _is_days(text: str, start: int, end: int) -> bool:
    """Whether "gg" is Italian for days ("12 gg per il rimborso"), not an Indonesian lane."""
    if not text[start:end].lower().startswith("gg") or not _DIGIT_BEFORE.search(text[:start][-2:]):
        return False
    return text.isupper() or not _CAPITAL_NEXT.match(text, end)


_DIGIT_BEFORE = re.compile(r"\d ?$")
_CAPITAL_NEXT = re.compile(rf" {CAPITAL}")
_LOWER_NAME = re.compile(r"(?: (?:de|la|du|des|del|di|da|do|van|der|l'))*[ ][^\W\d_]+")
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
_CAPITALS = re.compile(rf"(?<!\w)(?:{CAPITAL}[ ]){{1,3}}$")
_NUMBER_SOON = re.compile(
    rf"[.]?[ ,]{{0,2}}(?:(?:no|nr|д|дом|№)[.:]{{0,2}} ?)?{HOUSE}(?![\w%€$:])(?![.,]\d)", re.I
)
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
    word = _LOWER_NAME.match(text, start)
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
def _after() -> WordFinder:
    return WordFinder(
        listed("street_after") - {"hof", "top", "view", "apt", "apt."}, behind=_WORD_END
    )


@cache
def _before() -> WordFinder:
    prepositions = set(listed_in("de", "street_before"))
    return WordFinder(listed("street_before") - prepositions | _DUTCH, behind=_WORD_END)


_WORD_END = r"[\W_]|\Z"
_DUTCH = {"laan", "plein", "gracht", "kade", "dreef"}


@dataclass(frozen=True, slots=True)
class AnnouncedAddress:
    """What follows the words for an address, where a number and a place are in it."""

    needs: ClassVar = ("digit", "address_after")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find announced addresses."""
        for word in finder("address_after", behind="[ :,]{0,4}").find(message.lower):
            start = word.stop
            first = _FIRST.match(message.text, start)
            if first is None or not first[0][0].isalnum():
                continue
            end = extended(message, start, start, forward=True)[1]
            if has_place(message.text[start:end]):
                yield Entity("ADDRESS", start, end)


_FIRST = re.compile(r"\S{1,30}")
