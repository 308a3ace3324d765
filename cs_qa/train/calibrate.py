"""Out-of-fold logits to calibrated probabilities, together with the phrase tier's hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.heads import Calibration
from cs_qa.phrases.lexicon import find_hits
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS, SENTIMENTS, BannedLabel

ORDINARY_WEIGHT = 4.0
"""Weight of a turn of an ordinary conversation beside a hard case, half of which are violations."""

Features = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """Agent turns with labels: features (turns, labels, 3), truth (turns, labels), weights."""

    examples: list[Example]
    features: Features
    truth: NDArray[np.bool_]
    weights: NDArray[np.float64]


def judged_turns(
    examples: Sequence[Example], logits: NDArray[np.float32], *, ordinary: float = ORDINARY_WEIGHT
) -> Judged:
    """Gather the agent turns whose banned labels are known; `logits` is (examples, 12)."""
    rows = [i for i, example in enumerate(examples) if example.banned is not None]
    own = [examples[i] for i in rows]
    features = np.zeros((len(rows), len(BANNED_LABELS), 3))
    features[:, :, 0] = logits[rows, : len(BANNED_LABELS)]
    for row, example in enumerate(own):
        features[row, :, 1:] = hit_features(example)
    truth = np.array([[label in (e.banned or ()) for label in BANNED_LABELS] for e in own])
    weights = np.array([ordinary if e.task == "conversations" else 1.0 for e in own])
    return Judged(own, features, truth, weights)


def hit_features(example: Example) -> Features:
    """Tell for each label whether a strong and whether a weak phrase stands, (labels, 2)."""
    hits = find_hits(example.text, language=example.lang, conversation_language=example.lang)
    standing = {(hit.label, hit.strength) for hit in hits if hit.stands}
    return np.array(
        [
            [(label, strength) in standing for strength in ("strong", "weak")]
            for label in BANNED_LABELS
        ],
        dtype=np.float64,
    )


def fit_calibration(judged: Judged) -> dict[BannedLabel, Calibration]:
    """Fit one logistic model a label; a phrase can only speak for its label, never against."""
    return {
        label: _fit_label(judged.features[:, k], judged.truth[:, k], judged.weights)
        for k, label in enumerate(BANNED_LABELS)
    }


def probabilities(
    calibration: Mapping[BannedLabel, Calibration], features: Features
) -> NDArray[np.float64]:
    """Apply a calibration to features (turns, labels, 3); gives (turns, labels)."""
    return np.array(
        [
            [
                calibration[label].probability(
                    row[k, 0], strong=bool(row[k, 1]), weak=bool(row[k, 2])
                )
                for k, label in enumerate(BANNED_LABELS)
            ]
            for row in features
        ]
    )


def cross_fitted(
    judged: Judged, fold_of: Mapping[str, int], points: Mapping[BannedLabel, float] | None = None
) -> NDArray[np.float64]:
    """Give each turn's probabilities from a calibration fitted on the other folds."""
    folds = np.array([fold_of[example.item] for example in judged.examples])
    result = np.zeros(judged.truth.shape)
    for fold in sorted(set(folds.tolist())):
        rest, own = folds != fold, folds == fold
        part = Judged([], judged.features[rest], judged.truth[rest], judged.weights[rest])
        calibration = moved_to(fit_calibration(part), points or {})
        result[own] = probabilities(calibration, judged.features[own])
    return result


def moved_to(
    calibration: Mapping[BannedLabel, Calibration], points: Mapping[BannedLabel, float]
) -> dict[BannedLabel, Calibration]:
    """Move each label's scale so that what was the probability `points[label]` becomes 0.5.

    Violations are rarer in ordinary service than in the seed; a shift of the log-odds is what
    another share of violations asks for. The points are chosen by
    benchmarks/ordinary_service.py.
    """
    return {
        label: replace(own, bias=round(own.bias - log(points[label] / (1 - points[label])), 4))
        if label in points
        else own
        for label, own in calibration.items()
    }


def fit_temperature(logits: NDArray[np.float32], truth: Sequence[int]) -> float:
    """Find what to divide logits (items, classes) by so that probabilities come true most often.

    Guo et al. 2017, arXiv:1706.04599. `truth` is the index of each item's class.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(truth))

    def surprise(temperature: float) -> float:
        return float(-log_softmax(logits / temperature, axis=1)[rows, truth].mean())

    return round(float(minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded").x), 4)


def temperatures(
    examples: Sequence[Example], logits: NDArray[np.float32]
) -> dict[Literal["empathy", "sentiment"], float]:
    """Fit the temperatures of the single-label heads on out-of-fold logits (examples, 12)."""
    k = len(BANNED_LABELS)
    empathy = {i: e.empathy for i, e in enumerate(examples) if e.empathy is not None}
    sentiment = {i: SENTIMENTS.index(e.sentiment) for i, e in enumerate(examples) if e.sentiment}
    return {
        "empathy": fit_temperature(logits[list(empathy), k : k + 3], list(empathy.values())),
        "sentiment": fit_temperature(
            logits[list(sentiment), k + 3 : k + 6], list(sentiment.values())
        ),
    }


def as_json(calibration: Mapping[BannedLabel, Calibration]) -> dict[str, dict[str, float]]:
    """Give the calibration as it is kept in `calibration.json`."""
    return {label: asdict(own) for label, own in calibration.items()}


def _fit_label(
    features: Features, truth: NDArray[np.bool_], weights: NDArray[np.float64]
) -> Calibration:
    from sklearn.linear_model import LogisticRegression

    kept = [0, 1, 2]
    while True:
        model = LogisticRegression(C=10.0).fit(features[:, kept], truth, sample_weight=weights)
        against = [c for c, w in zip(kept, model.coef_[0], strict=True) if c and w < 0]
        if not against:
            break
        kept = [column for column in kept if column not in against]
    weight = dict(zip(kept, model.coef_[0], strict=True))
    return Calibration(
        bias=round(float(model.intercept_[0]), 4),
        logit=round(float(weight[0]), 4),
        strong=round(float(weight.get(1, 0.0)), 4),
        weak=round(float(weight.get(2, 0.0)), 4),
    )
