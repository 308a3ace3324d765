"""A window that moves over JSON text too long to be held, and decodes value after value."""

from __future__ import annotations

import json
import re
from typing import TextIO

from cs_qa.readers.encodings.encoding import undecoded
from cs_qa.readers.json_decoding import decoder

__all__ = ["BrokenJsonError", "JsonWindow"]

_CHUNK_CHARS = 64 * 2**10
# So near to the end of what is held, an error or a number may come from the cut: `tru`, `1.`.
_CUT_CHARS = 16
_DECODER = decoder()
_BLANKS = re.compile("[ \t\r\n\x1e\ufeff]*")


class BrokenJsonError(Exception):
    """What is wrong at the place that was reached."""


class JsonWindow:
    """The part of a file that is being decoded, with a place in it that only moves on.

    Its methods raise BrokenJsonError where the text is no JSON, ends too early, or a document has
    more than `max_chars` characters. `bad_byte` is the first byte of the document that did not
    belong to the file's encoding.
    """

    def __init__(self, file: TextIO, max_chars: int) -> None:
        self._file = file
        self._max_chars = max_chars
        self._text = ""
        self._at = 0
        self._passed_chars = 0
        self._line = 1
        self._line_at = 0
        self._begin = 0
        self.bad_byte: int | None = None

    @property
    def line(self) -> int:
        """The 1-based line of the place."""
        self._line += self._text.count("\n", self._line_at, self._at)
        self._line_at = self._at
        return self._line

    def begin_document(self) -> None:
        """Count from here how long a document is, and whether all of it decodes."""
        self._begin = self._passed_chars + self._at
        self.bad_byte = None

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANKS.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._read_more():
                return self._text[self._at : self._at + 1]

    def held_value(self) -> tuple[object, int] | None:
        """The next value and where it ends, if all of it is held already; the place stays."""
        try:
            return _DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None

    def take(self, mark: str) -> None:
        """Pass a mark that must come next."""
        if (found := self.peek()) != mark:
            raise BrokenJsonError(f"expected {mark}, found {found or 'the end of the file'}")
        self._at += 1

    def key(self) -> str:
        """Pass a key and its colon."""
        if self.peek() != '"':
            self.take('"')
        key = str(self.value())
        self.take(":")
        return key

    def value(self) -> object:
        """Pass the next value, whatever it is."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._read_more():
                    continue
                raise BrokenJsonError(_fault(error, self._text)) from None
            except RecursionError:
                raise BrokenJsonError("nested too deep") from None
            except ValueError:
                raise BrokenJsonError("a number of thousands of digits") from None
            may_go_on = isinstance(value, int | float) and end > len(self._text) - _CUT_CHARS
            if may_go_on and self._read_more():
                continue
            self.pass_to(end)
            return value

    def go_to_next_object(self) -> bool:
        """Go to the next line that begins with another object; False where none does."""
        is_another = self._passed_chars + self._at > self._begin
        if is_another and self._text.startswith("\n{", self._at - 1):
            return True
        while True:
            end = self._text.find("\n", self._at)
            self._at = end + 1 if end >= 0 else len(self._text)
            if self._at == len(self._text) and not self._read_more():
                return False
            if end >= 0 and self._text.startswith("{", self._at):
                return True

    def pass_to(self, end: int) -> None:
        """Go to the end of a value."""
        bad = undecoded(self._text[self._at : end])
        if bad is not None and self.bad_byte is None:
            self.bad_byte = ord(self._text[self._at + bad]) - 0xDC00
        self._at = end
        if self._passed_chars + end - self._begin > self._max_chars:
            raise BrokenJsonError(_too_long(self._max_chars))

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        is_open = error.msg.startswith("Unterminated string")
        return is_open or error.pos >= len(self._text) - _CUT_CHARS

    def _read_more(self) -> bool:
        kept = self._text[self._at :]
        if len(kept) > self._max_chars:
            raise BrokenJsonError(_too_long(self._max_chars))
        more = self._file.read(max(_CHUNK_CHARS, len(kept)))
        if more:
            self._line += self._text.count("\n", self._line_at, self._at)
            self._passed_chars += self._at
            self._text, self._at, self._line_at = kept + more, 0, 0
        return bool(more)


def _fault(error: json.JSONDecodeError, text: str) -> str:
    at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    return "the file ends within it" if at_end else error.msg


def _too_long(chars: int) -> str:
    return f"a document of more than {chars:,} characters"
