from __future__ import annotations

import math
import random

import pytest

from cs_qa.agreement import krippendorff_alpha
from cs_qa.report.agreement import (
    MIN_PAIRS,
    Pair,
    against_machine,
    agreement_figures,
    between_reviewers,
    languages_of,
    shared_figures,
)
from cs_qa.store.calibration_results import Mark
from cs_qa.store.second_reviews import Rating


def rating(slot: int = 1, item: int = 1, **changes: object) -> Rating:
    values = {
        "transcript_id": f"t{item}",
        "language": "en",
        "criterion": "empathy",
        "user_id": "ann",
        "verdict": "pass",
        "score": 80.0,
        "machine_verdict": "pass",
        "machine_score": 90.0,
        "is_decided": True,
        "shown_machine": True,
    }
    return Rating(item_id=item, slot=slot, **(values | changes))  # type: ignore[arg-type]


def pair(
    number: int, one: float, other: float, *, criterion: str = "empathy", language: str = "en"
) -> Pair:
    verdicts = ("pass" if one >= 50 else "fail", "pass" if other >= 50 else "fail")
    return Pair(f"t{number}", language, criterion, verdicts, (one, other))


def some_pairs(count: int, seed: int = 1, **about: str) -> list[Pair]:
    chance = random.Random(seed)
    scores = [chance.uniform(0, 100) for _ in range(count)]
    return [
        pair(n, score, min(100.0, max(0.0, score + chance.gauss(0, 15))), **about)
        for n, score in enumerate(scores)
    ]


def test_two_reviews_of_an_item_make_a_pair_and_one_does_not() -> None:
    both = [rating(1), rating(2, verdict="fail", score=10.0), rating(1, item=2)]
    (made,) = between_reviewers(both)
    assert (made.transcript_id, made.verdicts, made.scores) == (
        "t1",
        ("pass", "fail"),
        (80.0, 10.0),
    )


@pytest.mark.parametrize(
    ("changes", "shown", "is_paired"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"shown_machine": False}, False, True),
        ({"shown_machine": False}, True, False),
        ({"is_decided": False}, True, False),
        ({"machine_verdict": "not_applicable", "machine_score": None}, True, False),
        ({"machine_verdict": "unscored", "machine_score": None}, True, False),
        ({"verdict": "not_applicable", "score": None}, True, True),
    ],
)
def test_pairs_with_the_machine(changes: dict[str, object], shown: bool, is_paired: bool) -> None:
    assert bool(against_machine([rating(1, **changes)], shown=shown)) is is_paired


def test_figures_are_by_criterion_with_all_last() -> None:
    pairs = some_pairs(20) + some_pairs(20, seed=2, criterion="language")
    figures = agreement_figures(pairs, resamples=100)
    assert [each.criterion for each in figures] == ["empathy", "language", None]
    assert [(each.pairs, each.conversations) for each in figures] == [(20, 20), (20, 20), (40, 20)]
    for each in figures:
        assert each.kappa is not None
        assert each.alpha_interval is not None
        low, high = each.alpha_interval
        assert low <= (each.alpha or math.nan) <= high


def test_alpha_is_krippendorffs() -> None:
    pairs = some_pairs(30)
    expected = krippendorff_alpha([each.scores for each in pairs], level="interval")
    assert agreement_figures(pairs)[0].alpha == pytest.approx(expected)


def test_missing_scores_are_left_out_of_alpha() -> None:
    pairs = some_pairs(30)
    some = [Pair("t1", "en", "empathy", ("pass", "not_applicable"), (77.0, None))]
    assert agreement_figures(pairs + some)[0].alpha == agreement_figures(pairs)[0].alpha


@pytest.mark.parametrize(("count", "is_too_few"), [(MIN_PAIRS - 1, True), (MIN_PAIRS, False)])
def test_too_few_pairs_have_no_figures(count: int, is_too_few: bool) -> None:
    figures = agreement_figures(some_pairs(count), resamples=50)[0]
    assert figures.is_too_few is is_too_few
    assert (figures.agreed is None) is is_too_few
    assert (figures.alpha is None) is is_too_few


def test_many_pairs_of_few_conversations_have_no_interval() -> None:
    pairs = [
        pair(n % 3, each.scores[0] or 0.0, each.scores[1] or 0.0)
        for n, each in enumerate(some_pairs(30))
    ]
    figures = agreement_figures(pairs)[0]
    assert figures.kappa is not None
    assert figures.conversations == 3
    assert figures.kappa_interval is None
    assert figures.alpha_interval is None


def test_what_never_varies_has_no_coefficient() -> None:
    figures = agreement_figures([pair(n, 100.0, 100.0) for n in range(20)])[0]
    assert (figures.agreed, figures.kappa, figures.alpha) == (1.0, None, None)


def test_a_language_narrows() -> None:
    pairs = some_pairs(12) + some_pairs(15, seed=3, language="zh")
    assert languages_of(pairs) == ["en", "zh"]
    assert agreement_figures(pairs, language="zh", resamples=50)[0].pairs == 15
    assert agreement_figures(pairs, resamples=50)[0].pairs == 27


def test_nothing_to_compare_is_one_row_of_too_few() -> None:
    (only,) = agreement_figures([])
    assert only.criterion is None
    assert only.is_too_few


def mark(item: int, user: str | None, score: float | None, criterion: str = "empathy") -> Mark:
    verdict = "not_applicable" if score is None else "pass" if score >= 50 else "fail"
    return Mark(
        item_id=item,
        transcript_id=f"t{item}",
        criterion=criterion,
        user_id=user,
        verdict=verdict,
        score=score,
    )


def test_all_participants_are_compared_and_not_the_machine() -> None:
    chance = random.Random(4)
    people = [
        mark(item, user, chance.uniform(0, 100)) for item in range(12) for user in ("a", "b", "c")
    ]
    machine = [mark(item, None, 0.0) for item in range(12)]
    with_machine, alone = shared_figures(people + machine), shared_figures(people)
    assert with_machine == alone
    by_item = [[each.score for each in people if each.item_id == item] for item in range(12)]
    assert alone[0].alpha_scores == pytest.approx(krippendorff_alpha(by_item, level="interval"))
    assert alone[0].judgements == 12
    assert alone[0].alpha_scores_interval is not None


def test_a_judgement_of_one_person_is_not_counted() -> None:
    marks = [mark(item, user, 10.0 * item) for item in range(10) for user in ("a", "b")]
    marks.append(mark(10, "a", 3.0))
    figures = shared_figures(marks)[0]
    assert figures.judgements == 10
    assert figures.alpha_scores == pytest.approx(1.0)
    assert shared_figures(marks[2:])[0].is_too_few
