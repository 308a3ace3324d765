from __future__ import annotations

from datetime import timedelta

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.appeal_views import (
    appealable,
    appealed_criteria,
    open_appeal,
    preview_appeal,
)
from cs_qa.store.appeals import WINDOW, StoredAppeal, decide_appeal, list_appeals, raise_appeal
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.queue import claim
from cs_qa.store.users import add_user
from tests.store.desk import NOON, add_people
from tests.store.judged import CARD, FOUND, make, override, ref, sampled

LATER = NOON + timedelta(days=2)
REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))


@pytest.fixture
def desk(store: Store) -> Store:
    """A reviewed conversation of amy's; leo is a second lead."""
    add_people(store)
    add_user(store, "leo", name="Leo", role="lead", by=OPERATOR, now=NOON)
    add_user(store, "ben", name="Ben", role="agent", agent_id="b2", by=OPERATOR, now=NOON)
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    return store


def appeal(store: Store, criterion: str | None = "banned_phrases") -> StoredAppeal:
    return raise_appeal(store, "t1", "amy", "It was a joke.", criterion=criterion, now=NOON)


def answer(store: Store, of: StoredAppeal, *decisions: Decision) -> StoredAppeal:
    outcome = "upheld" if decisions else "rejected"
    return decide_appeal(
        store,
        of.id,
        "lea",
        outcome,  # type: ignore[arg-type]
        answer="Heard again.",
        decisions=decisions,
        now=LATER,
    )


def test_a_review_sets_the_window_else_the_score(desk: Store) -> None:
    desk.add_scorecards([make(*FOUND, id_="t2")])
    found = {each.transcript_id: each for each in appealable(desk, "amy", now=NOON)}
    assert (found["t1"].until, found["t1"].is_reviewed) == (NOON + WINDOW, True)
    assert (found["t1"].total, found["t1"].agent_id) == (CARD["total"], "a1")
    assert not found["t2"].is_reviewed


@pytest.mark.parametrize(
    ("after", "ids"),
    [(WINDOW, ["t1"]), (WINDOW + timedelta(seconds=1), [])],
)
def test_what_can_be_appealed_is_what_may_be_raised(
    desk: Store, after: timedelta, ids: list[str]
) -> None:
    at = NOON + after
    assert [each.transcript_id for each in appealable(desk, "amy", now=at)] == ids
    if ids:
        raise_appeal(desk, "t1", "amy", "It was a joke.", now=at)
    else:
        with pytest.raises(InputError, match="is over"):
            raise_appeal(desk, "t1", "amy", "It was a joke.", now=at)


def test_an_agent_is_told_of_own_conversations_only(desk: Store) -> None:
    assert appealable(desk, "ben", now=NOON) == []
    with pytest.raises(AccessError):
        appealable(desk, "ann", now=NOON)


def test_what_was_appealed_is_named(desk: Store) -> None:
    appeal(desk)
    appeal(desk, None)
    assert appealed_criteria(desk, "t1") == {"banned_phrases", None}
    assert appealed_criteria(desk, "t2") == frozenset()


def test_an_open_appeal_shows_what_is_in_force(desk: Store) -> None:
    view = open_appeal(desk, appeal(desk).id, "lea")
    assert view.before.total == CARD["total"]
    assert view.card["judgements"] == CARD["judgements"]
    assert view.refusal == ""


def test_an_answered_appeal_keeps_the_figures_before_it(desk: Store) -> None:
    raised = appeal(desk)
    decided = answer(desk, raised, REJECT)
    view = open_appeal(desk, raised.id, "amy")
    assert view.before.total == CARD["total"]
    assert view.before.total != decided.total_after
    # What is decided later changes nothing of what was before.
    later = raise_appeal(desk, "t1", "amy", "And this.", criterion="politeness", now=LATER)
    polite = override("politeness", score=10.0)
    decide_appeal(
        desk,
        later.id,
        "lea",
        "partly",
        answer="Worse.",
        decisions=[polite],
        now=LATER + timedelta(hours=1),
    )
    assert open_appeal(desk, raised.id, "lea").before == view.before
    assert open_appeal(desk, later.id, "lea").before.total == decided.total_after


def test_a_later_adjudication_is_not_before(desk: Store) -> None:
    raised = appeal(desk)
    answer(desk, raised)
    polite = override("politeness", score=10.0)
    adjudicate(desk, 1, "leo", polite, reason="So.", expects=None, now=LATER + timedelta(hours=1))
    assert open_appeal(desk, raised.id, "lea").before.total == CARD["total"]


def test_a_preview_is_what_the_answer_makes_and_stores_nothing(desk: Store) -> None:
    raised = appeal(desk)
    after = preview_appeal(desk, raised.id, "lea", [REJECT])
    assert list_appeals(desk, "lea")[0].state == "open"
    assert after.total == answer(desk, raised, REJECT).total_after


@pytest.mark.parametrize("user", ["amy", "ann", "nobody"])
def test_only_who_decides_may_preview(desk: Store, user: str) -> None:
    raised = appeal(desk)
    with pytest.raises(AccessError):
        preview_appeal(desk, raised.id, user, [REJECT])


def test_a_preview_refuses_what_does_not_hold(desk: Store) -> None:
    raised = appeal(desk)
    wrong = override("empathy", levels=((0, 1),))
    with pytest.raises(DecisionError):
        preview_appeal(desk, raised.id, "lea", [wrong])


def test_who_reviewed_or_adjudicated_is_told_why_not(desk: Store) -> None:
    raised = appeal(desk)
    polite = override("politeness", score=10.0)
    adjudicate(desk, 1, "leo", polite, reason="So.", expects=None, now=NOON)
    assert "leo adjudicated t1" in open_appeal(desk, raised.id, "leo").refusal
    assert open_appeal(desk, raised.id, "lea").refusal == ""
    assert "may not decide appeal" in open_appeal(desk, raised.id, "amy").refusal


def test_others_appeals_cannot_be_opened(desk: Store) -> None:
    raised = appeal(desk)
    with pytest.raises(InputError, match="no appeal"):
        open_appeal(desk, raised.id, "ben")
    with pytest.raises(AccessError):
        open_appeal(desk, raised.id, "ann")
    with pytest.raises(InputError, match="no appeal"):
        open_appeal(desk, raised.id + 1, "lea")


def test_a_blind_reviewer_cannot_look_through_an_appeal(desk: Store) -> None:
    raised = appeal(desk)
    (again,) = sampled(desk, "t1", week="2026-W48", reason="calibration", is_blind=True)
    claim(desk, again.id, "lea", now=LATER)
    with pytest.raises(AccessError, match="without the machine's view"):
        open_appeal(desk, raised.id, "lea")
