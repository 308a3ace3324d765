from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, reviews
from cs_qa.store.assignments import release
from cs_qa.store.decisions import Decision
from cs_qa.store.listing import (
    ListedSlot,
    SlotFilter,
    Week,
    claimed_slots,
    count_open_slots,
    finished_slots,
    finished_transcripts,
    held_slots,
    list_weeks,
    open_slots,
    open_values,
    unseen_transcripts,
    week_of,
)
from cs_qa.store.queue import claim, claim_next
from cs_qa.types import CRITERIA
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people, draw, minutes
from tests.store.judged import sampled


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def places(slots: list[ListedSlot]) -> list[tuple[str, int]]:
    return [(each.transcript_id, each.slot) for each in slots]


def finish(store: Store, item_id: int, slot: int, user_id: str) -> None:
    judged = [Decision(criterion=name, action="judge", score=80.0) for name in CRITERIA]
    if slot == 1:
        reviews.confirm_rest(store, item_id, slot, user_id, expects=None, now=NOON)
    else:
        reviews.decide(store, item_id, slot, user_id, *judged, expects=None, now=NOON)
    reviews.finish(store, item_id, slot, user_id, now=NOON)


def test_an_open_slot_tells_of_its_conversation(desk: Store) -> None:
    (item,) = draw(desk, 1)
    (slot,) = open_slots(desk, "ann", now=NOON)
    assert (slot.item_id, slot.slot, slot.week, slot.number) == (item.id, 1, "2026-W47", 1)
    about = (slot.agent, slot.language, slot.channel, slot.turn_count)
    assert about == ("a1", "en", "chat", 2)
    assert (slot.reason, slot.is_blind, slot.user_id) == ("random", False, None)


@pytest.mark.parametrize(
    ("of_item", "reason"),
    [
        ({"reason": "risk", "random_probability": None}, "risk"),
        ({"reason": "risk", "random_probability": None, "is_blind": True}, "hidden"),
        ({"reason": "risk", "random_probability": None, "slots": 2}, "hidden"),
    ],
)
def test_why_an_item_was_drawn_is_hidden_where_its_reviewer_must_not_know(
    desk: Store, of_item: dict[str, Any], reason: str
) -> None:
    draw(desk, 1, **of_item)
    (slot,) = open_slots(desk, "ann", now=NOON)
    assert slot.reason == reason
    assert open_values(desk, "ann", now=NOON)["reason"] == [reason]
    matching = {
        name: count_open_slots(desk, "ann", SlotFilter(reason=name), now=NOON)
        for name in ("risk", "hidden", "random")
    }
    assert matching == {"risk": 0, "hidden": 0, "random": 0} | {reason: 1}


def test_an_item_is_listed_once_with_the_slot_that_a_claim_gives(desk: Store) -> None:
    (item,) = draw(desk, 1, slots=2)
    assert places(open_slots(desk, "ann", now=NOON)) == [("t0", 1)]
    claim(desk, item.id, "ann", now=NOON)
    assert open_slots(desk, "ann", now=NOON) == []
    assert places(open_slots(desk, "bob", now=NOON)) == [("t0", 2)]


def test_who_held_a_slot_is_listed_that_one_again(desk: Store) -> None:
    (item,) = draw(desk, 1, slots=2)
    claim(desk, item.id, "ann", now=NOON)
    claim(desk, item.id, "bob", now=NOON)
    release(desk, item.id, 1, by="ann", now=NOON)
    release(desk, item.id, 2, by="bob", now=NOON)
    for user, slot in (("ann", 1), ("bob", 2)):
        assert places(open_slots(desk, user, now=NOON)) == [("t0", slot)]
        claimed = claim_next(desk, user, now=NOON)
        assert claimed is not None
        assert claimed.slot == slot
        release(desk, item.id, slot, by=user, now=NOON)


def test_claims_leave_the_list_and_come_back_with_time(desk: Store) -> None:
    first, *_ = draw(desk, 3)
    claim(desk, first.id, "ann", now=NOON)
    assert places(open_slots(desk, "bob", now=minutes(29))) == [("t1", 1), ("t2", 1)]
    assert count_open_slots(desk, "bob", now=minutes(29)) == 2
    assert count_open_slots(desk, "bob", now=minutes(31)) == 3


