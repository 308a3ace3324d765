"""Excel workbooks (.xlsx, .xlsm): each sheet with one row a turn below a header.

Values are read as they were saved: formulas are not computed and macros never run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from cs_qa.errors import InputError
from cs_qa.readers.ids import SeenIds
from cs_qa.readers.row import transcript_to_json
from cs_qa.readers.source import Source, one_line, reading
from cs_qa.readers.tables.columns import name_columns
from cs_qa.readers.tables.table import RawRow, read_table
from cs_qa.readers.tables.workbook_check import check_workbook
from cs_qa.readers.values import shown
from cs_qa.types import Transcript

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["Excel"]

HEADER_ROWS = 20
MAX_MERGED = 1_000_000
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
# Excel keeps 15 digits of a number.
_EXACT = 10**15
Merged = dict[int, dict[int, tuple[int, int]]]
"""Row -> column -> the cell whose value holds there."""


@dataclass(frozen=True, slots=True)
class Excel:
    """Reads Excel workbooks; the header stands in one of the first rows of a sheet."""

    header_rows: int = HEADER_ROWS

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """A zip archive, an old or protected workbook, or a web page that is called a workbook."""
        is_page = suffix in (".xls", ".xlsx") and head.startswith(b"<")
        return is_page or head.startswith((_ZIP, _OLE))

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file, sheet after sheet."""
        with reading(source.name):
            _check_magic(source)
            parts = check_workbook(source.path, name=source.name)
        if parts.has_macros:
            source.note("its macros are ignored")
        if parts.formulas:
            source.note(
                f"{parts.formulas:,} formulas are not computed; the values saved with them are read"
            )
        with reading(source.name), _sheets(source) as sheets:
            yield from self._read(sheets, source)

    def _read(self, sheets: Sequence[CalamineSheet], source: Source) -> Iterator[Transcript]:
        tables = {sheet.name: self._header(sheet, source) for sheet in sheets}
        others = [name for name, found in tables.items() if found is None]
        if len(others) == len(tables):
            _refuse(sheets, source, self.header_rows)
        if others:
            names = ", ".join(map(shown, others))
            source.note(f"not read, since no header was found there: sheet {names}")
        seen = SeenIds()
        for sheet in sheets:
            if (header := tables[sheet.name]) is not None:
                titled = replace(source, title=f"{source.name}, sheet {shown(sheet.name)}")
                named = titled if len(sheets) > 1 else source
                yield from _unique(_Table(sheet, header, named).transcripts(), seen, named)

    def _header(self, sheet: CalamineSheet, source: Source) -> int | None:
        """The 0-based row of the header; None where no row among the first names the columns."""
        for index, cells in enumerate(islice(sheet.iter_rows(), self.header_rows)):
            names = [text for cell in cells if (text := _cell(cell).strip())]
            try:
                name_columns(names, source.options.columns, source=source.name)
            except InputError:
                continue
            return index
        return None


def _check_magic(source: Source) -> None:
    with source.path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_OLE):
        raise InputError(
            f"{source.name} is protected with a password or an old workbook (.xls); save it as "
            ".xlsx without a password, or as CSV UTF-8"
        )
    if not head.startswith(_ZIP):
        raise InputError(
            f"{source.name} is no Excel workbook, whatever it is called (a web page or XML?); open "
            "it in Excel and save it as .xlsx, or as CSV UTF-8"
        )


