from __future__ import annotations

import csv
import io
import json
import os
import threading
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.arrow import transcript_batch
from cs_qa.errors import InputError, RowError
from cs_qa.readers import READERS, ReadOptions, read, transcript_from_json
from cs_qa.readers.jsonl import JsonLines
from cs_qa.readers.source import Source
from cs_qa.readers.tables.csv_rows import CsvRows
from cs_qa.readers.tables.parquet import read_batches
from cs_qa.types import Transcript, Turn

ROWS: list[dict[str, Any]] = [
    {"transcript_id": "a", "role": "customer", "text": "Bonjour, où est mon colis ?", "csat": None},
    {"transcript_id": "a", "role": "agent", "text": 'Il est "en route", merci', "csat": "4"},
    {"transcript_id": "b", "role": "agent", "text": "您好；请稍等\n马上查", "csat": None},
]
EXPECTED = [
    ("a", ["Bonjour, où est mon colis ?", 'Il est "en route", merci'], 4.0),
    ("b", ["您好；请稍等\n马上查"], None),
]


def gist(transcripts: Iterator[Transcript]) -> list[tuple[str, list[str], float | None]]:
    return [
        (t.id, [turn.text for turn in t.turns], None if t.outcome is None else t.outcome.csat)
        for t in transcripts
    ]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_with_any_delimiter(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(as_csv(ROWS, delimiter, encoding))
    assert gist(read(path)) == EXPECTED


def test_csv_that_names_its_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"sep=;\r\n" + as_csv(ROWS, ";"))
    assert gist(read(path)) == EXPECTED


def test_parquet_with_one_row_a_turn(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"  # what it is called does not matter
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    assert gist(read(path)) == EXPECTED


def test_parquet_with_one_row_a_transcript(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "turns": [{"role": "bot", "text": "x", "lang": "fr"}], "outcome": {"csat": 5}},
        {"id": 2, "turns": [{"role": "bot", "text": "y", "lang": None}], "outcome": None},
        {"id": 2, "turns": [{"role": "bot", "text": "y", "lang": None}], "outcome": None},
    ]
    path = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    first, second = read(path)
    assert first.turns == (Turn("bot", "x", extra={"lang": "fr"}),)
    assert first.outcome is not None
    assert first.outcome.csat == 5
    assert second == Transcript("2", (Turn("bot", "y"),))


def test_record_batches_are_read_without_a_file() -> None:
    batches = pa.Table.from_pylist(ROWS).to_batches(max_chunksize=1)
    kept = read_batches(batches, list(ROWS[0]), Source(Path("frame")))
    assert gist(kept) == EXPECTED
    with pytest.raises(InputError, match="frame has no column 'id', 'role', 'text'"):
        read_batches([], ["x"], Source(Path("frame")))


def test_parquet_of_the_arrow_schema_is_read_whole(tmp_path: Path) -> None:
    row = {
        "id": "t",
        "tags": ["vip"],
        "turns": [{"role": "bot", "text": "x", "at": "rubbish", "lang": "fr"}],
        "outcome": {"csat": 9},
    }
    transcript = transcript_from_json(row)
    path = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_batches([transcript_batch([transcript])]), path)
    assert list(read(path)) == [transcript]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ("[1", {"extra": "[1"}),
        ("[1]", {"extra": "[1]"}),
        ("", {"extra": ""}),
    ],
)
def test_a_parquet_column_extra(tmp_path: Path, extra: str, expected: object) -> None:
    path = tmp_path / "t.parquet"
    turns = [{"role": "bot", "text": "x"}]
    pq.write_table(pa.Table.from_pylist([{"id": "t", "turns": turns, "extra": extra}]), path)
    assert next(read(path)).extra == expected


