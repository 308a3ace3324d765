"""Figures that can be resampled: agreement with the truth, and how well violations are ranked."""

from __future__ import annotations

import numpy as np

from cs_qa.evaluation.bootstrap import Statistic
from cs_qa.evaluation.judged import FLAGGED, Flags, Floats, Judged, has_any

FALSE_ALARMS = 0.005
"""Share of clean turns that may be flagged where recall is taken."""

ROUNDING = 1e-12

PREVALENCE = 0.005
"""Share of violations in ordinary service, by which average precision weighs them."""

RECALL = "recall_at_false_alarms"
AVERAGE_PRECISION = "average_precision"


def f1_of(label: str) -> str:
    """Name a label's F1 among the figures."""
    return f"f1 {label}"


def agreement(judged: Judged) -> Statistic:
    """Macro-F1, accuracy and each label's F1, `flagged` too where an item may have several.

    As in `metrics.table`: macro-F1 is over the labels that occur in the (resampled) truth.
    """
    truth, guess, names = judged.truth, judged.guess, [*judged.labels]
    if judged.is_multi_label:
        any_truth, any_guess = judged.flagged
        truth, guess = np.hstack([truth, any_truth]), np.hstack([guess, any_guess])
        names.append(FLAGGED)
    there, both = truth.astype(float), (truth & guess).astype(float)
    either = there + guess.astype(float)
    right, own = judged.is_right.astype(float), slice(len(judged.labels))

    def figures(weights: Floats) -> dict[str, Floats]:
        f1 = _share(2 * (weights @ both), weights @ either)
        occurs = (weights @ there[:, own]) > 0
        total = np.where(occurs, np.nan_to_num(f1[:, own]), 0.0).sum(1)
        return {
            "macro_f1": _share(total, occurs.sum(1)),
            "accuracy": _share(weights @ right, weights.sum(1)),
            **{f1_of(name): f1[:, column] for column, name in enumerate(names)},
        }

    return figures


def ranking(judged: Judged) -> Statistic:
    """Recall at `FALSE_ALARMS` and average precision at `PREVALENCE`, of flagged or not.

    Items are ranked by their highest probability of any label; equal ones stand or fall together.
    Recall is the highest of all thresholds that flag at most that share of the clean items.
    Precision is reckoned as if violations were that share of all items.
    """
    scores = highest(judged)
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    positive = has_any(judged.truth)[order].astype(float)

    def figures(weights: Floats) -> dict[str, Floats]:
        ranked = weights[:, order]
        found = np.cumsum(ranked * positive, axis=1)[:, ends]
        alarms = np.cumsum(ranked * (1 - positive), axis=1)[:, ends]
        recall, false = _share(found, found[:, -1:]), _share(alarms, alarms[:, -1:])
        flagged_right = PREVALENCE * recall
        precision = _share(flagged_right, flagged_right + (1 - PREVALENCE) * false)
        steps = np.diff(recall, axis=1, prepend=0.0)
        return {
            RECALL: _recall(recall, false),
            AVERAGE_PRECISION: np.where(
                np.isnan(recall[:, -1]) | np.isnan(false[:, -1]),
                np.nan,
                (steps * np.nan_to_num(precision)).sum(1),
            ),
        }

    return figures


def threshold(judged: Judged) -> float | None:
    """Give the lowest score that flags at most `FALSE_ALARMS` of the clean items, or None."""
    scores = highest(judged)
    clean = np.sort(scores[~has_any(judged.truth)])
    may_be_flagged = int(len(clean) * (FALSE_ALARMS + ROUNDING))
    above = clean[len(clean) - 1 - may_be_flagged] if len(clean) else -np.inf
    kept = scores[scores > above]
    return round(float(kept.min()), 4) if len(kept) else None


def highest(judged: Judged) -> Floats:
    """Give each item's highest probability of any label, (items,); 0 where nothing was said."""
    assert judged.probabilities is not None
    scores: Floats = np.nan_to_num(judged.probabilities).max(axis=1)
    return scores


def both(*statistics: Statistic) -> Statistic:
    """Put the figures of several statistics together."""

    def figures(weights: Floats) -> dict[str, Floats]:
        return {name: each for one in statistics for name, each in one(weights).items()}

    return figures


def _recall(recall: Floats, false: Floats) -> Floats:
    best: Floats = np.where(false <= FALSE_ALARMS + ROUNDING, recall, 0.0).max(axis=1)
    return np.where(np.isnan(recall[:, -1]) | np.isnan(false[:, -1]), np.nan, best)


def _share(part: Floats, whole: Floats | Flags) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.true_divide(part, whole), float)
