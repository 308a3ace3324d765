"""The first bytes of a file: enough to choose a reader, or to say why none will do."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from cs_qa.errors import InputError, UnknownFormatError
from cs_qa.readers.encodings.encoding import find_encoding, marked_encoding, zero_byte_encoding
from cs_qa.readers.source import Source, ignore_note

HEAD_BYTES = 65_536
MAX_CONTROL_SHARE = 0.1
_LAYOUT = b"\t\n\f\r"
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in _LAYOUT)
_ADVICE: dict[bytes, str] = {
    b"\x1f\x8b": "is compressed with gzip; unpack it first (gunzip)",
    b"BZh91AY&SY": "is compressed with bzip2; unpack it first (bunzip2)",
    b"\xfd7zXZ": "is compressed with xz; unpack it first (unxz)",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd; unpack it first (zstd -d)",
    b"7z\xbc\xaf\x27\x1c": "is a 7-Zip archive; unpack it first",
    b"Rar!\x1a\x07": "is a RAR archive; unpack it first",
    b"PK\x03\x04": "is a zip archive and no Excel workbook; unpack it first",
    b"PK\x05\x06": "is an empty zip archive; pack or export it again",
    b"%PDF-": "is a PDF; export the conversations as CSV, Excel or JSON instead",
    b"SQLite format 3": "is a database; export the conversations as CSV or JSON instead",
}
_BINARY = (*_ADVICE, b"PAR1", b"\xd0\xcf\x11\xe0", b"\x89PNG")
_UNKNOWN_JSON = (
    "is JSON that holds neither our transcripts, which have turns, nor an export that is known; "
    "name its format with --format, or write our transcripts"
)


def read_head(source: Source) -> bytes:
    """The first bytes of a file after a byte order mark and blanks; of a text in UTF-8.

    Raises InputError where there is no such file, it is a folder, or nothing stands in it.
    """
    path = source.path
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    if not path.exists():
        raise InputError(f"There is no file {path}; check the name and the folder")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        while not head.strip() and (more := file.read(HEAD_BYTES)):
            head = more
    head = _in_utf8(source, head).lstrip()
    if not head:
        raise InputError(f"{source.name} is empty; nothing but blanks stands in it")
    return head


def _in_utf8(source: Source, head: bytes) -> bytes:
    """The head of a text in UTF-8 without a byte order mark; that of anything else as it is."""
    if head.startswith(_BINARY):
        return head
    encoding = marked_encoding(head) or zero_byte_encoding(head)
    named = source.options.encoding
    if encoding is None:
        head = head.rstrip(b"\0")  # what a crash leaves behind the text
        if not is_text(head) or (named is None and _is_plain_utf8(head)):
            return head
        encoding = find_encoding(source.path, named=named, on_note=ignore_note, title=source.name)
    return head.decode(encoding, "ignore").encode()


def _is_plain_utf8(head: bytes) -> bool:
    return _begins_as_utf8(head) and b"\x1b$" not in head


def _begins_as_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def is_text(head: bytes) -> bool:
    """Whether the bytes are text: at most a tenth of control characters, none beside bad UTF-8.

    Text in another 8-bit encoding passes, so that its reader can name the lines at fault.
    """
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if head.startswith(_BINARY):
        return False
    if not _begins_as_utf8(head):
        return controls == 0
    return controls <= MAX_CONTROL_SHARE * len(head)


def is_pretty_json(head: bytes) -> bool:
    """Whether JSON begins that is one array, or is spread over lines."""
    return head.startswith(b"[") or head.split(b"\n", 1)[0].strip() == b"{"


def unreadable(name: str, head: bytes, *, known: Iterable[str]) -> InputError:
    """The error for a file that no reader recognised, with advice where its kind is known."""
    for magic, advice in _ADVICE.items():
        if head.startswith(magic):
            return InputError(f"{name} {advice}")
    if is_text(head) and is_pretty_json(head):
        return InputError(f"{name} {_UNKNOWN_JSON}")
    return UnknownFormatError(name, known=known)