def test_parquet_times_keep_their_instant(tmp_path: Path) -> None:
    nanoseconds = pa.array([1763283612_000_000_123] * 2, pa.timestamp("ns", tz="Asia/Shanghai"))
    naive = pa.array([1763283612_000_000] * 2, pa.timestamp("us"))
    roles = pa.array(["bot"] * 2)
    columns = {"id": pa.array(["a", "a"]), "role": roles, "text": roles}
    zones = pa.array(["Asia/Shanghai"] * 2)
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns | {"at": nanoseconds}), path)
    assert _first_time(path) == "2025-11-16T17:00:12+08:00"
    pq.write_table(pa.table(columns | {"at": naive, "timezone": zones}), path)
    assert _first_time(path) == "2025-11-16T09:00:12+08:00"
    turns = pa.ListArray.from_arrays(
        pa.array([0, 1, 2], pa.int32()),
        pa.StructArray.from_arrays([roles, roles, nanoseconds], ["role", "text", "at"]),
    )
    pq.write_table(pa.table({"id": pa.array(["a", "b"]), "turns": turns}), path)
    assert _first_time(path) == "2025-11-16T17:00:12+08:00"
    large = turns.cast(pa.large_list(turns.type.value_type))
    pq.write_table(pa.table({"id": pa.array(["a", "b"]), "turns": large}), path)
    assert _first_time(path) == "2025-11-16T17:00:12+08:00"


def _first_time(path: Path) -> str | None:
    at = next(read(path)).turns[0].at
    return None if at is None else at.isoformat()


def test_columns_of_the_whole_transcript(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "role": "customer", "text": "x", "team": "", "language": "fr", "shop": ""},
        {"id": "a", "role": "agent", "text": "", "team": "t1", "language": "en", "shop": "s"},
    ]
    path = tmp_path / "t.csv"
    path.write_bytes(as_csv(rows))
    [transcript] = read(path)
    assert (transcript.team, transcript.language, transcript.outcome) == ("t1", "fr", None)
    assert transcript.turns == (
        Turn("customer", "x"),
        Turn("agent", "", extra={"language": "en", "shop": "s"}),
    )


def test_turns_are_put_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    rows = [{"id": "a", "role": "bot", "text": str(n), "turn": n} for n in (10, 9, 2)]
    path = tmp_path / "t.csv"
    path.write_bytes(as_csv(rows))
    assert gist(read(path)) == [("a", ["2", "9", "10"], None)]