@contextmanager
def _sheets(source: Source) -> Iterator[list[CalamineSheet]]:
    """The visible sheets with cells."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    damaged = f"{source.name} is a damaged workbook; open it in Excel and save it again"
    try:
        with source.path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
            kinds = [m for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
            visible = [m.name for m in kinds if m.visible == SheetVisibleEnum.Visible]
            sheets = [workbook.get_sheet_by_name(name) for name in visible]
    except (CalamineError, ValueError, OverflowError) as error:
        raise InputError(f"{damaged} ({one_line(str(error))})") from error
    hidden = [shown(m.name) for m in kinds if m.name not in visible]
    if hidden:
        source.note(f"not read, since it is hidden: sheet {', '.join(hidden)}")
    yield [sheet for sheet in sheets if sheet.end is not None]


def _refuse(sheets: Sequence[CalamineSheet], source: Source, header_rows: int) -> None:
    """Say what is wrong with the row that has the most of a header. Raises InputError."""
    rows = [
        [text for cell in cells if (text := _cell(cell).strip())]
        for sheet in sheets
        for cells in islice(sheet.iter_rows(), header_rows)
    ]
    fullest = max(rows, key=len, default=[])
    if not fullest:
        raise InputError(f"{source.name} is empty; the first row of a sheet must name the columns")
    name_columns(fullest, source.options.columns, source=source.name)


def _unique(
    transcripts: Iterator[Transcript], seen: SeenIds, source: Source
) -> Iterator[Transcript]:
    """The transcripts whose ids no sheet before had; the same content again is passed over."""
    new: list[tuple[str, str]] = []
    for transcript in transcripts:
        content = json.dumps(transcript_to_json(transcript), sort_keys=True)
        if seen.first_line(transcript.id) is None:
            new.append((transcript.id, content))
            yield transcript
        elif not seen.is_same(transcript.id, content):
            source.refuse(
                f"id {shown(transcript.id)} is already that of a conversation in a sheet before, "
                "with other content; give each its own id"
            )
    for name, content in new:
        seen.add(name, 0, content)


class _Table:
    """The table of one sheet."""

    def __init__(self, sheet: CalamineSheet, header: int, source: Source) -> None:
        self._sheet = sheet
        self._header = header
        self._source = source
        self._merged = _merged_down(sheet, source, below=header)
        cells = next(islice(sheet.iter_rows(), header, None))
        self._names = {i: text for i, cell in enumerate(cells) if (text := _cell(cell).strip())}

    def transcripts(self) -> Iterator[Transcript]:
        """Read the rows below the header, and note numbers that have lost digits."""
        inexact = [
            (number, cell)
            for number, cells in self._rows()
            for cell in cells
            if isinstance(cell, float) and abs(cell) >= _EXACT
        ]
        if inexact:
            row, value = inexact[0]
            self._source.note(
                f"{len(inexact):,} numbers have more than the 15 digits that Excel keeps (first: "
                f"{_cell(value)} in row {row}); ids and order numbers must be cells of text"
            )
        yield from read_table(list(self._names.values()), self._raw, self._source, unit="row")

    def _raw(self) -> Iterator[RawRow]:
        for number, cells in self._rows():
            yield RawRow(number, [_cell(cell) for cell in cells])

    def _rows(self) -> Iterator[tuple[int, list[object]]]:
        """The rows that are not blank, as Excel numbers them, with the cells below the header."""
        values: dict[tuple[int, int], object] = {}
        for index, cells in enumerate(self._sheet.iter_rows()):
            row: list[object] = [cells[column] for column in self._names]
            is_blank = not any(_cell(cell).strip() for cell in row)
            covered = self._merged.get(index, {})
            for place, column in enumerate(self._names):
                if column in covered:
                    row[place] = values.setdefault(covered[column], row[place])
            if index > self._header and not is_blank:
                yield index + 1, row


def _merged_down(sheet: CalamineSheet, source: Source, *, below: int) -> Merged:
    """The cells that merged ranges cover in their first column, which is that of the value."""
    last = sheet.end[0] if sheet.end is not None else 0
    ranges = {
        (top, column): range(max(top, below + 1), min(bottom, last) + 1)
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or []
    }
    if sum(map(len, ranges.values())) > MAX_MERGED:
        raise InputError(
            f"{source.name}: over {MAX_MERGED:,} cells of a sheet are merged; unmerge them"
        )
    merged: Merged = {}
    for origin, rows in ranges.items():
        for row in rows:
            merged.setdefault(row, {})[origin[1]] = origin
    return merged


def _cell(value: object) -> str:
    """A cell as CSV would have it; errors and what no formula has saved come as ""."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.15g}"
        case datetime():
            whole = value + timedelta(microseconds=500)
            return whole.isoformat(" ", "milliseconds" if whole.microsecond >= 1000 else "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
