"""Single values of foreign files -> values of cs_qa.

Each parser raises ValueError where a value cannot be used; the caller decides what that costs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from cs_qa.readers.wording import folded

MAX_DEPTH = 64
MAX_WORD_CHARS = 40
REPLACEMENT = "\ufffd"

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?", re.ASCII)
_FLAGS = dict.fromkeys(("true", "yes", "y", "1", "是", "有"), True) | dict.fromkeys(
    ("false", "no", "n", "0", "否", "无"), False
)
# "closed" and "open" are left out: a closed case need not be a solved one.
_STATES = dict.fromkeys(("resolved", "solved", "已解决"), True) | dict.fromkeys(
    ("unresolved", "unsolved", "notresolved", "notsolved", "未解决"), False
)
_SATISFACTION = {
    word: float(answer)
    for answer, words in {
        5: ("verysatisfied", "extremelysatisfied", "非常满意", "很满意", "十分满意"),
        4: ("satisfied", "somewhatsatisfied", "满意", "比较满意"),
        3: ("neutral", "neithersatisfiednordissatisfied", "一般", "中立"),
        2: ("dissatisfied", "unsatisfied", "somewhatdissatisfied", "不满意", "比较不满意"),
        1: ("verydissatisfied", "veryunsatisfied", "非常不满意", "很不满意", "十分不满意"),
    }.items()
    for word in words
}
_OUT_OF_FIVE = re.compile(
    r"([1-5])(?:\.0)?\s*(?:/\s*5|分|颗?星|顆星|stars?|points?|out of 5)", re.IGNORECASE
)
_STARS = re.compile("(★{1,5}|⭐{1,5})☆{0,4}")


def safe_text(text: str) -> str:
    """Replace lone surrogates and NUL by U+FFFD, one for one, so that offsets stay true.

    >>> safe_text("a\\x00b\\ud83d")
    'a\ufffdb\ufffd'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return _UNSAFE.sub(REPLACEMENT, text)
    return text.replace("\x00", REPLACEMENT)


def shown(value: object, *, limit: int = 40) -> str:
    """A value as a message quotes it: one line, shortened, printable."""
    if not isinstance(value, str | int | float | Decimal):
        return kind(value)
    text = safe_text(str(value)[: limit + 1])
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def kind(value: object) -> str:
    """What a value is, in JSON's words: null, a boolean, a number, a string, a list, an object."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float() | Decimal():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "an object"
        case Sequence():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def plain(value: object, *, depth: int = 0) -> object:
    """A value that JSON and UTF-8 can carry; NaN and the infinities become None.

    Raises ValueError where lists and objects are nested deeper than 64 levels.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels; flatten it or leave it out")
    match value:
        case None | bool() | int():
            return value
        case str():
            return safe_text(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {safe_text(str(k)): plain(v, depth=depth + 1) for k, v in value.items()}
        case list() | tuple():
            return [plain(item, depth=depth + 1) for item in value]
        case date() | time():
            return value.isoformat()
        case _:
            return safe_text(str(value))


def is_missing(value: object) -> bool:
    """Whether a value says nothing: null, blank text or NaN."""
    if isinstance(value, str):
        return not value.strip()
    # NaN and pandas' NaT, which stand for what is missing, are unequal to themselves.
    return value is None or (isinstance(value, float | datetime) and value != value)


def label(value: object) -> str:
    """A name or an identifier; a number becomes its digits (`12.0` too: "12")."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"is {kind(value)}; it must be a string or a number")
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"is {value}; it must be a string or a number")
    return str(int(value)) if value == int(value) else str(value)


def number(value: object) -> float:
    """A finite number; also one written as text with a decimal point ("31.5")."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"is {shown(value)}; it must be a number")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise ValueError("is not a finite number")
    return result


def satisfaction(value: object) -> float:
    """A CSAT answer, 1-5; also in words ("very satisfied", "满意"), as "4/5", "5分" or stars."""
    answer = _in_words(value)
    if answer is None:
        answer = number(value)
    if not 1 <= answer <= 5:
        raise ValueError(f"is {shown(value)}; it must be a number from 1 to 5")
    return answer


def _in_words(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    text = value.strip()
    if found := _OUT_OF_FIVE.fullmatch(text):
        return float(found[1])
    if (found := _STARS.fullmatch(text)) and len(text) <= len("★★★★★"):
        return float(len(found[1]))
    return _SATISFACTION.get(folded(text)) if len(text) <= MAX_WORD_CHARS else None


def solved(value: object) -> bool:
    """Whether something is solved: a flag, or the words resolved/unresolved, 已解决/未解决."""
    if isinstance(value, str) and len(value) <= MAX_WORD_CHARS:
        value = _STATES.get(folded(value), value)
    return flag(value)


def flag(value: object) -> bool:
    """True or false; also 1 and 0, and in any case the words true/false, yes/no, 是/否."""
    if isinstance(value, str):
        value = _FLAGS.get(value.strip().lower())
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    raise ValueError("must be true or false")


def choice(value: object, possible: Sequence[str]) -> str:
    """One of the possible names, whatever its case and the blanks around it."""
    if isinstance(value, str):
        if value in possible:
            return value
        name = value.strip().lower()
        if name in possible:
            return name
    raise ValueError(f"is {shown(value)}; possible: {', '.join(possible)}")
