from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from cs_qa.nn.heads import Calibration
from cs_qa.nn.registry import Registry
from cs_qa.train.calibrate import Judged
from cs_qa.train.recalibrate import moved_by, recalibrated
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS
from train.words import customer

SETTINGS = json.loads(
    (Registry.shipped().folder("heads") / "calibration.json").read_text(encoding="utf-8")
)
PARENT = {label: Calibration(-1.0, 0.8, 3.0, 1.0) for label in BANNED_LABELS}


def turns(logits: Sequence[float], truth: Sequence[bool], *, weight: float = 1.0) -> Judged:
    """Agent turns that have the first label or none."""
    features = np.zeros((len(logits), 5, 3))
    features[:, 0, 0], features[:, 1:, 0] = logits, -4.0
    there = np.zeros((len(logits), 5), bool)
    there[:, 0] = truth
    return Judged([], features, there, np.full(len(logits), weight))


def said(calibration: Calibration, logit: float) -> float:
    return calibration.probability(logit, strong=False, weak=False)


def test_without_labels_the_parent_s_calibration_stays() -> None:
    none = recalibrated(SETTINGS, turns([], []), [], np.zeros((0, 12), np.float32))
    assert none == SETTINGS


@pytest.mark.parametrize(
    ("logits", "truth", "sign"),
    [
        ([1.25] * 400, [False] * 400, -1),  # said of half of them, and none is one
        ([1.25] * 400, [True] * 400, 1),
        ([1.25] * 400, [True, False] * 200, 0),
    ],
)
def test_the_scale_moves_to_what_the_labels_show(
    logits: list[float], truth: list[bool], sign: int
) -> None:
    moved = moved_by(PARENT, turns(logits, truth))[BANNED_LABELS[0]]
    change = said(moved, 1.25) - said(PARENT[BANNED_LABELS[0]], 1.25)
    assert change == pytest.approx(0, abs=0.01) if sign == 0 else change * sign > 0.2


def test_few_labels_move_it_little_and_heavy_ones_more() -> None:
    changes = [
        said(moved_by(PARENT, turns([1.25] * n, [False] * n, weight=weight))["rhetorical"], 1.25)
        - said(PARENT["rhetorical"], 1.25)
        for n, weight in ((2, 1.0), (2, 4.0), (200, 1.0))
    ]
    assert 0 > changes[0] > changes[1] > changes[2]
    assert changes[0] > -0.15


def test_a_phrase_still_speaks_for_its_label_only() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=300)
    moved = moved_by(PARENT, turns(list(logits), list(logits < 0)))  # the heads are all wrong
    for calibration in moved.values():
        assert min(calibration.logit, calibration.strong, calibration.weak) > 0


def test_temperatures_follow_heads_that_are_too_sure() -> None:
    examples: list[Example] = [customer(n, ("", "furious", "thanks")[n % 3]) for n in range(300)]
    logits = np.zeros((300, 12), np.float32)
    for row in range(300):
        right = (1, 0, 2)[row % 3]
        logits[row, 8 + (right if row % 2 else (right + 1) % 3)] = 6.0
    told = recalibrated(SETTINGS, turns([], []), examples, logits)["temperature"]
    assert told["sentiment"] > 1.5 * SETTINGS["temperature"]["sentiment"]
    assert told["empathy"] == SETTINGS["temperature"]["empathy"]
