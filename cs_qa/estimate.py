"""Estimates for a whole population from a stratified random sample, with intervals.

What is random is the draw alone (design-based): no model of the values is assumed. Formulas:

- Stratified mean and its variance: Cochran, Sampling Techniques (3rd ed. 1977), chapter 5.
- Combined ratio, linearised: Cochran, chapter 6.
- Strata with one observation, the collapsed stratum estimator: Wolter, Introduction to Variance
  Estimation (2nd ed. 2007), chapter 2; the variance is then too large rather than too small.
- Degrees of freedom: Welch, Biometrika 34 (1947), for variances that differ between strata.
- Shares: Clopper and Pearson, Biometrika 26 (1934); in a stratified sample at its effective size,
  Korn and Graubard, Survey Methodology 24 (1998).
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cs_qa.errors import InputError

Method = Literal["stratified_t", "clopper_pearson", "korn_graubard", "census"]

LEVEL = 0.95
MIN_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """One drawn item: its stratum, how many items that stratum has, and what was observed.

    `value` None is not observed yet; the observed ones of the stratum then stand for it, too.
    `of` is the denominator of a ratio.
    """

    stratum: str
    population: int
    value: float | None
    of: float = 1.0


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence limits, from `n` observed items."""

    estimate: float
    low: float
    high: float
    n: int
    method: Method


@dataclass(frozen=True, slots=True)
class _Stratum:
    population: int
    observed: tuple[Unit, ...]

    @property
    def n(self) -> int:
        return len(self.observed)

    def joined(self, other: _Stratum) -> _Stratum:
        return _Stratum(self.population + other.population, self.observed + other.observed)

    def mean(self, read: Callable[[Unit], float]) -> float:
        return statistics.fmean(map(read, self.observed))

    def variance(self, read: Callable[[Unit], float]) -> float:
        return statistics.variance(map(read, self.observed))


@dataclass(frozen=True, slots=True)
class _Spread:
    variance: float
    freedom: float


def mean(units: Iterable[Unit], *, level: float = LEVEL) -> Interval:
    """Estimate the population mean of the values, with a t interval.

    Raises InputError with fewer than two observed items, and where more than half of the values
    are equal and fewer than `MIN_EVENTS` differ from them: no normal interval holds then. `share`
    has exact bounds for such events.
    """
    strata = _strata(units)
    return _interval(_mean(strata, _value), strata, _value, level)


def ratio(units: Iterable[Unit], *, level: float = LEVEL) -> Interval:
    """Estimate the sum of `value` over the sum of `of` in the population, with a t interval.

    Raises InputError as `mean` does, and where the denominators sum to nothing.
    """
    strata = _strata(units)
    denominator = _mean(strata, lambda unit: unit.of)
    if denominator <= 0:
        raise InputError("A ratio needs denominators that sum to more than 0.")
    estimate = _mean(strata, _value) / denominator

    def residual(unit: Unit) -> float:
        return (_value(unit) - estimate * unit.of) / denominator

    return _interval(estimate, strata, residual, level)


def share(units: Iterable[Unit], *, level: float = LEVEL) -> Interval:
    """Estimate the share of items with value 1, the others having 0, with exact bounds.

    They hold however rare the ones are. Raises InputError for other values or without an item.
    """
    strata = _strata(units, least=1)
    if any(unit.value not in (0, 1) for stratum in strata for unit in stratum.observed):
        raise InputError("A share needs values that are 0 or 1; for others there is mean().")
    estimate = _mean(strata, _value)
    n = sum(stratum.n for stratum in strata)
    if _is_census(strata):
        return Interval(estimate, estimate, estimate, n, "census")
    size = _effective_size(estimate, strata, level)
    low, high = _exact_bounds(size * estimate, size, level)
    return Interval(estimate, low, high, n, "korn_graubard")


def clopper_pearson(events: int, n: int, *, level: float = LEVEL) -> Interval:
    """Give exact bounds of a share from `events` of `n` in a simple random sample.

    Raises InputError unless 0 <= events <= n and n > 0.
    """
    if not 0 <= events <= n or n == 0:
        raise InputError(f"{events} events of {n} items cannot be; events are 0 to n, n above 0.")
    low, high = _exact_bounds(float(events), float(n), level)
    return Interval(events / n, low, high, n, "clopper_pearson")


def _value(unit: Unit) -> float:
    return 0.0 if unit.value is None else unit.value


def _strata(units: Iterable[Unit], *, least: int = 2) -> list[_Stratum]:
    """Group the units, in order of the strata's names; one without observations joins another."""
    drawn: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        drawn[unit.stratum].append(unit)
    strata = [_stratum(name, own) for name, own in sorted(drawn.items())]
    if (n := sum(stratum.n for stratum in strata)) < least:
        raise InputError(f"{n} observed items are too few for an interval; it needs {least}.")
    return _without_empty(strata)


def _stratum(name: str, units: Sequence[Unit]) -> _Stratum:
    populations = {unit.population for unit in units}
    if len(populations) > 1 or len(units) > min(populations):
        raise InputError(
            f"Stratum {name!r} has {len(units)} items of {sorted(populations)}; a stratum has one "
            "population and no more items than that. Hand over one sample at a time."
        )
    return _Stratum(populations.pop(), tuple(unit for unit in units if unit.value is not None))


