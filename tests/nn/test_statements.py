"""The statement heads: probabilities, the same one by one and together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cs_qa.nn.encoder import WIDTH
from cs_qa.nn.registry import Models
from cs_qa.nn.statements import StatementHeads, features
from cs_qa.policy.cues import NAMES, TURNED
from cs_qa.policy.statements import KINDS
from cs_qa.policy.topics import TOPICS

RANDOM = np.random.default_rng(0)
COLUMNS = 3 * WIDTH + 2 * (len(NAMES) + len(TURNED)) + len(KINDS)


@pytest.fixture
def small(tmp_path: Path) -> StatementHeads:
    """Heads of two inputs: the first says that it is a claim, the second what topic."""
    from safetensors.numpy import save_file

    labels = {
        "claim": ["no", "yes"], "topic": ["returns", "other"], "polarity": ["", "yes"],
        "payer": ["", "buyer"], "start": ["", "delivery"], "condition": ["", "first"],
    }  # fmt: skip
    zero = np.zeros((2, 2), np.float16)
    weights = {f"{name}.weight": zero for name in labels}
    weights |= {f"{name}.bias": np.zeros(2, np.float32) for name in labels}
    weights["claim.weight"] = np.array([[-4, 0], [4, 0]], np.float16)
    weights["topic.weight"] = np.array([[0, 4], [0, -4]], np.float16)
    weights["payer.bias"] = np.array([0, 1000], np.float32)
    save_file(weights, tmp_path / "statements.safetensors")
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    return StatementHeads(tmp_path)


@pytest.mark.parametrize(
    ("row", "claim", "topic"),
    [((1, 1), 0.9997, "returns"), ((-1, -1), 0.0003, "other"), ((0, 1), 0.5, "returns")],
)
def test_weights_tell(
    small: StatementHeads, row: tuple[float, float], claim: float, topic: str
) -> None:
    read = small.read(np.array(row, np.float32))
    assert read.claim == claim
    assert max(read.topic, key=lambda name: read.topic[name]) == topic
    assert read.polarity == {"": 0.5, "yes": 0.5}
    assert read.payer == {"": 0.0, "buyer": 1.0}  # and no overflow


def test_features_are_of_length_one_each() -> None:
    one, nothing = RANDOM.normal(size=WIDTH).astype(np.float32), np.zeros(WIDTH, np.float32)
    row = features(one, nothing, 5 * one)
    assert row.shape == (3 * WIDTH,)
    assert [round(float(np.linalg.norm(part)), 5) for part in np.split(row, 3)] == [1, 0, 1]


def test_shipped_heads_take_the_features_and_know_the_topics(models: Models) -> None:
    rows = [RANDOM.normal(size=COLUMNS).astype(np.float32) for _ in range(3)]
    together = models.statements.claims(rows)
    assert together.shape == (3,)
    assert [float(models.statements.claims([row])[0]) for row in rows] == together.tolist()
    read = models.statements.read(rows[0])
    assert read.claim == round(float(together[0]), 4)
    assert set(read.topic) <= set(TOPICS)
    for shares in (read.topic, read.polarity, read.payer, read.start, read.condition):
        assert sum(shares.values()) == pytest.approx(1, abs=2e-3)
        assert all(0 <= share <= 1 for share in shares.values())
    assert all("" in shares for shares in (read.polarity, read.payer, read.start, read.condition))
