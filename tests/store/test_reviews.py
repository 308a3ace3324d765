from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, select

from cs_qa.errors import AccessError, InputError, StaleError, StoreError
from cs_qa.store import Store, audit, open_store, reviews
from cs_qa.store.assignments import LEASE, release
from cs_qa.store.decisions import AddedFinding, Decision, DecisionError
from cs_qa.store.desk_schema import reviews as table
from cs_qa.store.drafts import draft, save_draft
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.transactions import reading
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import CARD, FOUND, make, override, ref, sampled

CONFIRM = Decision(criterion="empathy", action="confirm")
REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),), comment="Ironic.")
JUDGE: dict[str, Decision] = {
    name: Decision(criterion=name, action="judge", verdict="pass") for name in CRITERIA
}


@pytest.fixture
def item(store: Store) -> StoredItem:
    """An item whose slot 1 ann holds."""
    add_people(store)
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    return item


@pytest.fixture
def blind(store: Store) -> StoredItem:
    """A blind item whose slot 1 ann holds."""
    add_people(store)
    (item,) = sampled(store, "t1", is_blind=True)
    claim(store, item.id, "ann", now=NOON)
    return item


def decide(store: Store, item: StoredItem, *decisions: Decision, **given: Any) -> Any:
    about = {"slot": 1, "user_id": "ann", "expects": None, "now": NOON} | given
    slot, user_id = about.pop("slot"), about.pop("user_id")
    return reviews.decide(store, item.id, slot, user_id, *decisions, **about)


def count(store: Store) -> int:
    with reading(store) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_confirmed_judgement_keeps_its_score(store: Store, item: StoredItem) -> None:
    (row,) = decide(store, item, CONFIRM)
    assert (row.action, row.criterion, row.user_id, row.at) == ("confirm", "empathy", "ann", NOON)
    assert (row.score_before, row.score_after) == (60.0, 60.0)
    assert row.total_before == row.total_after == CARD["total"]
    assert row.shown_machine
    assert row.decision == CONFIRM
    assert (row.rubric, row.scorecard_id) == ("default@1", item.scorecard_id)


def test_an_override_changes_the_scores_with_it(store: Store, item: StoredItem) -> None:
    (row,) = decide(store, item, REJECT)
    assert (row.score_before, row.score_after) == (40.0, 100.0)
    assert (row.total_before, row.total_after) == (CARD["total"], make(*FOUND[1:])["total"])
    assert (row.reason_code, row.comment) == ("wrong_label", "Ironic.")
    assert row.judgement is not None
    assert [each["label"] for each in row.judgement["findings"]] == ["repeat_request"]
    assert reviews.reviews_of(store, "t1") == [row]


def test_a_later_decision_counts_on_from_the_earlier(store: Store, item: StoredItem) -> None:
    (first,) = decide(store, item, REJECT)
    (second,) = decide(store, item, override("politeness", score=10.0), expects=first.id)
    assert second.total_before == first.total_after
    assert second.total_after < second.total_before
    (third,) = decide(
        store, item, override("banned_phrases", score=20.0), expects=second.id, now=minutes(1)
    )
    assert (third.score_before, third.score_after) == (100.0, 20.0)
    assert [row.id for row in reviews.reviews_of(store, "t1")] == [first.id, second.id, third.id]


def test_every_row_has_its_row_in_the_audit_log(store: Store, item: StoredItem) -> None:
    (row,) = decide(store, item, REJECT)
    reviews.undo(store, item.id, 1, "ann", "banned_phrases", expects=row.id, now=NOON)
    newest, override_, *_ = audit.entries(store, "lea", subject=f"item/{item.id}/1")
    assert (newest.verb, newest.detail["undoes"]) == ("undo", row.id)
    assert (override_.verb, override_.user_id, override_.at) == ("override", "ann", NOON)
    assert override_.detail["score_after"] == 100.0
    assert override_.detail["total_after"] == row.total_after
    assert audit.verify(store).is_intact


def test_an_undo_is_a_row_and_the_decision_before_stands_again(
    store: Store, item: StoredItem
) -> None:
    (first,) = decide(store, item, override("politeness", score=10.0))
    (second,) = decide(store, item, override("politeness", score=20.0), expects=first.id)
    undone = reviews.undo(
        store, item.id, 1, "ann", "politeness", expects=second.id, comment="Slip.", now=NOON
    )
    assert (undone.action, undone.undoes, undone.decision) == ("undo", second.id, None)
    assert (undone.score_before, undone.score_after) == (20.0, 10.0)
    assert undone.comment == "Slip."
    again = reviews.undo(store, item.id, 1, "ann", "politeness", expects=undone.id, now=NOON)
    assert (again.undoes, again.score_after) == (first.id, 80.0)
    assert again.total_after == CARD["total"]
    with pytest.raises(InputError, match="Nothing is decided on politeness"):
        reviews.undo(store, item.id, 1, "ann", "politeness", expects=again.id, now=NOON)
    assert count(store) == 4


