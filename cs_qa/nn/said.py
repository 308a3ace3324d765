"""What a reader said of a file, fit to be told to people: the file may have chosen the words."""

from __future__ import annotations

from pydantic import ValidationError

LONGEST = 300


def said(error: BaseException | str) -> str:
    """Give an error in one line of at most `LONGEST` characters, none of which steers a terminal.

    >>> said("cut off\\n \\x1b[2J")
    'cut off \\ufffd[2J'
    """
    text = _first(error) if isinstance(error, ValidationError) else f"{error}"
    line = " ".join((text or type(error).__name__).split())[:LONGEST]
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]
