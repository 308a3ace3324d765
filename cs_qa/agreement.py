"""How far people, or people and the machine, agree beyond chance.

- Cohen's kappa: Cohen, Educational and Psychological Measurement 20 (1960); weighted:
  Psychological Bulletin 70 (1968).
- Krippendorff's alpha: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
- Bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap (1993), percentile interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cs_qa.errors import InputError

Weights = Literal["none", "linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval"]

Floats: TypeAlias = NDArray[np.float64]
T = TypeVar("T")

RESAMPLES = 1000
MIN_UNITS = 10
"""Units from which a bootstrap interval is given: resampling fewer tells nothing."""


def percentage_agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Give the share (0-1) of items that both rate the same, None without items.

    Raises InputError where the two rate different numbers of items.

    >>> percentage_agreement(["pass", "fail"], ["pass", "pass"])
    0.5
    """
    _check_lengths(first, second)
    if not first:
        return None
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def cohen_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: Weights = "none",
    order: Sequence[Hashable] | None = None,
) -> float | None:
    """Give Cohen's kappa of two raters: 1 full agreement, 0 as by chance.

    Weighted, a disagreement counts by how many places of `order` it spans, or by their square;
    without `order` the ratings that occur are sorted. None without items, and where both use one
    and the same rating only: chance then leaves nothing to agree about. Raises InputError where
    the two rate different numbers of items, or a rating is not in `order`.
    """
    _check_lengths(first, second)
    places = _places([*first, *second], order, is_ordered=weights != "none")
    if not first:
        return None
    counts = np.zeros((len(places), len(places)))
    for a, b in zip(first, second, strict=True):
        counts[places[a], places[b]] += 1
    expected = np.outer(counts.sum(1), counts.sum(0)) / len(first)
    distance = np.abs(np.subtract.outer(np.arange(len(places)), np.arange(len(places))))
    cost = {"none": distance > 0, "linear": distance, "quadratic": distance**2}[weights]
    by_chance = float((cost * expected).sum())
    return 1 - float((cost * counts).sum()) / by_chance if by_chance else None


def krippendorff_alpha(
    ratings: Sequence[Sequence[Hashable | None]],
    *,
    level: Level = "nominal",
    order: Sequence[Hashable] | None = None,
) -> float | None:
    """Give Krippendorff's alpha of any number of raters: 1 full agreement, 0 as by chance.

    `ratings` holds one row a unit, (units, raters); None is a missing rating, and units with
    fewer than two ratings are left out. `order` is for ordinal ratings, without it they are
    sorted; interval ratings are numbers. None where no unit has two ratings, or all ratings are
    equal. Raises InputError where a rating is not in `order`, or not a finite number where one is
    needed.
    """
    units = [[rating for rating in unit if rating is not None] for unit in ratings]
    paired = [unit for unit in units if len(unit) > 1]
    places = _places(
        [rating for unit in paired for rating in unit], order, is_ordered=level == "ordinal"
    )
    coincidences = np.zeros((len(places), len(places)))
    for unit in paired:
        counts = np.bincount([places[rating] for rating in unit], minlength=len(places))
        pairs = np.outer(counts, counts) - np.diag(counts)
        coincidences += pairs / (len(unit) - 1)
    totals = coincidences.sum(0)
    distance = _distances(list(places), totals, level)
    by_chance = float((np.outer(totals, totals) * distance).sum())
    if not by_chance:
        return None
    return 1 - (float(totals.sum()) - 1) * float((coincidences * distance).sum()) / by_chance


def bootstrap_interval(
    units: Sequence[T],
    statistic: Callable[[Sequence[T]], float | None],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float] | None:
    """Give the percentile interval of a statistic by resampling whole units.

    A unit is what was drawn independently: a conversation with all its ratings, not one rating.
    None with fewer than `MIN_UNITS` units, or where the statistic is None for most resamples.
    """
    if len(units) < MIN_UNITS:
        return None
    generator = np.random.default_rng(seed)
    draws = generator.integers(len(units), size=(resamples, len(units)))
    values = [statistic([units[index] for index in draw]) for draw in draws.tolist()]
    known = [value for value in values if value is not None]
    if len(known) <= resamples / 2:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _check_lengths(first: Sequence[Hashable], second: Sequence[Hashable]) -> None:
    if len(first) != len(second):
        raise InputError(
            f"One rater has {len(first)} ratings, the other {len(second)}; both must rate the same "
            "items in the same order. For missing ratings there is krippendorff_alpha."
        )


def _places(
    ratings: Sequence[Hashable], order: Sequence[Hashable] | None, *, is_ordered: bool
) -> dict[Hashable, int]:
    """Number the ratings in their order, or as they come where order does not matter."""
    if order is None:
        order = _sorted(set(ratings)) if is_ordered else list(dict.fromkeys(ratings))
    elif unknown := set(ratings).difference(order):
        raise InputError(
            f"The rating {unknown.pop()!r} is not in the order. Possible: "
            f"{', '.join(map(repr, order))}."
        )
    return {rating: place for place, rating in enumerate(order)}


def _sorted(ratings: set[Hashable]) -> list[Hashable]:
    try:
        return sorted(ratings)  # type: ignore[type-var]
    except TypeError:
        raise InputError(
            "Ratings of different types have no order of their own. Give one with `order`."
        ) from None


def _distances(ratings: Sequence[Hashable], totals: Floats, level: Level) -> Floats:
    """Squared distances between ratings, (ratings, ratings), by the level of measurement."""
    if level == "nominal":
        return 1 - np.eye(len(ratings))
    if level == "ordinal":
        # Ratings between two, with half of either, lie between their middles.
        scale = np.cumsum(totals) - totals / 2
    else:
        scale = np.array([_number(rating) for rating in ratings])
    squared: Floats = np.subtract.outer(scale, scale) ** 2
    return squared


def _number(rating: Hashable) -> float:
    if isinstance(rating, int | float) and math.isfinite(rating):
        return float(rating)
    raise InputError(
        f"The rating {rating!r} is not a finite number, which the interval level needs. "
        "For names there are nominal and, with their order, ordinal."
    )
