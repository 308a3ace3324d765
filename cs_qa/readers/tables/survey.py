"""A first look at a whole table, before anything of it is understood."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cs_qa.readers.dates import DateEvidence, DateOrder
from cs_qa.readers.tables.raw import RawRow, id_of

__all__ = ["Survey", "survey"]

_FIRST_CHECK = 4096


@dataclass(frozen=True, slots=True)
class Survey:
    """What the rows show: the cells of the first good one, whether the rows of each id stand
    together, and the order of day and month in their dates.
    """

    first: Sequence[object]
    is_grouped: bool
    date_order: DateOrder | None


def survey(rows: Iterable[RawRow], *, id_at: int, time_at: int | None) -> Survey:
    """Look at every row; `id_at` and `time_at` are the places of two columns.

    It needs eight bytes for each change of the id, until the first that comes back is found.
    """
    first: Sequence[object] = ()
    blocks = _Blocks()
    dates = DateEvidence()
    for row in rows:
        if row.problem is not None:
            continue
        first = first or row.cells
        if (name := id_of(row, id_at)) is not None:
            blocks.add(name)
        if time_at is not None and time_at < len(row.cells):
            dates.add(row.cells[time_at])
    return Survey(first, not blocks.come_back, dates.order)


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
