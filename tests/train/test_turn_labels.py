from __future__ import annotations

from typing import Any

import pytest

from cs_qa.rubric import Rubric
from cs_qa.store.decisions import AddedFinding, Decision, Relabelled
from cs_qa.store.rescoring import judgement_after
from cs_qa.train.turn_labels import banned_spans, labels_by_turn
from tests.store.judged import CARD, FOUND, RUBRIC, found, make, override, ref

HOSTILE = frozenset({"hostile"})
CLEAN: frozenset[str] = frozenset()

# Agent turns are 1, 3 and 5. Turn 1 is hostile; turn 3 has a finding under the least confidence.


def said(decision: Decision, card: Any = CARD, rubric: Rubric = RUBRIC) -> dict[int, Any]:
    return dict(labels_by_turn(card, decision, judgement_after(card, decision, rubric), rubric))


def confirm(criterion: Any) -> Decision:
    return Decision(criterion=criterion, action="confirm")


def judge(criterion: Any, **given: Any) -> Decision:
    return Decision(criterion=criterion, action="judge", **given)


def banned(**changes: Any) -> Decision:
    return override("banned_phrases", **changes)


ADDED = AddedFinding("deflecting", 5, 0, 2)


@pytest.mark.parametrize(
    ("decision", "labels"),
    [
        # What was found and counts is confirmed; what was found and does not count is not known.
        (confirm("banned_phrases"), {1: HOSTILE, 5: CLEAN}),
        (banned(removed=(ref("banned_phrases", 0),)), {1: CLEAN, 5: CLEAN}),
        (banned(removed=(ref("banned_phrases", 1),), added=(ADDED,)),
         {1: HOSTILE, 3: CLEAN, 5: frozenset({"deflecting"})}),
        (banned(relabelled=(Relabelled(ref("banned_phrases", 0), "accusatory"),)),
         {1: frozenset({"accusatory"}), 5: CLEAN}),
        (banned(added=(AddedFinding("rhetorical", 1, 13, 36),)),
         {1: frozenset({"hostile", "rhetorical"}), 5: CLEAN}),
        # Added by a person where the machine was unsure: now it counts.
        (banned(added=(AddedFinding("repeat_request", 3, 4, 11),)),
         {1: HOSTILE, 3: frozenset({"repeat_request"}), 5: CLEAN}),
        # Added beside what the machine was unsure of: still not known of the whole turn.
        (banned(added=(AddedFinding("deflecting", 3, 4, 11),)), {1: HOSTILE, 5: CLEAN}),
        # By hand, as the findings have it, and against them.
        (banned(score=10.0), {1: HOSTILE, 5: CLEAN}),
        (banned(removed=(ref("banned_phrases", 0),), verdict="fail"), {}),
        (banned(verdict="not_applicable", removed=(ref("banned_phrases", 0),)), {}),
        # Judged without the machine's view: what is not named is not there.
        (judge("banned_phrases", verdict="pass"), {1: CLEAN, 3: CLEAN, 5: CLEAN}),
        (judge("banned_phrases", added=(ADDED,)),
         {1: CLEAN, 3: CLEAN, 5: frozenset({"deflecting"})}),
        (judge("banned_phrases", verdict="fail"), {}),
        (judge("banned_phrases", score=60.0), {}),
    ],
)  # fmt: skip
def test_banned_labels_of_every_agent_turn(decision: Decision, labels: dict[int, Any]) -> None:
    assert said(decision) == labels


@pytest.mark.parametrize(
    ("decision", "labels"),
    [
        (confirm("empathy"), {1: 1}),
        (override("empathy", levels=((1, 2),)), {1: 2}),
        # A level on a turn that the machine did not ask about leaves the other one as it was.
        (override("empathy", levels=((3, 0),)), {1: 1, 3: 0}),
        (override("empathy", score=20.0), {}),
        (override("empathy", levels=((3, 0),), score=20.0), {3: 0}),
        (judge("empathy", levels=((3, 2),)), {3: 2}),
        (judge("empathy", verdict="pass"), {}),
        (judge("empathy", verdict="not_applicable"), {}),
        (confirm("sentiment"), {0: "negative", 2: "neutral"}),
        (override("sentiment", sentiments=((2, "negative"),)), {0: "negative", 2: "negative"}),
        (override("sentiment", verdict="fail", score=0.0), {}),
        (judge("sentiment", sentiments=((2, "positive"),)), {2: "positive"}),
        (judge("sentiment", score=100.0), {}),
    ],
)
def test_levels_and_sentiments_of_named_and_shown_turns(
    decision: Decision, labels: dict[int, Any]
) -> None:
    assert said(decision) == labels


@pytest.mark.parametrize("criterion", ["politeness", "language", "policy_accuracy"])
def test_other_criteria_say_nothing_of_a_turn(criterion: str) -> None:
    assert said(confirm(criterion)) == {}


@pytest.mark.parametrize("criterion", ["banned_phrases", "empathy", "sentiment"])
def test_what_could_not_be_judged_teaches_nothing(criterion: Any) -> None:
    assert said(confirm(criterion), make(*FOUND, failures={criterion: "Broken."})) == {}


def test_only_the_first_and_last_customer_turn_are_shown() -> None:
    turns: Any = [("customer", str(n), {"sentiment": "neutral"}) for n in range(3)]
    card = make(said=[*turns, ("agent", "Yes.", {"banned": {}})])
    assert said(confirm("sentiment"), card) == {0: "neutral", 2: "neutral"}
    assert said(confirm("empathy"), card) == {}


def test_the_rubric_says_what_counts() -> None:
    content = RUBRIC.model_dump(mode="json", by_alias=True)
    content["criteria"]["banned_phrases"]["min_confidence"]["repeat_request"] = 0.4
    content["name"] = "shop"
    lower = Rubric.model_validate(content)
    card = make(*FOUND, rubric=lower)
    labels = {1: HOSTILE, 3: frozenset({"repeat_request"}), 5: CLEAN}
    assert said(confirm("banned_phrases"), card, lower) == labels
    assert banned_spans(card["judgements"][1], lower) == {
        1: (("hostile", 0, 11),),
        3: (("repeat_request", 0, 3),),
    }
    assert banned_spans(card["judgements"][1], RUBRIC) == {1: (("hostile", 0, 11),)}


def test_labels_that_the_heads_do_not_know_are_left_out() -> None:
    card = make(found("banned_phrases", "off_brand", 3, 3))
    assert said(confirm("banned_phrases"), card) == {1: CLEAN, 3: CLEAN, 5: CLEAN}


def test_an_empty_agent_turn_has_no_label() -> None:
    card = make(said=[("customer", "Hi"), ("agent", " "), ("agent", "Hello", {"banned": {}})])
    assert said(confirm("banned_phrases"), card) == {2: CLEAN}
