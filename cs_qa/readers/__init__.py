"""Files of the world -> transcripts, one module a format.

A new format is one module with a `Reader` and one row of `READERS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cs_qa.errors import InputError, RowError, UnknownFormatError
from cs_qa.readers.columns import MAPPABLE
from cs_qa.readers.csv_rows import CsvRows
from cs_qa.readers.head import read_head, unreadable
from cs_qa.readers.jsonl import JsonLines
from cs_qa.readers.parquet import Parquet
from cs_qa.readers.reader import STDIN, OnError, Reader, reading
from cs_qa.readers.row import transcript_from_json, transcript_to_json
from cs_qa.readers.values import shown
from cs_qa.types import Transcript

__all__ = [
    "READERS",
    "OnError",
    "Reader",
    "read",
    "transcript_from_json",
    "transcript_to_json",
]

# Asked in this order which of them recognises a file; CSV has no sign of its own and comes last.
READERS: dict[str, Reader] = {
    "parquet": Parquet(),
    "jsonl": JsonLines(),
    "csv": CsvRows(),
}


def read(
    path: str | Path,
    *,
    format: str | None = None,
    on_error: OnError | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Iterator[Transcript]:
    """Read the transcripts of a file as a stream; "-" is standard input, in JSON lines.

    The reader is chosen by the file's content, or by `format`, a name of `READERS`. Each unusable
    row goes to `on_error` and reading goes on; without it the RowError is raised. `mapping`
    renames, {"our name": "their column or key"}. Raises UnknownFormatError or InputError where the
    file as a whole cannot be read.
    """
    path = Path(path)
    reader = _chosen(path, format)
    names = dict(mapping or {})
    _check_mapping(names)
    return reader(path, on_error=on_error or _raise, mapping=names)


def _chosen(path: Path, name: str | None) -> Reader:
    if name is not None and name not in READERS:
        raise UnknownFormatError(name, known=READERS)
    with reading(str(path)):
        if path == STDIN or path.is_fifo():
            return _for_stream(path, name)
        head = read_head(path)
    if name is not None:
        return READERS[name]
    for reader in READERS.values():
        if reader.recognises(head, path.suffix.lower()):
            return reader
    raise unreadable(path, head, known=READERS)


def _for_stream(path: Path, name: str | None) -> Reader:
    if name not in (None, "jsonl"):
        raise InputError(f"{path} is a stream, which is read as jsonl; give {name} as a file")
    return READERS["jsonl"]


def _check_mapping(mapping: Mapping[str, str]) -> None:
    unknown = [name for name in mapping if name not in MAPPABLE]
    if unknown:
        raise InputError(
            f"The mapping names {', '.join(map(shown, unknown))}. Possible: {', '.join(MAPPABLE)}; "
            'write it as {"our name": "their column"}.'
        )
    if len(set(mapping.values())) < len(mapping):
        raise InputError("The mapping uses a column twice; map each column to one name.")


def _raise(error: RowError) -> None:
    raise error
