"""Transcripts of the contract as one JSON array, in an object, or as objects over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cs_qa.errors import InputError
from cs_qa.readers.exports.json_documents import Document, has_keys, read_documents
from cs_qa.readers.source import Source
from cs_qa.readers.tables.columns import rename_keys
from cs_qa.readers.values import kind
from cs_qa.types import Transcript

__all__ = ["JsonTranscripts"]

_LISTS = ("transcripts", "conversations", "data")
_WRAPPED = re.compile(rb'\{\s*"(?:' + "|".join(_LISTS).encode() + rb')"\s*:\s*[\[{]')
_GOES_ON = re.compile(rb'\{[^\n]*[^}\s][ \t\r]*\n[ \t\r\n]*["\]}]|\{[ \t\r]*\n')
_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class JsonTranscripts:
    """Reads transcripts that are packed in another way than one a line."""

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """An array or a wrapping object, or an object that goes on in the next line; with turns."""
        is_packed = head.startswith(b"[") or _WRAPPED.match(head) is not None
        goes_on = suffix not in _LINES and _GOES_ON.match(head) is not None
        return (is_packed or goes_on) and has_keys(head, ["turns"])

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        options = source.options

        def rows(document: Document) -> Iterator[Mapping[str, object]]:
            row = rename_keys(document.value, options.columns, options.roles)
            if not isinstance(row, Mapping):
                raise InputError(f"{kind(row)}, not a JSON object with id and turns")
            yield row

        return read_documents(source, rows, lists=_LISTS)
