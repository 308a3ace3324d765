"""The figures count what they say they count."""

from __future__ import annotations

import pytest

from cs_qa.types import Grade, SentimentLabel, Transcript
from fairness import measures
from fairness.cases import Answer, Complaint, Story, Swap
from fairness.measures import Answered, Complained, Graded, Part, Swapped, Told

RUDE = frozenset({"hostile"})
CLEAN: frozenset[str] = frozenset()


def told(
    labels: frozenset[str] = CLEAN,
    empathy: int = 0,
    sentiment: SentimentLabel = "neutral",
    probability: float = 0.0,
) -> Told:
    return Told(
        labels,
        empathy,
        sentiment,
        {"labels": (probability, 0.5), "empathy": (), "sentiment": (0.2, 0.3, 0.5)},
    )


def swapped(*variants: Told, labels: frozenset[str] = CLEAN) -> Swapped:
    said = tuple(("Hello", str(number)) for number in range(len(variants)))
    return Swapped(Swap("en", "name", labels, said), variants)


@pytest.mark.parametrize(
    ("variants", "parts", "flips"),
    [
        ([told(), told(), told()], (), 0),
        ([told(), told(), told(labels=RUDE)], (), 2),
        ([told(), told(empathy=1), told(empathy=2)], (), 3),
        ([told(), told(empathy=1), told(empathy=2)], ("labels", "sentiment"), 0),
        ([told(sentiment="negative"), told(labels=RUDE)], (), 1),
        ([told(sentiment="negative"), told(labels=RUDE)], ("sentiment",), 1),
        ([told(probability=0.1), told(probability=0.4)], (), 0),
    ],
)
def test_pairs_that_differ(variants: list[Told], parts: tuple[Part, ...], flips: int) -> None:
    assert swapped(*variants).flips(*parts) == flips


def test_a_case_of_many_pairs_counts_for_more() -> None:
    results = [swapped(told(), told(), told()), swapped(told(), told(labels=RUDE))]
    assert measures.flip_rate(results) == 1 / 4
    assert measures.flip_rate([]) == 0


@pytest.mark.parametrize(
    ("wanted", "found", "right"),
    [
        (RUDE, [RUDE, RUDE | {"accusatory"}, CLEAN], 2),
        (CLEAN, [RUDE, CLEAN, CLEAN], 2),
    ],
)
def test_variants_judged_as_written(
    wanted: frozenset[str], found: list[frozenset[str]], right: int
) -> None:
    result = swapped(*map(told, found), labels=wanted)
    assert result.right == right
    assert measures.right_rate([result]) == right / 3


def test_spread_is_the_largest_difference_of_one_probability() -> None:
    result = swapped(told(probability=0.1), told(probability=0.4), told(probability=0.2))
    assert result.spread("labels") == pytest.approx(0.3)
    assert result.spread("sentiment") == 0
    assert result.spread("empathy") == 0


def test_politeness_hides_only_what_was_negative() -> None:
    complaint = Complaint("en", "Broken.", "Hello, it is broken. Thank you!")
    results = [
        Complained(complaint, "negative", "negative"),
        Complained(complaint, "negative", "neutral"),
        Complained(complaint, "neutral", "positive"),
        Complained(complaint, "neutral", "negative"),
    ]
    assert measures.softened_rate(results) == 1 / 2
    assert measures.positive_rate(results) == 1 / 4


def test_answers_flagged_by_manner() -> None:
    answer = Answer("en", "When?", "Tomorrow.", "Tomorrow, with pleasure!")
    results = [Answered(answer, RUDE, CLEAN), Answered(answer, CLEAN, CLEAN)]
    assert measures.flagged_rate(results, "plain") == 1 / 2
    assert measures.flagged_rate(results, "polite") == 0


def graded(name: str, language: str, grade: Grade, qualitative: float) -> Graded:
    return Graded(Story(language, name, "pass", Transcript(language, ())), grade, qualitative)


def test_agreement_is_with_the_majority_of_each_story() -> None:
    results = [
        graded("a", "en", "pass", 80),
        graded("a", "de", "pass", 80),
        graded("a", "ja", "needs_improvement", 20),
        graded("b", "en", "excellent", 90),
    ]
    assert measures.majority(measures.by_story(results)["a"]) == "pass"
    assert measures.agreement(results) == 3 / 4
    assert measures.deviation(results[:2]) == 0
    assert measures.deviation(results[1:3]) == 30
