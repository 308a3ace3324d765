from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.rubric import Rubric
from cs_qa.store.cards import Json
from cs_qa.store.decisions import AddedFinding, Decision, DecisionError, FindingRef, Relabelled
from cs_qa.store.rescoring import REVIEWER, Rescored, rescore
from cs_qa.store.rows import plain
from cs_qa.types import CRITERIA
from tests.store.judged import CARD, FOUND, HEADS, RUBRIC, SAID, make, override, ref


def figures(after: Rescored | Json) -> tuple[Any, ...]:
    names = ("qualitative", "quantitative", "total", "grade", "critical_failures")
    if isinstance(after, Rescored):
        after = {name: getattr(after, name) for name in names}
    return tuple(list(v) if isinstance(v := after[name], tuple) else v for name in names)


def test_without_decisions_the_card_stays_as_it_is() -> None:
    after = rescore(CARD, [], RUBRIC)
    assert list(after.judgements) == CARD["judgements"]
    assert figures(after) == figures(CARD)


def test_confirming_everything_changes_nothing() -> None:
    confirmed = [Decision(criterion=name, action="confirm") for name in CRITERIA]
    after = rescore(CARD, confirmed, RUBRIC)
    assert list(after.judgements) == CARD["judgements"]
    assert figures(after) == figures(CARD)


def test_a_rejected_critical_finding_no_longer_sets_the_half_to_0() -> None:
    assert CARD["critical_failures"] == ["banned_phrases: hostile"]
    decision = override("banned_phrases", removed=(ref("banned_phrases", 0),))
    after = rescore(CARD, [decision], RUBRIC)
    judgement = after.judgement("banned_phrases")
    assert (judgement["score"], judgement["verdict"]) == (100.0, "pass")
    assert judgement["confidence"] is None
    assert [each["label"] for each in judgement["findings"]] == ["repeat_request"]
    assert after.critical_failures == ()
    assert figures(after) == figures(make(*FOUND[1:]))


@pytest.mark.parametrize(
    ("changes", "score_after", "labels"),
    [
        ({"relabelled": ("deflecting", 0)}, 80.0, ["deflecting", "repeat_request"]),
        # Not sure enough to count until a person says so.
        ({"relabelled": ("accusatory", 1)}, 15.0, ["hostile", "accusatory"]),
        ({"added": [("accusatory", 1, 12, 36)]}, 15.0, ["hostile", "accusatory", "repeat_request"]),
        ({"removed": [0], "added": [("rhetorical", 5, 0, 2)]}, 75.0, None),
        ({"removed": [0, 1]}, 100.0, []),
        ({"added": [("hostile", 1, 0, 3)]}, 40.0, None),  # one deduction a turn and label
    ],
)
def test_findings_after_a_decision_are_judged_by_the_rubric(
    changes: dict[str, Any], score_after: float, labels: list[str] | None
) -> None:
    given: dict[str, Any] = {
        "removed": tuple(ref("banned_phrases", i) for i in changes.get("removed", ())),
        "added": tuple(AddedFinding(*each) for each in changes.get("added", ())),
    }
    if "relabelled" in changes:
        label, index = changes["relabelled"]
        given["relabelled"] = (Relabelled(ref("banned_phrases", index), label),)
    after = rescore(CARD, [override("banned_phrases", **given)], RUBRIC)
    judgement = after.judgement("banned_phrases")
    assert judgement["score"] == score_after
    if labels is not None:
        assert [each["label"] for each in judgement["findings"]] == labels


def test_an_added_finding_says_whose_it_is_and_what_it_covers() -> None:
    decision = override("banned_phrases", added=(AddedFinding("accusatory", 1, 12, 36),))
    finding = rescore(CARD, [decision], RUBRIC).judgement("banned_phrases")["findings"][1]
    assert finding["text"] == "You should have read it."
    assert (finding["detector"], finding["confidence"]) == (REVIEWER, 1.0)


