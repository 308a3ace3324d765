"""The memory of ids: a transcript that comes twice is taken once, another under its id refused."""

from __future__ import annotations

import json
from hashlib import blake2b

from cs_qa.errors import InputError
from cs_qa.readers.row import transcript_from_json
from cs_qa.readers.values import shown
from cs_qa.types import Transcript

__all__ = ["SeenIds", "unique_transcript"]


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


def unique_transcript(
    row: object, line: int, seen: SeenIds, *, timezone: str | None = None, unit: str = "line"
) -> Transcript | None:
    """The transcript of a row that holds a whole one; None where an equal row came before.

    `timezone` holds where the row names none; `unit` is what `line` counts. Raises InputError where
    the row is no transcript or its id stood before with other content.
    """
    transcript = transcript_from_json(row, timezone=timezone)
    content = json.dumps(row, sort_keys=True, default=str)
    first = seen.first_line(transcript.id)
    if first is None:
        seen.add(transcript.id, line, content)
        return transcript
    if seen.is_same(transcript.id, content):
        return None
    raise InputError(
        f"id {shown(transcript.id)} is already that of {unit} {first}, with other content; "
        "give each transcript its own id"
    )


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
