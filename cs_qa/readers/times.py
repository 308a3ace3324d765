"""Times as files write them -> aware times with the offset that they had.

`iso_time` takes what the contract allows, `any_time` what tables hold as well; both give a time
with or without an offset, and raise ValueError where a value is none. `placed` puts a time without
an offset into its zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from cs_qa.readers.dates import DateOrder, leading_date
from cs_qa.readers.values import kind, shown

__all__ = ["NoZoneError", "ReadTime", "any_time", "is_time_of_day", "iso_time", "placed", "zone"]

ReadTime = Callable[[object], datetime]
YEARS = range(1970, 2200)
_EXAMPLE = "2026-11-16T09:00:12+01:00"

_EARLY = ("am", "a.m.", "上午", "早上", "清晨", "凌晨", "오전", "午前", "ص")
_LATE = ("pm", "p.m.", "下午", "中午", "晚上", "傍晚", "오후", "午後", "م")
_NIGHT = ("晚上", "傍晚")
_HALF = "|".join(map(re.escape, (*_EARLY, *_LATE)))
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u061c\ufeff"))
_CLOCK = re.compile(
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})(?:[:.h时点시]\s?)(?P<minute>\d{{2}})[分분]?"
    r"(?:[:.]?\s?(?P<second>\d{2})[秒초]?(?:[.,](?P<fraction>\d{1,9}))?)?"
    rf"\s*(?P<after>{_HALF})?\s*(?P<offset>(?:utc|gmt)?[+-]\d{{2}}:?\d{{2}}|utc|gmt|z)?",
    re.IGNORECASE,
)
# Between the date and the clock: a comma, a T, a word such as "at" or "à", a weekday in brackets.
_BETWEEN = re.compile(r"(?:\s*\([^\W\d]{1,9}\))?(?:,?\s*(?:at|à|um|T)\s*|,\s*|\s*)", re.IGNORECASE)
_DIGITS = re.compile(r"\d{10}(?:\.\d+|\d{3}|\d{6})?", re.ASCII)
_RUN = re.compile(r"\d{14}", re.ASCII)


class NoZoneError(ValueError):
    """A time without an offset, in no zone that is known."""

    def __init__(self) -> None:
        super().__init__(f'no offset, as in {_EXAMPLE}, and no known "timezone" of the transcript')


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name ("Europe/Paris")."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"time zone {shown(name)} is unknown; use an IANA name such as Europe/Paris"
        ) from None


def placed(
    parsed: datetime, local: tzinfo | None, *, after: datetime | None = None
) -> tuple[datetime, str | None]:
    """An aware time with a fixed offset, and what is odd about it.

    A time without an offset is local time in `local`. In an hour that a clock change repeats it is
    the first of the two, or the second where the first lies before `after`, the turn above. In an
    hour that is skipped it has the offset from before the change, and is called odd. Raises
    NoZoneError where there is no zone, ValueError where the year is no year of a chat.
    """
    if parsed.year not in YEARS:
        raise ValueError(f"the year {parsed.year} is outside {YEARS[0]}-{YEARS[-1]}")
    if type(parsed.tzinfo) is timezone:
        return parsed, None
    if parsed.utcoffset() is not None:
        return _fixed(parsed), None
    if local is None:
        raise NoZoneError
    first = _fixed(parsed.replace(tzinfo=local, fold=0))
    second = _fixed(parsed.replace(tzinfo=local, fold=1))
    if first > second:
        written = parsed.isoformat(" ")
        return first, f"{written} did not exist in {local}: the clocks were put forward over it"
    return (second if after is not None and first < after else first), None


def _fixed(local: datetime) -> datetime:
    offset = local.utcoffset()
    return local.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def iso_time(value: object) -> datetime:
    """A time in ISO 8601, or a datetime."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{kind(value)}, not ISO 8601 text such as {_EXAMPLE}")
    text = value.strip()
    if len(text) <= len("2026-11-16"):
        raise ValueError(f"not a date with a time, such as {_EXAMPLE}")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not ISO 8601, such as {_EXAMPLE}") from None


def any_time(value: object, order: DateOrder | None = None) -> datetime:
    """A time in ISO 8601, in one of the usual ways to write it, or as seconds since 1970.

    `order` is that of day, month and year in dates such as 3/4/2026.

    >>> any_time("2026年11月16日 下午3:04").isoformat()
    '2026-11-16T15:04:00'
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{kind(value)}, not a date with a time such as {_EXAMPLE}")
    text = value.strip()
    if _DIGITS.fullmatch(text):
        return _since_1970(text)
    if _RUN.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S")
    try:
        return iso_time(text)
    except ValueError:
        return _written(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip(), order)


def _since_1970(digits: str) -> datetime:
    whole, _, fraction = digits.partition(".")
    second, rest = whole[:10], whole[10:] or fraction[:6]
    return datetime.fromtimestamp(int(second), UTC) + timedelta(
        microseconds=int(rest.ljust(6, "0"))
    )


def _written(text: str, order: DateOrder | None) -> datetime:
    day, rest = leading_date(text, order)
    between = _BETWEEN.match(rest)
    clock = _CLOCK.fullmatch(rest, between.end() if between else 0)
    if clock is None:
        reason = "no time of day that is recognised" if rest.strip(" ,") else "no time of day"
        raise ValueError(f"a date with {reason}; write both, such as {_EXAMPLE}")
    moment = datetime.combine(day, _time_of_day(clock))
    offset = (clock["offset"] or "").upper().removeprefix("UTC").removeprefix("GMT")
    return (
        datetime.fromisoformat(moment.isoformat() + (offset or "Z")) if clock["offset"] else moment
    )


def _time_of_day(clock: re.Match[str]) -> time:
    hour, minute, second = (int(clock[name] or 0) for name in ("hour", "minute", "second"))
    half = (clock["before"] or clock["after"] or "").lower()
    if (half and hour > 12 and half in _EARLY) or (half in _NIGHT and hour == 12):
        raise ValueError(f"{clock[0].strip()} is no time of day")
    if half in _EARLY and hour == 12:
        hour = 0
    elif half in _LATE and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    fraction = int((clock["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return time(hour, minute, second, fraction)
    except ValueError:
        raise ValueError(f"{clock[0].strip()} is no time of day") from None


def is_time_of_day(value: object) -> bool:
    """Whether a value is a time of day without a date, as in a table with a column for each."""
    if isinstance(value, str):
        return _CLOCK.fullmatch(unicodedata.normalize("NFKC", value).strip()) is not None
    return isinstance(value, time)
