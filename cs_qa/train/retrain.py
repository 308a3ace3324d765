"""Reviews to a new version of the heads: gate, training, comparison with the version in use.

The heads alone are trained; the encoder stays, so a text's vectors are made once and kept. The new
version appears in the registry when it is whole; whatever stops a run before leaves the registry
as it was, and the next run on the same data goes on from the last finished epoch.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cs_qa import __version__
from cs_qa._home import home
from cs_qa.errors import InputError
from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Models, Registry, Version
from cs_qa.store import Store
from cs_qa.train.candidate import CalibratedHeads, Labelled, judge
from cs_qa.train.challenger import Challenger, train_challenger
from cs_qa.train.dataset import ReviewedTurn, place_of, reviewed_turns, split, to_example
from cs_qa.train.gate import GateReport, gate
from cs_qa.train.head_rows import Inputs
from cs_qa.train.promote import Compared, Verdict, compare
from cs_qa.train.replay import SeedParts, seed_parts
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.seed import Example, read_examples
from cs_qa.train.shadow import Shadow, shadow
from cs_qa.train.vectors import Vectors, vectors_of
from cs_qa.train.version import write_heads

Log = Callable[[str], None]
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Reviewed turns by what they are for; no transcript is in two of them."""

    train: tuple[ReviewedTurn, ...]
    validation: tuple[ReviewedTurn, ...]
    held_out: tuple[ReviewedTurn, ...]

    @property
    def counts(self) -> Counts:
        """How many labels there are, by criterion and language."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for row in (*self.train, *self.validation, *self.held_out):
            counts[row.criterion][row.lang] += 1
        return {criterion: dict(sorted(own.items())) for criterion, own in sorted(counts.items())}


@dataclass(frozen=True, slots=True)
class Retrained:
    """The new version, how it compares with its parent, and the grades that would change."""

    version: Version
    parent: str
    gate: GateReport
    counts: Counts
    verdict: Verdict
    shadow: Shadow
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Give all of it as `cs-qa retrain --json` writes it."""
        return {
            "version": self.version.ref,
            "parent": self.parent,
            "verdict": "better" if self.verdict.is_better else "refused",
            "why": list(self.verdict.why),
            "comparison": [line.to_json() for line in self.verdict.lines],
            "labels": self.counts,
            "gate": [asdict(row) for row in self.gate.table],
            "shadow": asdict(self.shadow),
            "seconds": self.seconds,
        }


def retrain(
    store: Store,
    registry: Registry,
    config: RetrainConfig | None = None,
    *,
    folder: Path | None = None,
    log: Log = lambda _: None,
) -> Retrained:
    """Train a challenger on the reviews of a store and add it to the registry; not promoted.

    `folder` is where vectors and half-finished work are kept: by default `cs_qa._home.home()`.
    Raises InputError where there are too few labels, ModelError where the models in use are not
    whole or cannot be trained further.
    """
    config, folder = config or RetrainConfig(), folder or home()
    began = time.monotonic()
    report = gate(store, config.gate)
    rows = divided(reviewed_turns(store, accepts=report.accepts), config)
    log(f"{len(rows.train)} labels to train on, {len(rows.held_out)} held out")
    models = registry.load()
    seed = seed_parts(read_examples(), config.replay_share)
    vectors = _vectors(rows, seed, models, registry, folder, log)
    champion = CalibratedHeads.load(registry.folder("heads"))
    about = _about(rows, registry, config)
    with _work(folder, about) as work:
        trained = _trained(champion, rows, seed, vectors, config, work / "epoch.safetensors", log)
        verdict = compared(champion, trained, rows.held_out, seed.held_out, vectors, config)
        new = work / f"version-{os.getpid()}"
        metrics = _metrics(trained, report, began)
        write_heads(new, trained.model, verdict, metrics=metrics, about=about, labels=rows.counts)
        version = registry.add_version("heads", new)
        log(f"{version.ref} added")
    challenger = replace(models, heads=Heads(version.folder))
    changes = shadow(store, models, challenger, limit=config.shadow, seed=config.seed)
    seconds = round(time.monotonic() - began, 1)
    return Retrained(version, about["parent"], report, rows.counts, verdict, changes, seconds)


