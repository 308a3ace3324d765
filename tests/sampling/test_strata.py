from __future__ import annotations

import pytest
from candidates import candidate, week
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.sampling.config import Dimension
from cs_qa.sampling.strata import Stratum, allot, stratify

DIMENSIONS: tuple[Dimension, ...] = ("agent", "language", "channel")


@pytest.mark.parametrize(
    ("size", "populations", "expected"),
    [
        (6, [10, 20, 30], [1, 2, 3]),
        (7, [10, 20, 30], [1, 2, 4]),
        (60, [10, 20, 30], [10, 20, 30]),
        (1, [1], [1]),
        (4, [5, 5, 5], [2, 1, 1]),
    ],
)
def test_allotment_is_proportional(size: int, populations: list[int], expected: list[int]) -> None:
    assert allot(size, populations) == expected


members = st.builds(
    lambda number, agent, language: candidate(f"t{number}", agent=agent, language=language),
    st.integers(0, 10_000),
    st.sampled_from(["a1", "a2", "a3", "a4", None]),
    st.sampled_from(["de", "en", None]),
)


@given(st.lists(members, min_size=1, max_size=80, unique_by=lambda c: c.transcript_id), st.data())
def test_strata_divide_the_population_and_give_all_draws(population, data) -> None:
    size = data.draw(st.integers(1, len(population)))
    strata = stratify(population, DIMENSIONS, size=size)
    drawn_from = [member.transcript_id for stratum in strata for member in stratum.members]
    assert sorted(drawn_from) == sorted(each.transcript_id for each in population)
    assert sum(stratum.drawn for stratum in strata) == size
    assert all(0 < stratum.probability <= 1 for stratum in strata)
    assert len(strata) == 1 or all(stratum.drawn >= 2 for stratum in strata)
    # Less than one draw's worth of rounding from equal chances.
    assert all(abs(s.drawn - size * len(s.members) / len(population)) < 1 for s in strata)


def values(strata: list[Stratum]) -> list[tuple[tuple[str | None, ...], ...]]:
    return [tuple(stratum.values.values()) for stratum in strata]


def test_what_has_enough_is_divided_further_and_the_rest_put_together() -> None:
    population = [
        candidate(f"{agent}{language}{number}", agent=agent, language=language)
        for agent, language, count in [
            ("big", "de", 8),
            ("big", "en", 8),
            ("mid", "de", 3),
            ("mid", "en", 3),
            ("small", "de", 2),
            (None, None, 2),
        ]
        for number in range(count)
    ]
    strata = stratify(population, ("agent", "language"), size=13)
    assert values(strata) == [
        (("big",), ("de",)),
        (("big",), ("en",)),
        (("mid",), ("de", "en")),
        (("small", None), ("de", None)),
    ]
    assert [stratum.drawn for stratum in strata] == [4, 4, 3, 2]


def test_a_rest_too_small_for_a_stratum_joins_the_smallest() -> None:
    population = [
        candidate(f"{agent}{number}", agent=agent)
        for agent, count in [("a", 6), ("b", 4), ("c", 1)]
        for number in range(count)
    ]
    assert values(stratify(population, ("agent",), size=7)) == [(("a",),), (("b", "c"),)]


@pytest.mark.parametrize(("dimensions", "size"), [((), 10), (DIMENSIONS, 3)])
def test_one_stratum_where_nothing_divides(dimensions: tuple[Dimension, ...], size: int) -> None:
    [stratum] = stratify(week(40), dimensions, size=size)
    assert (stratum.drawn, len(stratum.members)) == (size, 40)
