from __future__ import annotations

import pytest

from cs_qa.errors import AccessError
from cs_qa.store import Store, adjudications, results, reviews
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.second_reviews import Rating, preview_adjudication, ratings, second_reviews
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import CARD, sampled

JUDGED = [Decision(criterion=name, action="judge", verdict="fail") for name in CRITERIA]


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def review(store: Store, item: StoredItem, slot: int, user: str, *, blind: bool = False) -> None:
    claim(store, item.id, user, now=NOON)
    if slot == 2 or blind:
        reviews.decide(store, item.id, slot, user, *JUDGED, expects=None, now=NOON)
    else:
        reviews.confirm_rest(store, item.id, slot, user, expects=None, now=NOON)
    reviews.finish(store, item.id, slot, user, now=NOON)


def test_progress_of_items_that_are_reviewed_twice(desk: Store) -> None:
    first, second, _ = sampled(desk, "t1", "t2", "t3", slots=2)
    sampled(desk, "once", week="2026-W48")
    review(desk, first, 1, "ann")
    review(desk, first, 2, "bob")
    claim(desk, second.id, "ann", now=NOON)
    listed = second_reviews(desk, "lea", now=minutes(1))
    assert [each.transcript_id for each in listed] == ["t1", "t2", "t3"]
    assert [[slot.state for slot in each.slots] for each in listed] == [
        ["done", "done"],
        ["claimed", "open"],
        ["open", "open"],
    ]
    assert [each.is_finished for each in listed] == [True, False, False]
    assert [slot.user_id for slot in listed[0].slots] == ["ann", "bob"]
    assert listed[0].slots[1].done_at == NOON
    assert (listed[0].week, listed[0].language, listed[0].agent_id) == ("2026-W47", "en", "a1")


def test_a_lease_that_ran_out_is_open_and_nobodys(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    slot = second_reviews(desk, "lea", now=minutes(31))[0].slots[0]
    assert (slot.state, slot.user_id) == ("open", None)


def test_a_sample_narrows(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    sampled(desk, "t2", slots=2, week="2026-W48")
    review(desk, item, 1, "ann")
    assert [each.item_id for each in second_reviews(desk, "lea", sample_id=item.sample_id)] == [
        item.id
    ]
    assert {each.item_id for each in ratings(desk, "lea", sample_id=item.sample_id)} == {item.id}
    assert ratings(desk, "lea", sample_id=item.sample_id + 1) == []


def by_criterion(found: list[Rating], slot: int) -> dict[str, Rating]:
    return {each.criterion: each for each in found if each.slot == slot}


def test_ratings_hold_the_review_beside_the_machine(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    review(desk, item, 1, "ann")
    review(desk, item, 2, "bob")
    found = ratings(desk, "lea")
    first, second = by_criterion(found, 1), by_criterion(found, 2)
    assert list(first) == list(second) == [each["criterion"] for each in CARD["judgements"]]
    for machine in CARD["judgements"]:
        own, blind = first[machine["criterion"]], second[machine["criterion"]]
        assert (own.verdict, own.score) == (machine["verdict"], machine["score"])
        assert (blind.verdict, blind.machine_verdict) == ("fail", machine["verdict"])
        assert own.is_decided is (machine["verdict"] != "not_applicable")
        assert own.shown_machine
        assert blind.is_decided
        assert not blind.shown_machine


def test_only_finished_reviews_and_what_stands_in_them_count(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    passed = Decision(criterion="banned_phrases", action="confirm")
    row = reviews.decide(desk, item.id, 1, "ann", passed, expects=None, now=NOON)[0]
    assert ratings(desk, "lea") == []
    undo = reviews.undo(desk, item.id, 1, "ann", "banned_phrases", expects=row.id, now=NOON)
    changed = Decision(
        criterion="banned_phrases", action="override", score=45.0, reason_code="level_too_low"
    )
    last = reviews.decide(desk, item.id, 1, "ann", changed, expects=undo.id, now=NOON)[-1]
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=last.id, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    assert by_criterion(ratings(desk, "lea"), 1)["banned_phrases"].score == 45.0


def test_a_blind_first_review_is_told_apart(desk: Store) -> None:
    (item,) = sampled(desk, "t1", is_blind=True)
    review(desk, item, 1, "ann", blind=True)
    assert not any(each.shown_machine for each in ratings(desk, "lea"))


@pytest.mark.parametrize("user", ["ann", "amy", "nobody"])
def test_only_leads_compare(desk: Store, user: str) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    for verb in (second_reviews, ratings):
        with pytest.raises(AccessError):
            verb(desk, user)
    with pytest.raises(AccessError):
        preview_adjudication(desk, item.id, user, JUDGED[0])


def test_a_preview_is_what_the_adjudication_makes_and_stores_nothing(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    review(desk, item, 1, "ann")
    review(desk, item, 2, "bob")
    before, after = preview_adjudication(desk, item.id, "lea", JUDGED[0])
    assert adjudications.adjudications_of(desk, item.id) == []
    stored = adjudicate(desk, item.id, "lea", JUDGED[0], reason="So.", expects=None, now=NOON)
    assert (before.total, after.total) == (stored.total_before, stored.total_after)
    now = results.current(desk, "t1")
    assert now is not None
    assert now.total == after.total


def test_a_preview_refuses_what_does_not_hold(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    wrong = Decision(criterion="empathy", action="judge", levels=((0, 1),))
    with pytest.raises(DecisionError):
        preview_adjudication(desk, item.id, "lea", wrong)
