from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cs_qa.errors import RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.readers.source import Source
from cs_qa.readers.tables.table import RawRow, read_table
from cs_qa.types import Outcome, Transcript

EXPORT = """会话ID,发送时间,发送方,消息内容,客服,买家昵称,满意度,是否解决,备注
S1,2026/11/16 9:03,tb123,到哪了,小美,tb123,非常满意,已解决,急
S1,2026/11/16 9:03:20,小美,马上查,小美,tb123,,,
S1,2026年11月16日 下午1:00,系统消息,会话结束,小美,tb123,,,
"""


def read_text(
    folder: Path, text: str, **options: Any
) -> tuple[list[Transcript], list[RowError], list[str]]:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    errors: list[RowError] = []
    notes: list[str] = []
    found = read(path, options=ReadOptions(**options), on_error=errors.append, on_note=notes.append)
    return list(found), errors, [note.removeprefix(f"{path}: ") for note in notes]


def read_rows(header: list[str], *rows: list[object], **options: Any) -> Transcript:
    def numbered() -> Iterator[RawRow]:
        return (RawRow(number, cells) for number, cells in enumerate(rows, start=2))

    [transcript] = read_table(header, numbered, Source(Path("t"), ReadOptions(**options)))
    return transcript


def test_a_chinese_export_needs_no_mapping(tmp_path: Path) -> None:
    [transcript], errors, [note] = read_text(tmp_path, EXPORT, timezone="Asia/Shanghai")
    assert errors == []
    assert (transcript.id, transcript.agent_id, transcript.customer_id) == ("S1", "小美", "tb123")
    assert transcript.outcome == Outcome(csat=5, resolved=True)
    assert [turn.role for turn in transcript.turns] == ["customer", "agent", "system"]
    assert [turn.at.isoformat() for turn in transcript.turns if turn.at] == [
        "2026-11-16T09:03:00+08:00",
        "2026-11-16T09:03:20+08:00",
        "2026-11-16T13:00:00+08:00",
    ]
    assert transcript.turns[0].extra == {"备注": "急"}
    assert "  '发送方' -> role, as in 'tb123'\n" in note
    assert "  kept as extra: '备注'\n" in note


def test_a_table_with_our_names_needs_no_note(tmp_path: Path) -> None:
    [_], _, notes = read_text(tmp_path, "id,role,text,note\na,agent,hi,x\n")
    assert notes == []


def test_an_unknown_role_says_how_to_map_it(tmp_path: Path) -> None:
    _, [error], _ = read_text(tmp_path, "id,role,text\na,agent,x\na,Zoe,y\n")
    assert error.line == 3
    assert "is 'Zoe'; possible: customer, agent, bot, system." in error.problem
    assert "in a mapping file: [roles] 'Zoe' = \"agent\"" in error.problem


def test_values_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    text = """id,role,text,csat,resolved,at
a,bot,x,,maybe,2026-11-16T09:00:00Z
a,bot,y,9,,yesterday
b,bot,z,7,,2026-11-16 09:00
c,bot,z,4,,2026-11-16 09:00
"""
    kept, errors, notes = read_text(tmp_path, text)
    assert ([t.id for t in kept], errors) == (["a", "b", "c"], [])
    assert notes == [
        "1 value of at could not be used (first: 'yesterday' in line 3: no date is recognised); "
        "it is kept as extra",
        "2 values of csat could not be used (first: '9' in line 3: it must be a number from 1 to "
        "5); they are kept as extra",
        "1 value of resolved could not be used (first: 'maybe' in line 2: must be true or false); "
        "it is kept as extra",
        "2 times without a time zone could not be used (first: '2026-11-16 09:00' in line 4); name "
        "the zone they were written in, as in --timezone Europe/Paris",
    ]


@pytest.mark.parametrize(
    ("dates", "options", "expected"),
    [
        (["3/4/2026 9:00", "16/4/2026 9:00"], {}, ["2026-04-03", "2026-04-16"]),
        (["3/4/2026 9:00", "3/16/2026 9:00"], {}, ["2026-03-04", "2026-03-16"]),
        (["3/4/2026 9:00", "4/4/2026 9:00"], {}, [None, "2026-04-04"]),
        (["3/4/2026 9:00", "16/4/2026 9:00", "4/16/2026 9:00"], {},
         [None, "2026-04-16", "2026-04-16"]),
        (["3/4/2026 9:00"], {"date_order": "mdy"}, ["2026-03-04"]),
    ],
)  # fmt: skip
def test_the_order_of_dates_is_that_of_the_file(
    tmp_path: Path, dates: list[str], options: dict[str, Any], expected: list[str | None]
) -> None:
    rows = "".join(f"a,bot,x,{written}\n" for written in dates)
    [transcript], _, _ = read_text(tmp_path, f"id,role,text,at\n{rows}", timezone="UTC", **options)
    assert [turn.at and turn.at.date().isoformat() for turn in transcript.turns] == expected
    first = transcript.turns[0]
    if first.at is None:
        assert "say --dates dmy or mdy" in str(first.extra["at_problem"])


