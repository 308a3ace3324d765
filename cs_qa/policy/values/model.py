"""A value that a message states, its units, and when two values say the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Value", "ValueKind", "in_unit", "same"]

ValueKind = Literal["duration", "money", "percent", "count"]

_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0}
_MONTHS = {"month": 1.0, "year": 12.0}
_ROUGH = 0.08
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Value:
    """A duration, sum, share or number of times, with where it stands (half-open code points).

    `low` is None for "at most", `high` None for "at least". `unit`: hour, day, business_day, week,
    month or year; an ISO currency, or "" where a sign fits several `candidates` (the likeliest
    first); "percent"; of a count what is counted (time, item, return, exchange, ...).
    """

    kind: ValueKind
    low: float | None
    high: float | None
    unit: str
    start: int = 0
    end: int = 0
    is_approximate: bool = False
    candidates: tuple[str, ...] = ()


def in_unit(value: Value, unit: str) -> tuple[float | None, float | None] | None:
    """A value's bounds in another unit; None where one cannot be turned into the other.

    Months and years become days at 365.25 days a year. Business days become nothing else.

    >>> in_unit(Value("duration", 14, 14, "day"), "week")
    (2.0, 2.0)
    """
    if unit == value.unit or unit in value.candidates:
        return value.low, value.high
    factor = _factor(value.unit, unit)
    if factor is None or value.kind != "duration":
        return None
    return (
        None if value.low is None else value.low * factor,
        None if value.high is None else value.high * factor,
    )


def same(stated: Value, expected: Value) -> bool:
    """Whether two values say the same, rounded equivalents included.

    A plain number agrees with a bound of that number; "at least" never agrees with "at most".

    >>> same(Value("duration", 2, 2, "month"), Value("duration", None, 60, "day"))
    True
    """
    if stated.kind != expected.kind or not _comparable(stated, expected):
        return False
    rough = _ROUGH if stated.is_approximate or expected.is_approximate else 0.0
    pairs = list(_bounds(stated, expected))
    return bool(pairs) and all(
        a is not None and b is not None and _equal(a, stated.unit, b, expected.unit, rough)
        for a, b in pairs
    )


def _factor(unit: str, other: str) -> float | None:
    for table in (_DAYS, _MONTHS):
        if unit in table and other in table:
            return table[unit] / table[other]
    if unit in _MONTHS and other in _DAYS:
        return _MONTHS[unit] * 30.4375 / _DAYS[other]
    if unit in _DAYS and other in _MONTHS:
        return _DAYS[unit] / (_MONTHS[other] * 30.4375)
    return None


def _comparable(stated: Value, expected: Value) -> bool:
    if stated.kind == "money":
        return not _currencies(stated).isdisjoint(_currencies(expected))
    if stated.kind == "duration":
        return stated.unit == expected.unit or _factor(stated.unit, expected.unit) is not None
    return stated.unit == expected.unit


def _currencies(value: Value) -> set[str]:
    return set(value.candidates) or {value.unit}


def _bounds(stated: Value, expected: Value) -> Iterator[tuple[float | None, float | None]]:
    if None not in (stated.low, expected.low):
        yield stated.low, expected.low
    if None not in (stated.high, expected.high):
        yield stated.high, expected.high


def _equal(a: float, unit: str, b: float, other: str, rough: float) -> bool:
    if unit in _MONTHS and other in _DAYS:
        return _equal(b, other, a, unit, rough)
    if unit in _DAYS and other in _MONTHS:
        days, months = a * _DAYS[unit], b * _MONTHS[other]
        return _rounds(days, months) or abs(days - 30 * months) <= rough * days
    for table in (_DAYS, _MONTHS):
        if unit in table and other in table:
            a, b = a * table[unit], b * table[other]
    return abs(a - b) <= max(_EXACT, rough * abs(b))


def _rounds(days: float, months: float) -> bool:
    """Whether so many days are called so many months: 30 or 31 one, 90 to 92 three, 365 twelve."""
    if months < 12:
        return 30 * months <= days <= math.ceil(30.66 * months - _EXACT)
    return days == 30 * months or 364 * months / 12 <= days <= 30.5 * months
