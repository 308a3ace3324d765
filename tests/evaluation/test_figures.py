from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_curve

from cs_qa.evaluation.bootstrap import Statistic, point
from cs_qa.evaluation.figures import (
    AVERAGE_PRECISION,
    FALSE_ALARMS,
    PREVALENCE,
    RECALL,
    agreement,
    both,
    f1_of,
    ranking,
    threshold,
)
from cs_qa.evaluation.judged import FLAGGED, Judged
from cs_qa.evaluation.metrics import table

from .judgements import one_label, scored, several

NAMES = st.sampled_from(["", "a", "b", "ab"])
ITEMS = st.lists(st.tuples(NAMES, NAMES, st.integers(0, 3)), min_size=1, max_size=30)


def weighed(statistic: Statistic, weights: Any) -> dict[str, float]:
    figures = statistic(np.array([weights], float))
    return {name: float(values[0]) for name, values in figures.items()}


@given(ITEMS)
def test_agreement_is_the_tables_on_the_items_as_often_as_they_weigh(
    items: list[tuple[str, str, int]],
) -> None:
    truth, guess, weights = zip(*items, strict=True)
    if not any(weights):
        return
    found = weighed(agreement(several(truth, guess)), weights)
    drawn = [item for item in items for _ in range(item[2])]
    repeated = several([item[0] for item in drawn], [item[1] for item in drawn])
    plain = table("t", ["en"] * len(drawn), repeated.truth, repeated.guess, repeated.labels)
    expected = {"macro_f1": plain["macro_f1"], "accuracy": plain["accuracy"]}
    expected |= {f1_of(label): row["f1"] for label, row in plain["labels"].items()}
    of_any = table("t", ["en"] * len(drawn), *repeated.flagged, (FLAGGED,))
    expected[f1_of(FLAGGED)] = of_any["labels"][FLAGGED]["f1"]
    assert found == {
        name: pytest.approx(math.nan if value is None else value, abs=1e-4, nan_ok=True)
        for name, value in expected.items()
    }


def test_flagged_is_for_items_of_several_labels_only() -> None:
    assert f1_of(FLAGGED) in point(agreement(several(["a"], ["b"])), 1)
    assert f1_of(FLAGGED) not in point(agreement(one_label("a", "b")), 1)


SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])


@given(st.lists(st.tuples(SCORES, st.booleans(), st.integers(0, 3)), min_size=1, max_size=40))
def test_ranking_is_scikit_learns(items: list[tuple[float, bool, int]]) -> None:
    scores, violations, times = zip(*items, strict=True)
    found = weighed(ranking(scored(scores, violations)), times)
    truth, values = np.repeat(violations, times), np.repeat(scores, times)
    if not truth.any() or truth.all():
        assert math.isnan(found[RECALL])
        assert math.isnan(found[AVERAGE_PRECISION])
        return
    weights = np.where(truth, PREVALENCE / truth.mean(), (1 - PREVALENCE) / (1 - truth.mean()))
    expected = average_precision_score(truth, values, sample_weight=weights)
    assert found[AVERAGE_PRECISION] == pytest.approx(expected)
    false, recall, _ = roc_curve(truth, values, drop_intermediate=False)
    assert found[RECALL] == pytest.approx(max(recall[false <= FALSE_ALARMS]))


CLEAN = [0.9, 0.8, *[0.1] * 398]


@pytest.mark.parametrize(
    ("violations", "clean", "recall", "since"),
    [
        ([0.95, 0.85, 0.7, 0.05], CLEAN, 0.75, 0.7),  # two false alarms among 400 are 0.5 %
        ([0.95, 0.85, 0.7, 0.05], CLEAN[:-1], 0.5, 0.85),  # among 399 they are more
        ([0.9, 0.8], CLEAN, 1.0, 0.8),
        ([0.3, 0.3], [0.3] * 400, 0.0, None),  # equal scores stand or fall together
        ([0.3, 0.2], [0.25], 0.5, 0.3),
    ],
)
def test_recall_at_false_alarms_and_the_threshold_it_takes(
    violations: list[float], clean: list[float], recall: float, since: float | None
) -> None:
    truth = [True] * len(violations) + [False] * len(clean)
    judged = scored([*violations, *clean], truth)
    assert point(ranking(judged), len(judged))[RECALL] == recall
    assert threshold(judged) == since


def test_where_nothing_is_clean_everything_may_be_flagged() -> None:
    assert threshold(scored([0.7, 0.4], [True, True])) == 0.4


def test_average_precision_by_hand() -> None:
    """Precision at a violation: 1 at the first; at the second one of two clean stands above."""
    judged = scored([0.9, 0.8, 0.7, 0.1], [True, False, True, False])
    second = PREVALENCE * 1 / (PREVALENCE * 1 + (1 - PREVALENCE) * 0.5)
    assert point(ranking(judged), 4)[AVERAGE_PRECISION] == pytest.approx((1 + second) / 2)


def test_what_was_not_judged_ranks_last() -> None:
    judged: Judged = scored([math.nan, 0.2, 0.1], [True, True, False])
    assert point(ranking(judged), 3)[RECALL] == 0.5


def test_figures_are_put_together() -> None:
    judged = scored([0.9, 0.1], [True, False])
    together = both(agreement(judged), ranking(judged))
    assert set(point(together, 2)) == {
        *point(agreement(judged), 2),
        RECALL,
        AVERAGE_PRECISION,
    }
