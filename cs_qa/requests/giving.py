"""What a customer has given: by its value, its mask, by saying so, or by answering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cs_qa.requests.asking import Request, asked
from cs_qa.requests.kinds import KINDS, MASKS, NUMBERED, OPEN, VALUES
from cs_qa.requests.reading import Reading, read
from cs_qa.types import Role

__all__ = ["given", "may_hold", "values_in"]

_FILES = ("photo", "video", "receipt")
_REACH = 28
_SOME_NUMBER = re.compile(r"\d{2}|\d[A-Za-z]|[A-Za-z]-?\d|\*\*")
_ID = re.compile(
    r"^\W*(?:[^\W\d]+\W+){0,3}[^\W\d]{0,8}[-_/ #:]{0,3}"
    r"[A-Za-z]{0,5}[-_ ]?(?!\d{1,2}(?:st|nd|rd|th)\b|\d{1,2}[./]\d)\d[\w*/-]{2,}"
    r"|^\W*(?:[^\W\d]+\W+){0,3}\d{2,3} \d{2,}"
)
_MASK = re.compile(r"^\W{0,3}(?:\w+\W+){0,2}?[<\[][A-Z][A-Z_]{1,20}(?:_\d{1,6})?[>\]]")
_ID_BEFORE = re.compile(r"\d[\d*-]{2,} ?\S{0,4} ?$")
_LONG_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{0,4}-?\d[\d -]{2,24}(?![\w€$%])")
_PLAIN_SIZE = re.compile(
    r"(?<![\d.,:/€$£¥+-])(?:3[2-9]|[45]\d|1[0-8]\d)(?:[.,]5)?(?![\d.,:/%€$£¥]|-\d)|2\d(?:\.\d)? ?cm"
)
_SENTENCE = re.compile(r"[.!?。！？؟\n]")
_BRACKETS = re.compile(r"\[[^\[\]]{0,40}\]|<[^<>]{0,40}>")
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DESCRIPTION, _LONG_DESCRIPTION = 14, 50
"""Letters of a text that names a problem, and of one that need not: a wide letter counts double."""

Turns = Sequence[tuple[Role, str, str | None]]
"""Role, text and language of each turn."""


def given(turns: Turns) -> dict[str, int]:
    """Tell which kinds the customer has given in these turns, each with the last such turn.

    >>> given([("customer", "Order number 40-2281, it leaks", "en")])["order_number"]
    0
    """
    found: dict[str, int] = {}
    open_questions: tuple[Request, ...] = ()
    for index, (role, text, language) in enumerate(turns):
        if role in ("agent", "bot"):
            open_questions = asked(text, language)
        elif role == "customer":
            found.update(dict.fromkeys(values_in(text, language), index))
            answers = _answers(text, language, open_questions)
            found.update(dict.fromkeys(answers, index))
    return found


@lru_cache(maxsize=8_192)
def values_in(text: str, language: str | None) -> frozenset[str]:
    """Tell which kinds of thing a customer's turn gives, by itself."""
    reading = read(text, language)
    if reading is None:
        return frozenset()
    kinds = {kind for kind, mask in MASKS.items() if mask.search(text)}
    kinds.update(kind for kind in KINDS if _gives(reading, kind))
    return frozenset(kinds)


def _gives(reading: Reading, kind: str) -> bool:
    if kind in _FILES:
        return _has_value(reading, kind) or _sent(reading, kind)
    if kind in NUMBERED:
        return _has_value(reading, kind) or _numbered(reading, kind)
    if kind == "reason":
        return _describes(reading)
    if kind in ("size", "colour"):
        return _fits(reading, kind)
    if kind == "address":
        return reading.has("given", kind) and bool(re.search(r"\d", reading.digits))
    if kind == "model":
        return _numbered(reading, kind) or reading.has("given", kind) or _has_value(reading, kind)
    if kind == "appointment" and _asks(reading):
        return False
    if kind == "purchase_date":
        return reading.has("given", kind) and bool(re.search(r"\d", reading.digits))
    if kind == "phone":
        return _numbered(reading, kind) or _has_value(reading, kind)
    return _has_value(reading, kind) or reading.has("given", kind)


