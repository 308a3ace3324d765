"""The parts of an address beside its street: flats, postal codes, towns, on both of its sides."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.name_shapes import is_given
from cs_qa.text.personal.wordings import alternatives, listed

__all__ = ["CAPITAL", "HOUSE", "STREET_SIGN", "extended", "extended_from", "has_place"]

STREET_SIGN = (
    "street_before|street_after|endings:street_endings|boxes|number, number|number, toned word"
)
"""What a message with a street has, as `Scan` knows it."""
CAPITAL = r"[A-ZÀ-ÝĀ-ŽА-ЯЁ][\w'’-]*"
HOUSE = r"\d{1,5}(?: ?(?:bis|ter|[A-Za-z])(?![\w.]))?(?:[-/]\d{1,4}[A-Za-z]?)?"

_MAX_PARTS = 10
_POSTAL = (
    r"(?:[A-Z]{1,2}-)?(?:\d{5}-\d{3}|\d{5}(?:-\d{4})?|\d{2}-\d{3}|\d{3} \d{2}|\d{4} ?[A-Z]{2}\b"
    r"|\d{6}|\d{4}(?:-\d{3})?|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b|[A-Z]\d[A-Z] ?\d[A-Z]\d\b)(?![\dx*])"
)
_CAP = r"(?:[A-ZÀ-ÝĀ-ŽŁĐА-ЯЁ\u1ea0-\u1ef9][^\W\d_]*(?:['’-][^\W\d_]+){0,3}(?!\w)|(?:St|Dr|Jend|Prof|Gen|Gral|Col|Sta|Sto|Av|Lt|Kol|Mar|R|Tp|Pres|Cap|Eng|Ing|[A-Z])\.(?=[ ]?[A-Z\d]))"
_LINK = (
    "de la|de|del|di|da|do|dos|das|la|le|sur|sous|am|an der|im|in|bei|upon|on|of|aan den|aan de|den"
    "|nad|na|y|e|und"
)
_TOWN = rf"{_CAP}(?:[ /-]{{1,3}}(?:(?:{_LINK})[ -])?{_CAP}){{0,3}}(?: \d{{1,2}}(?![\d.,:-]))?(?: ?\([\w .]{{2,20}}\))?"
_HOUSE = r"\d{1,5}(?: ?[a-z]\b|[A-Z]\b)?(?:[-/]\d{1,4}[A-Za-z]?)?(?: ?(?:bis|ter)\b)?"
_ORDINAL = r"\d{1,3}(?:[ºª°.]|er|e|ème|th|st|nd|rd)?[ ]?"
_STATE = r"[A-Z]{2}(?= \d{5}|\b)"
_PLACES = frozenset({"jakarta", "indonesia", "paris", "france", "deutschland", "italia", "nederland",
                     "polska", "россия", "москва", "türkiye", "việt nam", "việt", "kota"})  # fmt: skip
_STOP = frozenset({"tel", "tel.", "phone", "email", "e-mail", "mail", "whatsapp", "iban", "merci",
                   "gracias", "danke", "thanks", "obrigado", "obrigada", "grazie", "bedankt"})  # fmt: skip


@cache
def _part() -> re.Pattern[str]:
    unit = alternatives({*listed("units"), *listed("street_before"), *listed("street_after")})
    return re.compile(
        rf"(?:(?i:(?<!\w)(?:{unit})(?![^\W\d_]))(?:[.:#№]{{0,2}} ?(?:[A-Za-z]?\d[\w/-]*|[A-Z]\b"
        rf"|{_CAP}(?: {_CAP}){{0,3}}(?: \d{{1,4}}[a-zA-Z]?(?!\w))?)(?:\.(?=[ ,]))?)"
        rf"|{_ORDINAL}(?i:{unit})(?![^\W\d_])(?: [A-Z\d]\b)?|\d{{1,2}}[.]?[ºª°] ?(?:[A-Z]\b|(?:izquierda|derecha|izq|izda|dcha|dir|esq|dto|int|ext)\b\.?)?"
        rf"|{_POSTAL}(?:[ ,]{{1,2}}(?:{_STATE} )?{_TOWN})?|{_POSTAL} [^\W\d_]{{3,20}}"
        rf"|{_TOWN}(?:,? {_STATE})?(?: {_POSTAL})?|{_STATE}(?: {_POSTAL})?"
        rf"|{_HOUSE}(?![\w%€$:])(?![.,]\d))"
    )


_BETWEEN = re.compile(r"[ ]?[,،;][ ]?|[ ][-–—/|][ ]|[ ]|\n(?=[^\n]*\d)|-(?=[A-Z])")
_LOWER_TOWN = re.compile(r" [^\W\d_]{3,20}(?=[,.!?\n]|$)")
_QUARTER = re.compile(rf"(?:{_CAP} ){{1,3}}(?i:mah|mh|mahallesi|mahalle)\.?,? $")
_NAMED = re.compile(
    rf"(?:(?<=\s)|^)(?:{_CAP}|\d{{1,5}})(?: (?:{_CAP}|\d{{1,5}}\w?|(?:{_LINK})\b)){{0,6}}$"
)
_BEFORE = re.compile(r"(?P<part>[^,،;:\n()]{2,48})[ ]?[,،][ ]?$")


def extended(message: Message, start: int, end: int, *, forward: bool = False) -> tuple[int, int]:
    """Give the span of an address from that of its street, or from where it begins (`forward`)."""
    end = _end(message.text, end, fresh=forward)
    return (start if forward else _start(message.text, start)), end


def extended_from(message: Message, streets: Iterable[tuple[int, int]]) -> Iterator[Entity]:
    """Give the addresses around streets."""
    for start, end in sorted({*streets}):
        yield Entity("ADDRESS", *extended(message, start, end))


def has_place(text: str) -> bool:
    """Whether an announced text is an address: a number, and two parts or a postal code."""
    if not re.search(r"\d", text):
        return False
    parts = [part for part in re.split(r"[,،]", text) if part.strip()]
    return (len(parts) >= 2 or bool(re.search(rf"(?<!\d){_POSTAL}", text))) and bool(
        re.search(r"[^\W\d_]{3}", text)
    )


def _end(text: str, end: int, *, fresh: bool) -> int:
    for number in range(_MAX_PARTS):
        gap = re.compile("").match(text, end) if fresh and not number else _BETWEEN.match(text, end)
        if gap is None:
            break
        part = _part().match(text, gap.end())
        spaced = gap[0] == " "
        if part is None or part[0].split()[0].lower().strip(",.") in _not_parts():
            break
        if spaced and not _may_follow(part[0], text[max(0, end - 6) : end]):
            break
        end = part.end()
    return end


def _may_follow(part: str, before: str) -> bool:
    """After a mere space only a number, a unit with one, or a town behind a number."""
    return part[0].isdigit() or bool(re.search(r"\d", part)) or bool(re.search(r"\d\w?$", before))


@cache
def _not_parts() -> frozenset[str]:
    return (
        (listed("not_names") - _PLACES)
        | _STOP
        | listed("greetings")
        | listed("id_words")
        | {word for phrase in listed("name_fields") for word in phrase.split()}
    )


@cache
def _unit_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<!\w)(?:{alternatives(listed('units'))}) ?$")


def _start(text: str, start: int) -> int:
    """Take in what stands before the street: a building, a town, a flat, a Turkish quarter."""
    quarter = _QUARTER.search(text[max(0, start - 52) : start])
    if quarter:
        start -= len(quarter[0])
    numbered = text[start : start + 1].isdigit()
    for _ in range(3):
        before = _BEFORE.search(text[max(0, start - 52) : start])
        if before is None:
            break
        part = before["part"]
        found = _NAMED.search(part)
        lead = found and _unit_at_end().search(part[: found.start()])
        if found is None or found[0].split()[0].lower().strip(".") in _not_parts():
            break
        first = found[0].split()
        if len(first) > 1 and is_given(first[0].lower()):  # the name of who lives there
            break
        if numbered and not (lead or re.search(r"\d", found[0])):
            break
        width = len(before[0]) - (lead.start() if lead else found.start())
        start -= width
        numbered = text[start : start + 1].isdigit()
    return start
