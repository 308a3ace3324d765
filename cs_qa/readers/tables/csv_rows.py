"""CSV with a header line and one row a turn; comma, semicolon, tab or bar between the cells."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from cs_qa.errors import InputError
from cs_qa.readers.encodings.encoding import undecoded
from cs_qa.readers.head import is_pretty_json, is_text
from cs_qa.readers.source import Source, one_line
from cs_qa.readers.tables.table import RawRow, read_table
from cs_qa.types import Transcript

DELIMITERS = ",;\t|"
MAX_RECORD_CHARS = 32 * 2**20


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Reads CSV; a quote that is not closed within 32 million characters is an error."""

    max_record_chars: int = MAX_RECORD_CHARS

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """Any text that nobody else recognised."""
        return is_text(head) and not is_pretty_json(head)

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        csv.field_size_limit(max(csv.field_size_limit(), self.max_record_chars))
        with source.open_text() as file:
            header, _ = _header(_Lines(file, self.max_record_chars), source.name)

            def rows() -> Iterator[RawRow]:
                file.seek(0)
                lines = _Lines(file, self.max_record_chars)
                _, delimiter = _header(lines, source.name)
                return _rows(lines, len(header), delimiter)

            yield from read_table(header, rows, source)


class _Lines:
    """The physical lines of a file, some of which can be given back to be read again."""

    def __init__(self, file: TextIO, max_chars: int) -> None:
        self._file = file
        self._max_chars = max_chars
        self._given_back: deque[str] = deque()
        self._chars = 0
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._chars > self._max_chars:
            raise csv.Error(f"a quote is not closed within {self._max_chars:,} characters")
        back = self._given_back
        line = back.popleft() if back else self._file.readline(self._max_chars + 1)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self._chars += len(line)
        self.number += 1
        return line

    def begin_record(self) -> int:
        """Forget the lines of the record before; the number of the line that comes next."""
        self.taken.clear()
        self._chars = 0
        return self.number + 1

    def give_back_all_but_first(self) -> str:
        """Let what followed the record's first line be read again, and return that line."""
        first, *rest = self.taken
        self._given_back.extendleft(reversed(rest))
        self.number -= len(rest)
        return first


def _header(lines: _Lines, source: str) -> tuple[list[str], str]:
    line = next((line for line in lines if line.strip()), None)
    if line is None:
        raise InputError(f"{source} is empty; its first line must name the columns")
    if line.lower().startswith("sep=") and len(line.strip()) == len("sep=;"):
        delimiter, line = line[4], next(lines, "")
    else:
        delimiter = max(DELIMITERS, key=lambda mark: len(_loosely_split(line, mark)))
    header = [cell.strip() for cell in _loosely_split(line, delimiter)]
    if undecoded("".join(header)) is not None:
        raise InputError(f"{source}: the header does not decode; save the file as CSV UTF-8")
    return header, delimiter


def _rows(lines: _Lines, width: int, delimiter: str) -> Iterator[RawRow]:
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.begin_record()
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            # An open quote swallows good rows: read those lines again, as rows of their own.
            cells = _loosely_split(lines.give_back_all_but_first(), delimiter)
            problem = f"broken CSV ({one_line(str(error))}); close the quotes and double inner ones"
            yield RawRow(start, cells, problem)
            continue
        if any(cell.strip() for cell in cells):
            yield _row(start, cells, width)


def _row(line: int, cells: list[str], width: int) -> RawRow:
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    problem = None
    if len(cells) != width:
        problem = (
            f"{len(cells)} cells where the header has {width}; quote a cell that holds the "
            "delimiter or a line break"
        )
    elif undecoded("".join(cells)) is not None:
        problem = "bytes that do not belong to the file's encoding; save the file as CSV UTF-8"
    return RawRow(line, cells, problem)


def _loosely_split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])
