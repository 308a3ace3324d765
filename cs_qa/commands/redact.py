"""The `redact` command: texts in, masked texts and what was found in them out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE
from cs_qa.commands.output import check_target, complain, whole_file
from cs_qa.errors import InputError, RowError
from cs_qa.readers.source import reading
from cs_qa.text.redact import find_entities, mask

STDIN = "-"


def redact_file(source: str, out: Path | None) -> int:
    """Mask every row of a JSON-lines file; give the exit code.

    A row is {"id", "text"}; each is masked by itself. Entities carry offsets into the input.
    `source` "-" is standard input. Raises InputError where no row could be used.
    """
    if out is not None:
        check_target("--out", out, inputs=[source])
    unusable = written = 0
    with nullcontext(sys.stdout) if out is None else whole_file("--out", out) as file:
        for row in _rows(source):
            if isinstance(row, RowError):
                unusable += 1
                complain(str(row))
                continue
            written += 1
            # An id may hold half a surrogate pair: JSON can escape it, UTF-8 cannot carry it.
            line = json.dumps(_masked(row), ensure_ascii=False).encode("utf-8", "backslashreplace")
            file.write(line.decode() + "\n")
        if not written:
            raise InputError(f'{source}: no row could be used; a row is {{"id", "text"}}.')
    return SOME_UNUSABLE if unusable else OK


def _rows(source: str) -> Iterator[dict[str, Any] | RowError]:
    name = "<stdin>" if source == STDIN else source
    with reading(name), _opened(source) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _row(line, name, number)


def _opened(source: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if source == STDIN else Path(source).open("rb")


def _row(line: bytes, source: str, number: int) -> dict[str, Any] | RowError:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return RowError(f"is not JSON in UTF-8: {error}", source=source, line=number)
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        return RowError('needs an "id" and a "text" that is a string', source=source, line=number)
    return row


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    text = row["text"].encode("utf-8", "replace").decode("utf-8")
    entities = find_entities(text)
    return {
        "id": row["id"],
        "text": mask(text, entities, {}),
        "entities": [{"type": e.type, "start": e.start, "end": e.end} for e in entities],
    }
