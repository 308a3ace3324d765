"""Rows of a table, before and after their columns have our names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cs_qa.readers.values import is_missing, label

__all__ = ["RawRow", "RawRows", "Row", "id_of"]


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row in the order of the header; those that are missing at the end are empty.

    `line` is what messages call it, counted from 1. `problem` says why the row could not be read,
    if it could not; then only its id, where that stands in its place, is believed.
    """

    line: int
    cells: Sequence[object]
    problem: str | None = None


RawRows = Callable[[], Iterator[RawRow]]
"""Gives the rows below the header from the first on, each time it is called."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row under our names; `problem` says why it could not be read, if it could not.

    `is_cut` says that it ends within its id, of which only the beginning may be there. `place` is
    its place among all rows where those of its id were put together, else 0.
    """

    line: int
    cells: Mapping[str, object]
    problem: str | None = None
    is_cut: bool = False
    place: int = 0


def id_of(row: RawRow, place: int) -> str | None:
    """The id that stands in a column, None where there is none that can be used."""
    value = row.cells[place] if place < len(row.cells) else None
    try:
        return None if is_missing(value) else label(value)
    except ValueError:
        return None
