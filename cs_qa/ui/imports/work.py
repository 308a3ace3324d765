"""What runs in the background of the page Import: `python -m cs_qa.ui.imports.work FOLDER`.

It reads the upload twice: once to count, so that progress has an end, and once to inspect. The
database is that of $CS_QA_DB. Each batch is one transaction, so an end at any moment leaves whole
conversations only.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cs_qa.batch import Inspector, batched
from cs_qa.errors import CsQaError, InputError, RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.report.summary import is_unscored
from cs_qa.runners import background
from cs_qa.store import Store, open_store
from cs_qa.store.imports import record_import
from cs_qa.store.rubrics import rubric
from cs_qa.store.settings import lexicons, policy_packs
from cs_qa.types import Transcript
from cs_qa.ui.launch import DATABASE_VARIABLE

if TYPE_CHECKING:
    import pyarrow as pa

UPLOAD, REFUSALS = "upload", "refusals.csv"
BATCH_SIZE = 8
MAX_NOTES = 20
MAX_REFUSALS = 100_000


@dataclass
class Progress:
    """How far an import is. `total` counts the conversations of the file, None until counted.

    `refused` rows could not be read, `conflicting` conversations have an id that the database has
    with other content, `unscored` ones could not be judged in full.
    """

    state: str = "running"
    total: int | None = None
    inspected: int = 0
    added: int = 0
    unchanged: int = 0
    refused: int = 0
    conflicting: int = 0
    unscored: int = 0
    notes: list[str] = field(default_factory=list)
    error: str = ""
    ended_at: str | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Give the counts, as the audit log keeps them."""
        names = ("inspected", "added", "unchanged", "refused", "conflicting", "unscored")
        return {name: getattr(self, name) for name in names}


def main(folder: Path) -> None:
    """Do the import of a folder; what becomes of it is in its progress."""
    with suppress(AttributeError, OSError):
        os.nice(background.NICENESS)
    progress = Progress()
    try:
        with open_store(os.environ[DATABASE_VARIABLE], create=False) as store:
            _Import(folder, store, progress).run()
            progress.state = "done"
            by = background.request_of(folder)["by"]
            record_import(store, folder.name, "import_done", progress.counts, by=by)
    except CsQaError as error:
        progress.state, progress.error = "failed", _without_folder(str(error), folder)
    except Exception as error:
        progress.state, progress.error = "failed", f"{type(error).__name__}; see the server's log"
        raise
    finally:
        progress.ended_at = datetime.now(UTC).isoformat()
        background.report(folder, asdict(progress))
        shutil.rmtree(folder / UPLOAD, ignore_errors=True)


class _Import:
    def __init__(self, folder: Path, store: Store, progress: Progress) -> None:
        self._folder = folder
        self._store = store
        self._progress = progress
        self._request = background.request_of(folder)
        (self._file,) = (folder / UPLOAD).iterdir()

    def run(self) -> None:
        self._report()
        self._progress.total = sum(1 for _ in self._read(refusals=None))
        if not self._progress.total:
            self._list_refusals()
            raise InputError("No conversation could be read.")
        self._report()
        inspector = self._inspector()
        with self._refusals() as file:
            writer = _Refusals(file)
            transcripts = self._read(refusals=writer)
            for cards in self._cards(inspector, transcripts):
                result = self._store.add_scorecards(cards)
                for refusal in result.refused:
                    writer.add(None, refusal)
                file.flush()
                self._count(cards, result.added, result.unchanged, len(result.refused))
        self._report()

    def _read(self, *, refusals: _Refusals | None) -> Iterator[Transcript]:
        def refuse(error: RowError) -> None:
            if refusals is not None:
                self._progress.refused += 1
                refusals.add(error.line, error.problem)

        def note(text: str) -> None:
            notes = self._progress.notes
            if refusals is not None and len(notes) < MAX_NOTES:
                notes.append(_without_folder(text, self._folder))

        return read(
            self._file,
            format=self._request["format"],
            options=ReadOptions(**self._request["options"]),
            on_error=refuse,
            on_note=note,
        )

    def _list_refusals(self) -> None:
        with self._refusals() as file:
            for _ in self._read(refusals=_Refusals(file)):
                pass

    def _refusals(self) -> TextIO:
        # Spreadsheets take a text without a mark for one of the system's own encoding.
        return (self._folder / REFUSALS).open("w", encoding="utf-8-sig", newline="")

    def _inspector(self) -> Inspector:
        asked = self._request
        return Inspector(
            rubric=rubric(self._store, asked["rubric"]),
            redact=asked["redact"],
            lexicons=lexicons(self._store, asked["lexicons"]),
            policies=policy_packs(self._store, asked["policies"]),
        )

    def _cards(
        self, inspector: Inspector, transcripts: Iterable[Transcript]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        from cs_qa.arrow import rows_of

        for batch in inspector.inspect_batches(_batches(transcripts)):
            yield rows_of(batch)

    def _count(
        self, cards: Sequence[Mapping[str, Any]], added: int, unchanged: int, conflicting: int
    ) -> None:
        self._progress.inspected += len(cards)
        self._progress.added += added
        self._progress.unchanged += unchanged
        self._progress.conflicting += conflicting
        self._progress.unscored += sum(map(is_unscored, cards))
        self._report()

    def _report(self) -> None:
        background.report(self._folder, asdict(self._progress))


class _Refusals:
    """A table of what was refused, safe to open in a spreadsheet."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(["line", "reason"])
        self._left = MAX_REFUSALS

    def add(self, line: int | None, reason: str) -> None:
        """Add one; beyond a hundred thousand they are counted only."""
        if self._left:
            self._left -= 1
            self._writer.writerow(["" if line is None else line, _cell(reason)])


def _batches(transcripts: Iterable[Transcript]) -> Iterator[pa.RecordBatch]:
    from cs_qa.arrow import transcript_batch

    for each in batched(transcripts, BATCH_SIZE):
        yield transcript_batch(each)


def _cell(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    plain = text.encode("utf-8", "replace").decode()
    return f"'{plain}" if plain.lstrip()[:1] in ("=", "+", "-", "@") else plain


def _without_folder(text: str, folder: Path) -> str:
    return text.replace(f"{folder / UPLOAD}{os.sep}", "")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
