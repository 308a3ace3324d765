from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.nn.encoder import WIDTH, Vector
from cs_qa.nn.heads import CONTEXT, Calibration, Heads
from cs_qa.nn.registry import Models, Registry
from cs_qa.types import BANNED_LABELS, Role

RANDOM = np.random.default_rng(0)
logits = st.floats(-1e6, 1e6)


@pytest.fixture(scope="module")
def heads(models: Models) -> Heads:
    return models.heads


def vector() -> Vector:
    return RANDOM.normal(size=WIDTH).astype(np.float32)


def test_a_turn_gets_a_score_of_every_head(heads: Heads) -> None:
    scores = heads.score(vector(), [("customer", vector())])
    assert len(scores.banned) == len(BANNED_LABELS)
    assert math.isclose(sum(scores.empathy.probabilities), 1, abs_tol=2e-4)
    sentiment = scores.sentiment
    total = sentiment.negative + sentiment.neutral + sentiment.positive
    assert math.isclose(total, 1, abs_tol=2e-4)
    assert all(math.isfinite(value) for value in (*scores.banned, scores.politeness))


def test_only_banned_labels_and_empathy_see_the_turns_before(heads: Heads) -> None:
    turn, before = vector(), [("customer", vector())]
    alone, after = heads.score(turn, []), heads.score(turn, before)  # type: ignore[arg-type]
    assert alone.sentiment == after.sentiment
    assert alone.politeness == pytest.approx(after.politeness, abs=1e-6)
    assert alone.banned != after.banned


def test_only_the_nearest_turns_count(heads: Heads) -> None:
    turn = vector()
    near: list[tuple[Role, Vector]] = [("agent", vector()) for _ in range(CONTEXT)]
    far: list[tuple[Role, Vector]] = [("customer", vector())]
    assert heads.score(turn, far + near) == heads.score(turn, near)
    assert heads.score(turn, far + near[1:]) != heads.score(turn, near[1:])


def test_role_and_order_of_the_turns_before_count(heads: Heads) -> None:
    turn, one, two = vector(), vector(), vector()
    told = heads.score(turn, [("customer", one), ("agent", two)])
    assert told != heads.score(turn, [("agent", two), ("customer", one)])
    assert told != heads.score(turn, [("agent", one), ("agent", two)])
    assert told == heads.score(turn, [("customer", one), ("agent", two)])


# ------------------------------------------------------------------------- Calibration


@pytest.mark.parametrize(
    ("logit", "strong", "weak", "expected"),
    [
        (0.0, False, False, 0.2689),
        (1.0, False, False, 0.7311),
        (0.0, True, False, 0.8808),
        (0.0, False, True, 0.5),
        (0.0, True, True, 0.9526),
        (1e9, False, False, 1.0),
        (-1e9, True, True, 0.0),
    ],
)
def test_a_probability_is_logistic_in_logit_and_phrases(
    logit: float, strong: bool, weak: bool, expected: float
) -> None:
    calibration = Calibration(bias=-1.0, logit=2.0, strong=3.0, weak=1.0)
    assert calibration.probability(logit, strong=strong, weak=weak) == expected


@given(logits, logits)
def test_a_higher_logit_never_lowers_the_probability(low: float, high: float) -> None:
    calibration = Calibration(0.3, 0.7, 1.0, 0.5)
    low, high = sorted((low, high))
    one = calibration.probability(low, strong=False, weak=False)
    two = calibration.probability(high, strong=False, weak=False)
    assert 0 <= one <= two <= 1


def test_every_label_is_calibrated(heads: Heads) -> None:
    assert tuple(heads.calibration) == BANNED_LABELS


@pytest.mark.parametrize(
    ("spreads", "expected"),
    [(0, 0.9241), (-1, 0.8176), (-2, 0.6225), (-3, 0.3775), (1e9, 1.0), (-1e9, 0.0)],
)
@pytest.mark.parametrize(("language", "mean", "spread"), [("ja", 1.0, 0.5), ("xx", -1.0, 2.0)])
def test_politeness_is_against_the_norm_of_the_language(
    tmp_path: Path, language: str, mean: float, spread: float, spreads: float, expected: float
) -> None:
    folder = Registry.shipped().folder("heads")
    settings = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    settings["politeness"] = {
        "ja": {"mean": 1.0, "spread": 0.5},
        "und": {"mean": -1.0, "spread": 2.0},
    }
    (tmp_path / "calibration.json").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "heads.onnx").symlink_to(folder / "heads.onnx")
    assert Heads(tmp_path).politeness(mean + spreads * spread, language) == expected