def test_a_relabelled_finding_keeps_only_what_is_said_of_a_policy() -> None:
    wrong = override(
        "banned_phrases", relabelled=(Relabelled(ref("banned_phrases", 1), "rhetorical"),)
    )
    right = override(
        "policy_accuracy", relabelled=(Relabelled(ref("policy_accuracy", 0), "accurate"),)
    )
    after = rescore(CARD, [wrong, right], RUBRIC)
    banned = after.judgement("banned_phrases")["findings"][1]
    assert banned["detail"] is None
    assert banned["explanation"] == "Relabelled by a reviewer; it was repeat_request."
    policy = after.judgement("policy_accuracy")
    assert (policy["score"], policy["verdict"]) == (100.0, "pass")
    assert policy["findings"][0]["policy_id"] == "returns"
    assert policy["findings"][0]["detail"]["expected"] == "30 days"


def test_a_criterion_without_findings_left_no_longer_applies() -> None:
    decision = override("policy_accuracy", removed=(ref("policy_accuracy", 0),))
    after = rescore(CARD, [decision], RUBRIC).judgement("policy_accuracy")
    assert (after["score"], after["verdict"]) == (None, "not_applicable")


@pytest.mark.parametrize(
    ("levels", "score_after"),
    [
        (((1, 2),), 100.0),
        (((1, 0),), 0.0),
        (((3, 2),), 80.0),  # an answer to a customer whom the machine did not find upset
        (((1, 2), (3, 0)), 50.0),
    ],
)
def test_empathy_levels_by_hand(levels: Any, score_after: float) -> None:
    after = rescore(CARD, [override("empathy", levels=levels)], RUBRIC)
    assert after.judgement("empathy")["score"] == score_after


@pytest.mark.parametrize(
    ("labels", "score_after"),
    [
        (((0, "positive"),), 56.0),
        (((2, "negative"),), 40.0),
        (((0, "neutral"), (2, "positive")), 100.0),
    ],
)
def test_sentiment_labels_by_hand(labels: Any, score_after: float) -> None:
    after = rescore(CARD, [override("sentiment", sentiments=labels)], RUBRIC)
    assert after.judgement("sentiment")["score"] == score_after
    untouched = [each for each in after.judgements if each["criterion"] != "sentiment"]
    assert untouched == [each for each in CARD["judgements"] if each["criterion"] != "sentiment"]


def test_a_wrong_language_counts_in_a_turn_too_short_to_tell() -> None:
    decision = override("language", added=(AddedFinding("language_mismatch", 5, 0, 2),))
    assert CARD["judgements"][5]["score"] == 50.0
    after = rescore(CARD, [decision], RUBRIC).judgement("language")
    assert after["score"] == 33.33


@pytest.mark.parametrize(
    ("criterion", "changes", "expected"),
    [
        ("politeness", {"score": 12.345}, (12.35, "fail")),
        ("politeness", {"score": 70}, (70, "pass")),
        ("politeness", {"score": 69.99, "verdict": "fail"}, (69.99, "fail")),
        ("politeness", {"verdict": "fail"}, (0.0, "fail")),
        ("empathy", {"verdict": "pass"}, (100.0, "pass")),
        ("empathy", {"verdict": "not_applicable"}, (None, "not_applicable")),
        ("empathy", {"verdict": "fail", "levels": ((1, 0), (3, 1))}, (30.0, "fail")),
        ("empathy", {"verdict": "pass", "levels": ((1, 0),)}, (100.0, "pass")),
        ("banned_phrases", {"score": 10}, (10, "fail")),
        ("banned_phrases", {"score": 99.99}, (99.99, "fail")),
    ],
)
def test_by_hand(criterion: Any, changes: dict[str, Any], expected: tuple[Any, str]) -> None:
    after = rescore(CARD, [override(criterion, **changes)], RUBRIC).judgement(criterion)
    assert (after["score"], after["verdict"]) == expected
    assert after["reason"] == "Set by a reviewer."


