from __future__ import annotations

from datetime import datetime

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, audit
from cs_qa.store.access import OPERATOR
from cs_qa.store.assignments import (
    Assignment,
    find_assignment,
    held_by,
    hold,
    mark_done,
    of_item,
    release,
)
from cs_qa.store.queue import claim, claim_next, count_queue
from cs_qa.store.transactions import reading, writing
from cs_qa.store.users import add_user, set_active
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people, draw, minutes


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def taken(assignment: Assignment | None) -> tuple[int, int] | None:
    return None if assignment is None else (assignment.item_id, assignment.slot)


def renew(store: Store, item_id: int, slot: int, user_id: str, at: float) -> Assignment:
    with writing(store, "The test") as connection:
        return hold(connection, item_id, slot, user_id, now=minutes(at))


def finish(store: Store, item_id: int, slot: int, user_id: str) -> Assignment:
    with writing(store, "The test") as connection:
        held = hold(connection, item_id, slot, user_id, now=NOON)
        return mark_done(connection, held, now=NOON)


def test_claims_follow_the_draw_until_nothing_is_left(desk: Store) -> None:
    first, second = draw(desk, 2)
    one = claim_next(desk, "ann", now=NOON)
    assert one is not None
    assert (one.item_id, one.slot, one.user_id) == (first.id, 1, "ann")
    assert (one.claimed_at, one.lease_until, one.done_at) == (NOON, minutes(30), None)
    assert taken(claim_next(desk, "bob", now=NOON)) == (second.id, 1)
    assert claim_next(desk, "lea", now=NOON) is None


def test_a_sample_has_a_queue_of_its_own(desk: Store) -> None:
    draw(desk, 2)
    later = draw(desk, 1, prefix="u")[0]
    assert count_queue(desk, sample_id=later.sample_id, now=NOON).open == 1
    assert count_queue(desk, now=NOON).open == 3
    assert taken(claim_next(desk, "ann", sample_id=later.sample_id, now=NOON)) == (later.id, 1)
    assert claim_next(desk, "bob", sample_id=later.sample_id, now=NOON) is None
    assert claim_next(desk, "bob", sample_id=999, now=NOON) is None


def test_an_expired_lease_returns_to_the_queue(desk: Store) -> None:
    item = draw(desk, 1)[0]
    held = claim_next(desk, "ann", now=NOON)
    assert held is not None
    assert held.state(minutes(29.9)) == "claimed"
    assert claim_next(desk, "bob", now=minutes(29.9)) is None
    assert held.state(minutes(30)) == "open"
    assert count_queue(desk, now=minutes(30)).open == 1
    assert taken(claim_next(desk, "bob", now=minutes(30))) == (item.id, 1)
    with pytest.raises(AccessError, match="ann does not hold slot 1 of item"):
        renew(desk, item.id, 1, "ann", 31)


def test_a_decision_renews_the_lease(desk: Store) -> None:
    item = draw(desk, 1)[0]
    claim_next(desk, "ann", now=NOON)
    assert renew(desk, item.id, 1, "ann", 20).lease_until == minutes(50)
    assert claim_next(desk, "bob", now=minutes(40)) is None


def test_the_last_holder_goes_on_where_nobody_else_claimed(desk: Store) -> None:
    item = draw(desk, 1)[0]
    claim_next(desk, "ann", now=NOON)
    assert renew(desk, item.id, 1, "ann", 60).lease_until == minutes(90)
    assert claim_next(desk, "bob", now=minutes(61)) is None


def test_what_nobody_or_another_holds_cannot_be_written(desk: Store) -> None:
    item = draw(desk, 1)[0]
    with pytest.raises(AccessError, match="ann does not hold slot 1"):
        renew(desk, item.id, 1, "ann", 0)
    claim_next(desk, "ann", now=NOON)
    for item_id, slot, user_id in ((item.id, 1, "bob"), (item.id, 2, "ann"), (999, 1, "ann")):
        with pytest.raises(AccessError, match="does not hold"):
            renew(desk, item_id, slot, user_id, 0)
    set_active(desk, "ann", False, by="ada")
    with pytest.raises(AccessError, match="is disabled"):
        renew(desk, item.id, 1, "ann", 0)


def test_a_finished_slot_stays_finished(desk: Store) -> None:
    item = draw(desk, 1)[0]
    claim_next(desk, "ann", now=NOON)
    done = finish(desk, item.id, 1, "ann")
    assert (done.state(minutes(99)), done.user_id) == ("done", "ann")
    assert claim_next(desk, "bob", now=minutes(99)) is None
    assert count_queue(desk, now=minutes(99)).done == 1
    assert held_by(desk, "ann") == []
    with pytest.raises(AccessError, match="is finished"):
        renew(desk, item.id, 1, "ann", 1)
    with pytest.raises(AccessError, match="is not claimed"):
        release(desk, item.id, 1, by="ann")


