"""Rows of one turn each, those of an id together -> transcripts.

A transcript with a row that cannot be used is left out as a whole, since without one of its turns
it would be judged wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from cs_qa.readers.dates import DateOrder
from cs_qa.readers.ids import SeenIds
from cs_qa.readers.row import OUTCOME_KEYS, Rules, UnusableRowError, transcript_from_json
from cs_qa.readers.source import Source
from cs_qa.readers.tables.blocks import one_conversation
from cs_qa.readers.tables.columns import SHARED_COLUMNS, TURN_COLUMNS
from cs_qa.readers.tables.raw import Row
from cs_qa.readers.tables.unused import Unused
from cs_qa.readers.times import any_time
from cs_qa.readers.values import is_missing, label, number, shown
from cs_qa.types import Transcript


@dataclass(slots=True)
class _Group:
    name: str
    is_left_out: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows become transcripts: where problems go, and how values are understood.

    `date_orders` are the orders that dates such as 3/4/2026 may have: one where it is known. `unit`
    is what messages count rows in. Where `is_newest_first` the last row of an id is its first turn.
    """

    source: Source
    date_orders: Sequence[DateOrder]
    unused: Unused
    unit: str = "line"
    is_newest_first: bool = False

    def time(self, value: object) -> datetime:
        """Read a cell of the column of times."""
        return any_time(value, self.date_orders[0] if len(self.date_orders) == 1 else None)


class Grouping:
    """The open transcript, and what decides about the rows after it.

    One error is given for each transcript that is left out. A row whose id cannot be read counts
    as one of the transcript before it. Turns are put in the order of the column `turn`, if given.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._source = reading.source
        self._refused = SeenIds()
        self._open: _Group | None = None
        # An unreadable row of another id begins the next transcript, or is a torn piece of the
        # open one: the next readable row tells.
        self._suspect: str | None = None
        self._unreadable_line: int | None = None

    def transcripts(self, rows: Iterable[Row]) -> Iterator[Transcript]:
        """Yield the transcripts of rows, of which those with one id stand together."""
        for row in rows:
            yield from self.take(row)
        yield from self.close()

    def take(self, row: Row) -> Iterator[Transcript]:
        """Take the next row; yield the transcript that it shows to be complete."""
        name, problem = _identity(row)
        if problem is not None or name is None:
            self._refuse(row, name, problem or "")
            return
        if self._open is None or name != self._open.name:
            yield from self.close()
            self._open = self._begun(name, row.line)
        elif self._unreadable_line is not None:
            torn = "a row in the middle could not be read"
            self._leave_out(self._open, self._unreadable_line, torn)
        self._suspect = self._unreadable_line = None
        if not self._open.is_left_out:
            self._open.rows.append(row)

    def close(self) -> Iterator[Transcript]:
        """Yield the open transcript, if it is whole and good."""
        group, self._open = self._open, None
        if group is None or group.is_left_out:
            return
        rows: Sequence[Row] = group.rows
        if self._reading.is_newest_first:
            rows = rows[::-1]
        try:
            rows = self._of_one(rows)
            rows = _in_turn_order(rows)
            transcript = self._made(group.name, rows)
        except UnusableRowError as problem:
            self._report(rows[problem.turn or 0].line, f"{problem}; it is left out")
        else:
            yield transcript

    def _of_one(self, rows: Sequence[Row]) -> Sequence[Row]:
        orders = self._reading.date_orders
        return one_conversation(
            rows,
            read_times=[partial(any_time, order=order) for order in orders],
            timezone=self._source.options.timezone,
            unit=self._reading.unit,
        )

    def _made(self, name: str, rows: Sequence[Row]) -> Transcript:
        unused: list[tuple[str, object, ValueError, int]] = []

        def keep(key: str, value: object, problem: ValueError, turn: int | None) -> None:
            if turn is not None:
                line = rows[turn].line
            else:
                line = next((r.line for r in rows if r.cells.get(key) == value), rows[0].line)
            unused.append((key, value, problem, line))

        transcript = transcript_from_json(
            _joined(name, rows),
            timezone=self._source.options.timezone,
            rules=Rules(self._reading.time, keep),
        )
        for each in unused:
            self._reading.unused.add(*each)
        return transcript

    def _begun(self, name: str, line: int) -> _Group:
        group = _Group(name, is_left_out=name == self._suspect)
        first = self._refused.first_line(name)
        if first is not None and not group.is_left_out:
            again = f"comes back after another, and its {self._reading.unit} {first} was unusable"
            self._leave_out(group, line, again)
        return group

    def _refuse(self, row: Row, name: str | None, problem: str) -> None:
        group = self._open
        if group is not None and _may_belong(row, name, group):
            self._leave_out(group, row.line, problem)
        elif name is None:
            self._report(row.line, problem)
        elif name != self._suspect:
            self._suspect = name
            self._unreadable_line = self._unreadable_line or row.line
            self._refused.add(name, row.line)
            self._report(row.line, f"transcript {shown(name)}: {problem}; it is left out")

    def _leave_out(self, group: _Group, line: int, problem: str) -> None:
        if not group.is_left_out:
            self._report(line, f"transcript {shown(group.name)}: {problem}; it is left out")
        group.is_left_out = True
        group.rows.clear()

    def _report(self, line: int, problem: str) -> None:
        self._source.refuse(problem, line)


def _may_belong(row: Row, name: str | None, group: _Group) -> bool:
    return name in (None, group.name) or (row.is_cut and group.name.startswith(name or ""))


def _identity(row: Row) -> tuple[str | None, str | None]:
    """The transcript's id and the problem of a row, None where there is none."""
    value = row.cells.get("id")
    try:
        name = None if is_missing(value) else label(value)
    except ValueError as problem:
        return None, row.problem or f"id {problem}"
    if name is None:
        return None, row.problem or "the row has no id; give each row that of its transcript"
    return name, row.problem


def _in_turn_order(rows: Sequence[Row]) -> Sequence[Row]:
    values = [row.cells.get("turn") for row in rows]
    if all(is_missing(value) for value in values):
        return rows
    order: list[float] = []
    for index, value in enumerate(values):
        try:
            order.append(number(value))
        except ValueError:
            raise UnusableRowError(
                f"transcript {shown(rows[0].cells['id'])}: turn is {shown(value)}; it must be the "
                "turn's number in each row, or be left out",
                turn=index,
            ) from None
    return [rows[index] for index in sorted(range(len(rows)), key=lambda i: order[i])]


def _joined(name: str, rows: Iterable[Row]) -> dict[str, object]:
    """The contract's object. A column of the whole transcript counts from its first row; where a
    later row differs, that row's turn keeps the value in its `extra`.
    """
    shared: dict[str, object] = {}
    turns = [_turn(row.cells, shared) for row in rows]
    outcome = {key: shared.pop(key) for key in OUTCOME_KEYS if key in shared}
    return {"id": name, **shared, "turns": turns, "outcome": outcome or None}


def _turn(cells: Mapping[str, object], shared: dict[str, object]) -> dict[str, object]:
    turn = {key: cells[key] for key in TURN_COLUMNS if key in cells}
    for key, value in cells.items():
        if key in turn or key in ("id", "turn") or is_missing(value):
            continue
        if key not in SHARED_COLUMNS or shared.setdefault(key, value) != value:
            turn[key] = value
    return turn
