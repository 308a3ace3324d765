from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.conftest import Row, Run, write_rows
from cli.contract import cards_of, faults
from cs_qa.arrow import SCORECARD_SCHEMA, rows_of
from cs_qa.store import open_store


def test_cards_are_the_transcripts_in_order_and_hold_the_contract(
    run: Run, chats: Path, rows: list[Row]
) -> None:
    done = run("inspect", chats, "--quiet")
    cards = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, done.stderr) == (0, "")
    assert [card["transcript_id"] for card in cards] == [row["id"] for row in rows]
    assert [fault for card in cards for fault in faults(card)] == []
    for row, card in zip(rows, cards, strict=True):
        assert [turn["role"] for turn in card["turns"]] == [turn["role"] for turn in row["turns"]]


def test_personal_data_is_masked_unless_told_otherwise(run: Run, chats: Path) -> None:
    masked, plain = run("inspect", chats), run("inspect", chats, "--no-redact")
    assert "ana@example.com" not in masked.output
    assert "<EMAIL_1>" in masked.stdout
    assert "ana@example.com" in plain.stdout
    assert json.loads(plain.stdout.splitlines()[0])["provenance"]["redacted"] is False


def test_the_summary_is_for_people_and_on_stderr_only(run: Run, chats: Path) -> None:
    done = run("inspect", chats)
    assert all(line.startswith('{"transcript_id"') for line in done.stdout.splitlines())
    for word in ("Agent", "Language", "ag-0", "zh", "Critical"):
        assert word in done.stderr
    assert max(map(len, done.stderr.splitlines())) <= 80


def test_parquet_has_the_content_of_the_json_lines(run: Run, chats: Path, tmp_path: Path) -> None:
    lines, table = tmp_path / "cards.jsonl", tmp_path / "cards.parquet"
    assert run("inspect", chats, "--out", lines).stdout == ""
    assert run("inspect", chats, "--out", table).stdout == ""
    parquet = pq.ParquetFile(table)
    assert parquet.schema_arrow.equals(SCORECARD_SCHEMA)
    packed = [row for batch in parquet.iter_batches() for row in rows_of(batch)]
    assert packed == cards_of(lines)


