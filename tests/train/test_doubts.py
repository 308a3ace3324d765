"""Doubtful labels of a desk: those that the other reviews contradict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cs_qa.nn.registry import Registry
from cs_qa.store import Store
from cs_qa.train import doubts
from cs_qa.train.doubts import doubtful_labels
from cs_qa.train.heads_fit import HeadSettings
from cs_qa.train.retrain_config import RetrainConfig
from tests.train import reviewing
from tests.train.reviewing import REVIEWS

store, registry = reviewing.store, reviewing.registry

CONFIG = RetrainConfig(heads=HeadSettings(epochs=10, batch_size=8, rate=2e-3))
LABELLED = [row for row in REVIEWS if row.banned is not None or row.sentiment is not None]


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    rows = list(LABELLED)
    monkeypatch.setattr(doubts, "reviewed_turns", lambda store: rows)
    return rows


def test_a_label_that_the_others_contradict_is_doubted(
    store: Store, registry: Registry, rows: list[Any], tmp_path: Path
) -> None:
    wrong = [i for i, row in enumerate(rows) if row.banned == {"hostile"}][::6]
    for place in wrong:
        rows[place] = replace(rows[place], banned=frozenset())
    hints = doubtful_labels(store, registry, CONFIG, tmp_path / "home")
    doubted = {hint.row.id for hint in hints if hint.given == "not hostile"}
    assert doubted >= {rows[place].id for place in wrong}
    assert all(hint.suggested == "hostile" for hint in hints if hint.given == "not hostile")
    assert [hint.probability for hint in hints] == sorted(hint.probability for hint in hints)


def test_labels_that_agree_are_not_doubted(
    store: Store, registry: Registry, rows: list[Any], tmp_path: Path
) -> None:
    hints = doubtful_labels(store, registry, CONFIG, tmp_path / "home")
    assert len(hints) < len(rows) / 20


@pytest.mark.parametrize("count", [0, 1])
def test_one_conversation_cannot_be_doubted(
    store: Store, registry: Registry, rows: list[Any], tmp_path: Path, count: int
) -> None:
    rows[:] = rows[:count]
    assert doubtful_labels(store, registry, CONFIG, tmp_path / "home") == []
