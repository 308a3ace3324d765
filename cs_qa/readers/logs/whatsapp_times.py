"""Dates and clocks of WhatsApp exports, which follow the phone's region and never say which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from cs_qa.readers.logs._whatsapp_words import DAY_HALF, JOINTS
from cs_qa.readers.logs.chat_log import hour_of_day
from cs_qa.readers.options import DateOrder

__all__ = ["STAMP", "Stamp", "date_order", "moment_of", "stamp_of"]


def _date(prefix: str) -> str:
    return (
        rf"(?P<{prefix}first>\d{{1,4}}) ?(?P<{prefix}mark>[./年-]) ?(?P<{prefix}second>\d{{1,2}})"
        rf" ?[./月-] ?(?P<{prefix}third>\d{{1,4}})(?: ?[.日])?"
    )


def _clock(prefix: str) -> str:
    return (
        rf"(?:(?P<{prefix}before>{DAY_HALF}) {{0,2}})?(?P<{prefix}hour>\d{{1,2}})(?: ?h ?|[:.])"
        rf"(?P<{prefix}minute>\d\d)(?:[:.](?P<{prefix}seconds>\d\d))?"
        rf"(?: {{0,3}}(?P<{prefix}after>{DAY_HALF}))?"
    )


STAMP = (
    rf"(?:{_date('')}[,،]? {{0,4}}(?:(?:{JOINTS}) {{1,3}})?{_clock('')}"
    rf"|{_clock('late_')},? {{1,3}}{_date('late_')})"
)
"""A date and a clock; in Vietnamese the clock comes first."""

_DAY_AND_MONTH: tuple[DateOrder, DateOrder] = ("dmy", "mdy")
_BUDDHIST = 543
_BUDDHIST_YEARS = range(2400, 2700)
# WhatsApp began in 2009, the year 2552 of the Thai calendar: "52" and later are Thai years.
_FIRST_SHORT_BUDDHIST = 52


@dataclass(frozen=True, slots=True)
class Stamp:
    """The parts of a date in the order they stand in, and the clock."""

    written: str
    parts: tuple[int, int, int]
    mark: str
    clock: tuple[int, int, int]

    @property
    def year_first(self) -> bool:
        """Whether the year is written first."""
        return self.parts[0] > 31


def stamp_of(match: re.Match[str]) -> Stamp | None:
    """The stamp that a pattern with STAMP found; None where no calendar or clock shows that."""
    late = "late_" if match["late_first"] else ""
    first, middle, last = (int(match[late + part]) for part in ("first", "second", "third"))
    marker = match[f"{late}before"] or match[f"{late}after"]
    hour = hour_of_day(int(match[f"{late}hour"]), marker)
    minute, seconds = int(match[f"{late}minute"]), int(match[f"{late}seconds"] or 0)
    if max(min(first, last), middle) > 31 or hour > 23 or max(minute, seconds) > 59:
        return None
    written = match[0].strip(" []-–—:")
    return Stamp(written, (first, middle, last), match[f"{late}mark"], (hour, minute, seconds))


def date_order(stamps: Sequence[Stamp], *, named: DateOrder | None) -> DateOrder | None:
    """The order of day, month and year in a file; None where its dates leave it open.

    What was named rules; then a year that stands first, a part over 12, the clock, which runs
    forwards in the right order, and dots, which no region puts after a month that comes first.
    """
    if named is not None:
        return named
    if all(stamp.year_first for stamp in stamps):
        return "ymd"
    if all(stamp.parts[0] == stamp.parts[1] for stamp in stamps):
        return "dmy"
    faults = {order: _faults(stamps, order) for order in _DAY_AND_MONTH}
    likely, other = sorted(_DAY_AND_MONTH, key=lambda order: faults[order])
    if any(few * 10 < many for few, many in zip(faults[likely], faults[other], strict=True)):
        return likely
    has_dots = all(stamp.mark == "." for stamp in stamps)
    return "dmy" if has_dots and faults["dmy"].unreal == 0 else None


def moment_of(stamp: Stamp, order: DateOrder) -> datetime | None:
    """The local time of a stamp; None where there is no such day in that order."""
    first, middle, last = stamp.parts
    if stamp.year_first or order == "ymd":
        year, month, day = first, middle, last
    else:
        day, month, year = (first, middle, last) if order == "dmy" else (middle, first, last)
    try:
        return datetime(_gregorian(year), month, day, *stamp.clock)
    except ValueError:
        return None


def _gregorian(year: int) -> int:
    if year in _BUDDHIST_YEARS:
        return year - _BUDDHIST
    if year < 100:
        return year + (2500 - _BUDDHIST if year >= _FIRST_SHORT_BUDDHIST else 2000)
    return year


class _Faults(NamedTuple):
    unreal: int
    backwards: int


def _faults(stamps: Sequence[Stamp], order: DateOrder) -> _Faults:
    """How many dates do not exist in this order, and how often the clock runs backwards."""
    moments = [moment_of(stamp, order) for stamp in stamps]
    known = [moment for moment in moments if moment is not None]
    backwards = sum(later < earlier for earlier, later in pairwise(known))
    return _Faults(len(moments) - len(known), backwards)
