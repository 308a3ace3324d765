"""What the name of a fact says of its value: `return_window_days` is a duration in days.

Fact names are open: any shop may add its own. A known ending gives the unit, a known whole name
the meaning; any other name loads with a warning and is compared by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

FactValue = bool | int | float | str | date | tuple[str, ...]
FactKind = Literal["duration", "percent", "money", "count", "allowed", "party", "start", "word"]
Party = Literal["seller", "buyer"]

ENDINGS: Mapping[str, tuple[FactKind, str]] = {
    "business_days": ("duration", "business_day"),
    "working_days": ("duration", "business_day"),
    "calendar_days": ("duration", "day"),
    "days": ("duration", "day"),
    "hours": ("duration", "hour"),
    "minutes": ("duration", "minute"),
    "weeks": ("duration", "week"),
    "months": ("duration", "month"),
    "years": ("duration", "year"),
    "percent": ("percent", "percent"),
    "amount": ("money", ""),
    "allowed": ("allowed", ""),
    "required": ("allowed", ""),
    "pays": ("party", ""),
    "paid_by": ("party", ""),
    "from": ("start", ""),
    "per_order": ("count", ""),
    "count": ("count", ""),
    "at": ("word", ""),
    "as": ("word", ""),
    "method": ("word", ""),
}
PARTIES: Mapping[str, Party] = {
    **dict.fromkeys(("seller", "shop", "us", "merchant", "store", "company"), "seller"),
    **dict.fromkeys(("buyer", "customer", "recipient", "client", "consumer"), "buyer"),
}
NOT_COMPARED = frozenset({"currency"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One typed value of a clause. `stem` are the words of its name without the ending.

    `unit` is of a duration or `percent`, or the ISO 4217 currency of an amount ("" if the pack
    names none).
    """

    name: str
    kind: FactKind
    stem: tuple[str, ...]
    unit: str
    value: FactValue


def fact_of(name: str, value: FactValue, *, currency: str | None = None) -> Fact | None:
    """Give the fact of a name and value; None where the name says nothing.

    >>> fact = fact_of("return_window_days", 90)
    >>> fact.kind, fact.stem, fact.unit
    ('duration', ('return', 'window'), 'day')
    """
    if name in NOT_COMPARED:
        return None
    words = name.split("_")
    for count in (2, 1):
        ending = "_".join(words[-count:])
        if len(words) >= count and ending in ENDINGS:
            kind, unit = ENDINGS[ending]
            stem = tuple(words[:-count])
            return Fact(
                name, kind, stem, unit or (currency or "" if kind == "money" else ""), value
            )
    return None


def problem_of(name: str, value: FactValue) -> str | None:
    """Say what is wrong with the value of a fact, if anything is."""
    fact = fact_of(name, value)
    if fact is None:
        return None
    if fact.kind in ("duration", "percent", "money", "count"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"must be a number, as “{name}” ends in a unit, not {value!r}"
        if value < 0:
            return f"may not be below 0, but is {value}"
    if fact.kind == "allowed" and not isinstance(value, bool):
        return f"must be true or false, not {value!r}"
    if fact.kind == "party" and value not in PARTIES:
        return f"must be one of {', '.join(sorted(PARTIES))}, not {value!r}"
    return None


def warning_of(name: str, value: FactValue) -> str | None:
    """Say that a fact will not be compared, if it will not."""
    if name in NOT_COMPARED or fact_of(name, value) is not None:
        return None
    endings = ", ".join(f"_{ending}" for ending in ENDINGS)
    return f"unknown name, so no statement is compared with it. Endings that give a unit: {endings}"
