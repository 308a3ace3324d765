"""The imports into this database: begin one, stop one, list the latest."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cs_qa._home import home
from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions
from cs_qa.runners import background
from cs_qa.store import Store
from cs_qa.store.access import require
from cs_qa.store.imports import record_import
from cs_qa.store.rows import digest
from cs_qa.ui.imports.upload import check_size, check_upload, clean_name
from cs_qa.ui.imports.work import REFUSALS, UPLOAD, Progress

WORK = "cs_qa.ui.imports.work"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an import takes: refs of rubric, lexicons and packs, and how the file is read."""

    rubric: str
    lexicons: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    redact: bool = True
    format: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return own | {"options": self.options.model_dump(mode="json")}


@dataclass(frozen=True, slots=True)
class Import:
    """One import. `state`: running, done, failed, or stopped where its process is gone."""

    folder: Path
    name: str
    by: str
    at: datetime
    rubric: str
    state: str
    progress: Progress

    @property
    def refusals(self) -> Path | None:
        """The table of what was refused, None where nothing was."""
        path = self.folder / REFUSALS
        some = self.progress.refused or self.progress.conflicting
        return path if some and path.exists() else None

    def first_refusals(self, limit: int) -> list[dict[str, str]]:
        """Read the first rows of the refusals: line and reason."""
        if self.refusals is None:
            return []
        with self.refusals.open(encoding="utf-8-sig", newline="") as file:
            return list(islice(csv.DictReader(file), limit))


def begin(
    store: Store,
    url: str,
    name: str,
    data: bytes,
    settings: Settings,
    *,
    by: str,
    now: datetime,
) -> Import:
    """Check an upload and inspect it in the background, into the database of `url`.

    Raises InputError where the file cannot be used or another import is running, AccessError when
    `by` may not import, StoreError when the database cannot be written. Then nothing is kept.
    """
    require(store, by, "import_files")
    safe = clean_name(name)
    check_size(len(data), safe)
    request = {**settings.to_json(), "name": safe, "by": by, "at": now.isoformat()}
    folder = background.make_job(_parent(url), request)
    try:
        path = folder / UPLOAD / safe
        path.parent.mkdir(mode=0o700)
        path.write_bytes(data)
        detail = {
            "file": safe,
            "bytes": len(data),
            "format": check_upload(path, format=settings.format),
            **{key: request[key] for key in ("rubric", "lexicons", "policies", "redact")},
        }
        record_import(store, folder.name, "import", detail, by=by)
        background.start(folder, WORK, environment={"CS_QA_DB": url})
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise InputError(f"{safe} could not be stored: {error.strerror}.") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    background.tidy(folder.parent)
    return _import(folder)


def stop(store: Store, folder: Path, *, by: str) -> None:
    """Stop an import; what it has added stays. Raises AccessError when `by` may not import."""
    require(store, by, "import_files")
    if background.stop(folder):
        counts = _import(folder).progress.counts
        record_import(store, folder.name, "import_stopped", counts, by=by)


def latest(url: str, limit: int = 10) -> list[Import]:
    """List the latest imports into a database; no upload is left of those that have ended."""
    return [_import(folder) for folder in background.jobs(_parent(url))[:limit]]


def read_import(folder: Path) -> Import | None:
    """Read how an import is now, None where its folder is gone."""
    try:
        return _import(folder)
    except FileNotFoundError:
        return None


def _parent(url: str) -> Path:
    return home() / "imports" / digest(url)[:16]


def _import(folder: Path) -> Import:
    # Asked first: a job that ends in between has then written its last report.
    is_running = background.is_running(folder)
    request, progress = background.request_of(folder), Progress(**background.progress_of(folder))
    state = progress.state
    if not is_running:
        state = "stopped" if state == "running" else state
        shutil.rmtree(folder / UPLOAD, ignore_errors=True)
    return Import(
        folder,
        request["name"],
        request["by"],
        datetime.fromisoformat(request["at"]),
        request["rubric"],
        state,
        progress,
    )
