"""The trainings on this database: begin one, stop one, read the latest."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cs_qa._home import home
from cs_qa.runners import background
from cs_qa.store import Store
from cs_qa.store.access import require
from cs_qa.store.rows import digest
from cs_qa.train.taking_over import VERB, record
from cs_qa.ui.launch import DATABASE_VARIABLE
from cs_qa.ui.learning_work import Progress

WORK = "cs_qa.ui.learning_work"


@dataclass(frozen=True, slots=True)
class Training:
    """One training. `state`: running, done, failed, or stopped where its process is gone."""

    folder: Path
    by: str
    at: datetime
    state: str
    progress: Progress


def begin(store: Store, url: str, *, by: str, now: datetime | None = None) -> Training:
    """Train on the reviews in the database of `url`, in the background.

    Raises InputError where another training is running or it cannot be started, AccessError when
    `by` may not, StoreError when the database cannot be written. Then nothing is kept.
    """
    require(store, by, VERB)
    at = now or datetime.now(UTC)
    folder = background.make_job(_parent(url), {"by": by, "at": at.isoformat()})
    try:
        background.start(folder, WORK, environment={DATABASE_VARIABLE: url})
        record(store, "retrain", f"training/{folder.name}", {}, by=by, now=at)
    except BaseException:
        background.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    background.tidy(folder.parent)
    return _training(folder)


def stop(store: Store, folder: Path, *, by: str) -> None:
    """Stop a training; the next one goes on where it was. AccessError when `by` may not."""
    require(store, by, VERB)
    if background.stop(folder):
        record(store, "retrain_stopped", f"training/{folder.name}", {}, by=by)


def latest(url: str) -> Training | None:
    """Give the latest training, None where there was none."""
    found = background.jobs(_parent(url))
    return _training(found[0]) if found else None


def read_training(folder: Path) -> Training | None:
    """Read how a training is now, None where its folder is gone."""
    try:
        return _training(folder)
    except FileNotFoundError:
        return None


def last_result(url: str) -> Training | None:
    """Give the latest training that has a result, None where none has."""
    found = map(_training, background.jobs(_parent(url)))
    return next((each for each in found if each.progress.result), None)


def _parent(url: str) -> Path:
    return home() / "trainings" / digest(url)[:16]


def _training(folder: Path) -> Training:
    # Asked first: a job that ends in between has then written its last report.
    is_running = background.is_running(folder)
    request, progress = background.request_of(folder), Progress(**background.progress_of(folder))
    state = "stopped" if progress.state == "running" and not is_running else progress.state
    at = datetime.fromisoformat(request["at"])
    return Training(folder, request["by"], at, state, progress)
