from __future__ import annotations

from itertools import combinations, product
from math import inf, isclose, sqrt
from statistics import fmean, pvariance, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cs_qa.errors import InputError
from cs_qa.estimate import (
    LEVEL,
    Interval,
    Unit,
    clopper_pearson,
    mean,
    ratio,
    share,
    t_quantile,
)

SCORES = [72.0, 55.5, 91.0, 64.0, 83.5, 70.0, 48.0, 99.0, 77.0, 81.0]


def units(*strata: tuple[int, list[float | None]]) -> list[Unit]:
    """Units of strata in order, each of (population, values)."""
    return [
        Unit(f"{number:03}", population, value)
        for number, (population, values) in enumerate(strata)
        for value in values
    ]


def half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 4.8, 14.2, 30, 300, 100_000])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_t_quantiles_are_those_of_scipy(level: float, freedom: float) -> None:
    assert isclose(t_quantile(level, freedom), stats.t.ppf((1 + level) / 2, freedom), rel_tol=1e-9)


@pytest.mark.parametrize(
    ("events", "n"),
    [(0, 1), (1, 1), (0, 30), (1, 30), (15, 30), (30, 30), (20, 5000), (7, 10**6), (500, 1000)],
)
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_clopper_pearson_is_that_of_scipy(events: int, n: int, level: float) -> None:
    found = clopper_pearson(events, n, level=level)
    expected = stats.binomtest(events, n).proportion_ci(level, method="exact")
    assert isclose(found.low, expected.low, rel_tol=1e-8, abs_tol=1e-12)
    assert isclose(found.high, expected.high, rel_tol=1e-8)
    assert (found.estimate, found.n, found.method) == (events / n, n, "clopper_pearson")


@pytest.mark.parametrize(("events", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_events_that_cannot_be_are_refused(events: int, n: int) -> None:
    with pytest.raises(InputError, match="cannot be"):
        clopper_pearson(events, n)


def test_one_stratum_is_the_textbook_interval_with_correction() -> None:
    found = mean(units((50, [*SCORES])))
    error = sqrt(variance(SCORES) / 10 * (1 - 10 / 50))
    assert isclose(found.estimate, fmean(SCORES))
    assert isclose(half(found), stats.t.ppf(0.975, 9) * error)
    assert (found.n, found.method) == (10, "stratified_t")


def test_strata_weigh_by_their_population() -> None:
    first, second = SCORES[:4], SCORES[4:]
    found = mean(units((100, [*first]), (300, [*second])))
    assert isclose(found.estimate, (100 * fmean(first) + 300 * fmean(second)) / 400)
    parts = [
        (0.25**2 * (1 - 4 / 100) * variance(first) / 4, 3),
        (0.75**2 * (1 - 6 / 300) * variance(second) / 6, 5),
    ]
    total = sum(part for part, _ in parts)
    welch = total**2 / sum(part**2 / (d + 2) for part, d in parts) - 2
    freedom = min(max(welch, 3), 8)
    assert isclose(half(found), stats.t.ppf(0.975, freedom) * sqrt(total))


def test_over_all_samples_the_mean_is_unbiased() -> None:
    first, second = [1.0, 2.0, 9.0], [11.0, 12.0, 30.0, 13.0]
    estimates = [
        mean(units((3, [*a]), (4, [*b]))).estimate
        for a, b in product(combinations(first, 2), combinations(second, 2))
    ]
    assert isclose(fmean(estimates), fmean([*first, *second]))


def test_over_all_samples_the_variance_is_unbiased() -> None:
    # One stratum is seen whole, so the other's variance is all there is, on 1 degree of freedom.
    population = [11.0, 12.0, 30.0, 13.0]
    found = [mean(units((2, [1.0, 2.0]), (4, [*b]))) for b in combinations(population, 2)]
    estimated = fmean((half(each) / t_quantile(LEVEL, 1)) ** 2 for each in found)
    assert isclose(estimated, pvariance([each.estimate for each in found]))


def test_a_census_is_certain() -> None:
    found = mean(units((2, [1.0, 3.0]), (1, [5.0])))
    assert found == Interval(3.0, 3.0, 3.0, 3, "census")
    assert share(units((2, [1, 0]))) == Interval(0.5, 0.5, 0.5, 2, "census")


def test_strata_of_one_are_collapsed_in_pairs() -> None:
    values = [10.0, 14.0, 30.0, 40.0]
    found = mean(units(*((10, [value]) for value in values)))
    assert isclose(found.estimate, fmean(values))
    parts = [(14 - 10) ** 2 / 16, (40 - 30) ** 2 / 16]
    welch = sum(parts) ** 2 / sum(part**2 / 3 for part in parts) - 2
    freedom = min(max(welch, 1), 2)
    assert isclose(half(found), t_quantile(LEVEL, freedom) * sqrt(sum(parts)))


def test_three_strata_of_one_are_one_group() -> None:
    found = mean(units((10, [10.0]), (10, [13.0]), (20, [40.0])))
    middle = (100 + 130 + 800) / 40
    squares = (10 * (10 - middle)) ** 2 + (10 * (13 - middle)) ** 2 + (20 * (40 - middle)) ** 2
    assert isclose(half(found), t_quantile(LEVEL, 2) * sqrt(1.5 * squares) / 40)


@pytest.mark.parametrize(
    "strata", [[(10, [5.0]), (10, [7.0, 9.0])], [(10, [7.0, 9.0]), (10, [5.0])]]
)
def test_a_single_stratum_of_one_takes_its_neighbour(
    strata: list[tuple[int, list[float | None]]],
) -> None:
    found = mean(units(*strata))
    assert found.estimate == 6.5
    assert isclose(half(found), t_quantile(LEVEL, 1) * sqrt(2 * 2 * (10 * 1.5) ** 2) / 20)


@pytest.mark.parametrize(
    ("strata", "estimate"),
    [
        ([(10, [None]), (10, [4.0, 6.0]), (20, [9.0, 11.0])], (20 * 5 + 20 * 10) / 40),
        ([(10, [4.0, 6.0]), (10, [None]), (20, [9.0, 11.0])], (20 * 5 + 20 * 10) / 40),
        ([(10, [4.0, 6.0]), (20, [9.0, 11.0]), (10, [None, None])], (10 * 5 + 30 * 10) / 40),
        ([(5, [None]), (5, [None]), (20, [9.0, 11.0])], 10.0),
        ([(10, [4.0, 6.0, None]), (10, [9.0, 11.0, None])], 7.5),
    ],
)
def test_those_observed_stand_for_those_not_yet(
    strata: list[tuple[int, list[float | None]]], estimate: float
) -> None:
    found = mean(units(*strata))
    assert isclose(found.estimate, estimate)
    assert found.n == sum(value is not None for _, values in strata for value in values)


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [
        ([0.0] * 25 + [1.0] * 5, True),
        ([0.0] * 20 + [1.0] * 10, False),
        ([1.0] * 21 + [0.0] * 9, True),
        ([100.0] * 30, True),
        ([100.0] * 28 + [60.0, 70.0], True),
        ([100.0] * 5 + SCORES[:5], False),
        (SCORES, False),
    ],
)
def test_few_events_get_no_normal_interval(values: list[float], is_refused: bool) -> None:
    if not is_refused:
        assert mean(units((500, [*values]))).method == "stratified_t"
        return
    with pytest.raises(InputError, match=r"too few for a normal interval.*share\(\)"):
        mean(units((500, [*values])))


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ([], "0 observed items are too few"),
        (units((9, [1.0])), "1 observed items are too few"),
        (units((9, [1.0, None])), "1 observed items are too few"),
        (units((1, [1.0, 2.0])), r"has 2 items of \[1\]"),
        ([Unit("a", 9, 1.0), Unit("a", 8, 2.0)], "one population"),
    ],
)
def test_what_cannot_be_estimated_is_refused(drawn: list[Unit], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        mean(drawn)


def test_a_ratio_is_that_of_the_sums() -> None:
    drawn = [Unit("a", 40, y, x) for y, x in [(1, 2), (0, 3), (4, 4), (2, 5), (3, 3), (1, 1)]]
    found = ratio(drawn)
    assert isclose(found.estimate, 11 / 18)
    residuals = [float(unit.value or 0) - 11 / 18 * unit.of for unit in drawn]
    error = sqrt((1 - 6 / 40) * variance(residuals) / 6) / 3
    assert isclose(half(found), stats.t.ppf(0.975, 5) * error)


def test_a_ratio_over_ones_is_the_mean() -> None:
    drawn = units((40, [*SCORES[:5]]), (60, [*SCORES[5:]]))
    assert isclose(ratio(drawn).estimate, mean(drawn).estimate)
    assert isclose(ratio(drawn).high, mean(drawn).high)


def test_a_ratio_over_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="more than 0"):
        ratio([Unit("a", 9, 0.0, 0.0), Unit("a", 9, 1.0, 0.0)])


