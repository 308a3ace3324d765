"""Character sets: found out from a file's bytes, decoded strictly, never replaced in silence.

A byte order mark decides, then the zero bytes of UTF-16 and UTF-32, then UTF-8, whose byte patterns
do not come about by chance. What is left is guessed (see `encoding_guess`), and where two guesses
are about as good the user is asked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from cs_qa.errors import InputError
from cs_qa.readers.encodings.alphabets import reads_as_utf8
from cs_qa.readers.encodings.encoding_guess import Guess, best_guess, decodes, guesses

__all__ = [
    "UNDECODED",
    "find_encoding",
    "marked_encoding",
    "undecoded",
    "zero_byte_encoding",
]

UNDECODED = "cs_qa.undecoded"
"""Error handler that reads a byte that does not decode as the lone surrogate U+DC00 + byte."""

HEAD_BYTES = 2**16
BLOCK_BYTES = 2**20
SAMPLE_BYTES = 2**18
SAMPLE_PLACES = 16
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ESCAPE = b"\x1b$"
_ESCAPED = "iso2022_jp_2"
_HIGH = bytes(range(0x80, 0x100))
_ADVICE = "if the text looks wrong, name the right one with --encoding"
# So many different characters are not UTF-8 by chance.
_MIN_CHARS = 8
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")
_STRAY_SHARE = 0.05
# From how many lines on, and from which share of them, a fault is no longer a stray one.
_MIN_FAULTS = 3
_FAULTY_SHARE = 0.1


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


def marked_encoding(head: bytes) -> str | None:
    """What the byte order mark at the head of a file says, None where there is none."""
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)


def zero_byte_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by the zero bytes that it has beside ASCII."""
    if not head.strip(b"\0") or b"\0" not in head:
        return None
    quarter = len(head) // 4
    for encoding, planes in (("utf-32-le", head[2::4]), ("utf-32-be", head[1::4])):
        # Nearly all text stands in the first plane of Unicode.
        if planes.count(0) > quarter // 2 and decodes(head[: quarter * 4], encoding):
            return encoding
    units = len(head) // 2
    low, high = head[::2].count(0), head[1::2].count(0)
    # Text in other letters has few zero bytes, but then its other bytes are no UTF-8.
    enough = 0.1 if decodes(head, "utf-8") else 0.01
    for encoding, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if zeros > max(enough * units, 4 * others) and _begins_in(head, encoding):
            return encoding
    return None


