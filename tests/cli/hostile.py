"""Files that were cut, mixed up, renamed or made to do harm; each written by code.

A case says what `cs-qa inspect` must make of a file: the exit code, the ids that get a card, and a
part of each complaint.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

Write = Callable[[Path], object]

FRENCH = "Où est ma commande ? Elle était déjà prête."
CHINESE = "您好，您的快递已经发出，预计后天送到，请您耐心等待。"
LONG = " ".join(random.Random(1).choices(f"{FRENCH} {FRENCH.upper()}".split(), k=200_000))
"""1 MB of words that a zip does not make 100 times smaller."""
RUBBISH = random.Random(3).randbytes(4_000)


class Case(NamedTuple):
    """A file, and what must come of it: exit code, ids in order, a part of each complaint."""

    name: str
    file: str
    content: bytes | Write
    code: int
    ids: str
    complaints: tuple[str, ...] = ()


def fine(name: str, file: str, content: bytes | Write, ids: str) -> Case:
    return Case(name, file, content, 0, ids)


def partly(name: str, file: str, content: bytes | Write, ids: str, *complaints: str) -> Case:
    return Case(name, file, content, 1, ids, complaints)


def refused(name: str, file: str, content: bytes | Write, *complaints: str) -> Case:
    return Case(name, file, content, 2, "", complaints)


def row(name: str, text: str = FRENCH, **more: object) -> dict[str, object]:
    turns = [{"role": "customer", "text": text}, {"role": "agent", "text": "Let me check."}]
    return {"id": name, "turns": turns} | more


def line(name: str, text: str = FRENCH, **more: object) -> bytes:
    return json.dumps(row(name, text, **more), ensure_ascii=False).encode() + b"\n"


A, B, C = line("a"), line("b"), line("c")
SAID = ("customer", "agent")


def table(names: str, *, mark: str = ",", header: bool = True, text: str = FRENCH) -> bytes:
    rows = [("id", "role", "text")] if header else []
    rows += [(name, role, text) for name in names for role in SAID]
    return "".join(mark.join(cells) + "\n" for cells in rows).encode()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return file.getvalue()


def cell(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def sheet(*rows: Iterable[str]) -> bytes:
    """A sheet of text cells; a value that begins with "<c" is a cell as it stands."""
    cells = (
        "<row>" + "".join(v if v.startswith("<c") else cell(v) for v in values) + "</row>"
        for values in rows
    )
    return (
        f'<worksheet xmlns="{MAIN}"><sheetData>' + "".join(cells) + "</sheetData></worksheet>"
    ).encode()


SCHEMAS = "http://schemas.openxmlformats.org"
MAIN = f"{SCHEMAS}/spreadsheetml/2006/main"
PACKAGE = f"{SCHEMAS}/package/2006"
OFFICE = f"{SCHEMAS}/officeDocument/2006/relationships"
HEADER = ("id", "role", "text")
ROWS = (HEADER, ("a", "customer", FRENCH), ("a", "agent", "Let me check."))


def workbook(first_sheet: bytes, *more: tuple[str, bytes]) -> bytes:
    """The smallest workbook that holds a sheet."""
    related = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    return zipped(
        [
            (
                "[Content_Types].xml",
                f'<Types xmlns="{PACKAGE}/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                "</Types>".encode(),
            ),
            (
                "_rels/.rels",
                f'{related}Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
                "</Relationships>".encode(),
            ),
            (
                "xl/workbook.xml",
                f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
                '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                f'{related}Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                "</Relationships>".encode(),
            ),
            ("xl/worksheets/sheet1.xml", first_sheet),
            *more,
        ]
    )


def lying_bomb() -> bytes:
    """A workbook whose sheet says that it is small, and is not."""
    bomb = sheet(*ROWS).replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>")
    data = workbook(bomb)
    return data.replace(struct.pack("<I", len(bomb)), struct.pack("<I", 900))


def parquet(**columns: list[object]) -> Write:
    return lambda path: pq.write_table(pa.table(columns), path)


def edited_parquet(edit: Callable[[bytes], bytes]) -> Write:
    def write(path: Path) -> None:
        parquet(id=["a", "b"], role=["customer"] * 2, text=[FRENCH, CHINESE])(path)
        path.write_bytes(edit(path.read_bytes()))

    return write


def scrambled(data: bytes) -> bytes:
    return data[:8] + b"\xff" * 60 + data[68:]


DEEP = b'{"id": "b", "turns": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
MARK = b"\xef\xbb\xbf"
TIMES = ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-02-30T10:00:00Z", "-1")
AT = [{"role": "agent", "text": "Hello.", "at": at} for at in TIMES]
BACKWARDS = [
    {"role": role, "text": "Hello.", "at": f"2026-11-16T09:00:{second}Z"}
    for role, second in (("customer", "30"), ("agent", "10"))
]

JSON_LINES = [
    partly("cut at the end", "t.jsonl", A + B[:40], "a", "t.jsonl:2: broken JSON"),
    partly(
        "a line of 100 MB",
        "t.jsonl",
        lambda path: path.write_bytes(A + line("b", "x" * 10**8) + C),
        "ac",
        "t.jsonl:2: the line is over the limit",
    ),
    partly("deep JSON", "t.jsonl", A + DEEP + C, "ac", "t.jsonl:2: the JSON is nested too deep"),
    partly(
        "a line of another encoding",
        "t.jsonl",
        A + line("b", CHINESE).decode().encode("gbk") + C,
        "ac",
        "t.jsonl:2: character",
    ),
    fine("a lone surrogate, escaped", "t.jsonl", A + B.replace(b"est", b"\\ud800"), "ab"),
    partly(
        "a lone surrogate in bytes",
        "t.jsonl",
        A + B.replace(b"est", b"\xed\xa0\x80") + C,
        "ac",
        "t.jsonl:2: ",
    ),
    fine("NUL in a text", "t.jsonl", A + B.replace(b"est", b"e\0st"), "ab"),
    partly("NUL to the end", "t.jsonl", A + B + b"\0" * 900, "ab", "t.jsonl:3: broken JSON"),
    fine("a mark in the middle", "t.jsonl", A + MARK + B, "ab"),
    fine("CR line ends", "t.jsonl", (A + B).replace(b"\n", b"\r"), "ab"),
    fine("mixed line ends", "t.jsonl", A[:-1] + b"\r\n" + B[:-1] + b"\r" + C, "abc"),
    fine("no last line end", "t.jsonl", A + B[:-1], "ab"),
    fine("an id twice, the same", "t.jsonl", A + B + A, "ab"),
    partly(
        "an id twice, another",
        "t.jsonl",
        A + B + line("a", "Hello?"),
        "ab",
        "t.jsonl:3: id 'a' is already",
    ),
    partly(
        "wrong types",
        "t.jsonl",
        A + line("b").replace(b'"Let me check."', b"5") + C,
        "ac",
        "t.jsonl:2: transcript 'b': turns[1].text is a number",
    ),
    partly(
        "a number of 5,000 digits",
        "t.jsonl",
        A + B.replace(b'"b"', b"9" * 5_000),
        "a",
        "of thousands of digits",
    ),
    fine(
        "numbers that are none",
        "t.jsonl",
        A + line("b", outcome={"csat": float("nan"), "order_value": float("inf")}),
        "ab",
    ),
    fine("times that are none", "t.jsonl", line("a", turns=AT), "a"),
    fine("times that run backwards", "t.jsonl", line("a", turns=BACKWARDS), "a"),
    fine(
        "10,000 keys",
        "t.jsonl",
        line("a", **{f"k{number}": number for number in range(10_000)}),
        "a",
    ),
    refused("empty", "t.jsonl", b"", "t.jsonl is empty"),
    refused("nothing but blanks", "t.jsonl", b" \r\n\t\n" * 9_000, "t.jsonl is empty"),
    refused("no conversation", "t.jsonl", b'{"hello": "world"}\n', 'no "id"'),
]
CSV = [
    partly(
        "an open quote",
        "t.csv",
        table("a") + b'b,agent,"hi\n' + table("c", header=False),
        "ac",
        "t.csv:4: transcript 'b': broken CSV",
    ),
    partly(
        "cut in a quote",
        "t.csv",
        table("a") + b'b,agent,"hi',
        "a",
        "t.csv:4: transcript 'b': broken CSV",
    ),
    refused("only a header", "t.csv", b"id,role,text\n"),
    partly("the header again", "t.csv", table("a") + table("b"), "ab", "t.csv:4: "),
    partly(
        "another delimiter",
        "t.csv",
        table("a") + table("b", header=False, mark=";") + table("c", header=False),
        "ac",
        "t.csv:4: ",
        "t.csv:5: ",
    ),
    refused("a column twice", "t.csv", b"id,role,text,text\na,agent,x,y\n", "two columns text"),
    fine(
        "10,000 columns",
        "t.csv",
        b"id,role,text,"
        + b",".join(b"c%d" % n for n in range(10_000))
        + b"\na,agent,x"
        + b"," * 10_000
        + b"\n",
        "a",
    ),
    fine("NUL in a cell", "t.csv", table("a", text="h\0i, there".replace(",", "")), "a"),
    partly(
        "two files with marks", "t.csv", MARK + table("a") + MARK + table("b"), "ab", "t.csv:4: "
    ),
    fine("CR line ends", "t.csv", table("ab").replace(b"\n", b"\r"), "ab"),
    fine(
        "mixed line ends",
        "t.csv",
        table("a").replace(b"\n", b"\r\n") + table("b", header=False),
        "ab",
    ),
    fine("formulas", "t.csv", table("a", text="=cmd|' /C calc'!A0"), "a"),
    fine("an id twice, the same", "t.csv", table("aba"), "ab"),
    partly("an id twice, another", "t.csv", table("ab") + b"a,agent,bye\n", "b", "t.csv:6: "),
    fine("GBK", "t.csv", table("a", text=CHINESE).decode().encode("gbk"), "a"),
    partly(
        "two encodings",
        "t.csv",
        table("abde") + table("c", header=False).decode().encode("cp1252"),
        "abde",
        "t.csv:10: ",
    ),
    partly(
        "UTF-16, cut in a character",
        "t.csv",
        table("ab").decode().encode("utf-16")[:-1],
        "a",
        "t.csv:5: transcript 'b': bytes that do not belong",
    ),
    refused(
        "an encoding that cannot be told",
        "t.csv",
        "id,role,text\na,agent,图片\n".encode("gbk"),
        "name it with --encoding",
    ),
    refused("rubbish", "t.csv", RUBBISH, "No reader for"),
]
PARQUET = [
    refused(
        "cut",
        "t.parquet",
        edited_parquet(lambda data: data[:-9]),
        "t.parquet is damaged or incomplete Parquet",
    ),
    refused("scrambled inside", "t.parquet", edited_parquet(scrambled), "t.parquet"),
    refused(
        "wrong types", "t.parquet", parquet(id=["a"], role=["bot"], text=[5]), "text is a number"
    ),
    refused("no rows", "t.parquet", parquet(id=[], role=[], text=[])),
    partly(
        "an id twice, another",
        "t.parquet",
        parquet(id=["a", "b", "a"], role=["bot"] * 3, text=["x", "y", "z"]),
        "b",
        "t.parquet:3: ",
    ),
]
EXCEL = [
    fine("well", "t.xlsx", workbook(sheet(*ROWS)), "a"),
    refused("cut", "t.xlsx", workbook(sheet(*ROWS))[:-30], "damaged or incomplete workbook"),
    refused(
        "a bomb",
        "t.xlsx",
        workbook(sheet(*ROWS) + b" " * 250_000_000),
        "t.xlsx inflates to more than",
    ),
    refused("a bomb that lies", "t.xlsx", lying_bomb(), "t.xlsx"),
    fine(
        "formulas",
        "t.xlsx",
        workbook(sheet(*ROWS, ("a", "agent", '<c t="str"><f>1+1</f><v>two</v></c>'))),
        "a",
    ),
    fine("macros", "t.xlsm", workbook(sheet(*ROWS), ("xl/vbaProject.bin", RUBBISH)), "a"),
    refused(
        "a zip in a zip",
        "t.xlsx",
        zipped([("t.xlsx", workbook(sheet(*ROWS)))]),
        "is a zip archive, no Excel workbook",
    ),
    refused(
        "an old one", "t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + RUBBISH, "old workbook (.xls)"
    ),
    refused("only a header", "t.xlsx", workbook(sheet(HEADER))),
    refused("empty", "t.xlsx", workbook(sheet()), "t.xlsx is empty"),
    refused("a sheet without end", "t.xlsx", workbook(sheet(*ROWS)[:-40]), "t.xlsx"),
    refused("no sheet", "t.xlsx", workbook(b"<html/>"), "t.xlsx"),
    fine(
        "1 MB in a cell",
        "t.xlsx",
        workbook(sheet(*ROWS, ("a", "agent", LONG))),
        "a",
    ),
    partly(
        "an id twice, another",
        "t.xlsx",
        workbook(sheet(*ROWS, ("b", "agent", "x"), ("a", "agent", "bye"))),
        "b",
        "t.xlsx:5: ",
    ),
    partly(
        "an error in a cell",
        "t.xlsx",
        workbook(sheet(*ROWS, ("b", '<c t="e"><v>#N/A</v></c>', "x"))),
        "a",
        "t.xlsx:4: ",
    ),
]
RENAMED = [
    fine("CSV named xlsx", "t.xlsx", table("a"), "a"),
    fine("CSV named jsonl", "t.jsonl", table("a"), "a"),
    fine("CSV named parquet", "t.parquet", table("a"), "a"),
    fine("JSON lines named csv", "t.csv", A + B, "ab"),
    fine("a workbook named csv", "t.csv", workbook(sheet(*ROWS)), "a"),
    fine("Parquet named jsonl", "t.jsonl", parquet(id=["a"], role=["bot"], text=["x"]), "a"),
    refused(
        "a web page named xls",
        "t.xls",
        b"<html><table><tr><td>id</td></tr></table></html>",
        "is no Excel workbook",
    ),
    refused(
        "PDF named csv",
        "t.csv",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\n",
        "is a PDF",
    ),
    refused("PNG named csv", "t.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + RUBBISH, "No reader for"),
    refused(
        "a program",
        "t.jsonl",
        b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0\x3e\0\x01\0\0\0" + RUBBISH,
        "No reader for",
    ),
    refused("gzip named csv", "t.csv", gzip.compress(table("a")), "gunzip"),
    refused(
        "a zip of JSON lines",
        "t.zip",
        zipped([("t.jsonl", A)]),
        "is a zip archive, no Excel workbook",
    ),
    refused("a zip of nothing", "t.zip", zipped([]), "is an empty zip archive"),
    refused("a database", "t.db", b"SQLite format 3\0\x10\0\x01\x01" + RUBBISH, "is a database"),
    refused(
        "a log", "t.log", b"Nov 16 09:00:00 host sshd[1]: session opened\n" * 9, "has no column"
    ),
]
JSON = [
    fine("an array", "t.json", b"[" + A.strip() + b"," + B.strip() + b"]", "ab"),
    partly("an array, cut", "t.json", b"[" + A.strip() + b",\n" + B[:60], "a", "broken JSON"),
    refused("an empty array", "t.json", b"[]", "t.json"),
    refused(
        "a ticket, cut",
        "t.json",
        b'{"ticket": {"id": 1, "requester_id": 2, "submitter_id": 2, "comments": [',
        "broken JSON",
    ),
    refused(
        "a ticket of wrong types",
        "t.json",
        b'{"tickets": [{"id": [], "requester_id": {}, "submitter_id": 2, "comments": 7}]}',
        "t.json:1: item 1: ",
    ),
    refused(
        "a conversation of wrong types",
        "t.json",
        b'{"type": "conversation", "id": 1, "source": 5, '
        b'"conversation_parts": {"conversation_parts": "x"}}',
        "t.json:1: item 1: ",
    ),
    refused(
        "messages of wrong types",
        "t.json",
        b'{"id": 1, "messages": [1, null, {"content": 5, "message_type": "x", '
        b'"conversation_id": []}], "account_id": 1, "inbox_id": 2}',
        "t.json",
    ),
    refused(
        "a call without words",
        "t.json",
        b'{"Transcript": [{"ParticipantId": 5, "Content": []}], "Participants": 7, '
        b'"JobStatus": "COMPLETED"}',
        "t.json:1: item 1: ",
    ),
    refused(
        "a call, deep",
        "t.json",
        b'{"Transcript": [{"ParticipantId": ' + b"[" * 90_000 + b"]" * 90_000 + b"}]}",
        "t.json",
    ),
]
LOGS = [
    fine(
        "WhatsApp, cut",
        "ana.txt",
        b"[16/11/2026, 09:00:00] Ana: Hola\n[16/11/2026, 09:01:00] Luz: Buenos dias\n[16/11/20",
        "ana",
    ),
    refused(
        "WhatsApp, nobody speaks",
        "chat.txt",
        b"16/11/2026, 09:00 - Messages and calls are end-to-end encrypted.\n",
        "chat.txt",
    ),
]
CASES = {
    "jsonl": JSON_LINES,
    "csv": CSV,
    "parquet": PARQUET,
    "excel": EXCEL,
    "renamed": RENAMED,
    "json": JSON,
    "logs": LOGS,
}