def _without_empty(strata: Iterable[_Stratum]) -> list[_Stratum]:
    kept: list[_Stratum] = []
    for stratum in strata:
        if kept and not (stratum.n and kept[-1].n):
            kept[-1] = kept[-1].joined(stratum)
        else:
            kept.append(stratum)
    return kept


def _is_census(strata: Iterable[_Stratum]) -> bool:
    return all(stratum.n == stratum.population for stratum in strata)


def _mean(strata: Sequence[_Stratum], read: Callable[[Unit], float]) -> float:
    total = sum(stratum.population * stratum.mean(read) for stratum in strata)
    return total / sum(stratum.population for stratum in strata)


def _interval(
    estimate: float, strata: Sequence[_Stratum], read: Callable[[Unit], float], level: float
) -> Interval:
    n = sum(stratum.n for stratum in strata)
    if _is_census(strata):
        return Interval(estimate, estimate, estimate, n, "census")
    _refuse_few_events(strata)
    spread = _spread(strata, read)
    half = t_quantile(level, spread.freedom) * math.sqrt(spread.variance)
    return Interval(estimate, estimate - half, estimate + half, n, "stratified_t")


def _refuse_few_events(strata: Iterable[_Stratum]) -> None:
    values = Counter(unit.value for stratum in strata for unit in stratum.observed)
    n = values.total()
    value, most = values.most_common(1)[0]
    if most > n / 2 and n - most < MIN_EVENTS:
        raise InputError(
            f"{most} of {n} values are {value:g} and {n - most} differ; that is too few for a "
            f"normal interval, which needs {MIN_EVENTS}. Use share() of those that differ."
        )


def _spread(strata: Sequence[_Stratum], read: Callable[[Unit], float]) -> _Spread:
    """Variance of the stratified mean, with finite-population correction."""
    alone, others = _collapsed(strata)
    total = sum(stratum.population for stratum in strata)
    parts = [_group_spread(group, read, total) for group in alone]
    for stratum in others:
        weight = stratum.population / total
        correction = 1 - stratum.n / stratum.population
        if correction > 0:
            variance = weight**2 * correction * stratum.variance(read) / stratum.n
            parts.append(_Spread(variance, stratum.n - 1))
    return _Spread(sum(part.variance for part in parts), _freedom(parts))


def _collapsed(strata: Sequence[_Stratum]) -> tuple[list[list[_Stratum]], list[_Stratum]]:
    """Group strata of one observation, a single one with a neighbour; give the others, too."""
    alone = [place for place, each in enumerate(strata) if each.n == 1 < each.population]
    if len(alone) == 1 < len(strata):
        alone = [max(0, alone[0] - 1), max(0, alone[0] - 1) + 1]
    groups = [[strata[place] for place in alone[i : i + 2]] for i in range(0, len(alone), 2)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups, [each for place, each in enumerate(strata) if place not in alone]


def _group_spread(group: Sequence[_Stratum], read: Callable[[Unit], float], total: int) -> _Spread:
    mean, freedom = _mean(group, read), len(group) - 1
    squares = sum((each.population * (each.mean(read) - mean) / total) ** 2 for each in group)
    return _Spread(squares * len(group) / freedom, freedom)


def _freedom(parts: Sequence[_Spread]) -> float:
    """Welch's degrees of freedom, at least the fewest of any part and at most all together."""
    freedoms = [part.freedom for part in parts]
    squared = sum(part.variance**2 / (part.freedom + 2) for part in parts)
    total = sum(part.variance for part in parts)
    welch = total**2 / squared - 2 if squared else math.inf
    return min(max(welch, min(freedoms)), sum(freedoms))


def _effective_size(estimate: float, strata: Sequence[_Stratum], level: float) -> float:
    """Size of the simple random sample that would be as precise, at most the observed size."""
    n = float(sum(stratum.n for stratum in strata))
    if estimate in (0, 1) or not (spread := _spread(strata, _value)).variance:
        return n
    caution = (t_quantile(level, n - 1) / t_quantile(level, spread.freedom)) ** 2
    return min(n, estimate * (1 - estimate) / spread.variance * caution)


def _exact_bounds(events: float, n: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low = _beta_quantile(tail, events, n - events + 1) if events > 0 else 0.0
    high = _beta_quantile(1 - tail, events + 1, n - events) if events < n else 1.0
    return low, high


def t_quantile(level: float, freedom: float) -> float:
    """Give t such that Student's t lies within -t to t with probability `level`."""
    x = _beta_quantile(1 - level, freedom / 2, 0.5)
    return math.sqrt(freedom * (1 / x - 1))


def _beta_quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        if _beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return high


def _beta(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function for 0 < x < 1 (DLMF 8.17.22, 8.17.4)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    factor = math.exp(logarithm + a * math.log(x) + b * math.log1p(-x))
    return factor / a / _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + ...)) of the incomplete beta function, by Lentz's method."""
    value = numerator = 1.0
    denominator = change = 0.0
    step = 0
    while abs(change - 1) > 1e-15:
        step += 1
        m = step // 2
        part = m * (b - m) * x if step % 2 == 0 else -(a + m) * (a + b + m) * x
        part /= (a + step - 1) * (a + step)
        denominator = 1 / (1 + part * denominator)
        numerator = 1 + part / numerator
        change = numerator * denominator
        value *= change
    return value