def test_filters_and_pages(desk: Store) -> None:
    draw(desk, 4)
    sample_id = 1
    everything = open_slots(desk, "ann", now=NOON)
    paged = open_slots(desk, "ann", limit=2, offset=2, now=NOON)
    assert paged == everything[2:]
    for where, count in [
        (SlotFilter(sample_id=sample_id), 4),
        (SlotFilter(sample_id=9), 0),
        (SlotFilter(agent="a1"), 4),
        (SlotFilter(agent="a9"), 0),
        (SlotFilter(language="en", channel="chat", reason="random"), 4),
        (SlotFilter(language="fr"), 0),
        (SlotFilter(channel="email"), 0),
    ]:
        assert count_open_slots(desk, "ann", where, now=NOON) == count, where
        assert len(open_slots(desk, "ann", where, now=NOON)) == count, where


def test_the_values_are_those_of_the_sample(desk: Store) -> None:
    draw(desk, 2)
    assert open_values(desk, "ann", sample_id=1, now=NOON) == {
        "agent": ["a1"],
        "language": ["en"],
        "channel": ["chat"],
        "reason": ["random"],
    }
    assert not any(open_values(desk, "ann", sample_id=2, now=NOON).values())


@pytest.mark.parametrize("read", [open_slots, count_open_slots, open_values])
def test_agents_see_no_queue(desk: Store, read: Any) -> None:
    with pytest.raises(AccessError, match="may not review"):
        read(desk, "amy")


def test_own_claims_and_finished_ones(desk: Store) -> None:
    items = sampled(desk, "t1", "t2", "t3")
    for item in items[:2]:
        claim(desk, item.id, "ann", now=NOON)
    finish(desk, items[0].id, 1, "ann")
    assert places(held_slots(desk, "ann")) == [("t2", 1)]
    assert places(finished_slots(desk, "ann")) == [("t1", 1)]
    assert finished_slots(desk, "ann", limit=0) == []
    assert held_slots(desk, "bob") == finished_slots(desk, "bob") == []
    assert finished_transcripts(desk, 1) == {"t1"}
    assert finished_transcripts(desk, 2) == frozenset()


def test_leads_see_running_claims_the_first_to_end_first(desk: Store) -> None:
    items = draw(desk, 3)
    claim(desk, items[2].id, "bob", now=NOON)
    claim(desk, items[0].id, "ann", now=minutes(10))
    claimed = claimed_slots(desk, "lea", now=minutes(15))
    assert [(each.transcript_id, each.user_id) for each in claimed] == [
        ("t2", "bob"),
        ("t0", "ann"),
    ]
    assert places(claimed_slots(desk, "lea", now=minutes(35))) == [("t0", 1)]
    with pytest.raises(AccessError, match="release any"):
        claimed_slots(desk, "ann", now=NOON)


@pytest.mark.parametrize(
    ("of_item", "hidden"),
    [({}, set()), ({"is_blind": True}, {"t1"}), ({"slots": 2}, set())],
)
def test_what_a_reviewer_must_not_see_yet(
    desk: Store, of_item: dict[str, Any], hidden: set[str]
) -> None:
    (item,) = sampled(desk, "t1", **of_item)
    assert unseen_transcripts(desk, "lea") == frozenset()
    claim(desk, item.id, "lea", now=NOON)
    assert unseen_transcripts(desk, "lea") == hidden


def test_the_second_slot_hides_until_it_is_finished(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    claim(desk, item.id, "lea", now=NOON)
    assert unseen_transcripts(desk, "lea") == {"t1"}
    finish(desk, item.id, 2, "lea")
    assert unseen_transcripts(desk, "lea") == frozenset()


def test_weeks_latest_first_with_what_was_drawn(desk: Store) -> None:
    draw(desk, 2)
    week = 60 * 24 * 7
    desk.add_scorecards(
        [make_card("n1", minutes=week), make_card("n2"), make_card("n3", minutes=None)]
    )
    assert list_weeks(desk) == [Week("2026-W48", 1, 0), Week("2026-W47", 3, 2)]


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 11, 16, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 15, 23, 59, tzinfo=UTC), "2026-W46"),
        (datetime.fromisoformat("2026-11-16T00:30:00+01:00"), "2026-W46"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-W53"),
    ],
)
def test_weeks_are_utc(at: datetime, week: str) -> None:
    assert week_of(at) == week


def test_a_time_without_zone_is_in_no_week() -> None:
    with pytest.raises(InputError, match="time zone"):
        week_of(datetime(2026, 11, 16))
