"""Excel workbooks as people make them, and archives that only look so."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from cs_qa.errors import InputError, RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.readers.tables.excel import Excel
from cs_qa.readers.tables.workbook_check import MAX_ENTRIES, check_workbook
from cs_qa.types import Transcript

HEADER = ["id", "role", "text", "at", "csat"]
ROWS: list[list[object]] = [
    ["S1", "customer", "Where is my parcel?", "2026-11-16T09:00:00Z", 4],
    ["S1", "agent", "It is on its way.", "2026-11-16T09:00:20Z", None],
    ["S2", "customer", "Danke!", "2026-11-16T10:00:00Z", None],
]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    formats = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell, formats.get(type(cell)))
    book.close()
    return path


def made(path: Path, fill: Callable[[Any, Any], None]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    fill(book, book.add_worksheet("Chats"))
    book.close()
    return path


def read_book(path: Path, **options: Any) -> tuple[list[Transcript], list[str], list[RowError]]:
    notes: list[str] = []
    errors: list[RowError] = []
    found = read(path, options=ReadOptions(**options), on_note=notes.append, on_error=errors.append)
    return list(found), [note.removeprefix(f"{path}: ") for note in notes], errors


def texts(transcripts: Iterable[Transcript]) -> list[list[str]]:
    return [[turn.text for turn in transcript.turns] for transcript in transcripts]


def test_a_table(tmp_path: Path) -> None:
    transcripts, notes, errors = read_book(
        workbook(tmp_path / "a.xlsx", {"Chats": [HEADER, *ROWS]})
    )
    assert [t.id for t in transcripts] == ["S1", "S2"]
    assert texts(transcripts) == [["Where is my parcel?", "It is on its way."], ["Danke!"]]
    assert transcripts[0].outcome is not None
    assert transcripts[0].outcome.csat == 4
    assert transcripts[0].turns[0].at is not None
    assert (notes, errors) == ([], [])


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a", "a.jsonl"])
def test_the_name_does_not_matter(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Chats": [HEADER, *ROWS]}).rename(tmp_path / name)
    assert len(read_book(path)[0]) == 2


def test_chinese_headers_below_a_title(tmp_path: Path) -> None:
    header = ["会话ID", "发送时间", "发送方", "消息内容", "客服"]
    rows = [
        ["S1", datetime(2026, 11, 16, 9, 3, 12), "买家", "你好", "小美"],
        ["S1", datetime(2026, 11, 16, 9, 3, 40), "客服", "在的", "小美"],
    ]
    table = [["十一月聊天记录"], ["导出时间", "2026-11-17"], [], header, *rows]
    path = workbook(tmp_path / "a.xlsx", {"Sheet1": table})
    (transcript,), notes, _ = read_book(path, timezone="Asia/Shanghai")
    assert [(turn.role, turn.text) for turn in transcript.turns] == [
        ("customer", "你好"),
        ("agent", "在的"),
    ]
    assert transcript.turns[0].at is not None
    assert transcript.turns[0].at.isoformat() == "2026-11-16T09:03:12+08:00"
    assert "会话ID" in notes[0]


def test_header_below_the_first_rows_is_not_looked_for(tmp_path: Path) -> None:
    title = [["Report"]] * 20
    path = workbook(tmp_path / "a.xlsx", {"Chats": [*title, HEADER, *ROWS]})
    with pytest.raises(InputError, match="has no column"):
        read_book(path)
    assert len(list(Excel(header_rows=21)(_source(path)))) == 2


def _source(path: Path) -> Any:
    from cs_qa.readers import Source

    return Source(path)


CELLS: list[tuple[object, str]] = [
    (12, "12"),
    (31.5, "31.5"),
    (0.1 + 0.2, "0.3"),
    (True, "TRUE"),
    (False, "FALSE"),
    ("0012", "0012"),
    ("=1+1 is a formula", "=1+1 is a formula"),
    (" kept ", " kept "),
    ("line\nbreak", "line\nbreak"),
    (date(2026, 11, 16), "2026-11-16"),
    (time(9, 3, 12), "09:03:12"),
    (datetime(2026, 11, 16, 9, 3, 12), "2026-11-16 09:03:12"),
    (datetime(2026, 11, 16, 9, 3, 12, 345_000), "2026-11-16 09:03:12.345"),
]


@pytest.mark.parametrize(("cell", "expected"), CELLS)
def test_cells(tmp_path: Path, cell: object, expected: str) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "role", "text"])
        sheet.write_row(1, 0, ["S1", "agent"])
        kind = {datetime: "yyyy-mm-dd hh:mm:ss.000", date: "yyyy-mm-dd", time: "hh:mm:ss"}
        wanted = kind.get(type(cell))
        style = book.add_format({"num_format": wanted}) if wanted else None
        write = sheet.write_string if isinstance(cell, str) else sheet.write
        write(1, 2, cell, style)

    assert texts(read_book(made(tmp_path / "a.xlsx", fill))[0]) == [[expected]]


def test_numbers_that_lost_digits(tmp_path: Path) -> None:
    rows = [HEADER, [12345678901234567, "agent", "Hi", None, None], [123456789012345, "agent", "x"]]
    transcripts, notes, _ = read_book(workbook(tmp_path / "a.xlsx", {"Chats": rows}))
    assert transcripts[0].id.startswith("123456789012345")
    assert transcripts[0].id.isdigit()
    assert transcripts[1].id == "123456789012345"
    assert len(notes) == 1
    assert "1 numbers have more than the 15 digits" in notes[0]
    assert "in row 2" in notes[0]


def test_errors_and_formulas(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["S1", "agent"])
        sheet.write_formula(1, 2, '="Hel"&"lo"', None, "Hello")
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")

    (transcript,), notes, _ = read_book(made(tmp_path / "a.xlsx", fill))
    assert transcript.turns[0].text == "Hello"
    assert transcript.outcome is None or transcript.outcome.csat is None
    assert notes == ["2 formulas are not computed; the values saved with them are read"]


def test_formula_without_a_saved_value_is_missing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADER, ["S1", "agent", "Hi", None, "=2+2"]]:
        sheet.append(row)
    sheet["F2"] = ArrayFormula("F2:F2", "=SUM(A1:A2)")
    book.save(tmp_path / "a.xlsx")
    (transcript,), notes, _ = read_book(tmp_path / "a.xlsx")
    assert transcript.outcome is None or transcript.outcome.csat is None
    assert notes[0].startswith("2 formulas")


def test_macros_are_ignored(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsm", {"Chats": [HEADER, *ROWS]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    transcripts, notes, _ = read_book(path)
    assert (len(transcripts), notes) == (2, ["its macros are ignored"])


def test_merged_cells_and_blank_rows(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 2, "Chats of November")
        sheet.write_row(1, 0, ["id", "role", "text", "note"])
        sheet.merge_range(2, 0, 4, 0, "S1")
        sheet.write_row(2, 1, ["customer", "Hi"])
        sheet.write_row(4, 1, ["agent", "Hello"])
        sheet.merge_range(6, 0, 7, 0, "S2")
        sheet.merge_range(6, 2, 6, 3, "wide")
        sheet.write(6, 1, "customer")
        sheet.write_row(7, 1, ["agent", "Bye"])

    transcripts, _, errors = read_book(made(tmp_path / "a.xlsx", fill))
    assert errors == []
    assert [(t.id, texts([t])[0]) for t in transcripts] == [
        ("S1", ["Hi", "Hello"]),
        ("S2", ["wide", "Bye"]),
    ]


def test_rows_are_numbered_as_in_excel(tmp_path: Path) -> None:
    rows = [["November"], [], HEADER, ["S1", "agent", "Hi"], [], ["S2", "nobody", "x"]]
    transcripts, _, (error,) = read_book(workbook(tmp_path / "a.xlsx", {"Chats": rows}))
    assert [t.id for t in transcripts] == ["S1"]
    assert error.line == 6


def test_columns_without_a_name_are_left_out(tmp_path: Path) -> None:
    rows = [["id", None, "role", "text"], ["S1", "stray", "agent", "Hi", "beyond"]]
    (transcript,), _, _ = read_book(workbook(tmp_path / "a.xlsx", {"Chats": rows}))
    assert (transcript.turns[0].text, transcript.turns[0].extra) == ("Hi", {})


def test_several_sheets(tmp_path: Path) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "Guide": [["How to read this"], ["Ask Ana"]],
        "Monday": [HEADER, ["S1", "agent", "Hi"], ["S2", "agent", "Hello"]],
        "Empty": [],
        "Tuesday": [HEADER, ["S2", "agent", "Hello"], ["S1", "agent", "Other"], ["S3", "x", "y"]],
        "Wednesday": [HEADER, ["S4", "agent", "Bye"]],
    }
    path = workbook(tmp_path / "a.xlsx", sheets)
    transcripts, notes, errors = read_book(path)
    assert [(t.id, t.turns[0].text) for t in transcripts] == [
        ("S1", "Hi"),
        ("S2", "Hello"),
        ("S4", "Bye"),
    ]
    assert notes == ["not read, since no header was found there: sheet 'Guide'"]
    assert [error.source for error in errors] == [f"{path}, sheet 'Tuesday'"] * 2
    assert {("id 'S1' is already" in str(e), "S3" in str(e)) for e in errors} == {
        (True, False),
        (False, True),
    }


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for number, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(number, 0, row)
        hidden = book.add_worksheet("Secret")
        hidden.write_row(0, 0, HEADER)
        hidden.hide()
        book.add_chartsheet("Chart")

    transcripts, notes, _ = read_book(made(tmp_path / "a.xlsx", fill))
    assert (len(transcripts), notes) == (2, ["not read, since it is hidden: sheet 'Secret'"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "is empty; the first row of a sheet must name the columns"),
        ([["a", "b", "c"], ["1"]], "has no column"),
    ],
)
def test_no_header(tmp_path: Path, rows: list[list[object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_book(workbook(tmp_path / "a.xlsx", {"Chats": rows}))


def test_columns_by_name(tmp_path: Path) -> None:
    rows = [["Fall", "Wer", "Was"], ["S1", "agent", "Hallo"]]
    path = workbook(tmp_path / "a.xlsx", {"Chats": rows})
    (transcript,), _, _ = read_book(path, columns={"id": "Fall", "role": "Wer", "text": "Was"})
    assert transcript.turns[0].text == "Hallo"


CONTENT = "[Content_Types].xml"


def archive(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, data in entries.items():
            target.writestr(name, data)
    return path


def book_with(path: Path, **entries: bytes) -> Path:
    parts = {CONTENT: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return archive(path, parts | {name.replace("__", "/"): data for name, data in entries.items()})


def sheet(xml: str) -> bytes:
    return f"<worksheet><sheetData>{xml}</sheetData></worksheet>".encode()


OTHERS: list[tuple[str, dict[str, bytes], str]] = [
    ("plain zip", {"chats.csv": b"id,role,text"}, "is a zip archive, no Excel workbook; unpack it"),
    ("nested zip", {"inner.zip": b"PK\x03\x04"}, "is a zip archive, no Excel workbook; unpack it"),
    ("a workbook in a zip", {"a.xlsx": b"PK\x03\x04"}, "is a zip archive"),
    ("Word", {CONTENT: b"", "word/document.xml": b""}, "is a Word document"),
    ("PowerPoint", {CONTENT: b"", "ppt/presentation.xml": b""}, "is a PowerPoint file"),
    ("OpenDocument", {"mimetype": b"", "content.xml": b""}, "is an OpenDocument file"),
    ("xlsb", {CONTENT: b"", "xl/workbook.bin": b""}, "is a binary workbook"),
    ("half a workbook", {CONTENT: b"<Types/>", "xl/workbook.xml": b"<workbook"}, "damaged"),
]


@pytest.mark.parametrize(("name", "entries", "message"), OTHERS, ids=[row[0] for row in OTHERS])
def test_other_archives(tmp_path: Path, name: str, entries: dict[str, bytes], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_book(archive(tmp_path / "a.xlsx", entries))


STARTS: list[tuple[bytes, str, str]] = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "protected with a password or an"),
    (
        b"<html><table><tr><td>id</td></tr></table></html>",
        "a.xls",
        "is no Excel workbook, whatever",
    ),
    (b"<?xml version='1.0'?><Workbook/>", "a.xlsx", "is no Excel workbook, whatever"),
    (b"PK\x03\x04", "a.xlsx", "damaged or incomplete"),
    (b"PK\x03\x04" + b"\0" * 5000, "a.xlsx", "damaged or incomplete"),
]


@pytest.mark.parametrize(("data", "name", "message"), STARTS)
def test_what_is_no_workbook(tmp_path: Path, data: bytes, name: str, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_book(path)


def test_csv_named_as_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("id,role,text\nS1,agent,Hi\n")
    assert texts(read_book(path)[0]) == [["Hi"]]
    assert not Excel().recognises(b"<p>id", ".csv")


def test_cut_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Chats": [HEADER, *ROWS]})
    data = path.read_bytes()
    for size in (len(data) // 2, len(data) - 10):
        path.write_bytes(data[:size])
        with pytest.raises(InputError, match="damaged or incomplete"):
            read_book(path)


def test_damaged_entry(tmp_path: Path) -> None:
    path = book_with(tmp_path / "a.xlsx", xl__sheet=bytes(range(256)) * 40)
    data = bytearray(path.read_bytes())
    place = data.index(b"xl/sheet") + len("xl/sheet")
    data[place : place + 20] = b"\xff" * 20
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged"):
        read_book(path)


def test_zip_bomb(tmp_path: Path) -> None:
    path = book_with(tmp_path / "a.xlsx", xl__worksheets__sheet1_xml=b"\0" * 5_000_000)
    with pytest.raises(InputError, match="more than 100 times its size, as zip bombs do"):
        read_book(path)


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = book_with(tmp_path / "a.xlsx", xl__bomb=b"\0" * 5_000_000)
    data = path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 90_000))
    path.write_bytes(data)
    with pytest.raises(InputError, match="more than 100 times its size"):
        read_book(path)


def test_many_entries_of_some_size(tmp_path: Path) -> None:
    # Each alone is harmless: 0.9 MB, deflated to less than a thousandth.
    parts = {f"xl__media__{number}": b"\0" * 900_000 for number in range(3)}
    with pytest.raises(InputError, match="more than 100 times its size"):
        check_workbook(book_with(tmp_path / "a.xlsx", **parts), name="a")


def test_more_than_200_mb(tmp_path: Path) -> None:
    block = zlib.compress(bytes(range(256)) * 16, 0)
    entries = {CONTENT: b"", "xl/workbook.xml": b"", "xl/big": block}
    path = archive(tmp_path / "a.xlsx", entries, zipfile.ZIP_STORED)
    data = path.read_bytes()
    size = struct.pack("<LL", len(block), len(block))
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, struct.pack("<LL", 4 * 10**6, 250 * 2**20)))
    with pytest.raises(InputError, match="inflates to more than 200 MB"):
        read_book(path)


def test_too_many_entries(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as target:
        for number in range(MAX_ENTRIES + 1):
            target.writestr(str(number), b"")
    with pytest.raises(InputError, match="more than 10,000 files"):
        read_book(path)
    # The record at the end may say less than the list holds.
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x05\x06")
    data[place + 8 : place + 12] = b"\1\0\1\0"
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="more than 10,000 files"):
        read_book(path)


def test_protected_entries(tmp_path: Path) -> None:
    path = book_with(tmp_path / "a.xlsx")
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="password"):
        read_book(path)


def test_unusual_packing(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.xlsx", {CONTENT: b"", "xl/workbook.xml": b"x" * 99}, zipfile.ZIP_BZIP2
    )
    with pytest.raises(InputError, match="packed in a way that Excel does not use"):
        read_book(path)


SPANS = [
    ('<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>', True),
    ('<x:row r="1"><x:c s="1" r="XFD1"/></x:row><x:row spans="1:2" r="1048576"/>', True),
    ('<row r="1">' + "<c/>" * 200 + '</row><row r="1048576"><c/></row>', True),
    ('<row r="1"><c r="A1"/></row><row r="1048576"><c r="B1048576"/></row>', False),
    ("<row><c/><c/></row>" * 3000, False),
    ("<cols/><rows r='9999999'/><cell r='XFD9'/>", False),
]


@pytest.mark.parametrize(("xml", "is_refused"), SPANS)
def test_sheets_that_span_too_much(tmp_path: Path, xml: str, is_refused: bool) -> None:
    path = book_with(tmp_path / "a.xlsx", **{"xl__worksheets__sheet1.xml": sheet(xml)})
    if is_refused:
        with pytest.raises(InputError, match="a sheet spans"):
            check_workbook(path, name="a")
    else:
        assert check_workbook(path, name="a").formulas == 0


def test_formulas_are_counted_across_blocks(tmp_path: Path) -> None:
    noise = "".join(f"<v>{number * 7919 % 100_003}</v>" for number in range(9000))
    xml = "".join(
        f"<c><f>A{number}</f>{noise[number * 9 : number * 9 + 40]}</c>" for number in range(4000)
    )
    path = book_with(tmp_path / "a.xlsx", **{"xl__worksheets__sheet1.xml": sheet(xml)})
    assert check_workbook(path, name="a").formulas == 4000


def test_too_many_merged_cells(tmp_path: Path) -> None:
    def fill(_: Any, page: Any) -> None:
        page.write_row(0, 0, HEADER)
        page.write(100_000, 0, "S1")

    path = made(tmp_path / "a.xlsx", fill)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    merges = b"".join(
        b'<mergeCell ref="%c2:%c100001"/>' % (letter, letter) for letter in b"ABCDEFGHIJK"
    )
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(
        b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>"
    )
    with pytest.raises(InputError, match="over 1,000,000 cells of a sheet are merged"):
        read_book(archive(path, parts))
