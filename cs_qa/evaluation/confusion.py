"""Confusion matrices: what was said of the items of each true label."""

from __future__ import annotations

from typing import Any

import numpy as np

from cs_qa.evaluation.judged import Flags, Judged

CLEAN = "clean"
OTHER = "other"


def confusion(judged: Judged) -> dict[str, dict[str, int]]:
    """Count, for each true label (outer key), what was said (inner key).

    In a one-label task the counts of a row add up to its items; `other` is said of an item that got
    none of the labels, and is left out where there is none. Where an item may have several labels,
    it stands in the row of each true label, or of `clean` if it has none, and there under every
    label said of it, or under `clean`: a row may add up to more than its items.
    """
    if judged.is_multi_label:
        rows = columns = [*judged.labels, CLEAN]
        truth, said = _with_none(judged.truth), _with_none(judged.guess)
    else:
        rows, columns = [*judged.labels], [*judged.labels, OTHER]
        truth, said = judged.truth, _with_none(judged.guess)
        if not said[:, -1].any():
            columns, said = rows, judged.guess
    counts: Any = truth.astype(int).T @ said.astype(int)
    return {
        name: dict(zip(columns, row, strict=True))
        for name, row in zip(rows, counts.tolist(), strict=True)
    }


def _with_none(flags: Flags) -> Flags:
    return np.hstack([flags, ~flags.any(1, keepdims=True)])
