"""The calibration of retrained heads: the parent's, moved as far as the shop's own labels ask for.

A shop has few labels, and fewer violations. So the parent's scale is not fitted anew: each label's
log-odds are stretched and shifted, and each temperature changed, from a normal prior that has its
middle where the parent's stand (maximum a posteriori). Without labels nothing moves. Rows that
trained the heads must not be given: on them the heads are surer than they may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.heads import Calibration
from cs_qa.train.calibrate import Features, Judged, as_json
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS, SENTIMENTS, BannedLabel

STRETCH_SPREAD = 0.25
SHIFT_SPREAD = 0.5
TEMPERATURE_SPREAD = 0.2
"""Spreads of the priors: of the stretch, the shift (log-odds), and the temperature's logarithm."""


Logits = NDArray[np.float32]


def recalibrated(
    settings: Mapping[str, Any], judged: Judged, examples: Sequence[Example], logits: Logits
) -> dict[str, Any]:
    """Give the content of a calibration.json from the parent's `settings`.

    `judged` are the agent turns among `examples` (`cs_qa.train.calibrate.judged_turns`) and
    `logits` (examples, 12) what the new heads say. Operating points and politeness stay.
    """
    parent = {label: Calibration(**settings["banned"][label]) for label in BANNED_LABELS}
    return {
        **settings,
        "banned": as_json(moved_by(parent, judged)),
        "temperature": _temperatures(settings["temperature"], examples, logits),
    }


def moved_by(
    parent: Mapping[BannedLabel, Calibration], judged: Judged
) -> dict[BannedLabel, Calibration]:
    """Stretch and shift each label's log-odds towards what the judged turns show."""
    moved = {}
    for k, label in enumerate(BANNED_LABELS):
        own = parent[label]
        weights = np.array([own.logit, own.strong, own.weak])
        odds = own.bias + judged.features[:, k] @ weights
        stretch, shift = _stretch_and_shift(odds, judged.truth[:, k], judged.weights)
        moved[label] = replace(
            own,
            bias=round(stretch * own.bias + shift, 4),
            logit=round(stretch * own.logit, 4),
            strong=round(stretch * own.strong, 4),
            weak=round(stretch * own.weak, 4),
        )
    return moved


def _stretch_and_shift(
    odds: Features, truth: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float]:
    from scipy.optimize import minimize

    signed = np.where(truth, -1.0, 1.0)

    def surprise(point: NDArray[np.float64]) -> float:
        stretch, shift = point
        prior = ((stretch - 1) / STRETCH_SPREAD) ** 2 + (shift / SHIFT_SPREAD) ** 2
        misfit = np.logaddexp(0, signed * (stretch * odds + shift)) @ weights
        return float(misfit + prior / 2)

    bounds = ((0.25, 2.0), (-3.0, 3.0))
    stretch, shift = minimize(surprise, (1.0, 0.0), method="L-BFGS-B", bounds=bounds).x
    return float(stretch), float(shift)


def _temperatures(
    parent: Mapping[str, float], examples: Sequence[Example], logits: Logits
) -> dict[str, float]:
    k = len(BANNED_LABELS)
    empathy = {i: e.empathy for i, e in enumerate(examples) if e.empathy is not None}
    sentiment = {i: SENTIMENTS.index(e.sentiment) for i, e in enumerate(examples) if e.sentiment}
    return {
        name: _temperature(parent[name], logits[list(truth), columns], list(truth.values()))
        for name, truth, columns in (
            ("empathy", empathy, slice(k, k + 3)),
            ("sentiment", sentiment, slice(k + 3, k + 6)),
        )
    }


def _temperature(parent: float, logits: Logits, truth: Sequence[int]) -> float:
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(truth))

    def surprise(change: float) -> float:
        told = log_softmax(logits / (parent * np.exp(change)), axis=1)[rows, list(truth)]
        return float(-told.sum() + (change / TEMPERATURE_SPREAD) ** 2 / 2)

    change = minimize_scalar(surprise, bounds=(-1.5, 1.5), method="bounded").x if truth else 0.0
    return round(float(parent * np.exp(change)), 4)