@pytest.mark.parametrize(
    ("criterion", "changes", "message"),
    [
        ("banned_phrases", {"removed": (FindingRef(2, "hostile:1:0-11"),)}, "no finding"),
        ("banned_phrases", {"removed": (FindingRef(-1, "hostile:1:0-11"),)}, "no finding"),
        ("banned_phrases", {"removed": (FindingRef(0, "hostile:1:0-12"),)}, "Open the item again"),
        (
            "banned_phrases",
            {"relabelled": (Relabelled(FindingRef(0, "hostile:1:0-11"), "hostile"),)},
            "already",
        ),
        ("banned_phrases", {"added": (AddedFinding("hostile", 1, 0, 11),)}, "already"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 6, 0, 1),)}, "no turn 7"),
        ("banned_phrases", {"added": (AddedFinding("hostile", -1, 0, 1),)}, "no turn 0"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 0, 0, 1),)}, "of the customer"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 4, 0, 1),)}, "of the bot"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 5, 0, 3),)}, "not within turn 6"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 5, -1, 1),)}, "not within"),
        ("banned_phrases", {"added": (AddedFinding("hostile", 5, 1, 1),)}, "not within"),
        ("empathy", {"levels": ((0, 1),)}, "of the customer"),
        ("empathy", {"levels": ((5, 1),)}, "not the first answer"),
        ("sentiment", {"sentiments": ((1, "negative"),)}, "of the agent"),
        ("politeness", {"verdict": "pass", "score": 69.9}, "passes from 70 on"),
        ("politeness", {"verdict": "fail", "score": 70.0}, "passes from 70 on"),
        ("politeness", {"score": 80.0}, "says the same already"),
        ("politeness", {"verdict": "pass"}, "says the same already"),
        ("banned_phrases", {"verdict": "pass"}, "critical finding"),
        ("banned_phrases", {"verdict": "not_applicable"}, "critical finding"),
        ("banned_phrases", {"score": 100.0}, "critical finding"),
    ],
)
def test_a_decision_that_does_not_hold_on_the_card(
    criterion: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DecisionError, match=message):
        rescore(CARD, [override(criterion, **changes)], RUBRIC)


def test_an_agent_who_opens_the_conversation_answers_nobody() -> None:
    card = make(said=[("agent", "Hello!", HEADS), *SAID])
    with pytest.raises(DecisionError, match="not the first answer"):
        rescore(card, [override("empathy", levels=((0, 2),))], RUBRIC)


@pytest.mark.parametrize(
    "decisions",
    [
        [Decision(criterion="empathy", action="undo")],
        [Decision(criterion="empathy", action="confirm")] * 2,
    ],
)
def test_what_cannot_be_rescored(decisions: list[Decision]) -> None:
    with pytest.raises(DecisionError, match="empathy"):
        rescore(CARD, decisions, RUBRIC)


def test_a_criterion_that_the_card_lacks() -> None:
    card = CARD | {"judgements": CARD["judgements"][1:]}
    with pytest.raises(DecisionError, match="no judgement of sentiment"):
        rescore(card, [Decision(criterion="sentiment", action="confirm")], RUBRIC)


def test_what_the_machine_could_not_judge_a_person_can() -> None:
    card = make(failures=dict.fromkeys(CRITERIA, "The model broke."))
    assert card["total"] is None
    decisions = [override(name, verdict="pass") for name in CRITERIA]
    assert rescore(card, decisions[:-1], RUBRIC).total is None
    after = rescore(card, decisions, RUBRIC)
    assert (after.qualitative, after.grade) == (100.0, "pass")
    confirmed = rescore(card, [Decision(criterion="empathy", action="confirm")], RUBRIC)
    assert confirmed.judgement("empathy")["verdict"] == "unscored"


def test_the_rubric_that_judged_decides_weights_marks_and_confidence() -> None:
    data = RUBRIC.model_dump(mode="json", by_alias=True) | {"name": "other", "pass_mark": 90}
    data["criteria"]["banned_phrases"]["deductions"]["deflecting"] = 99
    data["weights"] = {"quantitative": 0, "qualitative": 1}
    other = Rubric.model_validate(data)
    card = make(*FOUND, rubric=other)
    decision = override(
        "banned_phrases", relabelled=(Relabelled(ref("banned_phrases", 0), "deflecting"),)
    )
    after = rescore(card, [decision, override("politeness", score=89.0)], other)
    assert after.judgement("banned_phrases")["score"] == 1.0
    assert after.judgement("politeness")["verdict"] == "fail"
    assert after.total == after.qualitative


