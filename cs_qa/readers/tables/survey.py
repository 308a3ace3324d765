"""A first look at a whole table, before anything of it is understood."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cs_qa.readers.dates import DateEvidence, DateOrder
from cs_qa.readers.tables.raw import RawRow, id_of
from cs_qa.readers.times import any_time

__all__ = ["Survey", "survey"]

_FIRST_CHECK = 4096
# Rows whose times are looked at, and how many have to fall: clocks that are wrong fall, too.
_TIMES_READ = 50_000
_FALLS_WITHIN = 3
_FALLS_OVER_ALL = 10


@dataclass(frozen=True, slots=True)
class Survey:
    """What the rows show: whether there are none, the cells of the first good one, whether those of
    each id stand together, the order of day and month in their dates, and whether the newest row
    stands first.
    """

    is_empty: bool
    first: Sequence[object]
    is_grouped: bool
    date_order: DateOrder | None
    is_newest_first: bool


def survey(rows: Iterable[RawRow], *, id_at: int, time_at: int | None) -> Survey:
    """Look at every row; `id_at` and `time_at` are the places of two columns.

    It needs eight bytes for each change of the id, until the first that comes back is found.
    """
    first: Sequence[object] = ()
    blocks = _Blocks()
    dates = DateEvidence()
    directions: dict[DateOrder, _Direction] = {"dmy": _Direction("dmy"), "mdy": _Direction("mdy")}
    is_empty = True
    for row in rows:
        is_empty = False
        if row.problem is not None:
            continue
        first = first or row.cells
        name = id_of(row, id_at)
        if name is not None:
            blocks.add(name)
        if time_at is not None and time_at < len(row.cells):
            dates.add(row.cells[time_at])
            for direction in directions.values():
                direction.add(name, row.cells[time_at])
    orders = directions if dates.order not in directions else (dates.order,)
    is_newest_first = all(directions[order].is_downward for order in orders)
    return Survey(is_empty, first, not blocks.come_back, dates.order, is_newest_first)


class _Direction:
    """Whether times fall from row to row, and never rise: within ids, or over the whole table."""

    def __init__(self, order: DateOrder) -> None:
        self._order = order
        self._last: tuple[str | None, datetime] | None = None
        self._left = _TIMES_READ
        self._within = [0, 0]
        self._over_all = [0, 0]

    def add(self, name: str | None, value: object) -> None:
        """Take the id and the time of the next row, if it is among the first."""
        if not self._left:
            return
        self._left -= 1
        try:
            now = any_time(value, self._order)
        except ValueError:
            return
        if self._last is not None and (step := _step(self._last[1], now)):
            self._over_all[step > 0] += 1
            self._within[step > 0] += name == self._last[0]
        self._last = (name, now)

    @property
    def is_downward(self) -> bool:
        """Whether enough times fall and none rises."""
        enough = ((self._within, _FALLS_WITHIN), (self._over_all, _FALLS_OVER_ALL))
        return any(falls >= least and not rises for (falls, rises), least in enough)


def _step(earlier: datetime, later: datetime) -> int:
    try:
        return (later > earlier) - (later < earlier)
    except TypeError:  # one has an offset, the other none
        return 0


class _Blocks:
    """Blocks of rows with one id, of which only hashes are kept; a chance hit costs only time."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._open: str | None = None
        self._next_check = _FIRST_CHECK
        self._come_back = False

    def add(self, name: str) -> None:
        """Take the id of the next row."""
        if self._come_back or name == self._open:
            return
        self._open = name
        self._hashes.append(hash(name))
        if len(self._hashes) == self._next_check:
            self._next_check *= 4
            self._check()

    @property
    def come_back(self) -> bool:
        """Whether an id came back after another."""
        if not self._come_back:
            self._check()
        return self._come_back

    def _check(self) -> None:
        import numpy as np

        hashes = np.sort(np.frombuffer(self._hashes, dtype=np.int64))
        self._come_back = bool((hashes[1:] == hashes[:-1]).any())
        del hashes
        if self._come_back:
            self._hashes = array("q")
