from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from typing import Any

import pytest
from candidates import candidate, week
from hypothesis import given
from hypothesis import strategies as st

from cs_qa import estimate
from cs_qa.errors import InputError
from cs_qa.sampling import Candidate, Sample, SampleConfig, draw, random_units, risk_score

CONFIG = SampleConfig()


def ids(sample: Sample, reason: str) -> list[str]:
    return [item.transcript_id for item in sample.items if item.reason == reason]


def by_id(population: list[Candidate]) -> dict[str, Candidate]:
    return {each.transcript_id: each for each in population}


def test_parts_have_their_sizes_and_no_conversation_comes_twice() -> None:
    sample = draw(week(400), CONFIG, seed=1)
    assert len({item.transcript_id for item in sample.items}) == len(sample.items) == 60
    parts = sample.parts
    assert parts["random"] == 30
    assert parts["risk"] + parts["uncertainty"] + parts.get("minimum", 0) == 30
    assert [item.position for item in sample.items] == list(range(60))
    assert sum(item.is_blind for item in sample.items) == 6
    assert sum(item.slots == 2 for item in sample.items) == 6


@given(st.permutations(range(40)), st.integers(0, 2**31))
def test_the_order_of_the_population_does_not_matter(order: list[int], seed: int) -> None:
    population = week(40)
    config = SampleConfig(size=12)
    assert draw([population[place] for place in order], config, seed=seed) == draw(
        population, config, seed=seed
    )


def test_another_seed_draws_another_sample() -> None:
    drawn = {tuple(ids(draw(week(200), CONFIG, seed=seed), "random")) for seed in range(20)}
    assert len(drawn) == 20


def test_what_was_drawn_before_is_left_out() -> None:
    population, taken = week(100), set[str]()
    for seed in range(3):
        sample = draw(population, SampleConfig(size=40), seed=seed, exclude=taken)
        now = {item.transcript_id for item in sample.items}
        assert not taken & now
        assert sample.population == 100 - len(taken)
        taken |= now
    assert len(taken) == 100
    assert draw(population, CONFIG, seed=9, exclude=taken).items == ()


@pytest.mark.parametrize("size", [1, 2, 29, 60, 61, 1000])
def test_a_sample_is_no_larger_than_asked_or_than_the_population(size: int) -> None:
    assert len(draw(week(60), SampleConfig(size=size), seed=1).items) == min(size, 60)


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'t1' stands 2 times"):
        draw([candidate("t1"), candidate("t2"), candidate("t1")], CONFIG, seed=1)


def test_only_the_random_part_has_chances_and_those_of_its_strata() -> None:
    sample = draw(week(400), CONFIG, seed=1)
    strata = {stratum.number: stratum for stratum in sample.strata}
    for item in sample.items:
        if item.reason != "random":
            assert item.random_probability is None
            assert set(item.stratum) == {"agent", "language", "channel"}
            continue
        stratum = strata[item.stratum["number"]]
        assert item.random_probability == stratum.probability
        assert item.stratum["conversations"] == len(stratum.members)
        assert item.transcript_id in {each.transcript_id for each in stratum.members}


def test_the_random_part_does_not_depend_on_the_others() -> None:
    population = week(200)
    riskier = [replace(each, is_critical=True, uncertainty=None) for each in population]
    plain, changed = draw(population, CONFIG, seed=4), draw(riskier, CONFIG, seed=4)
    without = draw(population, SampleConfig(minimum_per_agent=0), seed=4)
    assert set(ids(plain, "random")) == set(ids(changed, "random")) == set(ids(without, "random"))


def test_conversations_are_drawn_as_often_as_their_chance_says() -> None:
    population, draws = week(60), 1500
    config = SampleConfig(size=20)
    samples = [draw(population, config, seed=seed) for seed in range(draws)]
    times = Counter(name for sample in samples for name in ids(sample, "random"))
    chances = {
        member.transcript_id: stratum.probability
        for stratum in samples[0].strata
        for member in stratum.members
    }
    assert len(chances) == 60
    assert len(set(chances.values())) > 1
    for name, chance in chances.items():
        error = sqrt(chance * (1 - chance) / draws)
        assert abs(times[name] / draws - chance) < 4.5 * error


def test_risk_takes_the_highest_scores_left() -> None:
    population = by_id(week(300))
    sample = draw(list(population.values()), CONFIG, seed=3)
    risky = [risk_score(population[name]) for name in ids(sample, "risk")]
    taken = {name for reason in ("random", "minimum", "risk") for name in ids(sample, reason)}
    left = [risk_score(each) for name, each in population.items() if name not in taken]
    assert min(risky) >= max(left)


def test_uncertainty_takes_the_least_sure_left() -> None:
    population = by_id(week(300))
    sample = draw(list(population.values()), CONFIG, seed=3)
    unsure = [population[name].uncertainty or 0.0 for name in ids(sample, "uncertainty")]
    taken = {item.transcript_id for item in sample.items}
    left = [each.uncertainty or 0.0 for name, each in population.items() if name not in taken]
    assert len(unsure) == 12
    assert min(unsure) >= max(left)


