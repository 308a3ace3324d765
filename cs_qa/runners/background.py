"""Run a module in a process of its own that outlives whoever started it. One folder a job.

The folder holds what was asked for (`request.json`), how far the job is (`progress.json`), and a
file that the process keeps locked as long as it lives: the system lets go of the lock however the
process ends, so a job that was killed never looks alive. Linux and macOS.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from cs_qa.errors import InputError

NICENESS = 10
KEPT = 20
"""Jobs whose folders `tidy` leaves."""

_REQUEST, _PROGRESS, _ALIVE, _PID = "request.json", "progress.json", "alive", "pid"
_STOP_S = 5.0
_POLL_S = 0.05
_FORGOTTEN_S = 3600

Json = dict[str, Any]


def make_job(parent: Path, request: Mapping[str, object]) -> Path:
    """Make the folder of a new job, which only this user of the system may read.

    Raises InputError where it cannot be made.
    """
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}"
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = parent / name
        folder.mkdir(mode=0o700)
        _write(folder / _REQUEST, request)
    except OSError as error:
        raise InputError(
            f"{parent} cannot be written: {error.strerror}. Free space, or name another folder in "
            "$CS_QA_HOME."
        ) from error
    return folder


def start(folder: Path, module: str, *, environment: Mapping[str, str] | None = None) -> None:
    """Run `python -m MODULE FOLDER` in the background, one job at a time in the parent folder.

    Raises InputError where another job there is running, or the process cannot be started.
    """
    with _alone(folder.parent), (folder / _ALIVE).open("w") as alive:
        running = next(filter(is_running, jobs(folder.parent)), None)
        if running is not None:
            raise InputError("Another one is running. Wait for its end, or stop it.")
        _lock(alive.fileno())
        try:
            process = subprocess.Popen(  # noqa: S603 (this interpreter and a module of ours)
                [sys.executable, "-m", module, str(folder)],
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[alive.fileno()],
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(
                f"The process could not be started: {error.strerror}. Free memory, then try again."
            ) from error
        (folder / _PID).write_text(str(process.pid), encoding="ascii")
    # Whoever started a process has to take its exit status, or it stays in the process table.
    threading.Thread(target=process.wait, daemon=True).start()


def is_running(folder: Path) -> bool:
    """Whether the process of a job lives."""
    try:
        with (folder / _ALIVE).open() as alive:
            return _is_locked(alive.fileno())
    except FileNotFoundError:
        return False


def stop(folder: Path) -> bool:
    """End a job and wait until it has ended; tell whether it was running."""
    if not is_running(folder):
        return False
    with _alone(folder.parent):
        group = int((folder / _PID).read_text(encoding="ascii"))
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, sign)
        until = time.monotonic() + _STOP_S
        while is_running(folder) and time.monotonic() < until:
            time.sleep(_POLL_S)
    return True


def jobs(parent: Path) -> list[Path]:
    """List the folders of jobs that were started, the newest first."""
    return sorted((each.parent for each in parent.glob(f"*/{_PID}")), reverse=True)


def tidy(parent: Path) -> None:
    """Remove the folders of all but the latest jobs, and of those made and long not started."""
    started = jobs(parent)
    forgotten = [
        each.parent
        for each in parent.glob(f"*/{_REQUEST}")
        if each.parent not in started and time.time() - each.stat().st_mtime > _FORGOTTEN_S
    ]
    for folder in (*started[KEPT:], *forgotten):
        if not is_running(folder):
            shutil.rmtree(folder, ignore_errors=True)


def request_of(folder: Path) -> Json:
    """Read what a job was asked for."""
    return dict(json.loads((folder / _REQUEST).read_text(encoding="utf-8")))


def report(folder: Path, progress: Mapping[str, object]) -> None:
    """Write how far a job is; readers see the old report or the new one, never half of one."""
    _write(folder / _PROGRESS, progress)


def progress_of(folder: Path) -> Json:
    """Read how far a job is; empty before its first report."""
    try:
        return dict(json.loads((folder / _PROGRESS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _write(path: Path, content: Mapping[str, object]) -> None:
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(content, ensure_ascii=True), encoding="utf-8")
    partial.replace(path)


@contextlib.contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Let no other process start a job in this folder meanwhile."""
    with (parent / "starting").open("w") as file:
        _lock(file.fileno())
        yield


def _lock(file: int) -> None:
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX)


def _is_locked(file: int) -> bool:
    import fcntl

    try:
        # Shared, so that two who look at the same time do not take each other for the process.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
