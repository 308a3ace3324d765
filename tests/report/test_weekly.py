from __future__ import annotations

import random
import statistics
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cs_qa.commands.sample import draw_week
from cs_qa.estimate import Unit, clopper_pearson, mean
from cs_qa.report.random_part import Draw, speaking
from cs_qa.report.weekly import (
    DIMENSIONS,
    Inspected,
    Scope,
    by_criterion,
    by_label,
    read_inspected,
    scores,
    scores_by,
    value_of,
)
from cs_qa.sampling import Candidate, SampleConfig
from cs_qa.sampling import draw as draw_sample
from cs_qa.store import open_store, reviews
from cs_qa.store.findings_in_force import FindingInForce
from cs_qa.store.queue import claim
from cs_qa.store.results import InForce, Result
from tests.store.desk import add_people
from tests.store.judged import FOUND, make

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
WEEK = "2026-W47"


def result(id_: str, total: float | None = 80.0, **about: Any) -> Result:
    figures: dict[str, Any] = {
        "agent_id": "a1",
        "team": "t1",
        "channel": "chat",
        "market": None,
        "language": "en",
        "started_at": MONDAY,
        "judgements": (),
        "critical_failures": (),
    }
    return Result(
        transcript_id=id_,
        scorecard_id=1,
        qualitative=total,
        quantitative=total,
        total=total,
        grade=None,
        **figures | about,
    )


def drawn(
    ids: Iterable[str],
    *,
    conversations: int,
    finished: Iterable[str] = (),
    stratum: int = 1,
    **about: Any,
) -> Draw:
    """A draw of one stratum."""
    rows = tuple(
        {
            "transcript_id": id_,
            "random_probability": 0.5,
            "stratum": {"number": stratum, "conversations": conversations},
        }
        for id_ in ids
    )
    known: dict[str, Any] = {"week": WEEK, "number": 1, "population": conversations}
    return Draw(**known | about, random_part=rows, finished=frozenset(finished))


def inspected(results: Iterable[Result], *draws: Draw) -> Inspected:
    return Inspected(tuple(results), (), draws)


def test_the_mean_in_force_is_of_the_scored_ones() -> None:
    row = scores(inspected([result("a", 60.0), result("b", 90.0), result("c", None)]))
    assert (row.conversations, row.scored, row.mean) == (3, 2, 75.0)
    assert row.estimate is None


def test_nothing_has_no_mean() -> None:
    row = scores(inspected([]))
    assert (row.conversations, row.mean, row.estimate, row.critical_share) == (0, None, None, None)


def test_people_and_critical_failures_are_counted() -> None:
    by_person = (
        InForce("empathy", 60.0, "pass", "review", "ann"),
        InForce("language", 90.0, "pass"),
    )
    by_machine = (InForce("empathy", 60.0, "pass"),)
    row = scores(
        inspected(
            [
                result("a", judgements=by_person, critical_failures=("banned_phrases",)),
                result("b", judgements=by_machine),
            ]
        )
    )
    assert (row.reviewed, row.critical) == (1, 1)


TOTALS = {"a": 70.0, "b": 80.0, "c": 75.0, "d": 90.0, "e": 60.0, "f": 85.0}


def test_the_estimate_is_of_what_people_reviewed_of_the_random_part() -> None:
    results = [result(id_, total) for id_, total in TOTALS.items()]
    results += [result(f"x{n}", 0.0) for n in range(14)]
    draw = drawn([*TOTALS, "x0"], conversations=20, finished=[*TOTALS, "x1"])
    row = scores(inspected(results, draw))
    units = [Unit("1", 20, total) for total in TOTALS.values()] + [Unit("1", 20, None)]
    assert row.estimated_from == 6
    assert row.estimate is not None
    expected = mean(units)
    assert row.estimate.estimate == pytest.approx(expected.estimate)
    assert row.estimate.low == pytest.approx(expected.low)
    assert row.estimate.high == pytest.approx(expected.high)


def test_a_group_with_strata_of_its_own_is_estimated_from_these_alone() -> None:
    own = [result(id_, total, agent_id="a2") for id_, total in TOTALS.items()]
    others = [result(f"x{n}", 10.0 * n) for n in range(6)]
    both = Draw(
        WEEK,
        1,
        20,
        drawn(TOTALS, conversations=10).random_part
        + drawn([f"x{n}" for n in range(6)], conversations=10, stratum=2).random_part,
        frozenset([*TOTALS, *(f"x{n}" for n in range(6))]),
    )
    everything = inspected([*own, *others], both)
    row = next(row for row in scores_by(everything, "agent") if row.name == "a2")
    expected = mean([Unit("1", 10, total) for total in TOTALS.values()])
    assert row.estimate is not None
    assert (row.estimate.n, row.estimate.low) == (6, pytest.approx(expected.low))