def test_two_people_review_an_item_of_two_slots(desk: Store) -> None:
    item = draw(desk, 1, slots=2)[0]
    assert taken(claim_next(desk, "ann", now=NOON)) == (item.id, 1)
    assert claim_next(desk, "ann", now=NOON) is None
    assert taken(claim_next(desk, "bob", now=NOON)) == (item.id, 2)
    with reading(desk) as connection:
        assert [(each.slot, each.user_id) for each in of_item(connection, item.id)] == [
            (1, "ann"),
            (2, "bob"),
        ]


def test_who_held_one_slot_never_gets_the_other(desk: Store) -> None:
    item = draw(desk, 1, slots=2)[0]
    claim_next(desk, "ann", now=NOON)
    assert taken(claim_next(desk, "bob", now=minutes(30))) == (item.id, 1)
    finish(desk, item.id, 1, "bob")
    assert claim_next(desk, "ann", now=minutes(31)) is None
    with pytest.raises(AccessError, match=r"No slot of item .* is open to ann"):
        claim(desk, item.id, "ann", now=minutes(31))
    assert taken(claim_next(desk, "lea", now=minutes(31))) == (item.id, 2)


def test_a_slot_may_be_claimed_again_by_who_lost_it(desk: Store) -> None:
    item = draw(desk, 1, slots=2)[0]
    claim_next(desk, "ann", now=NOON)
    release(desk, item.id, 1, by="ann", now=NOON)
    assert taken(claim_next(desk, "ann", now=minutes(1))) == (item.id, 1)


def test_nobody_gets_a_conversation_of_their_own(desk: Store) -> None:
    add_user(desk, "al", name="Al", role="inspector", agent_id="a1", by="ada")
    add_user(desk, "di", name="Di", role="inspector", agent_id="a9", by="ada")
    item = draw(desk, 1)[0]
    assert claim_next(desk, "al", now=NOON) is None
    with pytest.raises(AccessError, match="the conversation itself"):
        claim(desk, item.id, "al", now=NOON)
    assert taken(claim_next(desk, "di", now=NOON)) == (item.id, 1)


def test_a_conversation_without_an_agent_is_open_to_everyone(desk: Store) -> None:
    add_user(desk, "al", name="Al", role="inspector", agent_id="a1", by="ada")
    desk.add_scorecards([make_card("t0", about={"agent_id": None})])
    item = draw(desk, 1)[0]
    assert taken(claim_next(desk, "al", now=NOON)) == (item.id, 1)


def test_a_chosen_item(desk: Store) -> None:
    _, second = draw(desk, 2)
    assert taken(claim(desk, second.id, "ann", now=NOON)) == (second.id, 1)
    again = claim(desk, second.id, "ann", now=minutes(10))
    assert (again.claimed_at, again.lease_until) == (NOON, minutes(40))
    with pytest.raises(AccessError, match="No slot of item"):
        claim(desk, second.id, "bob", now=minutes(20))
    with pytest.raises(InputError, match="no sampled item 999"):
        claim(desk, 999, "ann", now=NOON)


@pytest.mark.parametrize("login", ["amy", "nobody", OPERATOR])
def test_not_everyone_may_claim(desk: Store, login: str) -> None:
    item = draw(desk, 1)[0]
    with pytest.raises(AccessError):
        claim_next(desk, login, now=NOON)
    with pytest.raises(AccessError):
        claim(desk, item.id, login, now=NOON)
    assert count_queue(desk, now=NOON).open == 1


def test_a_claim_is_given_back_by_its_holder_or_a_lead(desk: Store) -> None:
    item = draw(desk, 1)[0]
    for by in ("ann", "lea", OPERATOR):
        claim_next(desk, "ann", now=NOON)
        release(desk, item.id, 1, by=by, now=NOON)
        assert count_queue(desk, now=NOON).open == 1
        with reading(desk) as connection:
            freed = find_assignment(connection, item.id, 1)
        assert freed is not None
        assert (freed.user_id, freed.claimed_at, freed.lease_until) == (None, None, None)


def test_nobody_else_gives_a_claim_back(desk: Store) -> None:
    item = draw(desk, 1)[0]
    claim_next(desk, "ann", now=NOON)
    for by in ("bob", "amy"):
        with pytest.raises(AccessError, match="may not release any"):
            release(desk, item.id, 1, by=by)
    with pytest.raises(AccessError, match="is not claimed"):
        release(desk, item.id, 2, by="lea")
    assert [taken(held) for held in held_by(desk, "ann")] == [(item.id, 1)]


def test_a_time_without_a_zone_is_refused(desk: Store) -> None:
    draw(desk, 1)
    with pytest.raises(ValueError, match="needs a time zone"):
        claim_next(desk, "ann", now=datetime(2026, 11, 23, 12))
    assert count_queue(desk, now=NOON).open == 1


def test_claims_and_releases_are_in_the_audit_log(desk: Store) -> None:
    item = draw(desk, 1)[0]
    claim_next(desk, "ann", now=NOON)
    claim(desk, item.id, "ann", now=NOON)
    release(desk, item.id, 1, by="lea", now=NOON)
    rows = audit.entries(desk, "lea", subject=f"item/{item.id}/1")
    assert [(row.verb, row.user_id, row.detail) for row in rows] == [
        ("release", "lea", {"held_by": "ann"}),
        ("claim", "ann", {}),
    ]