@pytest.mark.parametrize("events", [0, 1, 3, 15, 30])
def test_a_share_of_a_huge_simple_sample_has_exact_bounds(events: int) -> None:
    found = share(units((10**9, [1.0] * events + [0.0] * (30 - events))))
    exact = clopper_pearson(events, 30)
    assert found.method == "korn_graubard"
    # The effective size has n - 1 where the exact bounds have n, so it is a little careful.
    assert found.low <= exact.low + 1e-9
    assert found.high >= exact.high - 1e-9
    assert found.high - found.low <= (exact.high - exact.low) * 1.05


def test_a_share_without_events_has_an_upper_bound() -> None:
    found = share(units((100, [0.0] * 10), (200, [0.0] * 20)))
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert isclose(found.high, 1 - 0.025 ** (1 / 30))


def test_a_share_weighs_strata_and_takes_their_doubt() -> None:
    skewed = share(units((1000, [1.0, 0.0]), (10, [0.0] * 8)))
    assert isclose(skewed.estimate, 0.5 * 1000 / 1010)
    assert skewed.high - skewed.low > 0.9


@pytest.mark.parametrize("value", [0.5, 2.0, -1.0, inf])
def test_a_share_is_of_zeros_and_ones(value: float) -> None:
    with pytest.raises(InputError, match="0 or 1"):
        share(units((9, [1.0, value])))


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.lists(st.booleans(), min_size=1, max_size=12)),
        min_size=1,
        max_size=8,
    )
)
def test_bounds_of_any_share_hold_it(strata: list[tuple[int, list[bool]]]) -> None:
    found = share(units(*((len(v) + more, [float(x) for x in v]) for more, v in strata)))
    assert 0 <= found.low <= found.estimate + 1e-12
    assert found.estimate - 1e-12 <= found.high <= 1
