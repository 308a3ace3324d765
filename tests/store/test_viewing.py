from __future__ import annotations

import json
from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, reviews, viewing
from cs_qa.store.access import OPERATOR
from cs_qa.store.assignments import release
from cs_qa.store.decisions import Decision
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.users import add_user, set_active
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people
from tests.store.judged import CARD, FOUND, SAID, make, override, sampled

JUDGED = [Decision(criterion=name, action="judge", verdict="fail") for name in CRITERIA]
# What only the machine's view holds, in whatever field.
TELLS = [
    "hostile",
    "inaccurate",
    "language_mismatch",
    "Found:",
    "customer began",
    "0.9",
    "60.0",
    "Random part",
    "needs_improvement",
]


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def finish(store: Store, item: StoredItem, slot: int, user_id: str) -> None:
    if viewing.open_item(store, item.id, user_id).is_hidden:
        reviews.decide(store, item.id, slot, user_id, *JUDGED, expects=None, now=NOON)
    else:
        reviews.confirm_rest(store, item.id, slot, user_id, expects=None, now=NOON)
    reviews.finish(store, item.id, slot, user_id, now=NOON)


@pytest.mark.parametrize(
    ("is_blind", "slot", "is_finished", "is_hidden"),
    [
        (False, 1, False, False),
        (False, 1, True, False),
        (False, 2, False, True),
        (False, 2, True, False),
        (True, 1, False, True),
        (True, 1, True, False),
        (True, 2, False, True),
        (True, 2, True, False),
    ],
)
def test_whose_view_is_without_the_machine(
    is_blind: bool, slot: int, is_finished: bool, is_hidden: bool
) -> None:
    item = StoredItem(
        id=1,
        sample_id=1,
        position=0,
        transcript_id="t1",
        scorecard_id=1,
        reason="random",
        explanation="",
        is_blind=is_blind,
        slots=2,
    )
    assert viewing.hides_machine(item, slot, is_finished=is_finished) is is_hidden


