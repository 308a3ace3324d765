"""A retraining to be killed: `python -m tests.train.killed FOLDER`, on small models."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Models, Registry
from cs_qa.nn.user_models import UserModels
from cs_qa.store import open_store
from cs_qa.train import retrain as module
from cs_qa.train.gate import GateReport
from tests.train.reviewing import CONFIG, REVIEWS
from tests.train.words import WordEncoder, conversation_turns

replaced: Any = module


def load(self: Registry, *, threads: int | None = None) -> Models:
    encoder: Any = WordEncoder()
    statements: Any = None
    return Models(encoder, Heads(self.folder("heads")), statements, {"heads": "heads"})


def main(folder: Path) -> None:
    setattr(Registry, "load", load)  # noqa: B010
    replaced.read_examples = lambda: conversation_turns(30)
    replaced.reviewed_turns = lambda store, *, accepts: REVIEWS
    replaced.gate = lambda store, config: GateReport(())
    registry = Registry(folder / "home" / "shipped", user=UserModels(folder / "home" / "models"))
    config = CONFIG.model_copy(update={"shadow": 0})
    with open_store(str(folder / "shop.db")) as store:
        module.retrain(store, registry, config, folder=folder / "home", log=_say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
