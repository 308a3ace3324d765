"""What runs in the background of the page Learning: `python -m cs_qa.ui.learning_work FOLDER`.

It retrains the heads on the database of $CS_QA_DB and lists doubtful labels. The new version stays
beside the others until somebody takes it into use, so an end at any moment changes no score.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cs_qa._home import home
from cs_qa.errors import CsQaError
from cs_qa.nn.registry import Registry
from cs_qa.runners import background
from cs_qa.store import open_store
from cs_qa.train.taking_over import record
from cs_qa.ui.launch import DATABASE_VARIABLE

if TYPE_CHECKING:
    from cs_qa.train.hints import Hint

SHOWN_HINTS = 200
_READING = re.compile(r"encoded (\d+) of (\d+) texts")
_EPOCH = re.compile(r"epoch (\d+)")


@dataclass
class Progress:
    """How far a training is. `stage`: reading texts, training, comparing or doubting.

    `done` and `total` count texts while they are read, and epochs (`done` alone) in training.
    `result` is as `cs-qa retrain --json` gives it; of `hints` each names a turn and its label.
    """

    state: str = "running"
    stage: str = "reading"
    done: int = 0
    total: int = 0
    result: dict[str, Any] | None = None
    hints: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    ended_at: str | None = None

    def follow(self, line: str) -> None:
        """Take up what a line of the training's log says of its progress."""
        if reading := _READING.match(line):
            self.stage, self.done, self.total = "reading", *map(int, reading.groups())
        elif epoch := _EPOCH.match(line):
            self.stage, self.done, self.total = "training", int(epoch[1]), 0
        elif line.startswith("control"):
            self.stage, self.done, self.total = "comparing", 0, 0


def main(folder: Path) -> None:
    """Do the training of a folder; what becomes of it is in its progress."""
    with suppress(AttributeError, OSError):
        os.nice(background.NICENESS)
    progress = Progress()
    try:
        _train(folder, progress)
        progress.state = "done"
    except CsQaError as error:
        progress.state, progress.error = "failed", str(error)
    except ModuleNotFoundError as error:
        progress.state = "failed"
        progress.error = (
            f"Retraining needs {error.name}, which is not installed. "
            "Install it with the training extra: pip install 'cs-qa[train]'."
        )
    except Exception as error:
        progress.state, progress.error = "failed", f"{type(error).__name__}; see the server's log"
        raise
    finally:
        progress.ended_at = datetime.now(UTC).isoformat()
        background.report(folder, asdict(progress))


def _train(folder: Path, progress: Progress) -> None:
    from cs_qa.train.doubts import doubtful_labels
    from cs_qa.train.retrain import retrain
    from cs_qa.train.retrain_config import RetrainConfig

    def log(line: str) -> None:
        progress.follow(line)
        background.report(folder, asdict(progress))

    background.report(folder, asdict(progress))
    asked = background.request_of(folder)
    config, registry = RetrainConfig(), Registry.in_use()
    with open_store(os.environ[DATABASE_VARIABLE], create=False) as store:
        made = retrain(store, registry, config, log=log)
        progress.result = made.to_json()
        progress.stage, progress.done, progress.total = "doubting", 0, 0
        background.report(folder, asdict(progress))
        doubtful = doubtful_labels(store, registry, config, home())
        progress.hints = _listed(doubtful[:SHOWN_HINTS])
        told = {name: progress.result[name] for name in ("version", "parent", "verdict")}
        record(store, "retrain_done", f"training/{folder.name}", told, by=asked["by"])


def _listed(hints: Sequence[Hint]) -> list[dict[str, Any]]:
    return [
        {
            "transcript_id": hint.row.transcript_id,
            "turn": hint.row.turn,
            "criterion": hint.row.criterion,
            "reviewer": hint.row.reviewer,
            "text": hint.row.text,
            "given": hint.given,
            "suggested": hint.suggested,
            "probability": hint.probability,
        }
        for hint in hints
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