def test_the_first_reviewer_sees_the_card_and_why_it_was_drawn(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    view = viewing.open_item(desk, item.id, "ann")
    assert view.card == desk.scorecard("t1")
    assert (view.slot, view.is_hidden, view.is_finished) == (1, False, False)
    assert (view.reason, view.explanation) == ("random", "Random part: 1 of 4.")
    assert view.undecided == CRITERIA
    assert (view.reviews, view.others, view.last_review) == ((), (), None)
    assert view.after is not None
    assert view.after.total == CARD["total"]


def test_the_own_decisions_show_in_the_view(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "ann", now=NOON)
    (first,) = reviews.decide(
        desk, item.id, 1, "ann", override("politeness", score=1.0), expects=None, now=NOON
    )
    (second,) = reviews.decide(
        desk, item.id, 1, "ann", override("politeness", score=2.0), expects=first.id, now=NOON
    )
    view = viewing.open_item(desk, item.id, "ann")
    assert view.reviews == (second,)
    assert view.last_review == second.id
    assert "politeness" not in view.undecided
    assert view.after is not None
    assert view.after.total == second.total_after


@pytest.mark.parametrize("about", [{"is_blind": True}, {"slots": 2}])
def test_a_hidden_view_tells_nothing_of_the_machines(desk: Store, about: dict[str, Any]) -> None:
    (item,) = sampled(desk, "t1", **about)
    if "slots" in about:
        claim(desk, item.id, "bob", now=NOON)
        last = reviews.decide(
            desk, item.id, 1, "bob", override("politeness", score=13.0), expects=None, now=NOON
        )[0].id
        reviews.confirm_rest(desk, item.id, 1, "bob", expects=last, now=NOON)
        reviews.finish(desk, item.id, 1, "bob", now=NOON)
    slot = claim(desk, item.id, "ann", now=NOON).slot
    reviews.decide(desk, item.id, slot, "ann", JUDGED[0], expects=None, now=NOON)
    view = viewing.open_item(desk, item.id, "ann")
    assert view.is_hidden
    assert (view.reason, view.explanation, view.after, view.others) == (None, None, None, ())
    shown = json.dumps(view.card) + repr((view.reviews, view.undecided))
    assert [tell for tell in [*TELLS, "13.0"] if tell in shown] == []
    assert [tell for tell in TELLS if tell not in json.dumps(CARD) + "Random part"] == []
    assert [turn["text"] for turn in view.card["turns"]] == [text for _, text, *_ in SAID]
    assert view.undecided == CRITERIA[1:]


def test_who_has_finished_sees_the_machine_and_once_all_have_each_other(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    claim(desk, item.id, "bob", now=NOON)
    finish(desk, item, 2, "bob")
    view = viewing.open_item(desk, item.id, "bob")
    assert view.card == desk.scorecard("t1")
    assert (view.is_hidden, view.is_finished, view.others) == (False, True, ())
    assert view.reviews[0].total_before == CARD["total"]
    assert viewing.open_item(desk, item.id, "ann").others == ()
    finish(desk, item, 1, "ann")
    for user_id, other in (("ann", "bob"), ("bob", "ann")):
        view = viewing.open_item(desk, item.id, user_id)
        assert {row.user_id for row in view.others} == {other}
        assert len(view.others) == len(CRITERIA)


def test_others_see_no_item_that_they_do_not_hold(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "ann", now=NOON)
    for user_id in ("bob", "amy", "eve"):
        with pytest.raises(AccessError):
            viewing.open_item(desk, item.id, user_id)
    release(desk, item.id, 1, by="ann", now=NOON)
    with pytest.raises(AccessError, match="ann may not read all"):
        viewing.open_item(desk, item.id, "ann")


def test_a_disabled_account_sees_nothing(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "ann", now=NOON)
    set_active(desk, "ann", False, by="ada")
    set_active(desk, "amy", False, by="ada")
    with pytest.raises(AccessError, match="disabled"):
        viewing.open_item(desk, item.id, "ann")
    with pytest.raises(AccessError, match="disabled"):
        viewing.open_transcript(desk, "t1", "amy")


def test_there_is_no_such_item(desk: Store) -> None:
    for user_id in ("ann", "lea"):
        with pytest.raises(InputError, match="no sampled item 99"):
            viewing.open_item(desk, 99, user_id)


def test_a_lead_sees_an_item_with_the_decisions_of_all(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2, is_blind=True)
    claim(desk, item.id, "ann", now=NOON)
    finish(desk, item, 1, "ann")
    view = viewing.open_item(desk, item.id, "lea")
    assert view.slot is None
    assert view.card == desk.scorecard("t1")
    assert {row.user_id for row in view.others} == {"ann"}
    assert not view.is_finished
    assert view.reason == "random"


def test_a_lead_who_reviews_blind_has_no_way_round(desk: Store) -> None:
    add_user(desk, "leo", name="Leo", role="lead", by=OPERATOR, now=NOON)
    (blind,) = sampled(desk, "t1", is_blind=True)
    (again,) = sampled(desk, "t1", week="2026-W48", reason="calibration", random_probability=None)
    claim(desk, blind.id, "lea", now=NOON)
    assert viewing.open_item(desk, blind.id, "lea").is_hidden
    for way in (
        lambda: viewing.open_transcript(desk, "t1", "lea"),
        lambda: viewing.open_item(desk, again.id, "lea"),
    ):
        with pytest.raises(AccessError, match="without the machine's view"):
            way()
    assert viewing.open_transcript(desk, "t1", "leo")["total"] == CARD["total"]
    finish(desk, blind, 1, "lea")
    assert viewing.open_transcript(desk, "t1", "lea")["decided"]["empathy"]["by"] == "lea"
    assert viewing.open_item(desk, again.id, "lea").slot is None


def test_a_lead_who_sees_the_machine_anyway_may_look(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "lea", now=NOON)
    assert viewing.open_transcript(desk, "t1", "lea")["total"] == CARD["total"]


def test_an_agent_sees_own_conversations_with_what_is_in_force(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    card = make(*FOUND, id_="t2")
    desk.add_scorecards(
        [card | {"agent_id": "a2"}, card | {"agent_id": None, "transcript_id": "t3"}]
    )
    claim(desk, item.id, "ann", now=NOON)
    assert viewing.open_transcript(desk, "t1", "amy")["decided"] == {}
    finish(desk, item, 1, "ann")
    assert set(viewing.open_transcript(desk, "t1", "amy")["decided"]) == set(CRITERIA)
    for transcript_id in ("t2", "t3", "t9"):
        with pytest.raises(AccessError, match=f"no conversation {transcript_id}"):
            viewing.open_transcript(desk, transcript_id, "amy")


def test_who_may_open_any_conversation(desk: Store) -> None:
    desk.add_scorecards([make(*FOUND, id_="t1")])
    assert viewing.open_transcript(desk, "t1", "lea")["transcript_id"] == "t1"
    for user_id in ("ann", "eve"):
        with pytest.raises(AccessError):
            viewing.open_transcript(desk, "t1", user_id)
    with pytest.raises(InputError, match="no conversation t9"):
        viewing.open_transcript(desk, "t9", "lea")
