"""Why a change of the evidence leaves a score where it was."""

from __future__ import annotations

from typing import Any

import pytest

from cs_qa.store.cards import Json, blank
from cs_qa.store.decisions import AddedFinding, Decision, Relabelled
from cs_qa.store.rescoring import rescore
from cs_qa.ui.review.card import Change
from cs_qa.ui.review.unmoved import why_unmoved
from tests.store.judged import CARD, RUBRIC, found, make, override, ref

BANNED: Any = "banned_phrases"
MILD = make(found("banned_phrases", "deflecting", 1, 11))
WORST = make(
    *(
        found("banned_phrases", label, turn, 3)
        for turn in (1, 3)
        for label in ("hostile", "accusatory", "deflecting", "rhetorical")
    )
)


def change(card: Json, decision: Decision) -> Change:
    after = rescore(card, [decision], RUBRIC)
    figures = {
        name: getattr(after, name)
        for name in ("qualitative", "total", "grade", "critical_failures")
    }
    return Change(card, {**card, **figures, "judgements": list(after.judgements)})


def why(decision: Decision, card: Json = CARD) -> str | None:
    return why_unmoved(change(card, decision), decision, RUBRIC)


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (
            override(BANNED, added=(AddedFinding("hostile", 1, 12, 20),)),
            "Hostile counts once a turn, and turn 2 has it elsewhere already.",
        ),
        (
            override(BANNED, removed=(ref(BANNED, 1),)),
            "Repeat request in turn 4 did not count before: the machine is 45% sure of it",
        ),
        (
            override(BANNED, relabelled=(Relabelled(ref(BANNED, 1), "accusatory"),)),
            "Repeat request in turn 4 did not count before",
        ),
        (
            override("policy_accuracy", added=(AddedFinding("unsupported", 3, 4, 11),)),
            "noted, but does not count",
        ),
        (
            override(BANNED, added=(AddedFinding("accusatory", 1, 12, 20),)),
            "A critical failure holds the qualitative score at 0",
        ),
        (override("empathy", levels=((1, 1),)), "The rubric gives the same score"),
    ],
)
def test_what_does_not_count_says_why(decision: Decision, reason: str) -> None:
    assert reason in str(why(decision))


def test_a_score_of_nought_cannot_fall() -> None:
    added = override(BANNED, added=(AddedFinding("repeat_request", 3, 4, 11),))
    assert why(added, WORST) == "The score is 0 already and cannot fall further."


@pytest.mark.parametrize(
    "decision",
    [
        override(BANNED, removed=(ref(BANNED, 0, MILD),)),
        override(BANNED, verdict="pass"),
        override(BANNED, score=10.0),
        override("empathy", levels=((1, 2),)),
    ],
)
def test_what_moves_needs_no_word(decision: Decision) -> None:
    assert why(decision, MILD) is None


def test_nothing_of_the_machine_is_told_where_it_is_hidden() -> None:
    decision = Decision(
        criterion=BANNED, action="judge", added=(AddedFinding("hostile", 1, 12, 20),)
    )
    after = rescore(CARD, [decision], RUBRIC).judgement(BANNED)
    hidden = blank(CARD)
    own = [after if each["criterion"] == BANNED else each for each in hidden["judgements"]]
    assert why_unmoved(Change(hidden, {**hidden, "judgements": own}), decision, RUBRIC) is None
