"""The `inspect` command: files in, scorecards and a summary out, and what could not be used."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from cs_qa.batch import BATCH_SIZE, Inspector
from cs_qa.errors import InputError, RowError
from cs_qa.report.summary import Summary, is_unscored, show
from cs_qa.rubric import Rubric
from cs_qa.types import Transcript

if TYPE_CHECKING:
    import pyarrow as pa

    from cs_qa.store import Store

OK, SOME_UNUSABLE, UNUSABLE = 0, 1, 2
RESULTS = (".jsonl", ".parquet")


class Sink(Protocol):
    """Where scorecards are written, batch by batch."""

    def write(self, batch: pa.RecordBatch, cards: Sequence[Mapping[str, Any]]) -> None:
        """Take one batch of scorecards, packed and as JSON objects."""


@dataclass
class Inspection:
    """One run of `cs-qa inspect`."""

    inputs: Sequence[str]
    out: Path | None = None
    db: str | None = None
    rubric: Path | None = None
    format: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1
    redact: bool = True
    quiet: bool = False
    _unusable: int = 0
    _read: int = 0

    def run(self) -> int:
        """Inspect, write and sum up; give the exit code."""
        from rich.console import Console

        self._check()
        inspector = Inspector(
            rubric=Rubric.load(self.rubric) if self.rubric else Rubric.default(),
            redact=self.redact,
        )
        summary = Summary()
        console = Console(stderr=True)
        with contextlib.ExitStack() as stack:
            sinks = self._sinks(stack)
            for batch, cards in self._cards(inspector, console):
                for sink in sinks:
                    sink.write(batch, cards)
                for card in cards:
                    summary.add(card)
        if not self._read:
            _complain("No transcript could be read.")
            return UNUSABLE
        if not self.quiet:
            show(summary, console)
        if self._unusable:
            _complain(f"{self._unusable} rows could not be used; they are listed above.")
        return SOME_UNUSABLE if self._unusable or summary.unscored else OK

    def _check(self) -> None:
        if self.out is not None and self.out.suffix not in RESULTS:
            raise InputError(
                f"--out {self.out}: cannot write {self.out.suffix or 'a file without suffix'!r}. "
                f"Possible: {', '.join(RESULTS)}."
            )
        if self.out is not None and not self.out.parent.is_dir():
            raise InputError(f"--out {self.out}: the folder {self.out.parent} does not exist.")

    def _cards(
        self, inspector: Inspector, console: Any
    ) -> Iterator[tuple[pa.RecordBatch, list[dict[str, Any]]]]:
        from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        from cs_qa.arrow import rows_of
        from cs_qa.runners.local import inspect_locally

        columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, disable=self.quiet, transient=True) as progress:
            task = progress.add_task("Transcripts inspected", total=None)
            for batch in inspect_locally(inspector, self._batches(), workers=self.workers):
                cards = rows_of(batch)
                progress.update(task, advance=len(cards), total=self._read)
                for card in filter(is_unscored, cards):
                    _complain(f"{card['transcript_id']}: unscored: {_why_unscored(card)}")
                yield batch, cards

    def _batches(self) -> Iterator[pa.RecordBatch]:
        from cs_qa.arrow import transcript_batch

        waiting: list[Transcript] = []
        for transcript in self._transcripts():
            waiting.append(transcript)
            self._read += 1
            if len(waiting) == BATCH_SIZE:
                yield transcript_batch(waiting)
                waiting = []
        if waiting:
            yield transcript_batch(waiting)

    def _transcripts(self) -> Iterator[Transcript]:
        from cs_qa.readers import read

        for path in self.inputs:
            try:
                yield from read(
                    path, format=self.format, on_error=self._report, mapping=self.mapping or None
                )
            except InputError as error:
                self._report(error)

    def _report(self, error: InputError | RowError) -> None:
        self._unusable += 1
        _complain(str(error))

    def _sinks(self, stack: contextlib.ExitStack) -> list[Sink]:
        sinks: list[Sink] = []
        if self.out is None:
            sinks.append(JsonLinesSink(sys.stdout))
        elif self.out.suffix == ".parquet":
            sinks.append(ParquetSink(stack.enter_context(_whole_file(self.out, "wb"))))
        else:
            sinks.append(JsonLinesSink(stack.enter_context(_whole_file(self.out, "w"))))
        if self.db is not None:
            from cs_qa.store import open_store

            sinks.append(StoreSink(stack.enter_context(open_store(self.db))))
        if isinstance(sinks[0], ParquetSink):
            stack.callback(sinks[0].close)
        return sinks


@dataclass
class JsonLinesSink:
    """Writes one JSON object a line."""

    file: IO[str]

    def write(self, batch: pa.RecordBatch, cards: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002
        """Write a batch."""
        self.file.writelines(json.dumps(card, ensure_ascii=False) + "\n" for card in cards)


class ParquetSink:
    """Writes one Parquet file of `SCORECARD_SCHEMA`."""

    def __init__(self, file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        from cs_qa.arrow import SCORECARD_SCHEMA

        self._writer = pq.ParquetWriter(file, SCORECARD_SCHEMA)

    def write(self, batch: pa.RecordBatch, cards: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002
        """Write a batch."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


@dataclass
class StoreSink:
    """Adds scorecards to a database; what it refuses is said."""

    store: Store

    def write(self, batch: pa.RecordBatch, cards: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002
        """Add a batch in one transaction."""
        for refusal in self.store.add_scorecards(cards).refused:
            _complain(refusal)


@contextlib.contextmanager
def _whole_file(path: Path, mode: str) -> Iterator[IO[Any]]:
    """Open a file that appears under its name only when it is whole."""
    partial = path.with_name(f".{path.name}.part")
    with partial.open(mode, encoding=None if "b" in mode else "utf-8") as file:
        try:
            yield file
        except BaseException:
            partial.unlink()
            raise
    partial.replace(path)


def _why_unscored(card: Mapping[str, Any]) -> str:
    reasons = {j["reason"] for j in card["judgements"] if j["verdict"] == "unscored"}
    return "; ".join(sorted(reasons))


def _complain(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
