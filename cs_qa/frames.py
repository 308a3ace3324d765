"""Frames of pandas, polars and Arrow in, the same kind of frame out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cs_qa.errors import InputError
from cs_qa.types import Scorecard, Transcript

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["inspect_frame"]

BATCH_ROWS = 64


class Inspects(Protocol):
    """What is needed of an inspector (`cs_qa.Inspector`)."""

    def inspect(self, transcripts: Iterable[Transcript]) -> Iterator[Scorecard]:
        """Yield one scorecard a transcript, in order."""


def inspect_frame(
    inspector: Inspects, frame: Any, *, mapping: Mapping[str, str] | None = None
) -> Any:
    """Inspect a frame of one row a turn, or one row a transcript with a `turns` column.

    `frame` is a pandas or polars DataFrame or a pyarrow Table, with the columns of the CSV format;
    `mapping` maps our names to other names ({"text": "message"}). Gives one row a scorecard,
    in order, as the same kind of frame, with the columns of `cs_qa.arrow.SCORECARD_SCHEMA`.
    RowError where a row cannot be used: a frame is made by a program, which can mend it.
    """
    import pyarrow as pa

    from cs_qa.arrow import SCORECARD_SCHEMA, scorecard_batch, scorecard_to_json
    from cs_qa.readers import ReadOptions, Source
    from cs_qa.readers.tables.parquet import read_batches

    kind = type(frame).__module__.partition(".")[0]
    table = _to_arrow(frame, kind)
    options = ReadOptions(columns=dict(mapping or {}))
    source = Source(Path(f"{kind} frame"), options)
    transcripts = read_batches(table.to_batches(), table.schema.names, source)
    cards = map(scorecard_to_json, inspector.inspect(transcripts))
    batches = map(scorecard_batch, iter(lambda: list(islice(cards, BATCH_ROWS)), []))
    return _from_arrow(pa.Table.from_batches(batches, SCORECARD_SCHEMA), kind)


def _to_arrow(frame: Any, kind: str) -> pa.Table:
    import pyarrow as pa

    name = type(frame).__name__
    try:
        match f"{kind} {name}":
            case "pyarrow Table":
                return pa.table(frame)
            case "pandas DataFrame":
                return pa.Table.from_pandas(frame, preserve_index=False)
            case "polars DataFrame":
                return pa.table(frame.to_arrow())
    except (pa.ArrowException, UnicodeError) as error:
        problem = " ".join(map(str, error.args))
        raise InputError(
            f"The {kind} frame cannot be read ({problem}). Give each column one type, such as text."
        ) from error
    raise InputError(
        f"Cannot inspect a {kind} {name}. Possible: a pandas or polars DataFrame, a pyarrow "
        "Table. For Transcript objects use Inspector.inspect."
    )


def _from_arrow(table: pa.Table, kind: str) -> Any:
    if kind == "pandas":
        return table.to_pandas(maps_as_pydicts="strict")
    if kind == "polars":
        import polars

        return polars.from_arrow(table)
    return table