@pytest.mark.parametrize("expects", [0, 1, 99])
def test_the_first_decision_expects_none(store: Store, item: StoredItem, expects: int) -> None:
    with pytest.raises(StaleError, match="its last decision is none"):
        decide(store, item, CONFIRM, expects=expects)
    assert count(store) == 0


def test_a_key_pressed_twice_decides_once(store: Store, item: StoredItem) -> None:
    (row,) = decide(store, item, CONFIRM)
    with pytest.raises(StaleError, match=f"its last decision is {row.id}, not none"):
        decide(store, item, override("politeness", score=1.0))
    with pytest.raises(StaleError):
        reviews.undo(store, item.id, 1, "ann", "empathy", expects=None, now=NOON)
    with pytest.raises(StaleError):
        reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    assert count(store) == 1


def test_all_of_several_decisions_are_stored_or_none(store: Store, item: StoredItem) -> None:
    wrong = override("banned_phrases", added=(AddedFinding("hostile", 0, 0, 1),))
    with pytest.raises(DecisionError, match="of the customer"):
        decide(store, item, CONFIRM, wrong)
    assert count(store) == 0
    assert [entry.verb for entry in audit.entries(store, "lea", subject=f"item/{item.id}/1")] == [
        "claim"
    ]
    assert len(decide(store, item, CONFIRM, REJECT)) == 2


@pytest.mark.parametrize(
    ("user_id", "slot", "message"),
    [
        ("bob", 1, "does not hold"),
        ("lea", 1, "does not hold"),
        ("ann", 2, "does not hold"),
        ("amy", 1, "may not review"),
        ("eve", 1, "no account"),
    ],
)
def test_only_the_holder_decides(
    store: Store, item: StoredItem, user_id: str, slot: int, message: str
) -> None:
    for write in (
        lambda: decide(store, item, CONFIRM, user_id=user_id, slot=slot),
        lambda: reviews.confirm_rest(store, item.id, slot, user_id, expects=None, now=NOON),
        lambda: reviews.undo(store, item.id, slot, user_id, "empathy", expects=None, now=NOON),
        lambda: reviews.finish(store, item.id, slot, user_id, now=NOON),
    ):
        with pytest.raises(AccessError, match=message):
            write()
    assert count(store) == 0


def test_each_decision_renews_the_lease(store: Store, item: StoredItem) -> None:
    decide(store, item, CONFIRM, now=minutes(25))
    with pytest.raises(AccessError):
        claim(store, item.id, "bob", now=minutes(50))
    assert claim(store, item.id, "bob", now=minutes(25) + LEASE).user_id == "bob"


def test_who_takes_an_item_over_decides_anew(store: Store, item: StoredItem) -> None:
    (row,) = decide(store, item, override("politeness", score=1.0))
    release(store, item.id, 1, by="ann", now=NOON)
    claim(store, item.id, "bob", now=NOON)
    with pytest.raises(InputError, match="Decide first: sentiment"):
        reviews.finish(store, item.id, 1, "bob", now=NOON)
    (own,) = decide(store, item, override("politeness", score=2.0), user_id="bob")
    assert (own.score_before, own.score_after) == (80.0, 2.0)
    assert reviews.reviews_of(store, "t1") == [row, own]


def test_finish_needs_a_decision_on_all_that_applies(store: Store) -> None:
    add_people(store)
    store.add_scorecards([make(*FOUND[:2], id_="t1")])
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    with pytest.raises(InputError, match="Decide first: sentiment, banned_phrases") as error:
        reviews.finish(store, item.id, 1, "ann", now=NOON)
    assert "policy_accuracy" not in str(error.value)
    (row,) = decide(store, item, CONFIRM)
    rest = reviews.confirm_rest(store, item.id, 1, "ann", expects=row.id, now=NOON)
    assert [each.criterion for each in rest] == [
        name for name in CRITERIA if name not in ("empathy", "policy_accuracy")
    ]
    assert {each.action for each in rest} == {"confirm"}
    done = reviews.finish(store, item.id, 1, "ann", now=minutes(3))
    assert done.done_at == minutes(3)
    newest = audit.entries(store, "lea", subject=f"item/{item.id}/1", limit=1)[0]
    assert (newest.verb, newest.detail["transcript"]) == ("finish", "t1")
    assert newest.detail["reviews"] == [row.id, *(each.id for each in rest)]


def test_an_undone_decision_is_missing_again(store: Store, item: StoredItem) -> None:
    rows = reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    reviews.undo(store, item.id, 1, "ann", "empathy", expects=rows[-1].id, now=NOON)
    with pytest.raises(InputError, match="Decide first: empathy"):
        reviews.finish(store, item.id, 1, "ann", now=NOON)


def test_what_is_finished_stays(store: Store, item: StoredItem) -> None:
    rows = reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    with pytest.raises(AccessError, match="is finished"):
        decide(store, item, REJECT, expects=rows[-1].id)
    with pytest.raises(AccessError, match="is finished"):
        reviews.undo(store, item.id, 1, "ann", "empathy", expects=rows[-1].id, now=NOON)
    with pytest.raises(AccessError, match="is finished"):
        reviews.finish(store, item.id, 1, "ann", now=NOON)
    assert count(store) == len(rows)


