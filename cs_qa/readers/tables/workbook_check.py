"""Workbooks looked over before they are opened: zip bombs, and what in them is not read.

Every entry is inflated in a stream and counted, since declared sizes can lie.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cs_qa.errors import InputError

__all__ = ["WorkbookParts", "check_workbook"]

MAX_ENTRIES = 10_000
MAX_BYTES = 200 * 2**20
MAX_RATIO = 100
MAX_CELLS = 20_000_000
_MAX_LIST = 16 * 2**20
_SMALL = 2**20
_BLOCK = 2**16
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 2**16
_MAX_TAG = 4096
_TAG = re.compile(
    rb"<(?:\w{1,20}:)?(?P<tag>row|c)(?=[\s>/])"
    rb"(?:[^<>]{0,300}?\sr\s?=\s?[\"'](?P<column>[A-Z]{0,3})(?P<row>\d{1,7})[\"'])?"
)
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s>/]")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_KINDS = {
    "word/document.xml": "is a Word document; save its table as a workbook (.xlsx) or as CSV",
    "ppt/presentation.xml": "is a PowerPoint file; save the conversations as .xlsx or CSV",
    "content.xml": "is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV UTF-8",
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx or as CSV UTF-8",
}


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """What in a workbook is not read: how many formulas, and whether there are macros."""

    formulas: int
    has_macros: bool


def check_workbook(path: Path, *, name: str) -> WorkbookParts:
    """Look a workbook over. Raises InputError where it is none, is damaged or is not safe to open.

    At most 10,000 entries and 200 MB when inflated, no entry over 1 MB inflated to more than 100
    times its size, no sheet that spans more than 20 million cells.
    """
    damaged = (
        f"{name} is a damaged or incomplete workbook; copy it again, or save it again as .xlsx"
    )
    with path.open("rb") as file:
        _check_end(file, name, damaged)
        try:
            with ZipFile(file) as archive:
                entries = archive.infolist()
                _check_count(len(entries), name)
                _check_kind({entry.filename for entry in entries}, name)
                return _inflated(file, entries, name)
        except (
            BadZipFile,
            zlib.error,
            struct.error,
            NotImplementedError,
            ValueError,
            EOFError,
        ) as error:
            raise InputError(damaged) from error


def _check_end(file: BinaryIO, name: str, damaged: str) -> None:
    """Count the entries before anything else: a list of millions would fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD.size - _MAX_COMMENT))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END_RECORD.size:
        raise InputError(damaged)
    _, _, _, _, count, listed, _, _ = _END_RECORD.unpack_from(tail, place)
    _check_count(count if listed <= _MAX_LIST else MAX_ENTRIES + 1, name)


def _check_count(count: int, name: str) -> None:
    if count > MAX_ENTRIES:
        raise InputError(
            f"{name} holds more than {MAX_ENTRIES:,} files; no Excel workbook does. It is refused"
        )


def _check_kind(names: set[str], name: str) -> None:
    if "[Content_Types].xml" in names and any(n.lower() == "xl/workbook.xml" for n in names):
        return
    kind = next((advice for part, advice in _KINDS.items() if part in names), None)
    raise InputError(
        f"{name} {kind or 'is a zip archive, no Excel workbook; unpack it and name its files'}"
    )


def _inflated(file: BinaryIO, entries: list[ZipInfo], name: str) -> WorkbookParts:
    total = packed = formulas = 0
    for entry in entries:
        total, packed = total + entry.file_size, packed + entry.compress_size
        _check_size(entry.file_size, entry.compress_size, total, name)
    total = 0
    for entry in entries:
        sheet = _Sheet(name) if _SHEET.fullmatch(entry.filename) else None
        size = 0
        for block in _blocks(file, entry, name):
            size += len(block)
            _check_size(size, entry.compress_size, total + size, name)
            if sheet is not None:
                sheet.look_at(block)
        total += size
        _check_size(total, packed, total, name)
        formulas += sheet.formulas if sheet is not None else 0
    has_macros = any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries)
    return WorkbookParts(formulas, has_macros)


def _check_size(size: int, packed: int, total: int, name: str) -> None:
    if total > MAX_BYTES:
        raise InputError(
            f"{name} inflates to more than {MAX_BYTES // 2**20} MB; divide it, or save it as CSV"
        )
    if size > _SMALL and size > MAX_RATIO * packed:
        raise InputError(
            f"{name} inflates to more than {MAX_RATIO} times its size, as zip bombs do; it is "
            "refused. If it is your own, save it as CSV UTF-8"
        )


def _blocks(file: BinaryIO, entry: ZipInfo, name: str) -> Iterator[bytes]:
    """What an entry really holds, whatever its size is said to be."""
    if entry.flag_bits & 1:
        raise InputError(f"{name} is protected with a password; save it without one")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise InputError(f"{name} is packed in a way that Excel does not use; save it as .xlsx")
    file.seek(entry.header_offset)
    fields = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(fields[-2] + fields[-1], 1)
    left = entry.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (packed := file.read(min(_BLOCK, left))):
        left -= len(packed)
        if entry.compress_type == ZIP_STORED:
            yield packed
            continue
        yield inflate.decompress(packed, _BLOCK)
        while inflate.unconsumed_tail:
            yield inflate.decompress(inflate.unconsumed_tail, _BLOCK)


class _Sheet:
    """The extent of a sheet and its formulas, seen in blocks of its XML."""

    def __init__(self, name: str) -> None:
        self.formulas = 0
        self._name = name
        self._carry = b""
        self._columns = self._rows = self._in_row = 0

    def look_at(self, block: bytes) -> None:
        """Look at the next block. Raises InputError where the sheet spans too many cells."""
        text = self._carry + block
        end = text.rfind(b">") + 1
        self._carry = text[end:][-_MAX_TAG:]
        for found in _TAG.finditer(text, 0, end):
            is_cell = found["tag"] == b"c"
            self._in_row = self._in_row + 1 if is_cell else 0
            column = _column(found["column"]) if found["column"] else self._in_row
            self._columns = max(self._columns, column)
            self._rows = max(self._rows, int(found["row"] or 0))
        self.formulas += sum(1 for _ in _FORMULA.finditer(text, 0, end))
        if self._columns * self._rows > MAX_CELLS:
            raise InputError(
                f"{self._name}: a sheet spans {self._rows:,} rows and {self._columns:,} columns; "
                "delete what lies far from the table, or save the table as CSV UTF-8"
            )


def _column(letters: bytes) -> int:
    """The number of a column, counted from 1: A, B … Z, AA ….

    >>> _column(b"AA")
    27
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