def test_the_line_at_fault_is_named_after_sorting(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,role,text,turn\na,robot,x,2\na,bot,y,1\n")
    with pytest.raises(RowError) as caught:
        list(read(path))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        ("Transcript ID,ROLE,Text", None),
        ("conversation,role,text", {"id": "conversation"}),
        ("conversation,sender,body", {"id": "conversation", "role": "sender", "text": "body"}),
        ("conversation,Role,text-", {"id": "conversation", "text": "text-"}),
    ],
)
def test_columns_under_other_names(
    tmp_path: Path, header: str, mapping: Mapping[str, str] | None
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{header}\na,agent,hello\n")
    assert gist(read(path, options=ReadOptions(columns=mapping or {}))) == [("a", ["hello"], None)]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_words_for_roles_hold_for_nested_rows(tmp_path: Path, suffix: str) -> None:
    row = {"id": "a", "turns": [{"role": "Berater", "text": "x"}, {"role": "客服", "text": "y"}]}
    path = tmp_path / f"t.{suffix}"
    if suffix == "jsonl":
        path.write_text(json.dumps(row))
    else:
        pq.write_table(pa.Table.from_pylist([row]), path)
    told = {"berater": "agent", "客服": "bot"}
    [transcript] = read(path, options=ReadOptions(roles=told))
    assert [turn.role for turn in transcript.turns] == ["agent", "bot"]
    with pytest.raises(RowError, match=r"turns\[1\].role is '客服'; possible: customer, agent"):
        list(read(path, options=ReadOptions(roles={"berater": "agent"})))


def test_a_column_whose_name_was_taken_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,transcript_id,role,text,body,note,note\n7,a,agent,long,short,x,y\n")
    [turn] = next(read(path, options=ReadOptions(columns={"text": "body"}))).turns
    assert turn.text == "short"
    assert turn.extra == {"original_id": "7", "original_text": "long", "note": "x", "note_6": "y"}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_nested_rows_are_mapped_at_each_level(tmp_path: Path, suffix: str) -> None:
    mapping = {
        "id": "conv",
        "turns": "messages",
        "text": "body",
        "csat": "stars",
        "agent_id": "who",
    }
    message = {"role": "agent", "body": "hi", "text": "other", "who": "a7"}
    rows: list[dict[str, Any]] = [
        {"conv": "c", "messages": [message], "outcome": {"stars": 4}},
        {"conv": "d"},
    ]
    path = tmp_path / f"t.{suffix}"
    if suffix == "jsonl":
        path.write_text("\n".join(map(json.dumps, [*rows, {"conv": 1, "messages": [3]}, 4])))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    errors: list[RowError] = []
    [transcript] = read(path, options=ReadOptions(columns=mapping), on_error=errors.append)
    assert (transcript.id, transcript.agent_id) == ("c", "a7")
    assert transcript.turns == (Turn("agent", "hi", None, "a7", {"original_text": "other"}),)
    assert transcript.outcome is not None
    assert transcript.outcome.csat == 4
    assert [error.line for error in errors] == ([2, 3, 4] if suffix == "jsonl" else [2])


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"body": "text"}, "'body' is none of ours. Possible: id, "),
        ({"text": "body", "role": "body"}, "a column stands twice"),
        ({"text": "body"}, "has no column 'body'"),
    ],
)
def test_a_mapping_that_does_not_fit(
    tmp_path: Path, mapping: dict[str, str], expected: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,role,text\na,agent,hello\n")
    with pytest.raises(InputError, match=expected):
        list(read(path, options=ReadOptions(columns=mapping)))


def test_standard_input_is_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    def give(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    give(b'{"id": "a", "turns": [{"role": "bot", "text": "x"}]}\n{')
    errors: list[RowError] = []
    assert gist(read("-", on_error=errors.append)) == [("a", ["x"], None)]
    assert str(errors[0]).startswith("<stdin>:2: broken JSON")
    give(b"")
    with pytest.raises(InputError, match="<stdin> is empty"):
        list(read("-"))
    give(b"id,role,text\na,bot,x\nb,boss,x\n")
    assert gist(read("-", format="csv", on_error=errors.append)) == [("a", ["x"], None)]
    assert str(errors[1]).startswith("<stdin>:3: transcript 'b'")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    row = b'{"id": "a", "turns": [{"role": "bot", "text": "x"}]}'
    writer = threading.Thread(target=path.write_bytes, args=(row,))
    writer.start()
    assert gist(read(path)) == [("a", ["x"], None)]
    writer.join()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'\xef\xbb\xbf\n {"id": 1}', "jsonl"),
        (b" " * 200_000 + b'{"id": 1}', "jsonl"),
        (b"id,role,text\n", "csv"),
        (b"id\trole\ttext\n", "csv"),
        ("标识,角色\n".encode(), "csv"),
        (b"x" + "é".encode() * 40_000, "csv"),
        (b"PAR1", "parquet"),
    ],
)
def test_the_reader_is_chosen_by_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str
) -> None:
    asked: list[str] = []
    for key, reader in list(READERS.items()):
        monkeypatch.setitem(READERS, key, _Recorder(key, reader, asked))
    path = tmp_path / "export"
    path.write_bytes(content)
    read(path)
    assert asked == [name]


class _Recorder:
    def __init__(self, name: str, reader: Any, asked: list[str]) -> None:
        self.name, self.reader, self.asked = name, reader, asked

    def recognises(self, head: bytes, suffix: str, /) -> bool:
        return bool(self.reader.recognises(head, suffix))

    def __call__(self, source: Source) -> Iterator[Transcript]:
        self.asked.append(self.name)
        return iter(())


def test_a_new_format_is_one_row_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setitem(READERS, "notes", _Recorder("notes", JsonLines(), asked))
    path = tmp_path / "t.csv"
    path.write_text("id,role,text\n")
    assert list(read(path, format="notes")) == []
    assert asked == ["notes"]


