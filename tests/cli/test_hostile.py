"""Hostile files through `cs-qa inspect`: one clear line for each fault, and every good row kept."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path

import pytest

from cli.conftest import Run
from cli.contract import faults
from cli.hostile import CASES, LONG, ROWS, A, Case, fine, sheet, table, workbook

LIBRARY = re.compile(r"Traceback|\bErrno\b|\bat 0x|Exception|[A-Z]\w+Error\b|^Error:|ArrowInvalid")


def check(run: Run, case: Case, path: Path) -> None:
    done = run("inspect", path, "--quiet")
    cards = [json.loads(each) for each in done.stdout.splitlines()]
    complaints = done.stderr.splitlines()
    assert [fault for card in cards for fault in faults(card)] == []
    last = {
        0: [],
        1: [
            "1 row could not be used; see above."
            if len(case.complaints) == 1
            else f"{len(case.complaints)} rows could not be used; see above."
        ],
        2: ["cs-qa: No transcript could be read."],
    }[case.code]
    assert complaints[len(case.complaints) :] == last
    assert "".join(card["transcript_id"] for card in cards) == case.ids
    assert done.exit_code == case.code
    for complaint, expected in zip(complaints, case.complaints, strict=False):
        assert expected in complaint
        assert complaint.startswith((str(path), "No reader for", "cs-qa: "))
        assert LIBRARY.search(complaint) is None
        assert len(complaint) < 900


def test_there_are_enough_cases() -> None:
    assert sum(map(len, CASES.values())) >= 60


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{format}: {case.name}")
        for format, cases in CASES.items()
        for case in cases
    ],
)
def test_a_hostile_file(run: Run, tmp_path: Path, case: Case) -> None:
    path = tmp_path / case.file
    if callable(case.content):
        case.content(path)
    else:
        path.write_bytes(case.content)
    check(run, case, path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xlsx", workbook(sheet(*ROWS, ("a", "agent", LONG * 10)))),
        ("t.csv", table("a", text=LONG * 10)),
    ],
    ids=["excel", "csv"],
)
def test_ten_megabytes_in_a_cell(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    check(run, fine("10 MB in a cell", name, content, "a"), path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("folder", "is a folder; name the files in it"), ("missing", "There is no file")],
)
def test_a_path_that_is_no_file(run: Run, tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "folder").mkdir()
    case = Case(name, name, b"", 2, "", (expected,))
    done = run("inspect", tmp_path / name, "--quiet")
    complaint, verdict = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (2, "")
    assert case.complaints[0] in complaint
    assert verdict == "cs-qa: No transcript could be read."


def test_a_named_pipe(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "t.jsonl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(A,))
    writer.start()
    check(run, Case("a named pipe", "t.jsonl", b"", 0, "a"), pipe)
    writer.join()


def test_nothing(run: Run) -> None:
    check(run, Case("nothing", "null", b"", 2, "", ("/dev/null is empty",)), Path(os.devnull))
