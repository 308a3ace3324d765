"""Files as they should not be: one clear line for each fault, and every good row kept."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cs_qa.errors import InputError, RowError, UnknownFormatError
from cs_qa.readers import READERS, read
from cs_qa.types import Transcript

TURN = {"role": "customer", "text": "Où est ma commande ?"}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


def named(cases: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [pytest.param(*values, id=name) for name, *values in cases]


def line(**changes: object) -> bytes:
    row: dict[str, object] = {"id": "bad", "turns": [TURN]}
    return json.dumps(row | changes, ensure_ascii=False).encode()


def turn(**changes: object) -> bytes:
    return line(turns=[TURN, TURN | changes])


def read_all(path: Path, **options: Any) -> tuple[list[Transcript], list[RowError]]:
    errors: list[RowError] = []
    return list(read(path, on_error=errors.append, **options)), errors


def assert_clear(error: Exception) -> None:
    message = str(error)
    assert "\n" not in message
    assert len(message) < 900
    message.encode()


NO_TURNS = b'{"id": "bad"}'
DEEP = b'{"id": "bad", "turns": [{"role": "agent", "text": "x"}], "x": '

BAD_LINES: list[tuple[str, bytes, str]] = [
    ("truncated object", b'{"id": "bad", "turns": [{"role": "cust', "broken JSON at character"),
    ("no JSON", b"hello", "broken JSON at character 1 "),
    ("two objects on a line", line() + line(), "Extra data"),
    ("single quotes", b"{'id': 'bad'}", "one complete JSON object"),
    ("a list", b"[1, 2]", "a list, not a JSON object with id and turns"),
    ("a string", b'"bad"', "a string, not a JSON object"),
    ("null", b"null", "null, not a JSON object"),
    ("NaN alone", b"NaN", "null, not a JSON object"),
    ("no id", b'{"turns": []}', 'no "id"; every transcript needs one'),
    ("id null", line(id=None), 'no "id"'),
    ("id empty", line(id=""), "id is empty"),
    ("id blank", line(id=" \u3000"), "id is empty"),
    ("id a list", line(id=["bad"]), "id is a list; it must be a string or a number"),
    ("id a boolean", line(id=True), "id is a boolean"),
    ("id NaN", b'{"id": NaN, "turns": []}', 'no "id"'),
    (
        "id twice, other content",
        line(id="first", market="FR"),
        "already that of line 1, with other content",
    ),
    ("no turns", NO_TURNS, "transcript 'bad': no turns; it must be a list of turns"),
    ("turns empty", line(turns=[]), "turns is empty; a transcript needs at least one turn"),
    ("turns a dict", line(turns={"0": TURN}), "turns is an object; it must be a list"),
    ("turns a string", line(turns="hi"), "turns is a string; it must be a list"),
    ("turn a string", line(turns=["hi"]), "turns[0] is a string; it must be an object"),
    ("turn null", line(turns=[TURN, None]), "turns[1] is null"),
    ("role unknown", turn(role="robot"), "turns[1].role is 'robot'; possible: customer, agent,"),
    ("role missing", line(turns=[{"text": "x"}]), "turns[0].role is missing; possible: customer"),
    ("role a number", turn(role=1), "turns[1].role is '1'; possible"),
    ("role a list", turn(role=["agent"]), "turns[1].role is a list; possible"),
    ("role with line breaks", turn(role="a\nb\x00"), "turns[1].role is 'a\\nb"),
    ("role endless", turn(role="x" * 9999), "possible: customer, agent, bot, system"),
    ("text a number", turn(text=5), 'turns[1].text is a number; it must be a string ("" is allow'),
    ("text null", turn(text=None), "turns[1].text is null"),
    ("text missing", line(turns=[{"role": "agent"}]), "turns[0].text is missing"),
    ("text a list", turn(text=["a"]), "turns[1].text is a list"),
    ("urgency unknown", line(urgency="high"), "urgency is 'high'; possible: general, urgent"),
    ("urgency a number", line(urgency=2), "urgency is '2'; possible: general, urgent"),
    (
        "Latin-1 bytes",
        line().decode().encode("latin-1"),
        "(byte 0xf9) does not belong to the file's encoding; save the file as",
    ),
    ("a surrogate in bytes", b'{"id": "\xed\xa0\x80"}', "(byte 0xed) does not belong"),
    ("nested 10,000 deep", DEEP + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deep"),
    ("nested, not closed", b"[" * 100_000, "nested too deep"),
    ("nested 100 deep", DEEP + b"[" * 100 + b"]" * 100 + b"}", "'x' is nested deeper than 64"),
    ("a number of 5,000 digits", line()[:-1] + b', "n": ' + b"9" * 5000 + b"}", "of thousands of"),
]


@pytest.mark.parametrize(("bad", "expected"), named(BAD_LINES))
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_bad_line_costs_only_itself(
    tmp_path: Path, bad: bytes, expected: str, end: bytes
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(end.join([line(id="first"), b"", bad, line(id="last")]))
    kept, [error] = read_all(path)
    assert [t.id for t in kept] == ["first", "last"]
    assert expected in str(error)
    assert str(error).startswith(f"{path}:3: ")
    assert (error.source, error.line) == (str(path), 3)
    assert_clear(error)


def test_a_bad_line_is_raised_where_nobody_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(line() + b"\n{")
    rows = read(path)
    assert next(rows).id == "bad"
    with pytest.raises(RowError, match="broken JSON"):
        next(rows)


# What is said about a conversation never costs it: the row is kept, the value stays in `extra`.
BAD_VALUES: list[tuple[str, bytes, str, object]] = [
    ("csat five", line(outcome={"csat": "five"}), "outcome.csat", "five"),
    ("csat 9", line(outcome={"csat": 9}), "outcome.csat", 9),
    ("csat 0.5", line(outcome={"csat": 0.5}), "outcome.csat", 0.5),
    ("csat true", line(outcome={"csat": True}), "outcome.csat", True),
    ("csat huge", line(outcome={"csat": 10**400}), "outcome.csat", 10**400),
    (
        "order_value text",
        line(outcome={"order_value": "31,50 €"}),
        "outcome.order_value",
        "31,50 €",
    ),
    ("order_value a list", line(outcome={"order_value": [1]}), "outcome.order_value", [1]),
    ("resolved maybe", line(outcome={"resolved": "maybe"}), "outcome.resolved", "maybe"),
    ("resolved 2", line(outcome={"resolved": 2}), "outcome.resolved", 2),
    ("attitude unknown", line(outcome={"attitude_rating": "ok"}), "outcome.attitude_rating", "ok"),
    ("currency a list", line(outcome={"currency": []}), "outcome.currency", []),
    ("outcome a list", line(outcome=[4]), "outcome", [4]),
    ("outcome a string", line(outcome="good"), "outcome", "good"),
    ("market a list", line(market=["FR"]), "market", ["FR"]),
    ("agent_id a dict", line(agent_id={"n": 1}), "agent_id", {"n": 1}),
    ("timezone unknown", line(timezone="Mars/Base"), "timezone", "Mars/Base"),
    ("timezone a path", line(timezone="../../etc/passwd"), "timezone", "../../etc/passwd"),
    ("timezone a folder", line(timezone="Europe"), "timezone", "Europe"),
    ("timezone a number", line(timezone=8), "timezone", 8),
    ("turn agent a list", line(turns=[TURN | {"agent_id": [1]}]), "turn.agent_id", [1]),
    ("at a number", line(turns=[TURN | {"at": 1763283612}]), "turn.at", 1763283612),
    ("at rubbish", line(turns=[TURN | {"at": "yesterday noon"}]), "turn.at", "yesterday noon"),
    ("at a date", line(turns=[TURN | {"at": "2026-11-16"}]), "turn.at", "2026-11-16"),
    ("at in year 1", line(turns=[TURN | {"at": "0001-01-01T00:00:00Z"}]), "turn.at", None),
    ("at naive", line(turns=[TURN | {"at": "2026-11-16T09:00:12"}]), "turn.at", None),
    ("unknown key", line(tags=["a"]), "tags", ["a"]),
    (
        "a surrogate in a key",
        b'{"id":1,"\\ud800":2,"turns":[{"role":"bot","text":""}]}',
        "\ufffd",
        2,
    ),
    ("NaN kept as null", line(score=float("nan")), "score", None),
    ("Infinity kept as null", line(score=[float("inf"), 1.5]), "score", [None, 1.5]),
    ("1e999 kept as null", line()[:-1] + b', "score": 1e999}', "score", None),
]


@pytest.mark.parametrize(("row", "place", "raw"), named(BAD_VALUES))
def test_a_bad_value_is_kept_aside(tmp_path: Path, row: bytes, place: str, raw: object) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(row)
    [transcript], errors = read_all(path)
    level, _, key = place.rpartition(".")
    assert errors == []
    noun: Any = {"": transcript, "outcome": transcript.outcome, "turn": transcript.turns[0]}[level]
    assert getattr(noun, key, None) is None
    assert key in noun.extra
    assert raw is None or noun.extra[key] == raw
    if key == "at":
        assert_clear(InputError(noun.extra["at_problem"]))


GOOD_TEXTS = [
    ("10 MB message", json.dumps("长" * 3_500_000, ensure_ascii=False).encode(), "长" * 3_500_000),
    ("lone high surrogate", b'"a\\ud83dz"', "a\ufffdz"),
    ("lone low surrogate", b'"a\\ude00z"', "a\ufffdz"),
    ("a true pair", b'"\\ud83d\\ude00"', "\U0001f600"),
    ("escaped NUL", b'"a\\u0000z"', "a\ufffdz"),
    ("raw NUL", b'"a\x00z"', "a\ufffdz"),
    ("raw tab", b'"a\tz"', "a\tz"),
    ("line separator", '"a\u2028z"'.encode(), "a\u2028z"),
    ("empty", b'""', ""),
]


@pytest.mark.parametrize(("text", "expected"), named(GOOD_TEXTS))
def test_unusual_text_is_read(tmp_path: Path, text: bytes, expected: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"id": "t", "turns": [{"role": "agent", "text": ' + text + b"}]}"
    )
    [transcript], errors = read_all(path)
    assert errors == []
    assert transcript.turns[0].text == expected


def test_the_same_row_again_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    reordered = b'{"turns": [{"text": "a", "role": "bot"}], "id": "t"}'
    path.write_bytes(b'{"id": "t", "turns": [{"role": "bot", "text": "a"}]}\n' + reordered)
    kept, errors = read_all(path)
    assert ([t.id for t in kept], errors) == (["t"], [])


def test_a_row_after_a_bad_one_may_have_its_id(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(NO_TURNS + b"\n" + line(id="bad"))
    kept, errors = read_all(path)
    assert ([t.id for t in kept], len(errors)) == (["bad"], 1)


def _truncated_parquet(path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "role": ["bot"], "text": ["x"]}), path)
    path.write_bytes(path.read_bytes()[:-20])


def _parquet(**columns: list[str]) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(columns), path)


RUBBISH = random.Random(1).randbytes(3000)
UNREADABLE: list[tuple[str, str, bytes | Callable[[Path], object], str]] = [
    ("empty file", "t.jsonl", b"", "is empty"),
    ("empty csv", "t.csv", b"", "is empty"),
    ("only a BOM", "t.jsonl", b"\xef\xbb\xbf", "is empty"),
    ("only blank lines", "t.jsonl", b"\n\r\n  \n" * 30_000, "is empty"),
    ("a folder", "t.jsonl", lambda path: path.mkdir(), "is a folder; name the files in it"),
    ("a missing file", "t.jsonl", lambda path: path, "There is no file"),
    ("a broken link", "t.jsonl", lambda path: path.symlink_to("nowhere"), "There is no file"),
    ("a link to itself", "t.jsonl", lambda path: path.symlink_to(path), "t.jsonl"),
    ("PNG named jsonl", "t.jsonl", PNG, "Known formats: "),
    ("rubbish named csv", "t.csv", RUBBISH, "No reader for"),
    ("gzip", "t.jsonl", gzip.compress(line()), "gunzip"),
    ("xlsx", "t.xlsx", b"PK\x03\x04" + RUBBISH, "workbook"),
    ("pretty-printed object", "t.json", b'{\n "id": "a"\n}', "neither our transcripts"),
    ("JSON array", "t.json", b'[{"id": "a"}]', "neither our transcripts"),
    ("truncated parquet", "t.parquet", _truncated_parquet, "damaged or incomplete Parquet"),
    ("magic bytes only", "t.parquet", b"PAR1", "damaged or incomplete Parquet"),
    ("parquet without role", "t.parquet", _parquet(id=["a"], text=["x"]), "has no column 'role'"),
    ("csv without header", "t.csv", b"t1,customer,hello\nt1,agent,hi\n", "Needed: id, role, text"),
    (
        "csv, a column missing",
        "t.csv",
        b"id,role,words\nt1,agent,hi\n",
        "Found: 'id', 'role', 'words'",
    ),
    ("csv, two text columns", "t.csv", b"id,role,text,Text\n", "two columns text"),
    (
        "csv header in Latin-1, else UTF-8",
        "t.csv",
        "id,role,text,clé\n".encode("latin-1") + "a,agent,déjà parti,\n".encode() * 40,
        "does not decode",
    ),
    ("plain text", "t.txt", b"dear all,\nhello\n", "--column text=message"),
]


@pytest.mark.parametrize(("name", "content", "expected"), named(UNREADABLE))
def test_a_file_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes | Callable[[Path], object], expected: str
) -> None:
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_all(path)
    assert not isinstance(caught.value, RowError)
    assert expected in str(caught.value)
    assert name in str(caught.value)
    assert_clear(caught.value)


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path / ("x" * 5000))
    with pytest.raises(InputError):
        read("a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(line())
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read_all(path)


def test_an_unknown_format() -> None:
    with pytest.raises(UnknownFormatError, match=f"Known formats: {', '.join(sorted(READERS))}"):
        read("t.jsonl", format="pages")


HEADER = b"id,role,text\n"
A = b"a,customer,hi\na,agent,hello\n"
C = b"c,customer,hi\nc,agent,hello\n"
UTF8 = "u,agent,déjà parti\n".encode() * 40
BAD_TABLES: list[tuple[str, bytes, list[tuple[int, str]], str]] = [
    ("too few cells", HEADER + A + b"b,agent\n" + C, [(4, "2 cells where the header has 3")], "ac"),
    ("too many cells", HEADER + A + b"b,agent,x,y\n" + C, [(4, "transcript 'b': 4 cells")], "ac"),
    ("trailing commas", HEADER + b"a,agent,x,,\n" + C, [], "ac"),
    ("bad in the middle", HEADER + A + b"a,bot\n" + A + C, [(4, "transcript 'a'")], "c"),
    ("bad twice", HEADER + A + b"a,bot\na\n" + A + C, [(4, "it is left out")], "c"),
    ("bad first row", HEADER + b"a\n" + A + C, [(2, "transcript 'a'")], "c"),
    ("bad last row", HEADER + A + C + b"c,ag", [(6, "transcript 'c'")], "a"),
    ("unknown role", HEADER + A + b"a,robot,hi\n" + C, [(4, "possible: customer, agent")], "c"),
    ("no id", HEADER + A + b",agent,hi\n" + C, [(4, "the row has no id")], "c"),
    ("no id at first", HEADER + b",agent,hi\n" + A + C, [(2, "the row has no id")], "ac"),
    ("unclosed quote", HEADER + A + b'b,agent,"hi\n' + C, [(4, "close the quotes")], "ac"),
    ("text after a quote", HEADER + A + b'b,agent,"hi" all\n' + C, [(4, "broken CSV")], "ac"),
    ("quotes inside", HEADER + b'a,agent,"say ""hi"", all"\n' + C, [], "ac"),
    ("quote in the middle", HEADER + b'a,agent,a 5" screen\n' + C, [], "ac"),
    ("a line break inside", HEADER + b'a,agent,"hi\nall"\n' + C + b"c\n", [(6, "'c'")], "a"),
    (
        "torn piece inside",
        HEADER + A + b'a,bot,"x\ny" z\n' + A + C,
        [(4, "'a'"), (5, "'y\" z'")],
        "c",
    ),
    ("torn id", HEADER + A + b"q\n" + A + C, [(4, "'q'"), (4, "transcript 'a': a row in")], "c"),
    (
        "bad, then back",
        HEADER + b"b,bot\n" + A + b"b,bot,x\n",
        [(2, "transcript 'b'"), (5, "transcript 'b': comes back after another, and its line 2")],
        "a",
    ),
    ("the same again", HEADER + A + C + A, [], "ac"),
    (
        "comes back",
        HEADER + A + C + b"a,agent,bye\n" + C,
        [(6, "id 'a' comes back after another in line 6 (it began in line 2)")],
        "c",
    ),
    (
        "comes back, torn",
        HEADER + A + C + b"a\n" + b",bot,x\n" + A + b"\n" + C,
        [(6, "transcript 'a': 1 cells"), (7, "the row has no id")],
        "c",
    ),
    (
        "comes back, torn inside",
        HEADER + A + C + A[: len(A) // 2] + b"q\n" + A + C,
        [(7, "'q'"), (7, "transcript 'a': a row in")],
        "c",
    ),
    ("NUL", HEADER + b"a,agent,h\x00i\n" + C, [], "ac"),
    (
        "Latin-1",
        HEADER + UTF8 + A + b"b,agent,\xe9t\xe9\n" + C,
        [(44, "bytes that do not belong to the file")],
        "uac",
    ),
    (
        "Latin-1 inside",
        HEADER + UTF8 + A + b"a,agent,\xe9t\xe9\n" + C,
        [(44, "transcript 'a'")],
        "uc",
    ),
    ("BOM, CRLF, blanks", b"\xef\xbb\xbf\r\nid,role,text\r\n\r\na,agent,x\r\n,,\r\n" + C, [], "ac"),
    (
        "turn not a number",
        b"id,role,text,turn\na,bot,x,1\na,bot,y,two\n",
        [(3, "turn is 'two'")],
        "",
    ),
    ("turn missing", b"id,role,text,turn\na,bot,x,1\na,bot,y,\n", [(3, "turn is ''")], ""),
    ("urgency unknown", b"id,role,text,urgency\na,bot,x,high\n", [(2, "possible: general")], ""),
    ("cut within the id", HEADER + A + b"tx1,bot,x\ntx1,bot,y\ntx", [(6, "'tx1'")], "a"),
    ("header only", HEADER, [], ""),
]


@pytest.mark.parametrize(("content", "expected", "ids"), named(BAD_TABLES))
def test_a_bad_row_costs_only_its_transcript(
    tmp_path: Path, content: bytes, expected: list[tuple[int, str]], ids: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    kept, errors = read_all(path)
    assert "".join(t.id for t in kept) == ids
    assert [error.line for error in errors] == [number for number, _ in expected]
    for error, (_, problem) in zip(errors, expected, strict=True):
        assert problem in str(error)
        assert_clear(error)


def _struct_turns(*texts: object) -> list[list[dict[str, object]]]:
    return [[{"role": "agent", "text": text}] for text in texts]


BAD_COLUMNS: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("text of numbers", {"id": ["a"], "role": ["bot"], "text": [5]}, "text is a number", []),
    ("text null", {"id": ["a", "b"], "role": ["bot"] * 2, "text": [None, "x"]}, "is null", ["b"]),
    ("id null", {"id": [None, "b"], "role": ["bot"] * 2, "text": ["x"] * 2}, "has no id", ["b"]),
    ("id a list", {"id": [["a"]], "role": ["bot"], "text": ["x"]}, "id is a list", []),
    ("turns text", {"id": ["a"], "turns": ["[]"]}, "turns is a string", []),
    ("turns null", {"id": ["a", "b"], "turns": [None, *_struct_turns("x")]}, "no turns", ["b"]),
    ("turns of text", {"id": ["a"], "turns": [["hi"]]}, "turns[0] is a string", []),
    ("nested text null", {"id": [1, 2], "turns": _struct_turns(None, "x")}, "is missing", ["2"]),
    ("nested twice", {"id": ["a", "a"], "turns": _struct_turns("x", "y")}, "that of row 1", ["a"]),
    ("no id column", {"x": ["a"], "turns": _struct_turns("x")}, 'no "id"', []),
]


@pytest.mark.parametrize(("columns", "expected", "ids"), named(BAD_COLUMNS))
def test_parquet_with_wrong_values(
    tmp_path: Path, columns: dict[str, Any], expected: str, ids: list[str]
) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns), path)
    kept, [error] = read_all(path)
    assert [t.id for t in kept] == ids
    assert expected in str(error)
    assert_clear(error)


@pytest.mark.parametrize("columns", [["id", "role", "text"], ["id", "turns"]])
def test_parquet_with_bytes_that_are_not_utf8(tmp_path: Path, columns: list[str]) -> None:
    bad = pa.array([b"ok", b"\xff\xfe"], pa.binary()).view(pa.string())
    roles = pa.array(["bot", "bot"])
    turns = pa.ListArray.from_arrays(
        pa.array([0, 1, 2], pa.int32()), pa.StructArray.from_arrays([roles, bad], ["role", "text"])
    )
    table = pa.table({"id": ["a", "b"], "role": roles, "text": bad, "turns": turns})
    path = tmp_path / "t.parquet"
    pq.write_table(table.select(columns), path)
    kept, [error] = read_all(path)
    assert [t.id for t in kept] == ["a"]
    assert f"transcript 'b': '{columns[-1]}' cannot be read" in str(error)
    assert_clear(error)


@pytest.mark.parametrize(
    "times",
    [
        pa.array([0, 2**60], pa.timestamp("us", tz="UTC")),
        pa.array([None, 0], pa.timestamp("us", tz="Mars/Base")),
    ],
    ids=["out of range", "unknown zone"],
)
def test_parquet_with_times_that_python_cannot_hold(tmp_path: Path, times: pa.Array[Any]) -> None:
    texts = pa.array(["bot", "bot"])
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "role": texts, "text": texts, "at": times}), path)
    kept, [error] = read_all(path)
    assert [t.id for t in kept] == ["a"]
    assert "transcript 'b': 'at' cannot be read" in str(error)
    assert_clear(error)