def divided(rows: Iterable[ReviewedTurn], config: RetrainConfig) -> Rows:
    """Divide reviewed turns by transcript; InputError where a part would be too small."""
    parts = split(rows, held_out_share=config.held_out_share)
    share = config.validation_share
    validation = [row for row in parts.train if place_of(row.transcript_id, "validation") < share]
    chosen = {row.transcript_id for row in validation}
    train = tuple(row for row in parts.train if row.transcript_id not in chosen)
    if len(train) < config.least_labels or not validation or not parts.held_out:
        raise InputError(
            f"There are too few labels to retrain on: {len(train)} to train, {len(validation)} to "
            f"check the training, {len(parts.held_out)} to compare; at least "
            f"{config.least_labels} to train and some of each are needed. Finish more reviews of "
            "banned phrases, empathy or sentiment; labels of reviewers whom the gate refuses do "
            "not count."
        )
    return Rows(train, tuple(validation), parts.held_out)


def compared(
    champion: CalibratedHeads,
    trained: Challenger,
    held_out: Sequence[ReviewedTurn],
    seed: Sequence[Example],
    vectors: Vectors,
    config: RetrainConfig,
) -> Verdict:
    """Compare on held-out reviews, judged as in use, and on seed examples, by the heads alone.

    On the reviews the challenger stands beside the champion, on the seed beside the control (see
    `Challenger`). The phrase lists were written with sight of the seed, so there they would hide
    what the heads forgot.
    """
    inputs = Inputs(vectors)
    shop = Labelled.of([to_example(row) for row in held_out], vectors)
    drawn = frozenset(row.id for row in held_out if row.reason == "random")
    own = Labelled.of(seed, vectors, phrases=False)
    ordinary = frozenset(example.id for example in seed if example.task == "conversations")
    return compare(
        Compared(judge(champion, shop, inputs), judge(trained.model, shop, inputs), drawn),
        Compared(judge(trained.control, own, inputs), judge(trained.model, own, inputs), ordinary),
        margin=config.margin,
        false_alarm_margin=config.false_alarm_margin,
    )


def _vectors(
    rows: Rows, seed: SeedParts, models: Models, registry: Registry, folder: Path, log: Log
) -> Vectors:
    reviewed = map(to_example, (*rows.train, *rows.validation, *rows.held_out))
    texts = {
        text
        for example in (*reviewed, *seed.replay, *seed.held_out)
        for text in (example.text, *(said for _, said in example.context))
    }
    file = folder / "cache" / f"vectors-{registry.encoder_sha256()[:16]}.npz"
    return vectors_of(sorted(texts), models.encoder, file, log=log)


def _trained(
    champion: CalibratedHeads,
    rows: Rows,
    seed: SeedParts,
    vectors: Vectors,
    config: RetrainConfig,
    checkpoint: Path,
    log: Log,
) -> Challenger:
    reviews, validation = (
        Labelled.of(
            [to_example(row) for row in part],
            vectors,
            [row.weight for row in part],
            phrases=part is rows.validation,
        )
        for part in (rows.train, rows.validation)
    )
    replay = Labelled.of(seed.replay, vectors, phrases=False).rows
    return train_challenger(
        champion,
        reviews,
        validation,
        replay,
        Inputs(vectors),
        config,
        checkpoint=checkpoint,
        log=log,
    )


def _about(rows: Rows, registry: Registry, config: RetrainConfig) -> dict[str, str]:
    """Say what the version is made from, as its manifest states it."""
    told = [
        (
            row.id,
            row.criterion,
            sorted(row.banned or ()) if row.banned is not None else None,
            row.empathy,
            row.sentiment,
            row.text,
            row.context,
            row.weight,
            row.reviewer,
        )
        for row in (*rows.train, *rows.validation, *rows.held_out)
    ]
    return {
        "parent": f"heads@{registry.version('heads')}",
        "encoder": registry.encoder_sha256(),
        "data": hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        "config": config.model_dump_json(),
        "cs_qa": __version__,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@contextmanager
def _work(folder: Path, about: Mapping[str, str]) -> Iterator[Path]:
    """Give a folder for half-finished work on these data; it goes when the work is done."""
    same = {name: value for name, value in about.items() if name != "created_at"}
    digest = hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()
    work = folder / "work" / f"retrain-{digest[:16]}"
    work.mkdir(parents=True, exist_ok=True)
    yield work
    shutil.rmtree(work)


def _metrics(trained: Challenger, report: GateReport, began: float) -> dict[str, object]:
    return {
        "validation_losses": [round(loss, 5) for loss in trained.fitted.losses],
        "best_epoch": trained.fitted.best_epoch,
        "gate": [asdict(row) for row in report.table],
        "seconds": round(time.monotonic() - began, 1),
    }
