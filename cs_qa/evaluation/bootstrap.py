"""Bootstrap intervals: how far a figure might be off because other rows could have been drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from cs_qa.evaluation.judged import Floats

RESAMPLES = 1000
LEVEL = 0.95
SEED = 20261116
MIN_ROWS = 10
"""Rows from which an interval is given: resampling fewer tells nothing."""

DRAWN_AT_ONCE = 2_000_000

Statistic = Callable[[Floats], dict[str, Floats]]
"""Weights of the items, (resamples, items), to each figure by name, (resamples,)."""


def point(statistic: Statistic, items: int) -> dict[str, float]:
    """Give each figure of the items as they are; NaN where it is not defined."""
    return {name: float(values[0]) for name, values in statistic(np.ones((1, items))).items()}


def replicates(statistic: Statistic, rows: NDArray[np.int_]) -> dict[str, Floats]:
    """Give each figure for `RESAMPLES` resamples, drawn with replacement from the rows.

    `rows` (items,) says which row an item belongs to; the items of a row are drawn together. The
    draws depend on `rows` alone, so figures of two judgements of the same items are paired.
    """
    blocks = [statistic(weights) for weights in _weights(rows)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def interval(values: Floats, rows: NDArray[np.int_]) -> list[float] | None:
    """Give the percentile interval of replicates as [low, high].

    None with fewer than `MIN_ROWS` rows, or where the figure is never defined.
    """
    known = values[~np.isnan(values)]
    if not len(known) or len(np.unique(rows)) < MIN_ROWS:
        return None
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(known, [tail, 100 - tail])
    return [round(float(low), 4), round(float(high), 4)]


def figure_interval(values: Floats, rows: NDArray[np.int_]) -> list[float] | None:
    """Give the `interval` of a figure; None, too, where it is the same in all resamples.

    That happens to what is all right or all wrong, and says nothing of the rows not seen.
    """
    limits = interval(values, rows)
    return None if limits is None or limits[0] == limits[1] else limits


def _weights(rows: NDArray[np.int_]) -> Iterator[Floats]:
    """Yield blocks of weights (resamples, items): how often each item was drawn."""
    distinct, row_of = np.unique(rows, return_inverse=True)
    count = len(distinct)
    generator = np.random.default_rng(SEED)
    size = max(1, DRAWN_AT_ONCE // len(rows))
    for start in range(0, RESAMPLES, size):
        these = min(size, RESAMPLES - start)
        drawn = generator.integers(count, size=(these, count))
        drawn += np.arange(these)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=these * count).reshape(these, count)
        yield times[:, row_of].astype(np.float64)
