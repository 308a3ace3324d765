"""What every reader is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cs_qa.readers.source import Source
from cs_qa.types import Transcript

__all__ = ["Reader"]


class Reader(Protocol):
    """Reads the transcripts of one file format, as a stream.

    Calling it yields the transcripts, hands each unusable row to the source and goes on; it raises
    InputError where the file as a whole cannot be read.
    """

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        ...

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        """Whether a file that begins with these bytes (no BOM or blanks before) is for it.

        Text comes in UTF-8, whatever the encoding of the file; see `cs_qa.readers.head`.
        """
        ...
