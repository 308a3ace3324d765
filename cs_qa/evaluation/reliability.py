"""Reliability: whether, of what is said with 80 %, four in five hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from cs_qa.evaluation.judged import Flags, Floats, Judged

BINS = 15
TOP_LABEL = "top_label"


def reliability(judged: Judged) -> dict[str, dict[str, Any]]:
    """Give the calibration error of a task's probabilities, with its bins.

    By label where an item may have several; else under `top_label`, for the likeliest label of
    each item. Empty where the task has no probabilities.
    """
    if judged.probabilities is None:
        return {}
    if not judged.is_multi_label:
        return {TOP_LABEL: calibration_error(judged.probabilities.max(1), judged.is_right)}
    return {
        label: calibration_error(judged.probabilities[:, k], judged.truth[:, k])
        for k, label in enumerate(judged.labels)
    }


def calibration_error(probabilities: Floats, holds: Flags) -> dict[str, Any]:
    """Expected calibration error over `BINS` bins of equal width, and the bins that hold items.

    `probabilities` and whether each `holds` are (items,); NaN is left out. The error is the mean
    over items of |share that holds - mean probability| of their bin, 0-1; None without items. A
    bin goes from `from` up to, not including, `to`; the last one includes 1.
    """
    known = ~np.isnan(probabilities)
    probabilities, holds = probabilities[known], holds[known]
    bin_of = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    bins, error = [], 0.0
    for number in np.unique(bin_of).tolist():
        own = bin_of == number
        mean, share = float(probabilities[own].mean()), float(holds[own].mean())
        error += abs(share - mean) * float(own.mean())
        bins.append(
            {
                "from": round(number / BINS, 4),
                "to": round((number + 1) / BINS, 4),
                "n": int(own.sum()),
                "mean_probability": round(mean, 4),
                "share": round(share, 4),
            }
        )
    return {"ece": round(error, 4) if bins else None, "n": len(holds), "bins": bins}
