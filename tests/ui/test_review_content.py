"""What is filled in about a judgement, the decision it makes, and the words that are selected."""

from __future__ import annotations

from typing import Any

import pytest

from cs_qa.store.cards import blank
from cs_qa.store.decisions import AddedFinding, DecisionError
from cs_qa.ui.decision.content import (
    EMPTY,
    find_words,
    marked_turns,
    possible_turns,
    suggested_reason,
    to_decision,
)
from cs_qa.ui.decision.span_select import to_place
from tests.store.judged import CARD, SAID, make, ref

BANNED: Any = "banned_phrases"
MOVED = [["hostile", 1, 0, 5]]


def filled(**content: Any) -> dict[str, Any]:
    return {**EMPTY, **content}


@pytest.mark.parametrize(
    ("criterion", "content", "changed"),
    [
        (BANNED, {"findings": {"0": "removed"}}, {"removed": (ref(BANNED, 0),)}),
        (BANNED, {"added": MOVED}, {"added": (AddedFinding("hostile", 1, 0, 5),)}),
        ("empathy", {"turns": {"1": 2}}, {"levels": ((1, 2),)}),
        ("sentiment", {"turns": {"2": "negative"}}, {"sentiments": ((2, "negative"),)}),
        (BANNED, {"verdict": "not_applicable"}, {"verdict": "not_applicable"}),
        ("politeness", {"score": 40.0}, {"score": 40.0}),
    ],
)
def test_what_is_filled_in_makes_a_decision(
    criterion: Any, content: dict[str, Any], changed: dict[str, Any]
) -> None:
    decision = to_decision(
        CARD, criterion, filled(**content, reason="wrong_span", comment="why"), action="override"
    )
    assert (decision.reason_code, decision.comment) == ("wrong_span", "why")
    for name, value in changed.items():
        assert getattr(decision, name) == value
    others = {"removed", "added", "relabelled", "levels", "sentiments"} - set(changed)
    assert not any(getattr(decision, name) for name in others)


def test_a_finding_gets_another_label() -> None:
    content = filled(findings={"0": "accusatory"})
    decision = to_decision(CARD, BANNED, content, action="override")
    assert [(each.finding, each.label) for each in decision.relabelled] == [
        (ref(BANNED, 0), "accusatory")
    ]


@pytest.mark.parametrize(
    ("criterion", "content"),
    [
        (BANNED, {}),
        (BANNED, {"findings": {"0": "hostile"}}),
        (BANNED, {"reason": "wrong_label", "comment": "c"}),
        ("empathy", {"turns": {"1": 1}}),
        ("sentiment", {"turns": {"0": "negative", "2": "neutral"}}),
    ],
)
def test_what_the_card_says_already_is_no_change(criterion: Any, content: dict[str, Any]) -> None:
    with pytest.raises(DecisionError, match="nothing is decided"):
        to_decision(CARD, criterion, filled(**content), action="override")


def test_who_judges_alone_needs_no_reason_and_no_change() -> None:
    content = filled(turns={"1": 1})
    decision = to_decision(blank(CARD), "empathy", content, action="judge")
    assert (decision.levels, decision.reason_code) == (((1, 1),), None)


@pytest.mark.parametrize(
    ("criterion", "content", "reason"),
    [
        (BANNED, {"findings": {"0": "removed"}}, "not_a_violation"),
        (BANNED, {"findings": {"0": "accusatory"}}, "wrong_label"),
        (BANNED, {"added": MOVED}, "missed_violation"),
        (BANNED, {"findings": {"0": "removed"}, "added": MOVED}, "wrong_span"),
        (BANNED, {"findings": {"0": "removed"}, "added": [["hostile", 3, 0, 3]]}, None),
        (BANNED, {"findings": {"0": "removed", "1": "hostile"}}, None),
        ("empathy", {"turns": {"1": 2}}, "level_too_low"),
        ("empathy", {"turns": {"1": 0}}, "level_too_high"),
        ("sentiment", {"turns": {"0": "neutral", "2": "negative"}}, None),
        (BANNED, {"verdict": "pass"}, "level_too_low"),
        (BANNED, {"score": 10.0}, "level_too_high"),
        (BANNED, {"verdict": "not_applicable"}, None),
        (BANNED, {}, None),
    ],
)
def test_the_changes_suggest_their_reason(
    criterion: Any, content: dict[str, Any], reason: str | None
) -> None:
    assert suggested_reason(CARD, criterion, filled(**content)) == reason


def test_turns_that_count_and_turns_that_can() -> None:
    assert (marked_turns(CARD, "empathy"), possible_turns(CARD, "empathy")) == ([1], [1, 3])
    assert (marked_turns(CARD, "sentiment"), possible_turns(CARD, "sentiment")) == ([0, 2], [0, 2])
    assert marked_turns(blank(CARD), "empathy") == []
    assert possible_turns(CARD, "politeness") == []


def test_without_a_customer_no_turn_can_have_a_sentiment() -> None:
    alone = make(said=[("agent", "Hello?", {"empathy": 0, "politeness": 0.5, "banned": {}})])
    assert marked_turns(alone, "sentiment") == []


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("Not my job", [(1, 0, 10)]),
        ("  not MY job ", [(1, 0, 10)]),
        ("returns take", [(3, 4, 16)]),
        ("furious", []),
        ("Thank you", []),
        ("", []),
        ("   ", []),
    ],
)
def test_words_are_found_in_what_the_agent_wrote(
    words: str, places: list[tuple[int, int, int]]
) -> None:
    assert [(f.turn, f.start, f.end) for f in find_words(CARD, words)] == places


def test_words_that_stand_in_two_turns_are_found_in_both() -> None:
    said = [("customer", "Hi", {}), ("agent", "Wait. Wait.", {}), ("agent", "Wait.", {})]
    card = {"turns": [{"turn": n, "role": r, "text": t} for n, (r, t, _) in enumerate(said)]}
    assert [(f.turn, f.start) for f in find_words(card, "Wait.")] == [(1, 0), (2, 0)]


@pytest.mark.parametrize(
    ("selected", "place"),
    [
        ({"turn": 1, "start": 0, "text": "Not my job."}, (1, 0, 11)),
        ({"turn": 1, "start": 3, "text": " my job. "}, (1, 4, 11)),
        ({"turn": 1, "start": 9, "text": "my job"}, (1, 4, 10)),
        ({"turn": 1, "start": -4, "text": "my job"}, (1, 4, 10)),
        ({"turn": 1, "start": 0, "text": "not there"}, None),
        ({"turn": 1, "start": 50, "text": "o"}, None),
        ({"turn": 0, "start": 0, "text": "Where"}, None),
        ({"turn": 4, "start": 0, "text": "Thank"}, None),
        ({"turn": 99, "start": 0, "text": "Not"}, None),
        ({"turn": -1, "start": 0, "text": "Ok"}, None),
        ({"turn": 1, "start": 0, "text": "  "}, None),
        ({"turn": "1", "start": 0, "text": "Not"}, None),
        ({"turn": True, "start": 0, "text": "Not"}, None),
        ({"turn": 1, "start": 0}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_selection_is_a_place_only_where_its_words_stand(
    selected: Any, place: tuple[int, int, int] | None
) -> None:
    found = to_place(CARD, selected)
    assert (found and (found.turn, found.start, found.end)) == place
    if found:
        assert SAID[found.turn][1][found.start : found.end].strip()
