"""The `inspect` command: files in, scorecards and a summary out, and what could not be used."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from cs_qa.batch import BATCH_SIZE, Inspector, batched
from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE
from cs_qa.commands.output import check_target, complain, whole_file
from cs_qa.errors import InputError, UnknownFormatError
from cs_qa.phrases.shop import read_shop_lexicons
from cs_qa.policy.pack import PolicyPack
from cs_qa.readers import READERS, ReadOptions, read, transcript_to_json
from cs_qa.readers.ids import SeenIds
from cs_qa.readers.values import shown
from cs_qa.report.summary import Summary, is_unscored, show
from cs_qa.rubric import Rubric
from cs_qa.types import Transcript

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

    from cs_qa.store import Store

RESULTS = (".jsonl", ".parquet")

Cards = Sequence[Mapping[str, Any]]


class Sink(Protocol):
    """Where scorecards are written, batch by batch."""

    def write(self, batch: pa.RecordBatch, cards: Cards) -> None:
        """Take one batch of scorecards, packed and as JSON objects."""


@dataclass
class Inspection:
    """One run of `cs-qa inspect`. `batch_size` transcripts go through at a time."""

    inputs: Sequence[str]
    out: Path | None = None
    db: str | None = None
    rubric: Path | None = None
    policies: Sequence[Path] = ()
    lexicons: Sequence[Path] = ()
    format: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    workers: int = 1
    redact: bool = True
    quiet: bool = False
    batch_size: int = BATCH_SIZE
    _summary: Summary = field(default_factory=Summary, init=False)
    _seen: SeenIds = field(default_factory=SeenIds, init=False)
    _read: int = field(default=0, init=False)
    _unusable: int = field(default=0, init=False)
    _refused: int = field(default=0, init=False)

    def run(self) -> int:
        """Inspect, write and sum up; give the exit code.

        Raises CsQaError where nothing could be inspected; then no result file is made.
        """
        from rich.console import Console

        self._check()
        rubric = Rubric.load(self.rubric) if self.rubric else Rubric.default()
        inspector = Inspector(
            rubric=rubric,
            redact=self.redact,
            lexicons=read_shop_lexicons(self.lexicons),
            policies=tuple(map(PolicyPack.load, self.policies)),
        )
        console = Console(stderr=True)
        with contextlib.ExitStack() as stack:
            sinks = self._sinks(stack, rubric)
            for batch, cards in self._cards(inspector, console):
                for sink in sinks:
                    sink.write(batch, cards)
                for card in cards:
                    self._summary.add(card)
            if not self._read:
                raise InputError("No transcript could be read.")
        if not self.quiet:
            show(self._summary, console)
        return self._exit_code()

    def _exit_code(self) -> int:
        if self._unusable:
            complain(f"{_counted(self._unusable, 'row')} could not be used; see above.")
        if self._refused:
            complain(f"{_counted(self._refused, 'scorecard')} could not be stored; see above.")
        complete = not (self._unusable or self._refused or self._summary.unscored)
        return OK if complete else SOME_UNUSABLE

    def _check(self) -> None:
        if self.format is not None and self.format not in READERS:
            raise UnknownFormatError(self.format, known=READERS)
        if self.out is None:
            return
        if self.out.suffix not in RESULTS:
            raise InputError(
                f"--out {self.out}: cannot write {self.out.suffix or 'a file without suffix'!r}. "
                f"Possible: {', '.join(RESULTS)}."
            )
        check_target("--out", self.out, inputs=self.inputs)

    def _cards(
        self, inspector: Inspector, console: Console
    ) -> Iterator[tuple[pa.RecordBatch, Cards]]:
        from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        from cs_qa.arrow import rows_of
        from cs_qa.runners.local import inspect_locally

        columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(
            *columns,
            console=console,
            disable=self.quiet or not console.is_terminal,
            transient=True,
            redirect_stdout=False,
        ) as progress:
            task = progress.add_task("Transcripts inspected", total=None)
            for batch in inspect_locally(inspector, self._batches(), workers=self.workers):
                cards = rows_of(batch)
                progress.update(task, advance=len(cards), total=self._read)
                for card in filter(is_unscored, cards):
                    complain(f"{card['transcript_id']}: unscored: {_why_unscored(card)}")
                yield batch, cards

    def _batches(self) -> Iterator[pa.RecordBatch]:
        from cs_qa.arrow import transcript_batch

        for transcripts in batched(self._transcripts(), self.batch_size):
            self._read += len(transcripts)
            yield transcript_batch(transcripts)

    def _transcripts(self) -> Iterator[Transcript]:
        for place, source in enumerate(self.inputs):
            try:
                for transcript in read(
                    source,
                    format=self.format,
                    options=self.options,
                    on_error=self._reject,
                    on_note=self._note,
                ):
                    if len(self.inputs) == 1 or self._is_new(transcript, place):
                        yield transcript
            except InputError as error:
                self._reject(error)

    def _is_new(self, transcript: Transcript, place: int) -> bool:
        """Whether no earlier input had this id; one that had it with other content is an error."""
        content = json.dumps(transcript_to_json(transcript), sort_keys=True, default=str)
        first = self._seen.first_line(transcript.id)
        if first is None:
            self._seen.add(transcript.id, place, content)
        elif not self._seen.is_same(transcript.id, content):
            problem = (
                f"{self.inputs[place]}: id {shown(transcript.id)} is already that of a transcript "
                f"of {self.inputs[first]}, with other content; give each transcript its own id"
            )
            self._reject(InputError(problem))
        return first is None

    def _reject(self, error: InputError) -> None:
        self._unusable += 1
        complain(str(error))

    def _note(self, note: str) -> None:
        if not self.quiet:
            for line in note.split("\n"):
                complain(line)

    def _refuse(self, refusal: str) -> None:
        self._refused += 1
        complain(refusal)

    def _sinks(self, stack: contextlib.ExitStack, rubric: Rubric) -> list[Sink]:
        sinks: list[Sink] = []
        if self.out is None:
            sinks.append(JsonLinesSink(sys.stdout))
        elif self.out.suffix == ".parquet":
            file = stack.enter_context(whole_file("--out", self.out, "wb"))
            sinks.append(stack.enter_context(contextlib.closing(ParquetSink(file))))
        else:
            sinks.append(JsonLinesSink(stack.enter_context(whole_file("--out", self.out))))
        if self.db is not None:
            from cs_qa.store import open_store
            from cs_qa.store.access import OPERATOR
            from cs_qa.store.rubrics import add_rubric

            store = stack.enter_context(open_store(self.db))
            add_rubric(store, rubric, by=OPERATOR)
            sinks.append(StoreSink(store, self._refuse))
        return sinks


@dataclass
class JsonLinesSink:
    """Writes one JSON object a line, and hands each batch on at once."""

    file: IO[str]

    def write(self, batch: pa.RecordBatch, cards: Cards) -> None:  # noqa: ARG002
        """Write a batch."""
        self.file.writelines(json.dumps(card, ensure_ascii=False) + "\n" for card in cards)
        self.file.flush()


class ParquetSink:
    """Writes one Parquet file of `SCORECARD_SCHEMA`."""

    def __init__(self, file: IO[bytes]) -> None:
        import pyarrow.parquet as pq

        from cs_qa.arrow import SCORECARD_SCHEMA

        self._writer = pq.ParquetWriter(file, SCORECARD_SCHEMA)

    def write(self, batch: pa.RecordBatch, cards: Cards) -> None:  # noqa: ARG002
        """Write a batch."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


@dataclass
class StoreSink:
    """Adds scorecards to a database; what it refuses goes to `on_refusal`."""

    store: Store
    on_refusal: Callable[[str], None]

    def write(self, batch: pa.RecordBatch, cards: Cards) -> None:  # noqa: ARG002
        """Add a batch in one transaction."""
        for refusal in self.store.add_scorecards(cards).refused:
            self.on_refusal(refusal)


def _why_unscored(card: Mapping[str, Any]) -> str:
    reasons = {j["reason"] for j in card["judgements"] if j["verdict"] == "unscored"}
    return "; ".join(sorted(reasons))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
