"""What only a process shows: pipes, signals, terminals, several workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import Row, write_rows

CS_QA = [sys.executable, "-m", "cs_qa.cli"]


@pytest.fixture
def endless(rows: list[Row], tmp_path: Path) -> Path:
    """More transcripts than anybody waits for, of texts that are all new."""
    many = [
        row
        | {"id": f"{row['id']}/{again}"}
        | {"turns": [turn | {"text": f"{again} {turn['text']}"} for turn in row["turns"]]}
        for again in range(100)
        for row in rows
    ]
    return write_rows(tmp_path / "endless.jsonl", many)


def await_output(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a part of the result is written."""
    for _ in range(600):
        if any(path.stat().st_size for path in folder.glob(".*.part")):
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise AssertionError("no output after a minute")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_ctrl_c_leaves_no_half_result(endless: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "cards.jsonl"
    process = subprocess.Popen(
        [*CS_QA, "inspect", endless, "--out", out, f"--workers={workers}"],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    await_output(tmp_path, process)
    os.killpg(process.pid, signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaints
    assert [path.name for path in tmp_path.iterdir()] == ["endless.jsonl"]


def test_a_reader_that_goes_away_ends_the_run_quietly(endless: Path) -> None:
    process = subprocess.Popen(
        [*CS_QA, "inspect", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    json.loads(process.stdout.readline())
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.slow
def test_progress_on_a_terminal_does_not_catch_the_result(chats: Path, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with (tmp_path / "cards.jsonl").open("wb") as out:
        process = subprocess.Popen([*CS_QA, "inspect", chats], stdout=out, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    assert b"Transcripts inspected" in shown
    assert b"transcript_id" not in shown
    assert len((tmp_path / "cards.jsonl").read_bytes().splitlines()) == 12


def test_importing_the_command_line_is_light() -> None:
    code = (
        "import sys, cs_qa.cli; heavy = {'torch', 'transformers', 'onnxruntime', 'sklearn', "
        "'pandas', 'polars', 'spacy', 'streamlit', 'pyarrow', 'sqlalchemy', 'numpy'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
