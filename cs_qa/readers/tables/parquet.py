"""Parquet and Arrow: one row a turn, or one row a transcript where there is a list column `turns`.

In the second layout null counts as missing, and a text column `extra` that holds a JSON object
(as `cs_qa.arrow` writes it) gives the unknown keys of its level.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cs_qa.errors import InputError
from cs_qa.readers.ids import SeenIds, unique_transcript
from cs_qa.readers.source import Source, one_line, reading
from cs_qa.readers.tables.columns import rename_keys
from cs_qa.readers.tables.table import RawRow, read_table
from cs_qa.readers.values import shown
from cs_qa.types import Transcript

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS = 256
# What Arrow raises for a value that Python cannot hold: bad UTF-8, an unknown zone, a far time.
_UNREADABLE = (ValueError, LookupError, OverflowError)


@dataclass(frozen=True, slots=True)
class Parquet:
    """Reads Parquet, a batch of rows at a time."""

    batch_rows: int = BATCH_ROWS

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """The magic bytes of Parquet, whatever the file is called."""
        return head.startswith(b"PAR1")

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with (
                reading(source.name),
                source.path.open("rb") as file,
                pq.ParquetFile(file) as table,
            ):
                batches = _Batches(table, self.batch_rows)
                yield from read_batches(batches, table.schema_arrow.names, source)
        except pa.ArrowException as error:
            raise InputError(
                f"{source.name} is damaged or incomplete Parquet; write or copy it again "
                f"({one_line(str(error))})"
            ) from error


@dataclass(frozen=True, slots=True)
class _Batches:
    """The batches of a file, from the first on each time they are iterated."""

    table: pq.ParquetFile
    rows: int

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return iter(self.table.iter_batches(batch_size=self.rows))


def read_batches(
    batches: Iterable[pa.RecordBatch],
    columns: Sequence[str],
    source: Source,
) -> Iterator[Transcript]:
    """Read the transcripts of record batches that have these columns, in either layout.

    With one row a turn the batches are iterated more than once: give a list, no iterator. Raises
    InputError where a required column is missing.
    """
    mapping = source.options.columns
    if mapping.get("turns", "turns") in columns:
        return _whole(batches, source)
    return read_table(columns, lambda: _turn_rows(batches, columns), source, unit="row")


def _whole(batches: Iterable[pa.RecordBatch], source: Source) -> Iterator[Transcript]:
    seen = SeenIds()
    options = source.options
    for number, cells, problem in _rows(batches):
        try:
            row = _without_nulls(rename_keys(cells, options.columns, options.roles))
            if problem is not None:
                raise InputError(f"transcript {shown(row.get('id'))}: {problem}")
            transcript = unique_transcript(row, number, seen, timezone=options.timezone, unit="row")
        except InputError as error:
            source.refuse(str(error), number)
            continue
        if transcript is not None:
            yield transcript


def _turn_rows(batches: Iterable[pa.RecordBatch], columns: Sequence[str]) -> Iterator[RawRow]:
    # Columns of one name would be one in a dictionary.
    names = [f"{name} {i}" if name in columns[:i] else name for i, name in enumerate(columns)]
    for number, cells, problem in _rows(batch.rename_columns(names) for batch in batches):
        yield RawRow(number, [cells.get(name) for name in names], problem)


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """The rows, numbered from 1, with what can be read of them and why the rest cannot."""
    number = 0
    for batch in batches:
        for cells, problem in _batch_cells(_with_python_times(batch)):
            number += 1
            yield number, cells, problem


def _batch_cells(batch: pa.RecordBatch) -> Iterable[tuple[dict[str, Any], str | None]]:
    try:
        return [(cells, None) for cells in batch.to_pylist()]
    except _UNREADABLE:
        return (_cells(batch.slice(index, 1)) for index in range(len(batch)))


def _cells(row: pa.RecordBatch) -> tuple[dict[str, Any], str | None]:
    cells: dict[str, Any] = {}
    problem = None
    for name, column in zip(row.schema.names, row.columns, strict=True):
        try:
            cells[name] = column[0].as_py()
        except _UNREADABLE as error:
            problem = f"{shown(name)} cannot be read ({one_line(str(error))})"
    return cells, problem


def _with_python_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with times of microseconds, as Python has them."""
    import pyarrow as pa

    schema = pa.schema([field.with_type(_python_type(field.type)) for field in batch.schema])
    return batch if schema == batch.schema else batch.cast(schema, safe=False)


def _python_type(arrow: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_timestamp(arrow):
        return pa.timestamp("us", tz=arrow.tz)
    if pa.types.is_list(arrow):
        return pa.list_(_python_type(arrow.value_type))
    if pa.types.is_large_list(arrow):
        return pa.large_list(_python_type(arrow.value_type))
    if pa.types.is_struct(arrow):
        return pa.struct([field.with_type(_python_type(field.type)) for field in arrow])
    return arrow


def _without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    known = {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return known | _unpacked(known.pop("extra", None))


def _unpacked(extra: object) -> dict[str, object]:
    if extra is None:
        return {}
    try:
        unpacked = json.loads(extra) if isinstance(extra, str) else extra
    except (ValueError, RecursionError):
        unpacked = extra
    return unpacked if isinstance(unpacked, dict) else {"extra": extra}
