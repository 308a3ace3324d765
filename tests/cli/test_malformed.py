"""Every malformed input through `cs-qa inspect`: clear lines, and no good row without a card."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from readers.test_malformed import BAD_LINES, BAD_TABLES, UNREADABLE, line, named

from cli.conftest import Run
from cli.contract import faults


def test_there_are_enough_cases() -> None:
    assert len(BAD_LINES) + len(BAD_TABLES) + len(UNREADABLE) >= 80


@pytest.mark.parametrize(("bad", "expected"), named(BAD_LINES))
def test_a_bad_line_costs_only_itself(run: Run, tmp_path: Path, bad: bytes, expected: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"\n".join([line(id="first"), b"", bad, line(id="last")]))
    done = run("inspect", path, "--quiet")
    cards = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [card["transcript_id"] for card in cards] == ["first", "last"]
    assert [fault for card in cards for fault in faults(card)] == []
    complaint, count = done.stderr.splitlines()
    assert complaint.startswith(f"{path}:3: ")
    assert expected in complaint
    assert count == "1 row could not be used; see above."


@pytest.mark.parametrize("bad", [row for name, row, _ in BAD_LINES if "twice" not in name][::6])
def test_nothing_but_a_bad_line_is_exit_code_2(run: Run, tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(bad)
    done = run("inspect", path, "--format", "jsonl")
    complaint, verdict = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (2, "")
    assert complaint.startswith(f"{path}:1: ")
    assert verdict == "cs-qa: No transcript could be read."


@pytest.mark.parametrize(("name", "content", "expected"), named(UNREADABLE))
def test_an_unreadable_file_costs_only_itself(
    run: Run, tmp_path: Path, name: str, content: bytes | Callable[[Path], object], expected: str
) -> None:
    path, good = tmp_path / name, tmp_path / "good.jsonl"
    good.write_bytes(line(id="good"))
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    alone, beside = run("inspect", path), run("inspect", path, good, "--quiet")
    assert (alone.exit_code, alone.stdout, beside.exit_code) == (2, "", 1)
    complaint, verdict = alone.stderr.splitlines()
    assert expected in complaint
    assert name in complaint
    assert verdict == "cs-qa: No transcript could be read."
    assert json.loads(beside.stdout)["transcript_id"] == "good"
    assert beside.stderr.splitlines() == [complaint, "1 row could not be used; see above."]


@pytest.mark.parametrize(("content", "expected", "ids"), named(BAD_TABLES))
def test_a_bad_csv_row_costs_only_its_transcript(
    run: Run, tmp_path: Path, content: bytes, expected: list[tuple[int, str]], ids: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    done = run("inspect", path, "--quiet")
    cards = [json.loads(row) for row in done.stdout.splitlines()]
    complaints = done.stderr.splitlines()
    if expected or not ids:
        complaints.pop()
    assert done.exit_code == (2 if not ids else 1 if expected else 0)
    assert "".join(card["transcript_id"] for card in cards) == ids
    assert len(complaints) == len(expected)
    for complaint, (number, problem) in zip(complaints, expected, strict=True):
        assert complaint.startswith(f"{path}:{number}: ")
        assert problem in complaint
