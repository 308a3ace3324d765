"""Reviews that stand for a store's, and models small enough to be trained at once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Models, Registry
from cs_qa.store import Store, open_store
from cs_qa.train import retrain as module
from cs_qa.train.dataset import ReviewedTurn
from cs_qa.train.gate import GateReport
from cs_qa.train.heads_fit import HeadSettings
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.seed import Example
from cs_qa.types import SENTIMENTS
from tests.nn.own_versions import registry_at
from tests.store.judged import make
from tests.train.words import WordEncoder, conversation_turns

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = RetrainConfig(heads=HeadSettings(epochs=4, batch_size=32, rate=2e-3), shadow=5)
LABELS = ("banned", "empathy", "sentiment")
CRITERIA: Any = ("banned_phrases", "empathy", "sentiment")


def reviewed(examples: Sequence[Example], *, prefix: str = "shop") -> list[ReviewedTurn]:
    """What reviewers would have said of these turns: a row for each label."""
    rows = []
    for number, example in enumerate(examples):
        for criterion, name in zip(CRITERIA, LABELS, strict=True):
            if (value := getattr(example, name)) is not None:
                own: dict[str, Any] = {name: value}
                row = ReviewedTurn(
                    id=f"{prefix}-{example.item}/1",
                    transcript_id=f"{prefix}-{example.item}",
                    turn=1,
                    criterion=criterion,
                    lang=example.lang,
                    role="customer" if name == "sentiment" else "agent",
                    text=f"{prefix} {example.text}",
                    context=example.context,
                    reviewer="ann",
                    at=AT + timedelta(minutes=number),
                    source="review",
                    scorecard_id=1,
                    rubric="default@1",
                    reason="random",
                    **own,
                )
                rows.append(row)
    return rows


def mislabelled(rows: Sequence[ReviewedTurn]) -> list[ReviewedTurn]:
    """The same turns, with labels drawn by chance."""
    chance = random.Random(0)
    return [
        replace(row, sentiment=chance.choice(SENTIMENTS))
        if row.sentiment
        else replace(row, empathy=chance.randrange(3))
        if row.empathy is not None
        else replace(row, banned=frozenset(chance.choice((["hostile"], ["deflecting"], []))))
        for row in rows
    ]


REVIEWS = reviewed(conversation_turns(20))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The shipped heads beside an encoder that needs no model; the seed is small."""
    made = registry_at(tmp_path / "home" / "models")

    def load(self: Registry, *, threads: int | None = None) -> Models:
        encoder: Any = WordEncoder()
        statements: Any = None
        refs = {"heads": f"heads@{self.version('heads')}"}
        return Models(encoder, Heads(self.folder("heads")), statements, refs)

    monkeypatch.setattr(Registry, "load", load)
    monkeypatch.setattr(module, "read_examples", lambda: conversation_turns(30))
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "shop.db")) as opened:
        opened.add_scorecards(make(id_=f"t{number}") for number in range(8))
        yield opened


@pytest.fixture
def reviews(monkeypatch: pytest.MonkeyPatch) -> list[ReviewedTurn]:
    """What the store is said to have been labelled; tests may put other rows in."""
    rows = list(REVIEWS)
    monkeypatch.setattr(module, "reviewed_turns", lambda store, *, accepts: rows)
    monkeypatch.setattr(module, "gate", lambda store, config: GateReport(()))
    return rows
