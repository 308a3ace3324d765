"""What a recogniser of personal data gives, and what it is given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

__all__ = ["BLANK", "ENTITY_TYPES", "PLACEHOLDER", "Entity", "EntityType", "Message", "Need",
           "Recognizer", "view"]  # fmt: skip

EntityType = Literal[
    "EMAIL", "PHONE", "CARD", "ADDRESS", "NAME", "ID_NUMBER", "IBAN", "ORDER_NO", "TRACKING_NO",
    "IP", "WECHAT",
]  # fmt: skip
ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)

BLANK = "\ufffc"
PLACEHOLDER = re.compile(
    r"[<\[](?P<type>[A-Z][A-Z_]{1,20})(?:_(?P<number>\d{1,6}))?[>\]]|\[[\u3400-\u9fff]{1,8}x?\]"
    r"|<[A-Za-z_]{1,20}(?:_\d{1,6})?>|#[A-Z_]{2,24}#|\{\{?[^{}\n]{1,40}\}\}?"
)
"""What stands for a value: ours ("<PHONE_1>", and "[PHONE_1]" as it was) and other people's."""
_PLACEHOLDER_SIGN = re.compile(r"[\[<#{]")


@dataclass(frozen=True, slots=True)
class Entity:
    """Personal data at the half-open code-point range [start, end) of a text."""

    type: EntityType
    start: int
    end: int


class _View(dict[int, int]):
    """Code point -> the code point it is read as; one for one, so that offsets hold."""

    def __missing__(self, point: int) -> int:
        if 0xD800 <= point <= 0xDFFF:  # half a pair, which UTF-8 cannot carry
            return ord(BLANK)
        character = chr(point)
        digit = unicodedata.decimal(character, None)
        folded = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
        kept = len(folded) == 1 and folded.isascii()
        value = self[point] = ord(folded) if kept else point
        return value


_VIEW = _View({ord(dash): ord("-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"})
_DASH_IN_NUMBER = re.compile("(?<=[0-9])\u30fc(?=[0-9])")


def view(text: str) -> str:
    """Read the digits and full-width forms of every script as ASCII, each at its place."""
    if text.isascii():
        return text
    seen = text.translate(_VIEW)
    return _DASH_IN_NUMBER.sub("-", seen) if "\u30fc" in seen else seen


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := each.lower()) == 1 else small[0] for each in text)


@dataclass(slots=True)
class Message:
    """A text as recognisers read it: its view, placeholders blanked, each character at its place.

    `region` is the country (ISO 3166, two letters) whose national formats to expect, `language`
    the language whose wordings to prefer; either may be None. `lower` is the text in lower case,
    as long as the text; `taken` is what other recognisers found, for one that is asked later.
    """

    text: str
    region: str | None = None
    language: str | None = None
    lower: str = field(init=False)
    taken: Sequence[Entity] = ()

    def __post_init__(self) -> None:
        self.lower = _lowered(self.text)

    @classmethod
    def of(cls, text: str, *, region: str | None = None, language: str | None = None) -> Message:
        """Read a text as it is written."""
        seen = view(text)
        if _PLACEHOLDER_SIGN.search(seen):
            seen = PLACEHOLDER.sub(lambda match: BLANK * len(match[0]), seen)
        return cls(seen, region, language)


Need = str | re.Pattern[str]
"""A sign that a message must have to be worth reading, as `Scan` knows it."""


class Recognizer(Protocol):
    """Finds one kind of personal data in a message."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """The signs that a message must have, all of them."""
        ...

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find the entities of this kind, in code points of the message."""
        ...
