"""A file under reading: its bytes or text, what the user said of it, and where problems go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from cs_qa.errors import InputError, RowError
from cs_qa.readers.encodings.encoding import UNDECODED, find_encoding
from cs_qa.readers.options import ReadOptions

__all__ = [
    "STDIN",
    "OnError",
    "OnNote",
    "Source",
    "ignore_note",
    "one_line",
    "raise_error",
    "reading",
]

STDIN = Path("-")
OnError = Callable[[RowError], None]
OnNote = Callable[[str], None]


def raise_error(error: RowError) -> None:
    """Raise what is wrong with a row: what happens where nobody asks for it."""
    raise error


def ignore_note(_note: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input. Each unusable row goes to `on_error`, what the user should know to `on_note`."""

    path: Path
    options: ReadOptions = field(default_factory=ReadOptions)
    on_error: OnError = raise_error
    on_note: OnNote = ignore_note
    title: str | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.title or ("<stdin>" if self.path == STDIN else str(self.path))

    def refuse(self, problem: str, line: int | None = None) -> None:
        """Report a row that cannot be used; reading goes on unless `on_error` raises."""
        self.on_error(RowError(problem, source=self.name, line=line))

    def note(self, text: str) -> None:
        """Tell the user how the file was understood."""
        self.on_note(f"{self.name}: {text}")

    @contextmanager
    def open_text(self, *, newline: str | None = "") -> Iterator[TextIO]:
        """Open it as text in the encoding that was named or found, without a byte order mark.

        Line ends stay as they are, or become "\\n" where `newline` is None. Each byte that does not
        decode is a lone low surrogate (see `undecoded`), so that only its row is lost. Raises
        InputError where it cannot be opened or its encoding cannot be told.
        """
        with reading(self.name):
            if self.path == STDIN:
                name = self.options.encoding or "utf-8-sig"
                file = TextIOWrapper(sys.stdin.buffer, name, UNDECODED, newline=newline)
                try:
                    yield file
                finally:
                    file.detach()
                return
            encoding = find_encoding(
                self.path, named=self.options.encoding, on_note=self.note, title=self.name
            )
            with self.path.open(encoding=encoding, errors=UNDECODED, newline=newline) as opened:
                yield opened


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
