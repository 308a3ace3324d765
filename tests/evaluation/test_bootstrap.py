from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cs_qa.evaluation import bootstrap
from cs_qa.evaluation.bootstrap import RESAMPLES, figure_interval, interval, point, replicates
from cs_qa.evaluation.judged import Floats

ROWS = np.repeat(np.arange(10, 22), [3, 1, 2, 5, 1, 1, 1, 4, 2, 2, 1, 1])


def weights(rows: Any) -> Floats:
    """What is drawn: (resamples, items)."""
    drawn = replicates(lambda given: {str(k): column for k, column in enumerate(given.T)}, rows)
    return np.array(list(drawn.values())).T


def test_as_many_rows_are_drawn_as_there_are_and_a_row_stays_whole() -> None:
    drawn = weights(ROWS)
    assert drawn.shape == (RESAMPLES, len(ROWS))
    first = [int(np.flatnonzero(row == ROWS)[0]) for row in np.unique(ROWS)]
    assert (drawn[:, first].sum(axis=1) == len(first)).all()
    for row, start in zip(np.unique(ROWS), first, strict=True):
        assert (drawn[:, row == ROWS] == drawn[:, [start]]).all()
    assert drawn[:, first].mean(axis=0) == pytest.approx(1, abs=0.15)
    assert len(np.unique(drawn, axis=0)) > 900


def test_the_same_rows_are_drawn_again_whatever_is_measured_and_in_what_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = weights(ROWS)
    assert (once == weights(ROWS)).all()
    monkeypatch.setattr(bootstrap, "DRAWN_AT_ONCE", 7 * len(ROWS))
    assert weights(ROWS).shape == once.shape
    assert (weights(ROWS) == once).all()


def mean_of(values: Any) -> Any:
    return lambda given: {"mean": given @ values / given.sum(1)}


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation() -> None:
    values = np.arange(400) % 5 == 0
    found = interval(replicates(mean_of(values), np.arange(400))["mean"], np.arange(400))
    half = 1.96 * (0.2 * 0.8 / 400) ** 0.5
    assert found == pytest.approx([0.2 - half, 0.2 + half], abs=0.006)


def test_copies_of_a_row_make_no_interval_narrower() -> None:
    values = np.arange(40) % 4 == 0
    rows = np.arange(40)
    alone = interval(replicates(mean_of(values), rows)["mean"], rows)
    together = replicates(mean_of(np.repeat(values, 9)), np.repeat(rows, 9))["mean"]
    assert interval(together, rows) == alone
    apart = interval(
        replicates(mean_of(np.repeat(values, 9)), np.arange(360))["mean"], np.arange(360)
    )
    assert alone is not None
    assert apart is not None
    assert apart[1] - apart[0] < 0.5 * (alone[1] - alone[0])


TENTHS = np.arange(1001) / 1000
MANY = np.arange(10)


@pytest.mark.parametrize(
    ("values", "rows", "expected"),
    [
        (TENTHS, MANY, [0.025, 0.975]),
        (np.append(TENTHS, [np.nan] * 500), MANY, [0.025, 0.975]),
        (TENTHS, np.arange(9), None),
        (TENTHS, np.arange(90) // 10, None),
        (np.full(5, np.nan), MANY, None),
        (np.ones(1000), MANY, [1.0, 1.0]),
    ],
)
def test_interval(values: Floats, rows: Any, expected: list[float] | None) -> None:
    assert interval(values, rows) == expected


def test_a_figure_that_never_changes_has_no_interval() -> None:
    assert figure_interval(np.ones(1000), MANY) is None
    assert figure_interval(np.full(5, np.nan), MANY) is None
    assert figure_interval(TENTHS, MANY) == [0.025, 0.975]


def test_a_point_weighs_each_item_once() -> None:
    assert point(mean_of(np.array([0, 1, 1, 1])), 4) == {"mean": 0.75}