def test_what_is_not_known_to_be_unsure_is_never_drawn_for_it() -> None:
    population = [replace(each, uncertainty=None) for each in week(300)]
    assert draw(population, CONFIG, seed=3).parts == {"random": 30, "risk": 30}


def test_of_equal_uncertainty_the_lower_confidence_comes_first() -> None:
    equal = [
        candidate(f"t{n}", uncertainty=0.4, lowest_confidence=0.5 + n / 100) for n in range(30)
    ]
    config = SampleConfig(size=8, random_share=0.5, risk_share=0, uncertainty_share=0.5)
    sample = draw(equal, config, seed=2)
    taken = set(ids(sample, "random"))
    expected = [each.transcript_id for each in equal if each.transcript_id not in taken][:4]
    assert sorted(ids(sample, "uncertainty")) == sorted(expected)


@pytest.mark.parametrize("per_agent", [0, 1, 3])
def test_every_agent_gets_the_minimum(per_agent: int) -> None:
    population = [*week(300, agents=7), candidate("rare", agent="seldom")]
    sample = draw(population, SampleConfig(minimum_per_agent=per_agent), seed=5)
    fair = Counter(
        item.stratum["agent"] for item in sample.items if item.reason in ("random", "minimum")
    )
    there = Counter(each.agent for each in population)
    assert all(fair[agent] >= min(per_agent, count) for agent, count in there.items())
    assert sample.short_agents == ()
    assert len(sample.items) == 60


def test_with_too_few_places_the_agents_without_are_named() -> None:
    population = [candidate(f"t{number}", agent=f"a{number:02}") for number in range(50)]
    sample = draw(population, SampleConfig(size=20, minimum_per_agent=2), seed=5)
    have = {item.stratum["agent"] for item in sample.items}
    assert sample.parts == {"random": 10, "minimum": 10}
    assert set(sample.short_agents) == {each.agent for each in population} - have
    assert all(a < b for a, b in pairwise(sample.short_agents))


def test_conversations_of_nobody_known_ask_for_no_minimum() -> None:
    sample = draw([candidate(f"t{number}") for number in range(50)], CONFIG, seed=5)
    assert "minimum" not in sample.parts


def test_blind_and_second_reviews_are_drawn_from_all_parts() -> None:
    samples = [draw(week(300), CONFIG, seed=seed) for seed in range(60)]
    items = [item for sample in samples for item in sample.items]
    for chosen in ([i for i in items if i.is_blind], [i for i in items if i.slots == 2]):
        assert len(chosen) == 360
        in_random = sum(item.reason == "random" for item in chosen)
        assert abs(in_random - 180) < 4.5 * sqrt(360 / 4)


def test_positions_tell_no_reason() -> None:
    samples = [draw(week(300), CONFIG, seed=seed) for seed in range(60)]
    first = Counter(item.reason for sample in samples for item in sample.items[:30])
    assert abs(first["random"] - 900) < 4.5 * sqrt(1800 / 4)


def test_further_dimensions_are_kept_with_the_item() -> None:
    population = [replace(each, grade="pass") for each in week(80)]
    sample = draw(population, SampleConfig(strata=("grade",)), seed=1)
    assert all(item.stratum["grade"] == "pass" for item in sample.items)
    assert sample.items[0].stratum.keys() >= {"agent", "language", "channel"}


def test_items_survive_json() -> None:
    item = draw(week(80), CONFIG, seed=1).items[0]
    assert json.loads(json.dumps(item.to_json())) == item.to_json()


def test_the_random_part_estimates_the_week() -> None:
    population, totals = week(400), {each.transcript_id: each.total for each in week(400)}
    sample = draw(population, CONFIG, seed=8)
    truth = sum(each.total or 0.0 for each in population) / 400
    found: Any = estimate.mean(random_units(sample.items, totals))
    assert found.n == 30
    assert found.low < truth < found.high
    as_rows = [item.to_json() for item in sample.items]
    assert random_units(as_rows, totals) == random_units(sample.items, totals)


def test_what_nobody_reviewed_yet_is_a_unit_without_value() -> None:
    sample = draw(week(400), CONFIG, seed=8)
    units = random_units(sample.items, {ids(sample, "random")[0]: 70.0})
    assert len(units) == 30
    assert [unit.value for unit in units if unit.value is not None] == [70.0]


@pytest.mark.parametrize("odd", ["", "a\ud800", "日本", "\0"])
def test_any_id_can_be_drawn(odd: str) -> None:
    [item] = draw([candidate(odd, agent=odd, language="??")], CONFIG, seed=1).items
    assert (item.transcript_id, item.reason, item.random_probability) == (odd, "random", 1.0)
