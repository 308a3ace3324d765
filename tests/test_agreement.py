from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.agreement import (
    Level,
    Weights,
    bootstrap_interval,
    cohen_kappa,
    krippendorff_alpha,
    percentage_agreement,
)
from cs_qa.errors import InputError

WEIGHTS: tuple[Weights, ...] = ("none", "linear", "quadratic")

# Krippendorff 2011, the reliability data of sections C and D: four observers, twelve units.
OBSERVERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def units_of(observers: str) -> list[tuple[int | None, ...]]:
    rows = [
        [None if value == "." else int(value) for value in line.split()]
        for line in observers.strip().splitlines()
    ]
    return list(zip(*rows, strict=True))


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_example(level: Level, expected: float) -> None:
    assert krippendorff_alpha(units_of(OBSERVERS), level=level) == pytest.approx(
        expected, abs=0.0005
    )


@pytest.mark.parametrize(
    ("observers", "expected"),
    [
        # Krippendorff 2011, sections A (two values, no gaps) and B (five letters).
        ("0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0", 0.095),
        ("1 1 2 2 4 3 3 3 5 4 4 1\n2 1 2 2 2 3 3 3 5 4 4 4", 0.692),
    ],
)
def test_alpha_of_two_published_observers(observers: str, expected: float) -> None:
    assert krippendorff_alpha(units_of(observers)) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([], None),
        ([[1, None], [None, 2]], None),
        ([[1, 1], [1, 1]], None),
        ([[1, 1], [2, 2]], 1.0),
        ([["a", "a"], ["b", "b"], [None, "c"]], 1.0),
        ([[1, 2], [2, 1]], -0.5),
    ],
)
def test_alpha_at_the_edges(ratings: list[list[Hashable | None]], expected: float | None) -> None:
    assert krippendorff_alpha(ratings) == expected


def test_ordinal_alpha_needs_an_order_only_where_sorting_gives_another() -> None:
    grades = ["needs_improvement", "pass", "excellent"]
    numbers = units_of("1 2 3 3 2 1 3\n1 2 3 2 2 1 2")
    named = [[None if n is None else grades[n - 1] for n in unit] for unit in numbers]
    by_number = krippendorff_alpha(numbers, level="ordinal")
    assert krippendorff_alpha(named, level="ordinal", order=grades) == by_number
    assert krippendorff_alpha(named, level="ordinal") != by_number
    assert krippendorff_alpha(named) == krippendorff_alpha(numbers)


@pytest.mark.parametrize(
    ("ratings", "level", "order", "expected"),
    [
        ([["a", "b"]], "interval", None, "'a' is not a finite number"),
        ([[1.0, math.inf]], "interval", None, "inf is not a finite number"),
        ([["a", "b"]], "ordinal", ["a"], "'b' is not in the order"),
        ([["a", 1]], "ordinal", None, "different types"),
    ],
)
def test_ratings_of_another_level_are_refused(
    ratings: list[list[Hashable | None]], level: Level, order: list[str] | None, expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        krippendorff_alpha(ratings, level=level, order=order)


def test_names_of_any_type_have_a_nominal_alpha() -> None:
    assert krippendorff_alpha([["a", "a"], [1, 1]]) == 1.0


pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)


@given(pairs, st.sampled_from(WEIGHTS))
def test_kappa_is_that_of_scikit_learn(rated: list[tuple[int, int]], weights: Weights) -> None:
    from sklearn.metrics import cohen_kappa_score

    first, second = [a for a, _ in rated], [b for _, b in rated]
    found = cohen_kappa(first, second, weights=weights)
    if len({*first, *second}) == 1:
        assert found is None
        return
    theirs = cohen_kappa_score(first, second, weights=None if weights == "none" else weights)
    assert found == pytest.approx(theirs, abs=1e-12)


def test_kappa_of_a_textbook_table() -> None:
    # 50 proposals: 20 yes by both, 15 no by both, 5 and 10 divided.
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert percentage_agreement(first, second) == pytest.approx(0.7)


def test_weighted_kappa_counts_places_of_the_order() -> None:
    order = ["low", "middle", "high"]
    near = cohen_kappa(
        ["low", "high", "low"], ["middle", "high", "low"], weights="linear", order=order
    )
    far = cohen_kappa(
        ["low", "high", "low"], ["high", "high", "low"], weights="linear", order=order
    )
    assert near is not None
    assert far is not None
    assert near > far


@pytest.mark.parametrize(
    ("first", "second", "expected"), [([], [], None), ([1, 1], [1, 1], None), ([1, 2], [1, 2], 1.0)]
)
def test_kappa_at_the_edges(first: list[int], second: list[int], expected: float | None) -> None:
    assert cohen_kappa(first, second) == expected


@pytest.mark.parametrize("statistic", [cohen_kappa, percentage_agreement])
def test_raters_of_unlike_length_are_refused(statistic: object) -> None:
    assert callable(statistic)
    with pytest.raises(InputError, match=r"has 2 ratings, the other 1.*krippendorff_alpha"):
        statistic([1, 2], [1])


def test_no_items_have_no_agreement() -> None:
    assert percentage_agreement([], []) is None


def mean_of(values: Sequence[float]) -> float | None:
    return sum(values) / len(values)


def test_the_bootstrap_is_near_the_normal_interval_and_repeats() -> None:
    values = [float(number % 10) for number in range(200)]
    found = bootstrap_interval(values, mean_of, seed=1)
    assert found is not None
    error = 1.96 * math.sqrt(8.25 / 200)
    assert found == pytest.approx((4.5 - error, 4.5 + error), abs=0.06)
    assert found == bootstrap_interval(values, mean_of, seed=1)
    assert found != bootstrap_interval(values, mean_of, seed=2)


def test_the_bootstrap_draws_whole_units() -> None:
    # Ratings of a conversation are alike; drawn one by one they would seem to say more.
    conversations = [[float(number % 2)] * 10 for number in range(40)]
    whole = bootstrap_interval(
        conversations, lambda drawn: mean_of([value for unit in drawn for value in unit])
    )
    single = bootstrap_interval([value for unit in conversations for value in unit], mean_of)
    assert whole is not None
    assert single is not None
    assert whole[1] - whole[0] > 2 * (single[1] - single[0])


@pytest.mark.parametrize(("units", "has_interval"), [(9, False), (10, True)])
def test_few_units_have_no_interval(units: int, has_interval: bool) -> None:
    assert (bootstrap_interval([1.0] * units, mean_of) is not None) == has_interval


def test_a_statistic_that_is_mostly_undefined_has_no_interval() -> None:
    rare = [1.0, *[0.0] * 19]
    assert bootstrap_interval(rare, lambda drawn: 1.0 if sum(drawn) > 1 else None) is None
    assert bootstrap_interval(rare, lambda drawn: None if sum(drawn) > 1 else 1.0) == (1.0, 1.0)