def _has_value(reading: Reading, kind: str) -> bool:
    pattern = VALUES.get(kind)
    return pattern is not None and pattern.search(reading.digits) is not None


def _sent(reading: Reading, kind: str) -> bool:
    """Whether a file is named in a clause that says it was sent."""
    if reading.has("given", kind):
        return True
    sent = {reading.sentence_of(found.clause) for found in reading.having("sent")}
    return any(
        reading.sentence_of(noun.clause) in sent for noun in reading.having("noun", kind)
    ) and not _asks(reading)


def _asks(reading: Reading) -> bool:
    return reading.text.rstrip()[-1:] in ("?", "？", "؟")


def _numbered(reading: Reading, kind: str) -> bool:
    """Whether a number stands close behind the noun of a kind."""
    for noun in (*reading.having("noun", kind), *reading.having("given", kind)):
        behind = _SENTENCE.split(reading.digits[noun.end : noun.end + _REACH])[0]
        before = reading.digits[max(0, noun.start - 10) : noun.start]
        if _MASK.match(behind):
            return True
        number = _ID if kind in NUMBERED else _SOME_NUMBER
        if number.search(behind) or _ID_BEFORE.search(before):
            return True
    return False


def _describes(reading: Reading) -> bool:
    least = _DESCRIPTION if reading.has("given", "reason") else _LONG_DESCRIPTION
    return _letters(reading.text) >= least and not (least > _DESCRIPTION and _asks(reading))


def _letters(text: str) -> int:
    plain = _BRACKETS.sub("", text)
    return sum(map(str.isalpha, plain)) + len(_WIDE.findall(plain))


def _fits(reading: Reading, kind: str) -> bool:
    """Whether a size or colour is named as the wanted one, or both it and the unwanted one."""
    unfit = list(reading.having("unfit"))
    values = {
        reading.text[found.start : found.end].casefold()
        for found in reading.having("given", kind)
        if not any(other.start < found.end and found.start < other.end for other in unfit)
    }
    if kind == "size":
        values.update(VALUES["size"].findall(reading.digits))
        if _numbered(reading, kind) or values or reading.has("noun", kind) or unfit:
            values.update(_PLAIN_SIZE.findall(reading.digits))
    return len(values) > (1 if unfit or _asks(reading) else 0)


def _answers(text: str, language: str | None, questions: Sequence[Request]) -> set[str]:
    """Tell which of the kinds just asked for a turn gives as a bare answer."""
    reading = read(text, language)
    if reading is None or not questions or reading.has("refusal"):
        return set()
    kinds = {question.kind for question in questions}
    numbers = bool(_LONG_NUMBER.search(reading.digits))
    found = {k for k in kinds if numbers and (k in NUMBERED or k == "phone")}
    found |= {
        k
        for k in kinds
        if k in ("size", "measurements", "quantity") and re.search(r"\d", reading.digits)
    }
    found |= {k for k in kinds if k in ("appointment", "purchase_date") and not _asks(reading)}
    found |= {k for k in kinds if k in _FILES and reading.has("sent") and not _asks(reading)}
    if len(kinds) == 1 and not _asks(reading) and any(map(str.isalnum, text)):
        found |= kinds & set(OPEN)
    return found


def may_hold(kind: str, turns: Turns) -> bool:
    """Whether a customer may have given a kind in a way that is not recognised for sure."""
    said = [text for role, text, _ in turns if role == "customer"]
    readings = [
        reading
        for role, text, lang in turns
        if role == "customer" and (reading := read(text, lang))
    ]
    if kind in NUMBERED or kind in ("phone", "measurements"):
        return any(re.search(r"\d{2}|[>\]*]", text) for text in said)
    if kind == "email":
        return any("@" in text or "*" in text for text in said)
    if kind in _FILES:
        return any(
            reading.has("sent") or reading.has("noun", kind) or re.search(r"[\[<【]", reading.text)
            for reading in readings
        )
    return bool(said)