def test_finishing_makes_the_draft_void(store: Store, item: StoredItem) -> None:
    save_draft(store, item.id, 1, "ann", {"comment": "Hm."}, now=NOON)
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    assert draft(store, item.id, 1, "ann") is not None
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    assert draft(store, item.id, 1, "ann") is None


def test_where_the_machine_is_shown_nobody_judges_alone(store: Store, item: StoredItem) -> None:
    with pytest.raises(DecisionError, match="Confirm or override it; judge is not possible"):
        decide(store, item, JUDGE["empathy"])
    with pytest.raises(DecisionError, match="undo is not possible"):
        decide(store, item, Decision(criterion="empathy", action="undo"))


def test_what_is_hidden_cannot_be_confirmed_or_overridden(store: Store, blind: StoredItem) -> None:
    for decision in (CONFIRM, override("empathy", score=60.0), REJECT):
        with pytest.raises(DecisionError, match="hidden here"):
            decide(store, blind, decision)
    with pytest.raises(DecisionError, match=f"Judge what is left: {', '.join(CRITERIA)}"):
        reviews.confirm_rest(store, blind.id, 1, "ann", expects=None, now=NOON)
    assert count(store) == 0


def test_a_blind_review_says_nothing_of_the_machines(store: Store, blind: StoredItem) -> None:
    rows = decide(store, blind, *JUDGE.values())
    for row in rows:
        assert not row.shown_machine
        assert row.score_after == 100.0
        assert (row.score_before, row.total_before, row.total_after) == (None, None, None)
    undone = reviews.undo(store, blind.id, 1, "ann", "empathy", expects=rows[-1].id, now=NOON)
    assert (undone.score_before, undone.score_after, undone.total_after) == (None, None, None)
    stored = reviews.reviews_of(store, "t1")
    assert stored[0].total_before == CARD["total"]
    assert stored[CRITERIA.index("banned_phrases")].score_before == 40.0


def test_a_blind_review_needs_every_criterion(store: Store, blind: StoredItem) -> None:
    *most, last = JUDGE.values()
    rows = decide(store, blind, *most)
    with pytest.raises(InputError, match="Decide first: politeness"):
        reviews.finish(store, blind.id, 1, "ann", now=NOON)
    decide(store, blind, last, expects=rows[-1].id)
    assert reviews.finish(store, blind.id, 1, "ann", now=NOON).done_at == NOON


def test_slot_2_is_judged_without_the_machine_and_slot_1(store: Store) -> None:
    add_people(store)
    (item,) = sampled(store, "t1", slots=2)
    claim(store, item.id, "ann", now=NOON)
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    assert claim(store, item.id, "bob", now=NOON).slot == 2
    with pytest.raises(DecisionError, match="hidden here"):
        decide(store, item, CONFIRM, user_id="bob", slot=2)
    rows = decide(store, item, *JUDGE.values(), user_id="bob", slot=2)
    assert all(row.total_before is None for row in rows)
    reviews.finish(store, item.id, 2, "bob", now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)


def test_a_card_whose_rubric_is_not_stored_cannot_be_reviewed(store: Store) -> None:
    add_people(store)
    card = make(*FOUND, id_="t1")
    card["provenance"]["rubric"] = "mine@7"
    store.add_scorecards([card])
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    with pytest.raises(InputError, match="rubric mine@7"):
        decide(store, item, CONFIRM)


def test_typed_text_of_any_kind_is_stored(store: Store, item: StoredItem) -> None:
    comment = "引用\x00 \ud83d كلام"
    (row,) = decide(store, item, override("politeness", score=1.0, comment=comment))
    assert row.comment == "引用\ufffd \ufffd كلام"
    assert row.decision is not None
    assert row.decision.comment == row.comment
    with pytest.raises(DecisionError, match="4001 characters"):
        reviews.undo(
            store, item.id, 1, "ann", "politeness", expects=row.id, comment="x" * 4001, now=NOON
        )


def test_a_full_disk_leaves_no_half_decision(tmp_path: Path) -> None:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        add_people(store)
        (item,) = sampled(store, "t1")
        claim(store, item.id, "ann", now=NOON)
        _leave_pages(store, 2)
        stored: list[int] = []
        with pytest.raises(StoreError, match="full"):
            stored.extend(_decisions_without_end(store, item))
        assert count(store) == len(stored)
        entries = audit.entries(store, "lea", subject=f"item/{item.id}/1")
        assert len(entries) == len(stored) + 1
        assert audit.verify(store).is_intact
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _leave_pages(store: Store, number: int) -> None:
    """Let the database grow by that many pages only."""
    with reading(store) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + number
    store.close()

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store._engine, "connect", limit)


def _decisions_without_end(store: Store, item: StoredItem) -> Iterator[int]:
    """Decide again and again; yields the id of each decision."""
    last = None
    for _ in range(100):
        decision = override("politeness", score=1.0, comment="x" * 4000)
        (row,) = decide(store, item, decision, expects=last)
        last = row.id
        yield row.id
