"""Numbers of identity documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal.checksums import CHECKS
from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.numbers import is_quantity
from cs_qa.text.personal.word_finder import finder
from cs_qa.text.personal.wordings import alternatives, compiled, digits_of, listed, numbers, words

__all__ = ["IdNumber"]

_NEAR = 64
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9_])(?:(?<![@.+#/-])(?:[A-Z]{1,2} ?-?|[A-Z]{3,4})?\d(?:[ ./-]?[A-Z0-9]){4,21}"
    r"(?![A-Za-z0-9_@-])(?<![A-Z] [A-Z])"
    r"|[A-Za-z]{3} ?[A-Za-z]{3} ?[A-Za-z0-9]{5} ?[A-Za-z0-9]{5}(?![A-Za-z0-9]))",
    re.ASCII,
)
# Written in its own way, a number tells itself.
_WRITTEN = re.compile(
    r"\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{3}-\d{3}-\d{3} \d{2}"
    r"|\d-\d{4}-\d{5}-\d{2}-\d|\d{6}-[1-8]\d{6}|(?!9)\d{3}-\d{2}-\d{4}|784-\d{4}-\d{7}-\d",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number that passes its country's check, or stands behind the word for a document."""

    needs: ClassVar = ("five digits", "nine characters|stems:id_words")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find identity numbers."""
        for match in _CANDIDATE.finditer(message.text):
            if _is_one(message, *match.span()):
                yield Entity("ID_NUMBER", *match.span())


def _is_one(message: Message, start: int, end: int) -> bool:
    written = message.text[start:end]
    value = re.sub("[ ./-]", "", written).upper()
    checks = CHECKS.get(len(value), ())
    holds = [tells for shape, check, tells in checks if shape.fullmatch(value) and check(value)]
    if True in holds or (holds and _WRITTEN.fullmatch(written)):
        return not is_quantity(message.text, start, end)
    if len(digits_of(value)) < 5:
        return False
    near = max(0, start - _NEAR)
    if not finder("id_words").is_in(message.lower, near, start):
        return False
    if holds:
        return True
    return not is_quantity(message.text, start, end) and bool(
        compiled(_announced()).search(message.lower[near:start])
    )


@cache
def _announced() -> str:
    gap = r"[^\pL\pN_\n]{0,5}"
    fillers = f"(?:(?:{alternatives(numbers('fillers'))}){gap}){{0,5}}"
    return rf"{words(listed('id_words'))}\pL{{0,6}}{gap}{fillers}$"