@pytest.mark.parametrize(
    ("totals", "why"),
    [
        ([70.0, 80.0, 90.0, 85.0], "four reviews are too few"),
        ([100.0] * 8, "all are equal"),
        ([0.0, 100.0, 0.0, 100.0, 50.0], "the interval is wider than 50 points"),
    ],
)
def test_no_estimate_where_it_would_tell_nothing(totals: list[float], why: str) -> None:
    results = {f"r{n}": total for n, total in enumerate(totals)}
    draw = drawn(results, conversations=100, finished=results)
    row = scores(inspected([result(*each) for each in results.items()], draw))
    assert row.estimated_from == len(totals)
    assert row.estimate is None, why


def test_the_limits_stay_on_the_scale() -> None:
    totals = {f"r{n}": total for n, total in enumerate([99.0, 100.0, 98.0, 70.0, 97.0, 96.0])}
    draw = drawn(totals, conversations=100, finished=totals)
    row = scores(inspected([result(*each) for each in totals.items()], draw))
    assert row.estimate is not None
    assert row.estimate.high == 100.0


def test_a_share_has_exact_bounds() -> None:
    ids = [f"r{n}" for n in range(20)]
    draw = drawn(ids, conversations=1000, finished=ids)
    row = scores(inspected([result(id_) for id_ in ids], draw))
    expected = clopper_pearson(0, 20)
    assert row.critical_share is not None
    assert (row.critical_share.low, row.critical_share.high) == (0.0, pytest.approx(expected.high))


def test_a_share_of_a_group_is_of_its_part_of_a_stratum() -> None:
    ids = [f"r{n}" for n in range(10)]
    results = [result(id_, agent_id="a1" if n < 6 else "a2") for n, id_ in enumerate(ids)]
    draw = drawn(ids, conversations=10, finished=ids)
    rows = {row.name: row for row in scores_by(inspected(results, draw), "agent")}
    assert rows["a1"].critical_share is not None
    assert rows["a1"].critical_share.method == "census"
    assert rows["a2"].critical_share is None


def test_the_largest_draw_of_a_week_speaks_for_it() -> None:
    first = drawn(["a"], conversations=90)
    second = drawn(["b"], conversations=30, number=2)
    other = drawn(["c"], conversations=5, week="2026-W46")
    assert speaking([second, first, other]) == [other, first]
    assert speaking([first, replace(first, number=2)]) == [first]


def test_groups_are_in_order_and_what_is_unknown_is_last() -> None:
    results = [
        result("a", 90.0, agent_id="good"),
        result("b", 20.0, agent_id="poor"),
        result("c", None, agent_id="new"),
        result("d", 5.0, agent_id=None),
    ]
    assert [row.name for row in scores_by(inspected(results), "agent")] == [
        "poor",
        "good",
        "new",
        None,
    ]


def test_weeks_are_in_order() -> None:
    results = [
        result("a", 10.0, started_at=datetime(2026, 11, 23, tzinfo=UTC)),
        result("b", 90.0, started_at=datetime(2026, 11, 22, 23, 59, tzinfo=UTC)),
        result("c", 50.0, started_at=None),
    ]
    rows = scores_by(inspected(results), "week")
    assert [row.name for row in rows] == ["2026-W47", "2026-W48", None]


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(agent="a1", team="t1", language="en", channel="chat", week=WEEK), True),
        (Scope(agent="a2"), False),
        (Scope(team="t2"), False),
        (Scope(language="fr"), False),
        (Scope(channel="email"), False),
        (Scope(week="2026-W46"), False),
        (Scope(agent="a1", week="2026-W46"), False),
    ],
)
def test_scopes(scope: Scope, holds: bool) -> None:
    assert scope.holds(result("a")) is holds


def test_within_narrows_results_and_findings() -> None:
    everything = Inspected(
        (result("a"), result("b", language="fr")),
        (finding("a", "hostile"), finding("b", "hostile")),
        (drawn(["a"], conversations=2),),
    )
    narrowed = everything.within(Scope(language="fr"))
    assert [each.transcript_id for each in narrowed.results] == ["b"]
    assert [each.transcript_id for each in narrowed.findings] == ["b"]
    assert narrowed.draws == everything.draws


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_what_is_not_known_has_no_value(dimension: Any) -> None:
    unknown = result("a", agent_id=None, team=None, language=None, channel=None, started_at=None)
    assert value_of(unknown, dimension) is None


