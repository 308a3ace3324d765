from __future__ import annotations

import pytest

from cs_qa.errors import InputError
from cs_qa.store import Store, reviews
from cs_qa.store.decisions import AddedFinding
from cs_qa.store.findings_in_force import findings_in_force
from cs_qa.store.queue import claim
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people
from tests.store.judged import FOUND, make, override, ref, sampled

BANNED = [("hostile", 1), ("repeat_request", 3)]


def listed(store: Store, criterion: str = "banned_phrases", **which: str) -> list[tuple[str, int]]:
    found = findings_in_force(store, **which)  # type: ignore[arg-type]
    return [(each.label, each.turn) for each in found if each.criterion == criterion]


def test_the_machines_findings_stand_while_nobody_decides(store: Store) -> None:
    store.add_scorecards([make(*FOUND)])
    assert listed(store) == BANNED
    assert {(each.source, each.by) for each in findings_in_force(store)} == {("machine", None)}


def test_a_finished_review_brings_its_own(store: Store) -> None:
    add_people(store)
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    decision = override(
        "banned_phrases",
        removed=(ref("banned_phrases", 0),),
        added=(AddedFinding("accusatory", 1, 12, 36),),
    )
    rows = reviews.decide(store, item.id, 1, "ann", decision, expects=None, now=NOON)
    assert listed(store) == BANNED
    reviews.confirm_rest(store, item.id, 1, "ann", expects=rows[-1].id, now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    assert listed(store) == [("accusatory", 1), ("repeat_request", 3)]
    found = findings_in_force(store)
    assert {(each.source, each.by) for each in found} == {("review", "ann")}
    added = next(each for each in found if each.label == "accusatory")
    assert (added.text, added.start, added.end) == ("You should have read it.", 12, 36)


def test_only_the_current_cards_findings_stand(store: Store) -> None:
    store.add_scorecards([make(*FOUND)])
    store.add_scorecards([make(FOUND[1])])
    assert listed(store) == [("repeat_request", 3)]


def test_a_week_narrows(store: Store) -> None:
    store.add_scorecards([make_card("t1", labels=("hostile",))])
    store.add_scorecards([make_card("t2", labels=("hostile",), minutes=60 * 24 * 7)])
    store.add_scorecards([make_card("t3", labels=("hostile",), minutes=None)])
    ids = [each.transcript_id for each in findings_in_force(store, week="2026-W47")]
    assert ids == ["t1"]
    assert len(findings_in_force(store)) == 3


def test_a_week_must_be_one(store: Store) -> None:
    with pytest.raises(InputError, match="week"):
        findings_in_force(store, week="2026-W60")
