"""JSON lines of the contract: one transcript a line, in any encoding and with any line ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from cs_qa.errors import InputError
from cs_qa.readers.encodings.encoding import undecoded
from cs_qa.readers.head import is_pretty_json, is_text
from cs_qa.readers.ids import SeenIds, unique_transcript
from cs_qa.readers.json_decoding import decoder
from cs_qa.readers.source import Source
from cs_qa.readers.tables.columns import rename_keys
from cs_qa.types import Transcript

MAX_LINE_CHARS = 64 * 2**20
_BOM = "\ufeff"
_OBJECT = re.compile(rb"^\s*\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Reads JSON lines; one over 67 million characters is unusable, so that memory is bounded."""

    max_line_chars: int = MAX_LINE_CHARS

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """Text that begins with a JSON object in one line, or is named so and has one in a line."""
        begins_well = head.startswith(b"{") and not is_pretty_json(head)
        is_named = suffix in {".jsonl", ".ndjson"} and _OBJECT.search(head) is not None
        return is_text(head) and (begins_well or is_named)

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file, or of standard input."""
        seen = SeenIds()
        options = source.options
        number = 0
        with source.open_text(newline=None) as file:
            for number, line in self._lines(file):
                try:
                    row = rename_keys(_parsed(line), options.columns, options.roles)
                    transcript = unique_transcript(row, number, seen, timezone=options.timezone)
                except InputError as problem:
                    source.refuse(str(problem), number)
                    continue
                if transcript is not None:
                    yield transcript
        if number == 0:
            raise InputError(f"{source.name} is empty; a transcript is one JSON object a line")

    def _lines(self, file: TextIO) -> Iterator[tuple[int, str | None]]:
        """The lines that are not blank, numbered from 1; None for one that is too long."""
        number = 0
        while line := file.readline(self.max_line_chars + 1):
            number += 1
            if len(line) <= self.max_line_chars:
                if line := line.removeprefix(_BOM).strip():
                    yield number, line
                continue
            while line and not line.endswith("\n"):
                line = file.readline(self.max_line_chars)
            yield number, None


_DECODER = decoder(strict=False)


def _parsed(line: str | None) -> object:
    if line is None:
        raise InputError(
            "the line is over the limit of 67 million characters; put one transcript on each line"
        )
    if (place := undecoded(line)) is not None:
        raise InputError(
            f"character {place + 1} of the line (byte 0x{ord(line[place]) - 0xDC00:02x}) does not "
            "belong to the file's encoding; save the file as UTF-8"
        )
    try:
        return _DECODER.decode(line)
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
