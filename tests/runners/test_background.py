"""Jobs in processes of their own: alive, ended, killed, one at a time."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cs_qa._home import home
from cs_qa.errors import InputError
from cs_qa.runners import background

WORK = """
import sys, time
from pathlib import Path
from cs_qa.runners.background import report, request_of

folder = Path(sys.argv[1])
report(folder, {"state": "running", "asked": request_of(folder)})
while not (folder / "go").exists():
    time.sleep(0.02)
report(folder, {"state": "done"})
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "some_work.py").write_text(WORK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "some_work"


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "jobs"
    yield folder
    for job in background.jobs(folder):
        background.stop(job)


def wait_for(folder: Path, state: str | None, *, running: bool) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        now = background.is_running(folder), background.progress_of(folder).get("state")
        if now == (running, state):
            return
        time.sleep(0.02)
    raise AssertionError(now)


def test_a_job_runs_reports_and_ends(module: str, parent: Path) -> None:
    job = background.make_job(parent, {"file": "wéek.csv"})
    assert background.progress_of(job) == {}
    assert not background.is_running(job)
    background.start(job, module)
    assert background.is_running(job)
    wait_for(job, "running", running=True)
    assert background.progress_of(job)["asked"] == {"file": "wéek.csv"}
    (job / "go").touch()
    wait_for(job, "done", running=False)
    assert not background.stop(job)


def test_a_stopped_job_is_not_running(module: str, parent: Path) -> None:
    job = background.make_job(parent, {})
    background.start(job, module)
    assert background.stop(job)
    assert not background.is_running(job)


def test_a_job_that_was_killed_does_not_look_alive(module: str, parent: Path) -> None:
    job = background.make_job(parent, {})
    background.start(job, module)
    wait_for(job, "running", running=True)
    os.kill(int((job / "pid").read_text()), signal.SIGKILL)
    wait_for(job, "running", running=False)


def test_a_job_that_ignores_the_request_to_end_is_killed(
    tmp_path: Path, module: str, parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    (tmp_path / "some_work.py").write_text(deaf + WORK)
    monkeypatch.setattr(background, "_STOP_S", 0.3)
    job = background.make_job(parent, {})
    background.start(job, module)
    wait_for(job, "running", running=True)
    background.stop(job)
    wait_for(job, "running", running=False)


def test_one_job_at_a_time(module: str, parent: Path) -> None:
    first, second = background.make_job(parent, {}), background.make_job(parent, {})
    background.start(first, module)
    with pytest.raises(InputError, match="Another one is running"):
        background.start(second, module)
    assert not background.is_running(second)
    background.stop(first)
    background.start(second, module)
    assert background.is_running(second)


def test_the_newest_is_first_and_others_cannot_look(module: str, parent: Path) -> None:
    made = [background.make_job(parent, {"n": n}) for n in range(3)]
    for job in made[:2]:
        background.start(job, module)
        background.stop(job)
    assert background.jobs(parent) == [made[1], made[0]]
    assert stat.S_IMODE(made[0].stat().st_mode) == 0o700
    assert background.jobs(parent / "none") == []


def test_old_jobs_are_removed_unless_they_run(
    module: str, parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "KEPT", 1)
    made = [background.make_job(parent, {"n": n}) for n in range(5)]
    for job in made[1:3]:
        background.start(job, module)
        background.stop(job)
    background.start(made[0], module)
    long_ago = time.time() - 7200
    os.utime(made[3] / "request.json", (long_ago, long_ago))
    background.tidy(parent)
    assert [job.exists() for job in made] == [True, False, True, False, True]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be written: .*\$CS_QA_HOME"):
        background.make_job(tmp_path / "file" / "jobs", {})


def test_the_home_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.setenv("CS_QA_HOME", " ")
    assert home().name == "cs_qa"