def test_an_earlier_result_is_replaced_and_nothing_else_is_left(
    run: Run, chats: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cards.jsonl"
    out.write_text("old")
    run("inspect", chats, "--out", out)
    assert len(cards_of(out)) == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards.jsonl", "chats.jsonl"]


def test_a_link_stays_a_link(run: Run, chats: Path, tmp_path: Path) -> None:
    link = tmp_path / "newest.jsonl"
    link.symlink_to("cards.jsonl")
    run("inspect", chats, "--out", link)
    assert link.is_symlink()
    assert len(cards_of(tmp_path / "cards.jsonl")) == 12


def test_a_database_gets_the_same_cards(run: Run, chats: Path, tmp_path: Path) -> None:
    out, url = tmp_path / "cards.jsonl", str(tmp_path / "week.db")
    assert run("inspect", chats, "--out", out, "--db", url).exit_code == 0
    assert run("inspect", chats, "--out", out, "--db", url).exit_code == 0
    with open_store(url) as store:
        assert store.count() == 12
        for card in cards_of(out):
            assert store.scorecard(card["transcript_id"]) == card


def test_what_a_database_refuses_is_listed_and_is_exit_code_1(
    run: Run, rows: list[Row], tmp_path: Path
) -> None:
    url = str(tmp_path / "week.db")
    run("inspect", write_rows(tmp_path / "a.jsonl", rows[:2]), "--db", url)
    other = rows[0] | {"market": "FR"}
    out = tmp_path / "cards.jsonl"
    path = write_rows(tmp_path / "b.jsonl", [other, rows[2]])
    done = run("inspect", path, "--db", url, "--out", out, "--quiet")
    assert done.exit_code == 1
    refusal, count = done.stderr.splitlines()
    assert refusal.startswith(f"{rows[0]['id']}: the store has a transcript of this id")
    assert count == "1 scorecard could not be stored; see above."
    assert len(cards_of(out)) == 2
    with open_store(url) as store:
        assert store.count() == 3


@pytest.mark.parametrize("url", ["/proc/nowhere/week.db", "mysql://host/db", "", "{tmp}"])
def test_an_unusable_database_is_one_line_and_exit_code_2(
    run: Run, chats: Path, tmp_path: Path, url: str
) -> None:
    out = tmp_path / "cards.jsonl"
    done = run("inspect", chats, "--db", url.format(tmp=tmp_path), "--out", out)
    assert (done.exit_code, done.stdout) == (2, "")
    [message] = done.stderr.splitlines()
    assert message.startswith("cs-qa: ")
    assert [path.name for path in tmp_path.iterdir()] == ["chats.jsonl"]


def test_several_inputs_follow_each_other(run: Run, rows: list[Row], tmp_path: Path) -> None:
    first = write_rows(tmp_path / "a.jsonl", rows[:2])
    second = write_rows(tmp_path / "b.jsonl", rows[2:4])
    done = run("inspect", second, first)
    found = [json.loads(line)["transcript_id"] for line in done.stdout.splitlines()]
    assert found == [row["id"] for row in (*rows[2:4], *rows[:2])]
    assert done.exit_code == 0


def test_a_transcript_that_two_inputs_hold_gets_one_card(
    run: Run, rows: list[Row], tmp_path: Path
) -> None:
    first = write_rows(tmp_path / "a.jsonl", rows[:2])
    second = write_rows(tmp_path / "b.jsonl", [dict(reversed(rows[1].items())), rows[2]])
    done = run("inspect", first, second, "--quiet")
    found = [json.loads(line)["transcript_id"] for line in done.stdout.splitlines()]
    assert found == [row["id"] for row in rows[:3]]
    assert (done.exit_code, done.stderr) == (0, "")


def test_an_id_with_other_content_in_a_second_input_is_an_unusable_row(
    run: Run, rows: list[Row], tmp_path: Path
) -> None:
    first = write_rows(tmp_path / "a.jsonl", rows[:2])
    second = write_rows(tmp_path / "b.jsonl", [rows[1] | {"team": "x"}, rows[2]])
    done = run("inspect", first, second, "--quiet")
    found = [json.loads(line)["transcript_id"] for line in done.stdout.splitlines()]
    assert found == [row["id"] for row in rows[:3]]
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{second}: id {rows[1]['id']!r} is already that of a transcript of {first}, with other "
        "content; give each transcript its own id",
        "1 row could not be used; see above.",
    ]


def test_standard_input_is_a_dash(run: Run, chats: Path) -> None:
    piped = run("inspect", "-", input=chats.read_bytes())
    assert piped.exit_code == 0
    assert piped.stdout == run("inspect", chats).stdout


def test_csv_with_columns_of_another_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "chats.csv"
    path.write_text("chat,role,message\nc1,customer,Hello?\nc1,agent,Hello!\n")
    done = run("inspect", path, "--column", "id=chat", "--column", "text=message")
    [card] = [json.loads(line) for line in done.stdout.splitlines()]
    assert (card["transcript_id"], [turn["text"] for turn in card["turns"]]) == (
        "c1",
        ["Hello?", "Hello!"],
    )


