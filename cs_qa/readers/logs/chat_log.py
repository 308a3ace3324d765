"""Text logs of chats: what their readers share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TextIO

from cs_qa.errors import InputError
from cs_qa.readers.encodings.encoding import undecoded
from cs_qa.readers.head import HEAD_BYTES, is_text
from cs_qa.readers.source import Source
from cs_qa.readers.values import shown

__all__ = [
    "BLANKED",
    "head_lines",
    "hour_of_day",
    "listed",
    "log_lines",
    "name_key",
    "plain_name",
    "stem",
    "undecoded_problem",
]

MAX_LINE_CHARS = 16 * 2**20
_MARKS = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_BLANKS = "\u00a0\u2007\u2009\u202f\u3000"

BLANKED: Mapping[int, str] = dict.fromkeys(map(ord, _MARKS + _BLANKS), " ")
"""For `str.translate`: each invisible mark and odd blank is a space, so that places stay true."""

_NO_MARKS: Mapping[int, str | None] = {
    **dict.fromkeys(map(ord, _MARKS)),
    **dict.fromkeys(map(ord, _BLANKS), " "),
}
_AM = {"am", "오전", "上午", "凌晨", "早上", "清晨", "半夜", "午前", "ص", "sa", "öö", "กอนเทยง"}
_PM = {"pm", "오후", "下午", "傍晚", "晚上", "午後", "م", "ch", "ös", "หลงเทยง"}


def log_lines(file: TextIO, source: Source) -> Iterator[tuple[int, str]]:
    """The lines without their ends, numbered from 1.

    Raises InputError where one is so long that the file cannot be a log.
    """
    number = 0
    while line := file.readline(MAX_LINE_CHARS + 1):
        number += 1
        if len(line) > MAX_LINE_CHARS:
            raise InputError(
                f"{source.name}: line {number} has over {MAX_LINE_CHARS:,} characters; this is no "
                "chat log"
            )
        yield number, line.rstrip("\r\n")


def head_lines(head: bytes, *, limit: int = 400) -> list[str]:
    """The first lines of a file; none where it is no text. One that may be cut is left out."""
    if not is_text(head):
        return []
    lines = head.decode(errors="replace").splitlines()
    return list(islice(lines[: -1 if len(head) >= HEAD_BYTES else None], limit))


def plain_name(text: str) -> str:
    """A name without direction marks, odd blanks and the "~" before who is no contact.

    >>> plain_name("~\u202f\u202aAna\u00a0Gil\u202c")
    'Ana Gil'
    """
    return text.translate(_NO_MARKS).strip(" ~")


def name_key(name: str) -> str:
    """What makes two spellings of a name equal: letters and digits, without case and width.

    >>> name_key("+49 151-234") == name_key("_49_151_234")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum()) or folded.strip()


def hour_of_day(hour: int, marker: str | None) -> int:
    """The hour on a clock of 24, of one with a word for the half of the day ("PM", 오후, 下午)."""
    if not marker:
        return hour
    word = "".join(char for char in marker.lower() if char.isalpha())
    if word in _AM:
        return 0 if hour == 12 else hour
    if word == "中午":
        return hour if hour >= 10 else hour + 12
    return hour + 12 if word in _PM and hour < 12 else hour


def undecoded_problem(text: str) -> str | None:
    """Why a text whose bytes do not all decode cannot be used; None where they do."""
    if (place := undecoded(text)) is None:
        return None
    byte = ord(text[place]) - 0xDC00
    return (
        f"byte 0x{byte:02x} does not belong to the file's encoding; save the file as UTF-8 or name "
        "its encoding with --encoding"
    )


def listed(names: Iterable[str], *, limit: int = 8) -> str:
    """Names as a note lists them."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(map(shown, every[:limit])) + more


def stem(source: Source) -> str:
    """What the file is called, without folder and ending."""
    name = source.title or source.path.name
    return re.sub(r"\.(?:txt|log)$", "", re.split(r"[/\\]", name)[-1].strip("<>"), flags=re.I)
