"""The default rubric, word by word, and what holds whatever the rubric says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.rubric import Rubric
from cs_qa.score import (
    critical_failures,
    judge,
    qualitative_score,
    quantitative_score,
    score,
    total_score,
)
from cs_qa.types import (
    BANNED_LABELS,
    CRITERIA,
    AnnotatedTranscript,
    CriterionName,
    Finding,
    Judgement,
    Outcome,
    Provenance,
    Scorecard,
    Service,
    Span,
)

RUBRIC = Rubric.default()
PROVENANCE = Provenance("0.1.0", RUBRIC.ref, {})
CHAT_TARGET_S = 60.0

BANNED: CriterionName = "banned_phrases"
REPEATED: CriterionName = "repeated_scripts"
POLICY: CriterionName = "policy_accuracy"
LANGUAGE: CriterionName = "language"


def finding(criterion: Any, label: str, turn: int = 0, confidence: float = 0.9) -> Finding:
    return Finding(criterion, label, Span(turn, 0, 1), "x", confidence, "d@1", "Why.")


def scored(annotated: AnnotatedTranscript, *findings: Finding, **given: Any) -> Scorecard:
    service = given.pop("service", None)
    return score(annotated, findings, service, rubric=RUBRIC, provenance=PROVENANCE, **given)


def value(name: Any, annotated: AnnotatedTranscript, *findings: Finding) -> float | None:
    return judge(name, annotated, findings, rubric=RUBRIC).score


@pytest.fixture(scope="session")
def chat(converse: Any) -> AnnotatedTranscript:
    """Five agent turns, none of which says anything of note."""
    told: AnnotatedTranscript = converse(*(("agent", "Yes.", {"politeness": 0.8}),) * 5)
    return told


# ------------------------------------------------------------------- Qualitative criteria


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], 100),
        ([("hostile", 0)], 40),
        ([("rhetorical", 0)], 75),
        ([("accusatory", 0)], 75),
        ([("deflecting", 0)], 80),
        ([("repeat_request", 0)], 85),
        ([("deflecting", 0), ("deflecting", 0)], 80),
        ([("deflecting", 0), ("deflecting", 1)], 60),
        ([("deflecting", 0), ("rhetorical", 0)], 55),
        ([("hostile", 0), ("hostile", 1)], 0),
        ([("accusatory", turn) for turn in range(5)], 0),
    ],
)
def test_banned_phrases(
    chat: AnnotatedTranscript, labels: list[tuple[str, int]], expected: float
) -> None:
    assert value(BANNED, chat, *(finding(BANNED, *each) for each in labels)) == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [([0], 0), ([1], 60), ([2], 100), ([0, 2], 50), ([1, 2], 80), ([0, 1, 2], 53.33)],
)
def test_empathy(converse: Any, levels: list[int], expected: float) -> None:
    rounds: list[Any] = []
    for level in levels:
        rounds.append(("customer", "!", {"sentiment": "negative"}))
        rounds.append(("agent", "So.", {"empathy": level}))
        rounds.append(("agent", "And so.", {"empathy": 0}))
    assert value("empathy", converse(*rounds)) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], None),
        (["unsupported"], None),
        (["accurate"], 100),
        (["inaccurate"], 0),
        (["accurate", "inaccurate"], 50),
        (["accurate", "accurate", "inaccurate", "unsupported"], 66.67),
    ],
)
def test_policy_accuracy(
    chat: AnnotatedTranscript, labels: list[str], expected: float | None
) -> None:
    assert value(POLICY, chat, *(finding(POLICY, label) for label in labels)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("negative", "negative", 40),
        ("negative", "neutral", 76),
        ("negative", "positive", 100),
        ("neutral", "negative", 20),
        ("neutral", "neutral", 76),
        ("neutral", "positive", 100),
        ("positive", "negative", 0),
        ("positive", "neutral", 56),
        ("positive", "positive", 100),
    ],
)
def test_sentiment(converse: Any, first: str, last: str, expected: float) -> None:
    course = [first, "negative", "positive", last]
    told = converse(*(("customer", "!", {"sentiment": label}) for label in course))
    assert value("sentiment", told) == expected


def test_sentiment_of_one_turn_is_first_and_last(converse: Any) -> None:
    assert value("sentiment", converse(("customer", "!", {"sentiment": "negative"}))) == 40


@pytest.mark.parametrize(
    ("turns", "expected"), [([], 100), ([1], 80), ([1, 1], 80), ([1, 2, 3], 40), ([*range(6)], 0)]
)
def test_repeated_scripts(chat: AnnotatedTranscript, turns: list[int], expected: float) -> None:
    assert value(REPEATED, chat, *(finding(REPEATED, "r", turn) for turn in turns)) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], 100),
        ([("language_mismatch", 0)], 80),
        ([("language_mismatch", 0), ("language_mismatch", 1)], 60),
        ([("placeholder", 0)], 90),
        ([("language_mismatch", 0), ("placeholder", 1), ("mojibake", 1)], 60),
        ([("mojibake", turn) for turn in range(11)], 0),
    ],
)
def test_language(
    chat: AnnotatedTranscript, labels: list[tuple[str, int]], expected: float
) -> None:
    assert value(LANGUAGE, chat, *(finding(LANGUAGE, *each) for each in labels)) == expected


@pytest.mark.parametrize(
    ("polite", "expected"), [([1.0], 100), ([0.0], 0), ([0.9, 0.5, None], 70), ([0.1234], 12.34)]
)
def test_politeness(converse: Any, polite: list[float | None], expected: float) -> None:
    told = converse(*(("agent", "Yes.", {"politeness": each}) for each in polite))
    assert value("politeness", told) == expected


@pytest.mark.parametrize("name", CRITERIA)
def test_without_evidence_a_criterion_does_not_apply(converse: Any, name: Any) -> None:
    for told in (converse(), converse(("system", "Joined.")), converse(("bot", "Hello!"))):
        judgement = judge(name, told, (), rubric=RUBRIC)
        assert (judgement.verdict, judgement.score, judgement.confidence) == (
            "not_applicable",
            None,
            None,
        )
        assert judgement.reason


# ---------------------------------------------------------------- Verdicts and confidence


@pytest.mark.parametrize(
    ("polite", "verdict"),
    [
        ([0.7], "pass"),
        ([0.7, 0.7, 0.7], "pass"),  # whose mean is 0.6999999999999998
        ([0.69], "fail"),
        ([1.0], "pass"),
    ],
)
def test_a_criterion_passes_from_seventy_on(
    converse: Any, polite: list[float], verdict: str
) -> None:
    told = converse(*(("agent", "Yes.", {"politeness": each}) for each in polite))
    assert judge("politeness", told, (), rubric=RUBRIC).verdict == verdict


@pytest.mark.parametrize(("confidence", "expected"), [(0.49, 100), (0.5, 80), (1.0, 80)])
def test_a_finding_counts_from_the_rubrics_confidence_on(
    chat: AnnotatedTranscript, confidence: float, expected: float
) -> None:
    unsure = finding(BANNED, "deflecting", confidence=confidence)
    judgement = judge(BANNED, chat, [unsure], rubric=RUBRIC)
    assert judgement.score == expected
    assert judgement.findings == (unsure,)


def test_a_judgement_keeps_only_its_own_findings(chat: AnnotatedTranscript) -> None:
    own, other = finding(BANNED, "deflecting"), finding(REPEATED, "repeated_script")
    card = scored(chat, own, other)
    assert card.judgement("banned_phrases").findings == (own,)
    assert card.judgement("repeated_scripts").findings == (other,)
    assert card.judgement("language").findings == ()


def test_the_judgements_come_in_the_order_of_the_criteria(chat: AnnotatedTranscript) -> None:
    assert tuple(judgement.criterion for judgement in scored(chat).judgements) == CRITERIA


# ----------------------------------------------------------------------- Qualitative half


def judged(**scores: float | None) -> list[Judgement]:
    return [
        Judgement(name, scores.get(name), "pass" if name in scores else "not_applicable", 1.0, "")
        for name in CRITERIA
    ]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (dict.fromkeys(CRITERIA, 100.0), 100),
        (dict.fromkeys(CRITERIA, 0.0), 0),
        ({**dict.fromkeys(CRITERIA, 100.0), "banned_phrases": 0.0}, 70),
        ({**dict.fromkeys(CRITERIA, 100.0), "empathy": 0.0}, 80),
        ({**dict.fromkeys(CRITERIA, 100.0), "policy_accuracy": 0.0}, 80),
        ({**dict.fromkeys(CRITERIA, 100.0), "sentiment": 0.0}, 85),
        ({**dict.fromkeys(CRITERIA, 100.0), "repeated_scripts": 0.0}, 95),
        ({**dict.fromkeys(CRITERIA, 100.0), "language": 0.0}, 95),
        ({**dict.fromkeys(CRITERIA, 100.0), "politeness": 0.0}, 95),
        ({"banned_phrases": 50.0, "empathy": 100.0}, 70),
        ({"sentiment": 40.0, "politeness": 80.0}, 50),
        ({"language": 30.0}, 30),
        ({}, None),
    ],
)
def test_what_does_not_apply_drops_out_and_the_rest_is_rescaled(
    scores: dict[str, float], expected: float | None
) -> None:
    assert qualitative_score(judged(**scores), RUBRIC) == expected


def test_a_critical_failure_sets_the_qualitative_score_to_zero(chat: AnnotatedTranscript) -> None:
    twice = [finding(BANNED, "hostile", turn) for turn in (0, 1)]
    card = scored(chat, *twice, finding(BANNED, "deflecting"))
    assert card.critical_failures == ("banned_phrases: hostile",)
    assert card.qualitative == 0
    assert card.judgement("language").score == 100


@pytest.mark.parametrize(("label", "confidence"), [("hostile", 0.49), ("accusatory", 0.99)])
def test_other_findings_are_not_critical(
    chat: AnnotatedTranscript, label: str, confidence: float
) -> None:
    card = scored(chat, finding(BANNED, label, confidence=confidence))
    assert card.critical_failures == ()
    assert card.qualitative is not None
    assert card.qualitative > 0


def test_a_criterion_that_could_not_be_judged_leaves_no_qualitative_score(
    chat: AnnotatedTranscript,
) -> None:
    own = finding(LANGUAGE, "placeholder")
    card = scored(chat, own, failures={"language": "It broke."}, service=Service(1.0, 1.0))
    assert card.is_unscored
    assert card.judgement("language") == Judgement(
        "language", None, "unscored", None, "It broke.", (own,)
    )
    assert (card.qualitative, card.total, card.grade) == (None, None, None)
    assert card.quantitative == 100


def test_hostility_is_critical_even_where_another_criterion_could_not_be_judged(
    chat: AnnotatedTranscript,
) -> None:
    card = scored(chat, finding(BANNED, "hostile"), failures={"language": "It broke."})
    assert card.qualitative == 0


def test_an_unscored_criterion_without_weight_costs_nothing(chat: AnnotatedTranscript) -> None:
    numbers = RUBRIC.model_dump(by_alias=True)
    numbers["criteria"]["language"]["weight"] = 0
    card = score(
        chat,
        (),
        None,
        rubric=Rubric.model_validate(numbers),
        provenance=PROVENANCE,
        failures={"language": "It broke."},
    )
    assert card.qualitative is not None


def test_critical_failures_are_named_once() -> None:
    found = tuple(finding(BANNED, label) for label in ("hostile", "hostile", "rhetorical"))
    banned = Judgement("banned_phrases", 0.0, "fail", 0.9, "", found)
    assert critical_failures([banned], RUBRIC) == ("banned_phrases: hostile",)
    assert critical_failures(judged(), RUBRIC) == ()


# ---------------------------------------------------------------------- Quantitative half


@pytest.mark.parametrize(
    ("wait_s", "expected"),
    [(0, 100), (30, 100), (60, 100), (105, 75), (150, 50), (195, 25), (240, 0), (9_999, 0)],
)
@pytest.mark.parametrize("figure", ["first_response_s", "avg_response_s"])
def test_a_response_scores_100_at_the_target_and_falls_to_0_at_four_times_it(
    figure: str, wait_s: float, expected: float
) -> None:
    figures: dict[str, Any] = {figure: float(wait_s)}
    service = Service(**figures)
    assert quantitative_score(service, None, RUBRIC, target_s=CHAT_TARGET_S) == expected


@pytest.mark.parametrize(
    ("service", "outcome", "expected"),
    [
        (None, None, None),
        (Service(), Outcome(), None),
        (Service(replies=0, replies_within_30s=0), None, None),
        (Service(replies=4), None, None),
        (Service(replies=4, replies_within_30s=3), None, 75),
        (None, Outcome(csat=1), 0),
        (None, Outcome(csat=3), 50),
        (None, Outcome(csat=4), 75),
        (None, Outcome(csat=5), 100),
        (None, Outcome(csat=7), 100),
        (None, Outcome(resolved=True), 100),
        (None, Outcome(resolved=False), 0),
        (None, Outcome(complaint=True), 0),
        (None, Outcome(complaint=False), 100),
        # 25 first, 15 average, 10 within 30 s, 25 CSAT, 20 resolved, 5 no complaint
        (Service(240, 60, replies=1, replies_within_30s=1), Outcome(5, True, complaint=False), 75),
        (Service(60, 240, replies=1, replies_within_30s=1), Outcome(5, True, complaint=False), 85),
        (Service(60, 60, replies=1, replies_within_30s=0), Outcome(5, True, complaint=False), 90),
        (Service(60, 60, replies=1, replies_within_30s=1), Outcome(1, True, complaint=False), 75),
        (Service(60, 60, replies=1, replies_within_30s=1), Outcome(5, False, complaint=False), 80),
        (Service(60, 60, replies=1, replies_within_30s=1), Outcome(5, True, complaint=True), 95),
        (Service(60), Outcome(csat=3), 75),
        (Service(240), Outcome(resolved=True, complaint=True), 40),
    ],
)
def test_what_is_missing_drops_out(
    service: Service | None, outcome: Outcome | None, expected: float | None
) -> None:
    assert quantitative_score(service, outcome, RUBRIC, target_s=CHAT_TARGET_S) == expected


@pytest.mark.parametrize(
    ("channel", "urgency", "expected"),
    [("live_chat", "urgent", 0), ("live_chat", None, 66.67), ("email", None, 100)],
)
def test_the_target_is_that_of_channel_and_urgency(
    chat: AnnotatedTranscript, channel: str, urgency: Any, expected: float
) -> None:
    transcript = replace(chat.transcript, channel=channel, urgency=urgency)
    card = scored(replace(chat, transcript=transcript), service=Service(first_response_s=120.0))
    assert card.quantitative == expected


# --------------------------------------------------------------------- Total and grade


@pytest.mark.parametrize(
    ("qualitative", "quantitative", "total"),
    [
        (100, 0, 30),
        (0, 100, 70),
        (72.5, 81.0, 78.45),
        (None, 81.0, None),
        (72.5, None, None),
        (None, None, None),
    ],
)
def test_the_total_is_never_invented(
    qualitative: float | None, quantitative: float | None, total: float | None
) -> None:
    assert total_score(qualitative, quantitative, RUBRIC) == total


@pytest.mark.parametrize(
    ("csat", "grade"), [(5, "excellent"), (4, "pass"), (3, "needs_improvement")]
)
def test_a_card_with_both_halves_has_a_grade(
    chat: AnnotatedTranscript, csat: float, grade: str
) -> None:
    transcript = replace(chat.transcript, outcome=Outcome(csat=csat))
    card = scored(replace(chat, transcript=transcript))
    assert card.qualitative is not None
    assert card.quantitative is not None
    assert card.total == round(0.7 * card.quantitative + 0.3 * card.qualitative, 2)
    assert card.grade == grade


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (100, "excellent"),
        (90, "excellent"),
        (89.99, "pass"),
        (70, "pass"),
        (69.99, "needs_improvement"),
        (0, "needs_improvement"),
    ],
)
def test_grades(total: float, grade: str) -> None:
    assert RUBRIC.grade(total) == grade


# -------------------------------------------------------------------------- Properties

some_findings = st.lists(
    st.builds(
        finding,
        st.just(BANNED),
        st.sampled_from(BANNED_LABELS),
        st.integers(0, 4),
        st.floats(0, 1),
    ),
    max_size=8,
)
waits = st.none() | st.floats(0, 1e9)
services = st.builds(
    lambda first, average, replies, share: Service(
        first, average, replies=replies, replies_within_30s=int(replies * share)
    ),
    waits,
    waits,
    st.integers(0, 9),
    st.floats(0, 1),
)
outcomes = st.builds(
    Outcome,
    csat=st.none() | st.floats(1, 5),
    resolved=st.none() | st.booleans(),
    complaint=st.none() | st.booleans(),
)


@given(found=some_findings, service=services, outcome=outcomes)
def test_scores_lie_between_0_and_100(
    chat: AnnotatedTranscript, found: list[Finding], service: Service, outcome: Outcome
) -> None:
    transcript = replace(chat.transcript, outcome=outcome)
    card = scored(replace(chat, transcript=transcript), *found, service=service)
    told = [card.qualitative, card.quantitative, card.total, *(j.score for j in card.judgements)]
    assert all(each is None or 0 <= each <= 100 for each in told)
    assert all(j.confidence is None or 0 <= j.confidence <= 1 for j in card.judgements)
    assert (card.total is None) == (card.qualitative is None or card.quantitative is None)
    assert (card.grade is None) == (card.total is None)


@given(found=some_findings, more=some_findings)
def test_more_findings_never_raise_a_score(
    chat: AnnotatedTranscript, found: list[Finding], more: list[Finding]
) -> None:
    few, many = scored(chat, *found), scored(chat, *found, *more)
    assert (few.qualitative or 0) >= (many.qualitative or 0)
    assert (few.judgement(BANNED).score or 0) >= (many.judgement(BANNED).score or 0)


@given(
    service=services,
    outcome=outcomes,
    slower=st.floats(0, 1e6),
    target_s=st.sampled_from([30, 60, 86400]),
)
def test_a_longer_wait_never_raises_the_score(
    service: Service, outcome: Outcome, slower: float, target_s: float
) -> None:
    wait_s = service.first_response_s
    later = replace(service, first_response_s=None if wait_s is None else wait_s + slower)
    fast = quantitative_score(service, outcome, RUBRIC, target_s=target_s)
    slow = quantitative_score(later, outcome, RUBRIC, target_s=target_s)
    assert (fast is None) == (slow is None)
    assert (fast or 0) >= (slow or 0)


@given(found=some_findings)
def test_the_order_of_findings_changes_no_score(
    chat: AnnotatedTranscript, found: list[Finding]
) -> None:
    there, back = scored(chat, *found), scored(chat, *found[::-1])
    assert there.qualitative == back.qualitative
    assert [j.reason for j in there.judgements] == [j.reason for j in back.judgements]