WRONG = [
    ("no input", ["inspect"], "INPUT"),
    ("an unknown option", ["inspect", "{chats}", "--nope"], "--nope"),
    ("an unknown command", ["inspct"], "inspct"),
    ("a missing file", ["inspect", "{tmp}/x.jsonl"], "There is no file"),
    ("a folder", ["inspect", "{tmp}"], "is a folder; name the files in it"),
    ("nothing on stdin", ["inspect", "-"], "<stdin> is empty"),
    (
        "an unknown format",
        ["inspect", "{chats}", "--format", "xlsx"],
        "chatwoot, contact_lens, csv, excel",
    ),
    ("workers 0", ["inspect", "{chats}", "--workers", "0"], "--workers"),
    ("no such rubric", ["inspect", "{chats}", "--rubric", "{tmp}/r.toml"], "r.toml"),
    ("out is a folder", ["inspect", "{chats}", "--out", "{tmp}/d.jsonl"], "d.jsonl is a folder"),
    ("out in no folder", ["inspect", "{chats}", "--out", "{tmp}/no/x.jsonl"], "make it first"),
    ("out of no kind", ["inspect", "{chats}", "--out", "{tmp}/x.txt"], ".jsonl, .parquet"),
    ("out without suffix", ["inspect", "{chats}", "--out", "{tmp}/x"], ".jsonl, .parquet"),
    ("out is the input", ["inspect", "{chats}", "--out", "{chats}"], "is an input too"),
    ("out on no disk", ["inspect", "{chats}", "--out", "/proc/x.jsonl"], "cannot be written"),
    ("column of one name", ["inspect", "{chats}", "--column", "text"], "OURS=THEIRS"),
    ("unknown column", ["inspect", "{chats}", "--column", "body=text"], "Possible: id"),
    (
        "column twice",
        ["inspect", "{chats}", "--column", "text=a", "--column", "text=b"],
        "mapped already",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "expected"), [pytest.param(*rest, id=name) for name, *rest in WRONG]
)
def test_wrong_arguments_are_exit_code_2_and_leave_nothing(
    run: Run, chats: Path, tmp_path: Path, arguments: list[str], expected: str
) -> None:
    (tmp_path / "d.jsonl").mkdir()
    content = chats.read_bytes()
    done = run(*(each.format(chats=chats, tmp=tmp_path) for each in arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chats.jsonl", "d.jsonl"]
    assert chats.read_bytes() == content


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to(run: Run, chats: Path, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    done = run("inspect", chats, "--out", folder / "cards.jsonl")
    assert done.exit_code == 2
    assert "cannot be written: Permission denied" in done.stderr


def test_nothing_usable_is_exit_code_2_and_keeps_an_earlier_result(
    run: Run, tmp_path: Path
) -> None:
    path, out = tmp_path / "t.jsonl", tmp_path / "cards.jsonl"
    path.write_text("{\n[]\n")
    out.write_text("old")
    done = run("inspect", path, "--out", out)
    assert (done.exit_code, done.stdout) == (2, "")
    assert [line.split(" ")[0] for line in done.stderr.splitlines()] == [
        f"{path}:1:",
        f"{path}:2:",
        "cs-qa:",
    ]
    assert out.read_text() == "old"


def test_a_missing_input_among_good_ones_is_exit_code_1(run: Run, chats: Path) -> None:
    done = run("inspect", "/nowhere.jsonl", chats, "--quiet")
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 12
    assert done.stderr.startswith("There is no file /nowhere.jsonl")


def test_unscored_transcripts_are_listed_have_cards_and_are_exit_code_1(
    run: Run, chats: Path, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    import cs_qa.batch
    from cs_qa.annotate import annotate

    def failing(transcripts: object, models: object, **options: object) -> object:
        if any(t.id == rows[4]["id"] for t in transcripts):  # type: ignore[attr-defined]
            raise ValueError("no\nsuch \x1b[31mthing")
        return annotate(transcripts, models, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cs_qa.batch, "annotate", failing)
    done = run("inspect", chats, "--quiet")
    cards = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [card["transcript_id"] for card in cards] == [row["id"] for row in rows]
    assert [fault for card in cards for fault in faults(card)] == []
    assert {j["verdict"] for j in cards[4]["judgements"]} == {"unscored"}
    assert len(cards[4]["turns"]) == len(rows[4]["turns"])
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{rows[4]['id']}: unscored: ")
    assert line.endswith("no such  [31mthing")


def test_progress_shows_on_a_terminal_only_and_never_in_the_result(
    run: Run, chats: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run("inspect", chats)
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = run("inspect", chats)
    assert "Transcripts inspected" not in plain.stderr
    assert "Transcripts inspected" in shown.stderr
    assert shown.stdout == plain.stdout


def test_the_output_is_utf8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from cs_qa.cli import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    monkeypatch.setattr(sys, "argv", ["cs-qa", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert out.encoding == "utf-8"
