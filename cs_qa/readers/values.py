"""Single values of foreign files -> values of cs_qa.

Each parser raises ValueError where a value cannot be used; the caller decides what that costs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

MAX_DEPTH = 64
YEARS = range(1970, 2200)
REPLACEMENT = "\ufffd"

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?", re.ASCII)
_FLAGS = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
}


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
    """A CSAT answer, 1-5."""
    answer = number(value)
    if not 1 <= answer <= 5:
        raise ValueError(f"is {answer:g}; it must be a number from 1 to 5")
    return answer


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


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name ("Europe/Paris")."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"time zone {shown(name)} is unknown; use an IANA name such as Europe/Paris"
        ) from None


def moment(value: object, zone: tzinfo | None) -> datetime:
    """An aware time with a fixed offset, of ISO 8601 text or a datetime.

    A time without an offset is local time in `zone`; in the hour that a clock change repeats it
    is the first of the two.
    """
    parsed = _parsed(value)
    if parsed.year not in YEARS:
        raise ValueError(f"the year {parsed.year} is outside {YEARS[0]}-{YEARS[-1]}")
    if type(parsed.tzinfo) is timezone:
        return parsed
    offset = parsed.utcoffset()
    if offset is None:
        if zone is None:
            raise ValueError(
                'no offset, as in 2026-11-16T09:00:12+01:00, and no known "timezone" '
                "of the transcript"
            )
        offset = parsed.replace(tzinfo=zone).utcoffset()
    return parsed.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def _parsed(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{kind(value)}, not ISO 8601 text such as 2026-11-16T09:00:12+01:00")
    text = value.strip()
    if len(text) <= len("2026-11-16"):
        raise ValueError("not a date with a time, such as 2026-11-16T09:00:12+01:00")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not ISO 8601, such as 2026-11-16T09:00:12+01:00") from None
