"""What every reader is, and what readers share: the error seam and the memory of ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from cs_qa.errors import InputError, RowError
from cs_qa.readers.row import transcript_from_json
from cs_qa.readers.values import shown
from cs_qa.types import Transcript

STDIN = Path("-")
OnError = Callable[[RowError], None]


class Reader(Protocol):
    """Reads the transcripts of one file format, as a stream.

    Calling it yields the transcripts, hands each unusable row to `on_error` and goes on; it raises
    InputError where the file as a whole cannot be read. `mapping` renames: {"our name": "theirs"}.
    """

    def __call__(
        self, path: Path, *, on_error: OnError, mapping: Mapping[str, str]
    ) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        ...

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """Whether a file that begins with these bytes (no BOM or blanks before) is for it."""
        ...


class SeenIds:
    """Which ids a file has had, in a few dozen bytes each, however long the ids and rows are."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, int]] = {}

    def first_line(self, name: str) -> int | None:
        """Where the id stood first; None when it is new."""
        seen = self._seen.get(_digest(name))
        return None if seen is None else seen[0]

    def add(self, name: str, line: int, content: str = "") -> None:
        """Remember an id, with the line and the content it first came with."""
        self._seen[_digest(name)] = (line, _digest(content))

    def is_same(self, name: str, content: str) -> bool:
        """Whether the id first came with this very content."""
        return self._seen[_digest(name)][1] == _digest(content)


def unique_transcript(row: object, line: int, seen: SeenIds) -> Transcript | None:
    """The transcript of a row that holds a whole one; None where an equal row came before.

    Raises InputError where the row is no transcript or its id stood before with other content.
    """
    transcript = transcript_from_json(row)
    content = json.dumps(row, sort_keys=True, default=str)
    first = seen.first_line(transcript.id)
    if first is None:
        seen.add(transcript.id, line, content)
        return transcript
    if seen.is_same(transcript.id, content):
        return None
    raise InputError(
        f"id {shown(transcript.id)} is already that of line {first}, with other content; "
        "give each transcript its own id"
    )


@contextmanager
def reading(source: str) -> Iterator[None]:
    """Turn what the operating system refuses into an InputError that names the file."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or one_line(str(error))
        raise InputError(f"{source} cannot be read: {reason}") from error


def one_line(text: str, *, limit: int = 160) -> str:
    """Text of another library, fit for a message."""
    return " ".join(text.split())[:limit]


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
