"""Personal data that only the conversation tells: answers to a question, values said again."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cs_qa.text.personal.entity import Entity, EntityType, Message, view
from cs_qa.text.personal.name import whole_name
from cs_qa.text.personal.name_shapes import is_given
from cs_qa.text.personal.numbers import asked_for, is_quantity
from cs_qa.text.personal.word_finder import finder

__all__ = ["answer", "compared", "known_values", "occurrences"]

_SEPARATORS = re.compile(r"[\s().#/_-]+")
_LONE_NUMBER = re.compile(
    r"\W{0,4}(?P<value>[A-Za-z]{0,4}[ -]?\d(?:[ -]?[A-Z]?\d){4,24})[^\w]{0,4}", re.ASCII
)
_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,32}(?:[ -][A-Za-z0-9]{1,32}){0,3}(?![A-Za-z0-9])")
_HAS_DIGIT = re.compile("[0-9]")
_QUESTION = re.compile("[?؟？]|please|bitte|por favor|merci|proszę|пожалуйста|请|請|ください|주세요|ครับ|ค่ะ|vui lòng|mohon")  # fmt: skip
_IN_WORDS: frozenset[EntityType] = frozenset({"NAME", "ADDRESS", "WECHAT"})
_MIN_KNOWN_LENGTH = 5
_MIN_NAME_LENGTH = 3
_LONGEST_NAME = 48


def compared(value: str, kind: EntityType) -> str:
    """Give a value as values are compared: without case, width, and what parts digits."""
    folded = view(value).casefold()
    if kind == "EMAIL":
        return folded
    return " ".join(folded.split()) if kind in _IN_WORDS else _SEPARATORS.sub("", folded)


def answer(text: str, before: Sequence[str]) -> Entity | None:
    """Give what a turn is nothing but, if the turns before it asked for that."""
    seen = view(text)
    alone = _LONE_NUMBER.fullmatch(seen)
    if alone is not None and not is_quantity(seen, *alone.span("value")):
        kind = next((kind for turn in reversed(before) if (kind := asked_for(turn))), None)
        return None if kind is None else Entity(kind, *alone.span("value"))
    if before and len(seen) <= _LONGEST_NAME and _asks_name(before[-1]):
        span = whole_name(Message.of(text))
        return None if span is None else Entity("NAME", *span)
    return None


def _asks_name(turn: str) -> bool:
    lowered = view(turn).lower()
    return bool(_QUESTION.search(lowered)) and finder("name_fields", "name_asked").is_in(lowered)


def known_values(
    texts: Sequence[str], found: Sequence[Sequence[Entity]]
) -> Mapping[str, EntityType]:
    """Give the values that were recognised and may stand elsewhere: as compared, names as written."""
    known: dict[str, EntityType] = {}
    for text, entities in zip(texts, found, strict=True):
        for entity in entities:
            written = text[entity.start : entity.end]
            if entity.type in _IN_WORDS:
                for part in _parts(written, entity.type):
                    known.setdefault(part, entity.type)
            elif entity.type != "EMAIL":
                value = compared(written, entity.type)
                if len(value) >= _MIN_KNOWN_LENGTH:
                    known.setdefault(value, entity.type)
    return known


def _parts(written: str, kind: EntityType) -> Iterator[str]:
    """A name, and the given names in it; of one short word only what has capitals."""
    least = _MIN_NAME_LENGTH if written.isascii() or written[0].isupper() else 2
    if len(written) >= least and not written.islower():
        yield written
    if kind == "NAME" and " " in written:
        yield from (
            word for word in written.split() if is_given(word.lower()) and word[0].isupper()
        )


def occurrences(text: str, known: Mapping[str, EntityType]) -> Iterator[Entity]:
    """Find known values again, maybe spaced otherwise and without a word before them."""
    if not known:
        return
    seen = view(text)
    if _HAS_DIGIT.search(seen):
        for match in _RUN.finditer(seen):
            kind = known.get(_SEPARATORS.sub("", match[0].casefold()))
            if kind is not None and kind not in _IN_WORDS and not is_quantity(seen, *match.span()):
                yield Entity(kind, *match.span())
    for value, kind in known.items():
        if kind in _IN_WORDS and value in text:
            edge = r"(?<!\w)", r"(?!\w)"
            if value[0] >= "\u0e00" and not value[0].isupper():
                edge = "", ""
            for match in re.finditer(f"{edge[0]}{re.escape(value)}{edge[1]}", text):
                yield Entity(kind, *match.span())
