from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from cs_qa.evaluation.reliability import BINS, calibration_error, reliability

from .judgements import one_label, several


def test_by_hand() -> None:
    """Two bins: 0.1 said and half hold; 0.9 said and all hold."""
    given_probabilities = np.array([0.1, 0.1, 0.9, 0.9, 0.9, math.nan])
    found = calibration_error(given_probabilities, np.array([1, 0, 1, 1, 1, 0], bool))
    assert found == {
        "ece": 0.22,  # 2/5 of |0.5 - 0.1| and 3/5 of |1 - 0.9|
        "n": 5,
        "bins": [
            {"from": 0.0667, "to": 0.1333, "n": 2, "mean_probability": 0.1, "share": 0.5},
            {"from": 0.8667, "to": 0.9333, "n": 3, "mean_probability": 0.9, "share": 1.0},
        ],
    }


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=1, max_size=50))
def test_the_bins_are_scikit_learns(items: list[tuple[float, bool]]) -> None:
    probabilities, holds = map(np.array, zip(*items, strict=True))
    edges = np.arange(1, BINS) / BINS
    if np.isclose(probabilities[:, None], edges).any():  # scikit-learn puts an edge the other side
        return
    shares, means = calibration_curve(holds, probabilities, n_bins=BINS)
    found = calibration_error(probabilities, holds)
    assert [each["share"] for each in found["bins"]] == pytest.approx(shares, abs=6e-5)
    assert [each["mean_probability"] for each in found["bins"]] == pytest.approx(means, abs=6e-5)
    counts = [each["n"] for each in found["bins"]]
    assert sum(counts) == found["n"] == len(items)
    expected = np.average(np.abs(shares - means), weights=counts)
    assert found["ece"] == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize(
    ("probability", "start"), [(0.0, 0.0), (1 / 15, 0.0667), (0.999, 0.9333), (1.0, 0.9333)]
)
def test_a_bin_begins_with_its_lower_end_and_the_last_holds_one(
    probability: float, start: float
) -> None:
    (only,) = calibration_error(np.array([probability]), np.array([True]))["bins"]
    assert only["from"] == start


def test_without_items_there_is_no_error() -> None:
    nothing = calibration_error(np.array([math.nan]), np.array([True]))
    assert nothing == {"ece": None, "n": 0, "bins": []}


def test_of_the_likeliest_label_or_of_each() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.2, 0.2, 0.6]])
    single = reliability(one_label("ab", "ac", probabilities=probabilities))
    assert {name: own["ece"] for name, own in single.items()} == {"top_label": 0.4}
    each = reliability(several(["a", ""], ["a", ""], probabilities=np.array([[0.8, 0], [0.4, 0]])))
    assert {name: own["ece"] for name, own in each.items()} == {"a": 0.3, "b": 0.0}
    assert reliability(one_label("ab", "ac")) == {}