def test_a_format_can_be_named_against_the_content(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,role,text\n")
    with pytest.raises(RowError, match="broken JSON"):
        list(read(path, format="jsonl"))


def test_a_line_over_the_limit_is_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    row = b'{"id": "%s", "turns": [{"role": "bot", "text": "%s"}]}\n'
    path.write_bytes(row % (b"a", b"x") + row % (b"b", b"x" * 500) + row % (b"c", b"x"))
    errors: list[RowError] = []
    kept = JsonLines(max_line_chars=100)(Source(path, on_error=errors.append))
    assert [t.id for t in kept] == ["a", "c"]
    assert [error.line for error in errors] == [2]
    assert "over the limit" in str(errors[0])


def test_a_quote_that_stays_open_ends_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    good = "".join(f"{name},bot,x\n" for name in "cdefghij")
    path.write_text('id,role,text\na,bot,"x\n' + good + 'k,bot,"y"\n')
    errors: list[RowError] = []
    kept = CsvRows(max_record_chars=30)(Source(path, on_error=errors.append))
    assert [t.id for t in kept] == list("cdefghijk")
    assert [error.line for error in errors] == [2]
    assert "a quote is not closed within 30 characters" in str(errors[0])


def test_a_cell_of_10_mb_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = 'a "long" text, over\nlines ' * 400_000
    path.write_bytes(as_csv([{"id": "a", "role": "bot", "text": text}]))
    [transcript] = read(path)
    assert transcript.turns[0].text == text


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for content in (data, b"{" + data, b"id,role,text\n" + data, b"PAR1" + data):
        path.write_bytes(content)
        errors: list[InputError] = []
        try:
            list(read(path, on_error=errors.append))
        except InputError as error:
            errors.append(error)
        assert all("\n" not in str(error) for error in errors)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
conversations = st.lists(st.lists(cells, min_size=1, max_size=3), min_size=1, max_size=4)


@given(conversations, st.sampled_from(",;\t|"))
def test_csv_that_python_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], delimiter: str
) -> None:
    rows = [
        {"id": f"t{number}", "role": "bot", "text": text}
        for number, turns in enumerate(texts)
        for text in turns
    ]
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(as_csv(rows, delimiter))
    # Named, since a handful of odd characters does not tell an encoding.
    kept = read(path, format="csv", options=ReadOptions(encoding="utf-8"))
    assert gist(kept) == [(f"t{n}", turns, None) for n, turns in enumerate(texts)]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_no_transcript_is_shortened_unsaid(
    tmp_path_factory: pytest.TempPathFactory, turn_counts: list[int], data: st.DataObject
) -> None:
    ids = [f"conv-{number:03}" for number, count in enumerate(turn_counts) for _ in range(count)]
    lines = [f'{name},agent,"turn, {index}",end' for index, name in enumerate(ids)]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = lines[at][: data.draw(st.integers(len("conv-000"), len(lines[at]) - len(",end")))]
    path = tmp_path_factory.getbasetemp() / "cut.csv"
    path.write_text("\n".join(["id,role,text,n", *lines]))
    errors: list[RowError] = []
    kept = {t.id: len(t.turns) for t in read(path, on_error=errors.append)}
    whole = {f"conv-{number:03}": count for number, count in enumerate(turn_counts)}
    del whole[ids[at]]
    assert kept == whole
    assert [ids[at] in str(error) for error in errors] == [True]


def test_an_empty_csv_is_refused_by_the_reader_too(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n\n")
    with pytest.raises(InputError, match="its first line must name the columns"):
        list(CsvRows()(Source(path)))


def write_large_file(path: Path) -> None:
    text = "您好，请问有什么可以帮您？" * 25
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".csv":
            file.write("id,role,text\n")
        for number in range(2_100):
            if path.suffix == ".csv":
                file.write(f"t{number},agent,{text}\n" * 10)
            else:
                turns = [{"role": "agent", "text": text}] * 10
                file.write(json.dumps({"id": number, "turns": turns}, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", ["large.jsonl", "large.csv"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_large_file(path)
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in read(path))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 2_100
    assert peak_bytes < 8 * 2**20
