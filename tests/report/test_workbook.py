from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from cs_qa.report.weekly import DIMENSIONS, Inspected
from cs_qa.report.workbook import MAX_CELL, Column, Sheet, report_workbook, write_workbook
from cs_qa.store.results import InForce
from tests.report.test_weekly import finding, result

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example","click")',
    "{=SUM(A1:A2)}",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "http://evil.example/",
    "mailto:a@b.example",
    "internal:Sheet1!A1",
    "=cmd|' /C calc'!A0",
    "00123",
    "1e5",
    "TRUE",
    "#REF!",
    "<f>1+1</f>",
    "退款 مرحبا 🙂",
    "'=1+1",
]


def read(data: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(data))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def parts(data: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    data = write_workbook([Sheet("S", (Column("T"),), ((text,),))])
    cell = load_workbook(BytesIO(data))["S"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.hyperlink is None


def test_no_text_of_a_report_becomes_a_formula_or_link() -> None:
    text = HOSTILE[1]
    about = dict.fromkeys(("agent_id", "team", "channel", "language", "market"), text)
    inspected = Inspected(
        (result(text, critical_failures=(text,), **about),),
        (finding(text, text, criterion=text, source="review", by=text),),
        (),
    )
    files = parts(report_workbook(inspected, about={text: text}))
    sheets = {name: xml for name, xml in files.items() if "worksheets" in name}
    assert len(sheets) == 4
    for name, xml in sheets.items():
        assert not re.search(r"<f[ >]|<hyperlink", xml), name
    assert not any("externalLink" in name for name in files)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("x" * (MAX_CELL + 1), "x" * MAX_CELL),
        ("a\x07b", "a_x0007_b"),
        ("", ""),
    ],
)
def test_what_excel_takes_no_other_way(text: str, stored: str) -> None:
    data = write_workbook([Sheet("S", (Column("T"),), ((text,),))])
    value = load_workbook(BytesIO(data))["S"]["A2"].value
    assert (value or "") in (stored, text)
    assert len(value or "") <= MAX_CELL


def test_numbers_and_times_are_numbers_and_times() -> None:
    at = datetime(2026, 11, 16, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    columns = (Column("a", "score"), Column("b", "whole"), Column("c", "time"), Column("d"))
    rows = read(write_workbook([Sheet("S", columns, ((71.25, 3, at, None),))]))["S"]
    assert rows[1] == [71.25, 3, datetime(2026, 11, 16, 8, 30), None]


def test_a_sheet_without_rows_has_its_headings() -> None:
    assert read(write_workbook([Sheet("S", (Column("T"),), ())])) == {"S": [["T"]]}


JUDGED = (InForce("empathy", 60.0, "pass", "review", "ann"), InForce("language", 90.0, "pass"))


def inspected() -> Inspected:
    return Inspected(
        (result("c1", 70.0, judgements=JUDGED), result("c2", 90.0, agent_id=None)),
        (finding("c1", "hostile"), finding("c2", "deflecting", source="review", by="ann")),
        (),
    )


def test_the_sheets_hold_the_figures() -> None:
    sheets = read(report_workbook(inspected(), about={"Made by": "lea"}))
    assert list(sheets) == ["Scores", "Findings", "Conversations", "About"]
    head, total, *groups = sheets["Scores"]
    assert total[:8] == ["All", "All", 2, 2, 80, 0, 1, 0]
    assert len(groups) >= len(DIMENSIONS)
    agents = [row[:2] + row[4:5] for row in groups if row[0] == "Agent"]
    assert agents == [["Agent", "a1", 70], ["Agent", "Unknown", 90]]
    assert len({len(row) for row in sheets["Scores"]}) == 1
    assert "Score in force" in head
    assert sheets["Findings"][1][:8] == [
        "c1",
        "a1",
        "en",
        "banned_phrases",
        "hostile",
        2,
        "Not",
        "Why.",
    ]
    assert [row[-2:] for row in sheets["Findings"][1:]] == [["machine", None], ["review", "ann"]]
    assert [row[0] for row in sheets["Conversations"][1:]] == ["c1", "c2"]
    assert sheets["Conversations"][1][-2:] == ["hostile", 1]
    assert sheets["About"][1] == ["Made by", "lea"]


def test_what_a_reviewer_must_not_see_is_left_out() -> None:
    sheets = read(report_workbook(inspected(), about={}, hidden={"c1"}))
    assert [row[0] for row in sheets["Findings"][1:]] == ["c2"]
    row = sheets["Conversations"][1]
    assert row[0] == "c1"
    assert "hidden until you have reviewed it" in row
    assert not {70, "hostile"} & set(row)


def test_headings_are_translated() -> None:
    sheets = read(report_workbook(inspected(), about={}, _=str.upper))
    assert list(sheets) == ["SCORES", "FINDINGS", "CONVERSATIONS", "ABOUT"]
    assert sheets["SCORES"][0][0] == "GROUP"
    assert {row[0] for row in sheets["SCORES"][2:]} == {
        "AGENT",
        "TEAM",
        "LANGUAGE",
        "CHANNEL",
        "WEEK",
    }
