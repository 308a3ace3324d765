"""A table with a header and one row a turn -> transcripts: what CSV, Parquet and Excel share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from cs_qa.readers.dates import DateOrder
from cs_qa.readers.source import Source
from cs_qa.readers.tables.columns import TIME_OF_DAY, Columns, name_columns
from cs_qa.readers.tables.raw import RawRow, RawRows, Row
from cs_qa.readers.tables.regroup import by_id
from cs_qa.readers.tables.roles import RoleWords
from cs_qa.readers.tables.rows import Grouping, Reading
from cs_qa.readers.tables.survey import Survey, survey
from cs_qa.readers.tables.unused import Unused
from cs_qa.readers.times import is_time_of_day
from cs_qa.readers.values import is_missing
from cs_qa.types import Transcript

__all__ = ["RawRow", "RawRows", "read_table"]


def read_table(
    header: Sequence[str], rows: RawRows, source: Source, *, unit: str = "line"
) -> Iterator[Transcript]:
    """Read the transcripts of a table in the order of their first rows; the rows come in any.

    `rows` is called more than once, and never while rows that it gave before are still read. `unit`
    is what messages count rows in. What cannot be used is refused at the source; how the columns
    were understood and which values could not be used is noted there. Raises InputError where a
    required column is missing.
    """
    columns = name_columns(header, source.options.columns, source=source.name)
    return _transcripts(columns, rows, source, unit)


def _transcripts(
    columns: Columns, rows: RawRows, source: Source, unit: str
) -> Iterator[Transcript]:
    found = survey(rows(), id_at=columns.names.index("id"), time_at=columns.place("at"))
    if found.is_empty:
        source.note("a header and no row below it")
    if columns.is_guessed:
        source.note(columns.preview(found.first))
    turned = found.is_newest_first and columns.place("turn") is None
    if turned:
        source.note("the newest row stands first; the turns were put in the order of time")
    reading = Reading(source, _date_orders(source, found), Unused(unit), unit, turned)
    yield from _grouped(rows, found, _Naming(columns, RoleWords(source.options)), reading)
    for note in reading.unused.notes():
        source.note(note)


def _date_orders(source: Source, found: Survey) -> Sequence[DateOrder]:
    order = source.options.date_order or found.date_order
    return ("dmy", "mdy") if order is None else (order,)


def _grouped(
    rows: RawRows, found: Survey, naming: _Naming, reading: Reading
) -> Iterator[Transcript]:
    grouping = Grouping(reading)
    if found.is_grouped:
        yield from grouping.transcripts(naming.row(row) for row in rows())
        return
    for group in by_id(rows(), naming.id_at, source=reading.source.name):
        yield from grouping.transcripts(naming.row(row, place) for place, row in group)


class _Naming:
    """Gives the cells of a row our names, joins day and time, and finds out who wrote it."""

    def __init__(self, columns: Columns, roles: RoleWords) -> None:
        self._columns = columns
        self._roles = roles
        self._names = columns.names
        self._clock_at = columns.place(TIME_OF_DAY)
        self.id_at = self._names.index("id")

    def row(self, raw: RawRow, place: int = 0) -> Row:
        """The row under our names."""
        if raw.problem is not None:
            believed = self._names[: self.id_at + 1]
            cells = dict(zip(believed, raw.cells, strict=False))
            return Row(raw.line, cells, raw.problem, len(raw.cells) <= len(believed), place)
        cells = dict(zip(self._names, raw.cells, strict=False))
        if self._clock_at is not None:
            self._join_time(cells)
        role = self._roles.role(cells)
        if role != cells.get("role"):
            cells["role"] = role
        return Row(raw.line, cells, place=place, is_cut=False)

    def _join_time(self, cells: dict[str, object]) -> None:
        day, clock = cells.get("at"), cells.pop(TIME_OF_DAY, None)
        if is_missing(clock):
            return
        if is_time_of_day(clock) and not is_missing(day):
            cells["at"] = _joined(day, clock)
        else:
            cells[self._columns.found[self._names.index("at")]] = day
            cells["at"] = clock


def _joined(day: object, clock: object) -> object:
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    written = day.strftime("%Y-%m-%d") if isinstance(day, date) else str(day).strip()
    return f"{written.removesuffix(' 00:00:00').removesuffix(' 0:00')} {clock}"
