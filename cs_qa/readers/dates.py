"""The dates of foreign files, and in which order a file writes day, month and year."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

__all__ = ["DateEvidence", "DateOrder", "leading_date"]

DateOrder = Literal["dmy", "mdy", "ymd"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = {name[:3].lower(): number for number, name in enumerate(_MONTHS, start=1)}

_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)[日일.]?")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})(?!\d)")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[ -]([a-z]{3,9})\.?,?[ -](\d{4})(?!\d)", re.I)
_NAME_DAY = re.compile(r"([a-z]{3,9})\.?[ -](\d{1,2})(?:st|nd|rd|th)?,?[ -](\d{4})(?!\d)", re.I)


def leading_date(text: str, order: DateOrder | None) -> tuple[date, str]:
    """The date that a text begins with, and the text after it.

    `order` decides between 3 April and 4 March; points (3.4.2026) and months by name need none.
    Raises ValueError where no date stands there, or which of the two it is stays open.
    """
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    if found := _YEAR_FIRST.match(text):
        year, month, day = map(int, found.groups())
    elif found := _NUMBERS.match(text):
        year, month, day = _numbers(found, order)
    elif found := _DAY_NAME.match(text):
        year, month, day = int(found[3]), _month(found[2]), int(found[1])
    elif found := _NAME_DAY.match(text):
        year, month, day = int(found[3]), _month(found[1]), int(found[2])
    else:
        raise ValueError("no date is recognised")
    try:
        return date(year, month, day), text[found.end() :]
    except ValueError:
        named = f" in the order {order}" if order else ""
        raise ValueError(f"{found[0]} is no date{named}") from None


def _numbers(found: re.Match[str], order: DateOrder | None) -> tuple[int, int, int]:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) < len("2026"):
        if order is None:
            raise ValueError(f"{found[0]} has a year of two digits; say --dates dmy, mdy or ymd")
        if len(found[1 if order == "ymd" else 4]) < len("26"):
            raise ValueError(f"{found[0]} is no date in the order {order}")
        if order == "ymd":
            return 2000 + first, second, third
        third += 2000
    if order == "mdy":
        return third, first, second
    if order == "dmy" or found[2] == "." or first > 12 or first == second:
        return third, second, first
    if second > 12:
        return third, first, second
    if not (first and second):
        raise ValueError(f"{found[0]} is no date")
    raise ValueError(
        f"{found[0]} can be {first} {_MONTHS[second - 1]} or {second} {_MONTHS[first - 1]}; "
        "say --dates dmy or mdy"
    )


def _month(name: str) -> int:
    number = _MONTH.get(name[:3].lower())
    whole = "" if number is None else _MONTHS[number - 1].lower()
    if number is None or not (whole.startswith(name.lower()) or name.lower() == "sept"):
        raise ValueError(f"{name} is no month; possible are English names and numbers")
    return number


class DateEvidence:
    """What the dates of a file show of its order: a part over 12 can be no month."""

    def __init__(self) -> None:
        self._orders: set[DateOrder] = set()

    def add(self, value: object) -> None:
        """Look at one more value of a column of times."""
        found = _NUMBERS.match(value.lstrip()) if isinstance(value, str) else None
        if found is None or found[2] == ".":
            return
        if int(found[3]) > 12:
            self._orders.add("mdy")
        elif int(found[1]) > 12 and len(found[4]) == len("2026"):
            self._orders.add("dmy")

    @property
    def order(self) -> DateOrder | None:
        """The one order that the dates allow; None where they show none, or two."""
        return next(iter(self._orders)) if len(self._orders) == 1 else None
