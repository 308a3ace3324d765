"""The first bytes of a file: enough to choose a reader, or to say why none will do."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from cs_qa.errors import InputError, UnknownFormatError
from cs_qa.readers.source import Source

HEAD_BYTES = 65_536
MAX_CONTROL_SHARE = 0.1
_LAYOUT = b"\t\n\f\r"
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in _LAYOUT)
_ADVICE: dict[bytes, str] = {
    b"\x1f\x8b": "is compressed with gzip; unpack it first (gunzip)",
    b"\xfd7zXZ": "is compressed with xz; unpack it first (unxz)",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd; unpack it first (zstd -d)",
    b"PK\x03\x04": "is a zip archive or an Excel workbook; unpack it, or save it as CSV UTF-8",
    codecs.BOM_UTF16_LE: "is UTF-16; save it as UTF-8",
    codecs.BOM_UTF16_BE: "is UTF-16; save it as UTF-8",
}
_PRETTY = "is JSON over several lines; write one transcript a line (jq -c '.[]' or jq -c .)"


def read_head(source: Source) -> bytes:
    """The first bytes of a file after a byte order mark and blanks.

    Raises InputError where there is no such file, it is a folder, or nothing stands in it.
    """
    path = source.path
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the files in it")
    if not path.exists():
        raise InputError(f"There is no file {path}; check the name and the folder")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(codecs.BOM_UTF8).lstrip()
        while not head and (more := file.read(HEAD_BYTES)):
            head = more.lstrip()
    if not head:
        raise InputError(f"{source.name} is empty; nothing but blanks stands in it")
    return head


def is_text(head: bytes) -> bool:
    """Whether the bytes are text: at most a tenth of control characters, none beside bad UTF-8.

    Text in another 8-bit encoding passes, so that its reader can name the lines at fault.
    """
    controls = len(head) - len(head.translate(None, _CONTROLS))
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return controls == 0 and not head.startswith(tuple(_ADVICE))
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
        return InputError(f"{name} {_PRETTY}")
    return UnknownFormatError(name, known=known)