def test_clock_changes(tmp_path: Path) -> None:
    text = """id,role,text,at
a,bot,x,2026-10-25 02:50
a,bot,x,2026-10-25 02:10
b,bot,x,2026-03-29 02:10
"""
    [repeated, skipped], _, notes = read_text(tmp_path, text, timezone="Europe/Paris")
    assert [turn.at.isoformat() for turn in repeated.turns if turn.at] == [
        "2026-10-25T02:50:00+02:00",
        "2026-10-25T02:10:00+01:00",
    ]
    assert skipped.turns[0].at is not None
    assert "did not exist in Europe/Paris" in str(skipped.turns[0].extra["at_problem"])
    assert notes == []


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2026-11-16", "9:03", "2026-11-16T09:03:00+00:00"),
        ("16.11.2026", "下午1:03", "2026-11-16T13:03:00+00:00"),
        ("2026-11-16 00:00:00", "9:03", "2026-11-16T09:03:00+00:00"),
        (datetime(2026, 11, 16), time(9, 3), "2026-11-16T09:03:00+00:00"),
        (date(2026, 11, 16), "9:03 PM", "2026-11-16T21:03:00+00:00"),
        ("2026-11-16", time(9, 3), "2026-11-16T09:03:00+00:00"),
        ("yes", "2026-11-16 9:03", "2026-11-16T09:03:00+00:00"),
        ("", "2026-11-16 9:03", "2026-11-16T09:03:00+00:00"),
        ("2026-11-16 09:03", "", "2026-11-16T09:03:00+00:00"),
    ],
)
def test_day_and_time_in_two_columns(day: object, clock: object, expected: str) -> None:
    header = ["id", "role", "text", "Date", "Time"]
    transcript = read_rows(header, ["a", "bot", "x", day, clock], timezone="UTC")
    [turn] = transcript.turns
    assert turn.at is not None
    assert turn.at.isoformat() == expected
    assert turn.extra == ({"Date": day} if day == "yes" else {})


def test_missing_cells_at_the_end_are_empty() -> None:
    transcript = read_rows(["id", "role", "text", "csat"], ["a", "bot", "x"])
    assert transcript.outcome is None


def test_parquet_in_the_order_of_time(tmp_path: Path) -> None:
    rows = [
        {
            "id": name,
            "role": "bot",
            "text": f"{name}{minute}",
            "at": datetime(2026, 1, 1, 9, minute),
        }
        for minute in range(3)
        for name in (1, 2)
    ]
    path = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_pylist([*rows, rows[0] | {"at": datetime(2025, 1, 1)}]), path)
    errors: list[RowError] = []
    [second] = read(path, on_error=errors.append, options=ReadOptions(timezone="UTC"))
    assert [turn.text for turn in second.turns] == ["20", "21", "22"]
    assert "id '1' begins again in row 7 with other content than in row 1" in str(errors[0])


def test_two_parquet_columns_of_one_name(tmp_path: Path) -> None:
    column = pa.array(["a"])
    roles = pa.array(["bot"])
    table = pa.Table.from_arrays([column, roles, column, column], ["id", "role", "text", "id"])
    path = tmp_path / "t.parquet"
    pq.write_table(table, path)
    with pytest.raises(Exception, match="two columns id"):
        list(read(path))


@pytest.mark.parametrize("is_mixed", [False, True])
def test_a_table_that_begins_with_the_newest_row_is_turned_round(
    tmp_path: Path, is_mixed: bool
) -> None:
    rows = [f"{c},customer,{c}{i:02},2026-11-16T{i + 5:02}:00Z" for i in range(12) for c in "ab"]
    rows = rows if is_mixed else sorted(rows)
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["id,role,text,at", *reversed(rows)]))
    notes: list[str] = []
    found = {t.id: [turn.text for turn in t.turns] for t in read(path, on_note=notes.append)}
    assert found == {c: [f"{c}{i:02}" for i in range(12)] for c in "ba"}
    assert [note for note in notes if "the newest row stands first" in note]
