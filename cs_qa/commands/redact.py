"""The `redact` command: texts in, masked texts and what was found in them out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from cs_qa.errors import InputError, RowError
from cs_qa.text.redact import find_entities, mask

OK, SOME_UNUSABLE, UNUSABLE = 0, 1, 2


def redact_file(path: Path, out: Path | None) -> int:
    """Mask every row of a JSON-lines file; give the exit code.

    A row is {"id", "text"}; each is masked by itself. Entities carry offsets into the input.
    """
    unusable = written = 0
    target = nullcontext(sys.stdout) if out is None else out.open("w", encoding="utf-8")
    with target as file:
        for row in _rows(path):
            if isinstance(row, RowError):
                unusable += 1
                print(row, file=sys.stderr)  # noqa: T201
                continue
            written += 1
            file.write(json.dumps(_masked(row), ensure_ascii=False) + "\n")
    if not written:
        return UNUSABLE
    return SOME_UNUSABLE if unusable else OK


def _rows(path: Path) -> Iterator[dict[str, Any] | RowError]:
    try:
        lines = path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _row(line, str(path), number)


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
