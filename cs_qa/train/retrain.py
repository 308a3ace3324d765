"""Reviews to a new version of the heads: gate, training, comparison with the version in use.

By default the heads alone are trained; the encoder stays, so a text's vectors are made once and
kept. In full the encoder's adapters are trained with them (`cs_qa.train.adapters`). The new version
appears in the registry when it is whole; whatever stops a run before leaves the versions in use as
they were, and the next run on the same data goes on from the last finished epoch.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cs_qa import __version__
from cs_qa._home import home
from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Registry, Version
from cs_qa.nn.shipped import adapters_sha256
from cs_qa.nn.trial import open_encoder
from cs_qa.store import Store
from cs_qa.train.candidate import Labelled
from cs_qa.train.challenger import train_challenger
from cs_qa.train.comparison import Candidate, Trained, compared
from cs_qa.train.counts import Counts, counted
from cs_qa.train.dataset import reviewed_turns
from cs_qa.train.gate import GateReport, gate
from cs_qa.train.head_rows import Inputs
from cs_qa.train.promote import Verdict
from cs_qa.train.replay import seed_parts
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.retrain_rows import Rows, divided
from cs_qa.train.retrain_task import Log, Task
from cs_qa.train.seed import Example, read_examples
from cs_qa.train.shadow import Shadow, shadow
from cs_qa.train.version import write_heads


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
    full: bool = False,
    examples: Sequence[Example] | None = None,
    folder: Path | None = None,
    log: Log = lambda _: None,
) -> Retrained:
    """Train a challenger on the reviews of a store and add it to the registry; not promoted.

    With `full` the encoder's adapters are trained too. `examples` are replayed and compared on: by
    default the whole seed data. `folder` is where vectors and half-finished work are kept: by
    default `cs_qa._home.home()`. Raises InputError where there are too few labels, ModelError where
    the models in use are not whole or cannot be trained further.
    """
    config, folder = config or RetrainConfig(), folder or home()
    began = time.monotonic()
    report = gate(store, config.gate)
    rows = divided(reviewed_turns(store, accepts=report.accepts), config)
    log(f"{len(rows.train)} labels to train on, {len(rows.held_out)} held out")
    models = registry.load()
    seed = seed_parts(read_examples() if examples is None else examples, config.replay_share)
    about = _about(rows, registry, config, full=full)
    with _work(folder, about) as work:
        task = Task(rows, seed, models, registry, config, folder, work, log)
        trained = _trainer(full)(task)
        verdict = compared(trained, rows.held_out, seed.held_out, config)
        encoder = _encoder_added(registry, trained.encoder) if trained.encoder else None
        metrics = {
            **trained.metrics,
            "gate": [asdict(row) for row in report.table],
            "seconds": round(time.monotonic() - began, 1),
        }
        version = _heads_added(task, trained, verdict, metrics=metrics, about=about)
    changes = shadow(
        store,
        models,
        replace(
            models,
            encoder=open_encoder(encoder.folder) if encoder else models.encoder,
            heads=Heads(version.folder),
        ),
        limit=config.shadow,
        seed=config.seed,
    )
    seconds = round(time.monotonic() - began, 1)
    counts = counted(rows.all)
    return Retrained(version, about["parent"], report, counts, verdict, changes, seconds)


def train_heads(task: Task) -> Trained:
    """Train the heads alone, on vectors that the encoder in use gave."""
    champion = task.champion()
    vectors = champion.vectors
    reviews, validation = task.reviews(vectors)
    made = train_challenger(
        champion.model,
        reviews,
        validation,
        Labelled.of(task.seed.replay, vectors, phrases=False).rows,
        Inputs(vectors),
        task.config,
        checkpoint=task.work / "epoch.safetensors",
        log=task.log,
    )
    return Trained(
        champion,
        Candidate(made.model, vectors),
        Candidate(made.control, vectors),
        {
            "validation_losses": [round(loss, 5) for loss in made.fitted.losses],
            "best_epoch": made.fitted.best_epoch,
        },
    )


def _trainer(full: bool) -> Callable[[Task], Trained]:
    if not full:
        return train_heads
    from cs_qa.train.adapters import train_adapters

    return train_adapters


def _encoder_added(registry: Registry, folder: Path) -> Version:
    """Add a new encoder to the registry, unless a run that was stopped has done so."""
    identity = adapters_sha256(folder)
    for each in registry.versions("encoder"):
        if adapters_sha256(each.folder) == identity:
            return each
    return registry.add_version("encoder", folder)


def _heads_added(
    task: Task,
    trained: Trained,
    verdict: Verdict,
    *,
    metrics: Mapping[str, object],
    about: Mapping[str, str],
) -> Version:
    """Write the new heads' files and add them to the registry."""
    new = task.work / f"version-{os.getpid()}"
    encoder = adapters_sha256(trained.encoder) if trained.encoder else None
    write_heads(
        new,
        trained.challenger.model,
        verdict,
        metrics=metrics,
        about={**about, "encoder": encoder or about["encoder"]},
        labels=counted(task.rows.all),
    )
    version = task.registry.add_version("heads", new)
    task.log(f"{version.ref} added")
    return version


def _about(
    rows: Rows, registry: Registry, config: RetrainConfig, *, full: bool
) -> Mapping[str, str]:
    """Say what the version is made from, as its manifest states it."""
    return {
        "parent": f"heads@{registry.version('heads')}",
        "encoder": registry.encoder_sha256(),
        "data": rows.fingerprint,
        "config": config.model_dump_json(),
        "trained": "adapters and heads" if full else "heads",
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
