"""Files of the world -> transcripts, one module a format.

A new format is one module with a `Reader` and one row of `READERS`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from cs_qa.errors import UnknownFormatError
from cs_qa.readers.exports.chatwoot import Chatwoot
from cs_qa.readers.exports.contact_lens import ContactLens
from cs_qa.readers.exports.intercom import Intercom
from cs_qa.readers.exports.json_transcripts import JsonTranscripts
from cs_qa.readers.exports.zendesk import Zendesk
from cs_qa.readers.head import read_head, unreadable
from cs_qa.readers.jsonl import JsonLines
from cs_qa.readers.logs.qianniu import Qianniu
from cs_qa.readers.logs.whatsapp import WhatsApp
from cs_qa.readers.options import ReadOptions
from cs_qa.readers.reader import Reader
from cs_qa.readers.row import transcript_from_json, transcript_to_json
from cs_qa.readers.source import STDIN, OnError, OnNote, Source, ignore_note, raise_error, reading
from cs_qa.readers.tables.csv_rows import CsvRows
from cs_qa.readers.tables.excel import Excel
from cs_qa.readers.tables.parquet import Parquet
from cs_qa.types import Transcript

__all__ = [
    "READERS",
    "OnError",
    "OnNote",
    "ReadOptions",
    "Reader",
    "Source",
    "read",
    "transcript_from_json",
    "transcript_to_json",
]

# Asked in this order which of them recognises a file; CSV has no sign of its own and comes last.
READERS: dict[str, Reader] = {
    "parquet": Parquet(),
    "excel": Excel(),
    "qianniu": Qianniu(),
    "whatsapp": WhatsApp(),
    "zendesk": Zendesk(),
    "intercom": Intercom(),
    "chatwoot": Chatwoot(),
    "contact_lens": ContactLens(),
    "json": JsonTranscripts(),
    "jsonl": JsonLines(),
    "csv": CsvRows(),
}


def read(
    path: str | Path,
    *,
    format: str | None = None,
    options: ReadOptions | None = None,
    on_error: OnError | None = None,
    on_note: OnNote | None = None,
) -> Iterator[Transcript]:
    """Read the transcripts of a file as a stream; "-" is standard input, JSON lines unless named.

    The reader is chosen by the file's content, or by `format`, a name of `READERS`. Each unusable
    row goes to `on_error` and reading goes on; without it the RowError is raised. What was found
    out about the file (its encoding, its columns) goes to `on_note`, a line each. Raises
    UnknownFormatError or InputError where the file as a whole cannot be read.
    """
    if format is not None and format not in READERS:
        raise UnknownFormatError(format, known=READERS)
    source = Source(
        Path(path), options or ReadOptions(), on_error or raise_error, on_note or ignore_note
    )
    if source.path == STDIN and format in (None, "jsonl"):
        return READERS["jsonl"](source)
    with reading(source.name):
        if source.path == STDIN or source.path.is_fifo():
            return _read_spooled(source, format)
    return _chosen(source, format)(source)


def _read_spooled(stream: Source, format: str | None) -> Iterator[Transcript]:
    """Read a stream that must be looked at twice from a copy of it."""
    with tempfile.NamedTemporaryFile() as copy:
        with reading(stream.name):
            opened = (
                nullcontext(sys.stdin.buffer) if stream.path == STDIN else stream.path.open("rb")
            )
            with opened as file:
                shutil.copyfileobj(file, copy)
            copy.flush()
        source = replace(stream, path=Path(copy.name), title=stream.name)
        yield from _chosen(source, format)(source)


def _chosen(source: Source, format: str | None) -> Reader:
    with reading(source.name):
        head = read_head(source)
    if format is not None:
        return READERS[format]
    for reader in READERS.values():
        if reader.recognises(head, source.path.suffix.lower()):
            return reader
    raise unreadable(source.name, head, known=READERS)
