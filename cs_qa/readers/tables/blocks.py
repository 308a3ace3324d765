"""Whether rows of one id that others stand between are one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import pairwise

from cs_qa.readers.row import UnusableRowError
from cs_qa.readers.tables.raw import Row
from cs_qa.readers.times import ReadTime, placed, zone
from cs_qa.readers.values import is_missing, label, number, shown

__all__ = ["one_conversation"]


def one_conversation(
    rows: Sequence[Row], *, read_times: Sequence[ReadTime], timezone: str | None, unit: str
) -> Sequence[Row]:
    """The rows of one id, without those that only repeat the whole of it.

    Blocks of rows that others stood between belong together where their turn numbers differ, or
    their times go on, in each way to read them. Raises UnusableRowError where they do not.
    """
    starts = [i for i in range(1, len(rows)) if abs(rows[i].place - rows[i - 1].place) != 1]
    if not starts or not any(row.place for row in rows):
        return rows
    numbers = _numbers(rows)
    times = [_moments(rows, read, timezone) for read in read_times]
    if numbers is not None:
        breaks = _repeated(numbers, starts)
    elif _has_times(rows):
        breaks = [start for start in starts if not all(_goes_on(m, start, starts) for m in times)]
    else:
        breaks = starts
    period = _period(rows, {*starts, *_steps_back(times)})
    if period is not None and (breaks or period > 1):
        return rows[:period]
    if not breaks:
        return rows
    raise UnusableRowError(_problem(rows, breaks[0], unit), turn=breaks[0])


def _has_times(rows: Sequence[Row]) -> bool:
    return any(not is_missing(row.cells.get("at")) for row in rows)


def _problem(rows: Sequence[Row], start: int, unit: str) -> str:
    name = shown(rows[0].cells.get("id"))
    first, again = f"{unit} {rows[0].line}", f"{unit} {rows[start].line}"
    can_tell = any(not is_missing(row.cells.get(key)) for row in rows for key in ("at", "turn"))
    if can_tell:
        return (
            f"id {name} begins again in {again} with other content than in {first}; give each "
            "conversation its own id, or sort the rows by time"
        )
    return (
        f"id {name} comes back after another in {again} (it began in {first}), and neither times "
        "nor turn numbers say whether it goes on; sort the file by id, or give each conversation "
        "its own id"
    )


def _numbers(rows: Sequence[Row]) -> list[float] | None:
    try:
        return [number(row.cells.get("turn")) for row in rows]
    except ValueError:
        return None


def _repeated(numbers: Sequence[float], starts: Sequence[int]) -> list[int]:
    """The starts of blocks that have a turn number which stood before them."""
    seen = set(numbers[: starts[0]])
    again = []
    for start, end in pairwise([*starts, len(numbers)]):
        block = set(numbers[start:end])
        if block & seen:
            again.append(start)
        seen |= block
    return again


def _moments(
    rows: Sequence[Row], read_time: ReadTime, timezone: str | None
) -> list[datetime | None]:
    """The time of each row, aware or not, None where there is none that can be used."""
    moments: list[datetime | None] = []
    last = None
    for row in rows:
        local = _zone(row.cells.get("timezone") or timezone)
        try:
            moment = read_time(row.cells.get("at"))
            if local is not None or moment.utcoffset() is not None:
                moment = placed(moment, local, after=last)[0]
                last = moment
        except ValueError:
            moments.append(None)
        else:
            moments.append(moment)
    return moments


def _zone(name: object) -> tzinfo | None:
    try:
        return None if is_missing(name) else zone(label(name))
    except ValueError:
        return None


def _goes_on(moments: Sequence[datetime | None], start: int, starts: Sequence[int]) -> bool:
    """Whether the block that starts here begins no earlier than what stands before it ends."""
    end = next((later for later in starts if later > start), len(moments))
    before = next((moment for moment in reversed(moments[:start]) if moment is not None), None)
    block = next((moment for moment in moments[start:end] if moment is not None), None)
    return before is not None and block is not None and _is_in_order(before, block)


def _is_in_order(earlier: datetime, later: datetime) -> bool:
    try:
        return earlier <= later
    except TypeError:  # one has an offset, the other none
        return False


def _steps_back(times: Sequence[Sequence[datetime | None]]) -> set[int]:
    """Where a row lies before the one above it, in each way to read the times."""
    steps = [
        {i for i, (a, b) in enumerate(pairwise(moments), 1) if a and b and not _is_in_order(a, b)}
        for moments in times
    ]
    return set.intersection(*steps)


def _period(rows: Sequence[Row], joints: set[int]) -> int | None:
    """After how many rows they begin to repeat themselves, to the end, if they do at joints."""
    for period in sorted(joints):
        if len(rows) % period == 0 and set(range(period, len(rows), period)) <= joints:
            pairs = zip(rows, rows[period:], strict=False)
            if all(row.cells == later.cells for row, later in pairs):
                return period
    return None