def test_neither_card_nor_findings_are_changed() -> None:
    before = plain(CARD)
    rescore(
        CARD,
        [
            override(
                "banned_phrases",
                relabelled=(Relabelled(ref("banned_phrases", 0), "deflecting"),),
                removed=(ref("banned_phrases", 1),),
            ),
            override("empathy", levels=((3, 0),)),
        ],
        RUBRIC,
    )
    assert before == CARD


@given(st.sets(st.integers(0, len(FOUND) - 1)))
def test_rejecting_findings_is_as_if_they_had_not_been_found(rejected: set[int]) -> None:
    decisions = []
    for name in ("banned_phrases", "policy_accuracy", "language"):
        own = [index for index, each in enumerate(FOUND) if each.criterion == name]
        gone = [place for place, index in enumerate(own) if index in rejected]
        if gone:
            decisions.append(override(name, removed=tuple(ref(name, place) for place in gone)))
    expected = make(*(each for index, each in enumerate(FOUND) if index not in rejected))
    after = rescore(CARD, decisions, RUBRIC)
    assert figures(after) == figures(expected)
    for one, other in zip(after.judgements, expected["judgements"], strict=True):
        assert {**one, "confidence": 0} == {**other, "confidence": 0}


TURN = st.integers(-1, len(SAID))
PLACE = st.integers(-2, 40)


@given(
    st.lists(
        st.builds(AddedFinding, st.sampled_from(["hostile", "deflecting"]), TURN, PLACE, PLACE),
        min_size=1,
        max_size=3,
        unique=True,
    )
)
def test_every_finding_after_a_decision_lies_within_an_agents_turn(
    added: list[AddedFinding],
) -> None:
    try:
        after = rescore(CARD, [override("banned_phrases", added=tuple(added))], RUBRIC)
    except DecisionError:
        return
    for finding in after.judgement("banned_phrases")["findings"]:
        turn = CARD["turns"][finding["turn"]]
        assert turn["role"] == "agent"
        assert 0 <= finding["start"] < finding["end"] <= len(turn["text"])
        assert finding["text"] == turn["text"][finding["start"] : finding["end"]]


def judged(criterion: Any, **changes: Any) -> Json:
    decision = Decision(criterion=criterion, action="judge", **changes)
    return rescore(CARD, [decision], RUBRIC).judgement(criterion)


@pytest.mark.parametrize(
    ("criterion", "changes", "expected"),
    [
        ("banned_phrases", {"verdict": "pass"}, (100.0, "pass")),
        ("banned_phrases", {"added": (AddedFinding("hostile", 1, 0, 11),)}, (40.0, "fail")),
        ("banned_phrases", {"verdict": "not_applicable"}, (None, "not_applicable")),
        ("policy_accuracy", {"verdict": "not_applicable"}, (None, "not_applicable")),
        ("policy_accuracy", {"added": (AddedFinding("accurate", 3, 0, 5),)}, (100.0, "pass")),
        ("language", {"verdict": "pass"}, (100.0, "pass")),
        ("empathy", {"levels": ((1, 0),)}, (0.0, "fail")),
        ("empathy", {"levels": ((3, 1),)}, (60.0, "fail")),
        ("sentiment", {"sentiments": ((2, "positive"),)}, (100.0, "pass")),
        ("sentiment", {"sentiments": ((0, "positive"), (2, "neutral"))}, (56.0, "fail")),
        ("politeness", {"score": 80.0}, (80.0, "pass")),  # as the machine says: that is not told
        ("politeness", {"verdict": "pass"}, (100.0, "pass")),
    ],
)
def test_who_judges_alone_judges_without_the_machines_view(
    criterion: Any, changes: dict[str, Any], expected: tuple[Any, str]
) -> None:
    after = judged(criterion, **changes)
    assert (after["score"], after["verdict"]) == expected
    assert len(after["findings"]) == len(changes.get("added", ()))


def test_who_judges_alone_cannot_pass_an_own_critical_finding() -> None:
    with pytest.raises(DecisionError, match="critical finding"):
        judged("banned_phrases", added=(AddedFinding("hostile", 1, 0, 11),), verdict="pass")
