"""JSON lines of the contract: one transcript a line, UTF-8 (a byte order mark is accepted)."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cs_qa.errors import InputError, RowError
from cs_qa.readers.columns import rename_keys
from cs_qa.readers.head import is_pretty_json, is_text
from cs_qa.readers.reader import STDIN, OnError, SeenIds, reading, unique_transcript
from cs_qa.types import Transcript

MAX_LINE_BYTES = 64 * 2**20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Reads JSON lines; a line over 64 MiB is an unusable row, so that memory stays bounded."""

    max_line_bytes: int = MAX_LINE_BYTES

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """Text that begins with a JSON object in one line, or is named as JSON lines."""
        begins_well = head.startswith(b"{") and not is_pretty_json(head)
        return is_text(head) and (begins_well or suffix in {".jsonl", ".ndjson"})

    def __call__(
        self, path: Path, *, on_error: OnError, mapping: Mapping[str, str]
    ) -> Iterator[Transcript]:
        """Yield the transcripts of a file, or of standard input where `path` is "-"."""
        source = "<stdin>" if path == STDIN else str(path)
        seen = SeenIds()
        line = 0
        with reading(source), _opened(path) as file:
            for line, data in self._lines(file):
                try:
                    transcript = unique_transcript(rename_keys(_parsed(data), mapping), line, seen)
                except InputError as problem:
                    on_error(RowError(str(problem), source=source, line=line))
                    continue
                if transcript is not None:
                    yield transcript
        if line == 0:
            raise InputError(f"{source} is empty; a transcript is one JSON object a line")

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
        """The lines that are not blank, numbered from 1; None for one that is too long."""
        number = 0
        while data := file.readline(self.max_line_bytes + 1):
            number += 1
            if len(data) <= self.max_line_bytes:
                data = data.removeprefix(_BOM).strip()
                if data:
                    yield number, data
                continue
            while data and not data.endswith(b"\n"):
                data = file.readline(self.max_line_bytes)
            yield number, None


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb")


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


# NaN and the infinities are no JSON, but Python and pandas write them where a value is missing.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite, strict=False)


def _parsed(data: bytes | None) -> object:
    if data is None:
        raise InputError("the line is over the limit of 64 MiB; put one transcript on each line")
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start + 1} of the line (0x{data[error.start]:02x}) is not UTF-8; "
            "save the file as UTF-8"
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"broken JSON at character {error.pos + 1} ({error.msg}); "
            "each line must be one complete JSON object"
        ) from None
    except RecursionError:
        raise InputError("the JSON is nested too deep; flatten it") from None
    except ValueError:
        raise InputError(
            "the JSON holds a number of thousands of digits; write it as text"
        ) from None