def finding(id_: str, label: str, **about: Any) -> FindingInForce:
    known: dict[str, Any] = {
        "criterion": "banned_phrases",
        "turn": 1,
        "start": 0,
        "end": 3,
        "text": "Not",
        "confidence": 0.9,
        "explanation": "Why.",
    }
    return FindingInForce(transcript_id=id_, label=label, **known | about)


def test_labels_are_counted_most_frequent_first() -> None:
    rows = by_label(
        [
            finding("a", "hostile", source="review", by="ann"),
            finding("a", "deflecting"),
            finding("a", "deflecting", turn=3),
            finding("b", "deflecting", source="appeal", by="lea"),
        ]
    )
    first, second = rows
    assert (first.label, first.findings, first.conversations) == ("deflecting", 3, 2)
    assert (first.by_people, first.by_machine) == (1, 2)
    assert (second.label, second.by_people, second.by_machine) == ("hostile", 1, 0)


def test_criteria_lowest_first() -> None:
    rows = by_criterion(
        [
            result(
                "a",
                judgements=(
                    InForce("language", 90.0, "pass"),
                    InForce("empathy", 20.0, "fail", "review", "ann"),
                    InForce("sentiment", None, "unscored"),
                ),
            ),
            result("b", judgements=(InForce("empathy", 40.0, "fail"),)),
        ]
    )
    assert [row.criterion for row in rows] == ["empathy", "language", "sentiment"]
    assert (rows[0].mean, rows[0].failed, rows[0].by_people, rows[0].scored) == (30.0, 2, 1, 2)
    assert (rows[2].mean, rows[2].unscored) == (None, 1)


def test_a_store_is_read_with_its_reviews(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "week.db")) as store:
        add_people(store)
        cards = [make(*FOUND, id_=f"t{n}") for n in range(8)]
        for card in cards:
            card["turns"][0]["at"] = MONDAY.isoformat()
        store.add_scorecards(cards)
        draw_week(store, WEEK, 4, 7, "lea", SampleConfig(blind_share=0, second_review_share=0))
        assignment = claim(store, 1, "ann")
        reviews.confirm_rest(store, 1, 1, "ann", expects=None)
        reviews.finish(store, 1, 1, "ann")
        read = read_inspected(store)
    assert assignment.item_id == 1
    (draw,) = read.draws
    assert (draw.week, draw.population, len(draw.random_part)) == (WEEK, 8, 2)
    assert len(draw.finished) == 1
    assert scores(read).reviewed == 1
    assert {each.source for each in read.findings} == {"machine", "review"}


def test_intervals_hold_as_often_as_they_say() -> None:
    chance = random.Random(11)
    totals = {f"t{n:03}": chance.uniform(30, 100) for n in range(200)}
    agents = {id_: f"a{n % 7}" for n, id_ in enumerate(totals)}
    results = tuple(result(id_, total, agent_id=agents[id_]) for id_, total in totals.items())
    population = [Candidate(transcript_id=id_, scorecard_id=1, agent=agents[id_]) for id_ in totals]
    group = {"a0", "a1", "a2"}
    narrowed = tuple(each for each in results if each.agent_id in group)
    truth = {
        "all": statistics.fmean(totals.values()),
        "group": statistics.fmean(each.total or 0.0 for each in narrowed),
    }
    held, estimates = dict.fromkeys(truth, 0), {name: [] for name in truth}  # type: ignore[var-annotated]
    for seed in range(120):
        sample = draw_sample(population, SampleConfig(size=80), seed=seed)
        part = tuple(asdict(item) for item in sample.items if item.random_probability is not None)
        draw = Draw(WEEK, 1, 200, part, frozenset(row["transcript_id"] for row in part))
        for name, own in (("all", results), ("group", narrowed)):
            found = scores(Inspected(own, (), (draw,))).estimate
            assert found is not None
            held[name] += found.low <= truth[name] <= found.high
            estimates[name].append(found.estimate)
    for name, value in truth.items():
        assert 0.90 <= held[name] / 120 <= 0.995
        assert statistics.fmean(estimates[name]) == pytest.approx(value, abs=0.8)