def _begins_in(head: bytes, encoding: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return len(_NO_TEXT.findall(text)) <= _STRAY_SHARE * len(text)


def find_encoding(
    path: Path, *, named: str | None, on_note: Callable[[str], None], title: str | None = None
) -> str:
    """Tell the character set of a text file, as Python calls it; utf-8-sig stands for UTF-8.

    A `named` one is taken at its word, unless a byte order mark speaks against it. What is neither
    UTF-8 nor marked is told to `on_note`, as is a share of lines that do not decode. Raises
    InputError, which calls the file by its `title` and names what is possible, where the bytes do
    not tell.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    marked, wide = marked_encoding(head), zero_byte_encoding(head)
    if marked is not None:
        if named is not None and not named.startswith(marked.removesuffix("-sig")):
            on_note(f"begins with the byte order mark of {marked}, so is not read as {named}")
        return marked
    if named is not None:
        return _as_named(path, named, wide, on_note)
    if wide is not None:
        on_note(f"read as {wide}, as its bytes suggest; {_ADVICE}")
        return wide
    return _found(_sample(path), on_note, title or str(path))


def _as_named(path: Path, named: str, wide: str | None, on_note: Callable[[str], None]) -> str:
    if named in ("utf-16", "utf-32"):
        return wide if wide and wide.startswith(named) else f"{named}-le"
    if not named.startswith(("utf-16", "utf-32")):
        _note_faults(_sample(path), named, on_note)
    return "utf-8-sig" if named == "utf-8" else named


def _found(lines: Sequence[bytes], on_note: Callable[[str], None], title: str) -> str:
    if all(line.isascii() for line in lines):
        return _escaped(lines, on_note)
    lines = [line for line in lines if not line.isascii()]
    if _is_utf8(lines):
        _note_faults(lines, "utf-8", on_note)
        return "utf-8-sig"
    found = guesses(lines)
    encoding = best_guess(found)
    strangers = sum(decodes(line, "utf-8") and reads_as_utf8(line.decode()) for line in lines)
    if encoding is None and strangers >= _MIN_FAULTS:
        # Of two encodings in one file UTF-8 is the one that never reads the other as its own.
        _note_faults(lines, "utf-8", on_note)
        return "utf-8-sig"
    if encoding is None or all(decodes(line, "utf-8") for line in lines):
        raise _untold(title, lines, found)
    on_note(f"read as {encoding}, as its bytes suggest; {_ADVICE}")
    if strangers:
        on_note(f"{_share(strangers, lines)} are UTF-8 instead, and come out wrong; mend them")
    return encoding


def _escaped(lines: Sequence[bytes], on_note: Callable[[str], None]) -> str:
    """UTF-8 for plain ASCII, unless its escapes are those of Japanese mail."""
    if not lines or not all(decodes(line, _ESCAPED) for line in lines):
        return "utf-8-sig"
    on_note(f"read as {_ESCAPED}, as its escapes suggest; {_ADVICE}")
    return _ESCAPED


def _is_utf8(lines: Sequence[bytes]) -> bool:
    """Whether most of the lines are; the others will cost their rows, not the file.

    A word of two Chinese characters in GBK may pass for UTF-8; the letters that it gives tell.
    """
    valid = [line.decode() for line in lines if decodes(line, "utf-8")]
    speaking = sum(map(reads_as_utf8, valid))
    faults = len(lines) - len(valid)
    if len({char for char in "".join(valid) if not char.isascii()}) >= _MIN_CHARS:
        return len(valid) > faults
    return speaking > 0 and speaking >= faults and speaking * 2 >= len(valid)


def _untold(title: str, lines: Sequence[bytes], found: Sequence[Guess]) -> InputError:
    names = ["utf-8"] if all(decodes(line, "utf-8") for line in lines) else []
    names += [guess.encoding for guess in found[: 3 - len(names)]]
    possible = ", ".join(names) or "none that we know"
    return InputError(
        f"{title}: its bytes do not tell the encoding (likeliest: {possible}); name it with "
        "--encoding, or save the file as UTF-8"
    )


def _note_faults(lines: Sequence[bytes], encoding: str, on_note: Callable[[str], None]) -> None:
    faults = sum(not decodes(line, encoding) for line in lines)
    if faults >= max(_MIN_FAULTS, _FAULTY_SHARE * len(lines)):
        on_note(
            f"{_share(faults, lines)} do not decode as {encoding}: it seems to be the wrong "
            "encoding, or the file mixes two; name the right one with --encoding"
        )


def _share(count: int, lines: Sequence[bytes]) -> str:
    return f"{count} of {len(lines)} lines with letters beyond ASCII"


def _sample(path: Path) -> list[bytes]:
    """Lines with bytes beyond ASCII, from places spread over the file, at most 256 KiB of them.

    Text in other letters may begin late, so every block is looked at until a place's share is full.
    """
    size = path.stat().st_size
    part = max(BLOCK_BYTES, -(-size // SAMPLE_PLACES))
    places = range(0, size, part)
    lines: list[bytes] = []
    with path.open("rb") as file:
        for start in places:
            room = SAMPLE_BYTES // len(places)
            for line in _lines(file, start, start + part):
                lines.append(line if len(line) <= room else _cut(line, room))
                room -= len(line)
                if room <= 0:
                    break
    return lines


def _lines(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The lines that are not plain ASCII; of those that are cut, what has whole characters."""
    file.seek(start)
    is_cut = start > 0
    while file.tell() < end and (block := file.read(BLOCK_BYTES)):
        rest = file.readline(SAMPLE_BYTES)
        if _is_plain(block) and _is_plain(rest):
            is_cut = not (rest or block).endswith(b"\n")
            continue
        block += rest
        lines = block.splitlines(keepends=True)
        if is_cut:
            lines[0] = lines[0].lstrip(_HIGH)
        is_cut = not block.endswith(b"\n")
        if is_cut and len(rest) == SAMPLE_BYTES:
            lines[-1] = _cut(lines[-1], len(lines[-1]))
        yield from (line for line in lines if not _is_plain(line))


def _is_plain(data: bytes) -> bool:
    return data.isascii() and _ESCAPE not in data


def _cut(line: bytes, size: int) -> bytes:
    """The beginning of a line, cut where a character ends in sets of 1, 2, 3 and 4 bytes."""
    line = line[:size]
    plain = len(line.rstrip(_HIGH))
    return line[: plain + (len(line) - plain) // 12 * 12]
