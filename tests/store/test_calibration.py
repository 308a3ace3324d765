from __future__ import annotations

import json

import pytest

from cs_qa.errors import AccessError, CsQaError, InputError, StaleError
from cs_qa.store import Store, audit, results
from cs_qa.store.access import OPERATOR
from cs_qa.store.calibration import (
    close_session,
    items_of,
    judge,
    list_sessions,
    open_calibration,
)
from cs_qa.store.calibration_draw import add_session
from cs_qa.store.calibration_results import calibration_marks, calibration_progress
from cs_qa.store.calibration_rows import CalibrationSession
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import FOUND, drawn, make

WEEK = "2026-W47"
AT = "2026-11-17T09:00:00+00:00"
FAILED = [Decision(criterion=name, action="judge", verdict="fail") for name in CRITERIA]


def add_dated(store: Store, *ids: str, agent: str = "a9", at: str = AT) -> None:
    """Store conversations that began in the week."""
    cards = [make(*FOUND, id_=id_) | {"agent_id": agent} for id_ in ids]
    for card in cards:
        card["turns"] = [turn | {"at": at} for turn in card["turns"]]
    store.add_scorecards(cards)


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    add_dated(store, *(f"t{number}" for number in range(6)))
    return store


def session(store: Store, size: int = 2, **about: object) -> CalibrationSession:
    values: dict[str, object] = {"by": "lea", "seed": 1, "now": NOON}
    return add_session(store, WEEK, size=size, **(values | about))  # type: ignore[arg-type]


def judge_all(store: Store, made: CalibrationSession, user: str) -> None:
    for item in items_of(store, made.id, user):
        expects = open_calibration(store, item.id, user).last_review
        for decision in FAILED:
            expects = judge(store, item.id, user, decision, expects=expects, now=NOON).id


def test_a_session_is_of_all_inspectors_and_its_seed(desk: Store) -> None:
    made = session(desk, 3)
    assert made.participants == ("ann", "bob")
    assert (made.week, made.size, made.made_by, made.closed_at) == (WEEK, 3, "lea", None)
    items = items_of(desk, made.id, "ann")
    assert [item.position for item in items] == [0, 1, 2]
    assert len({item.transcript_id for item in items}) == 3


def test_what_was_calibrated_before_is_left_out(desk: Store) -> None:
    first = [item.transcript_id for item in items_of(desk, session(desk, 3).id, "lea")]
    again = [item.transcript_id for item in items_of(desk, session(desk, 3).id, "lea")]
    assert not set(first) & set(again)


def test_what_was_drawn_for_review_and_own_conversations_are_left_out(desk: Store) -> None:
    drawn(desk, ["t0", "t1"], week=WEEK)
    add_dated(desk, "own", agent="a5")
    add_user(desk, "cai", name="Cai", role="inspector", agent_id="a5", by=OPERATOR)
    made = session(desk, 4)
    assert {item.transcript_id for item in items_of(desk, made.id, "lea")} == {
        "t2",
        "t3",
        "t4",
        "t5",
    }


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"by": "ann"}, AccessError, "may not draw sample"),
        ({"by": "amy"}, AccessError, "may not draw sample"),
        ({"size": 0}, InputError, "1 to 50"),
        ({"size": 51}, InputError, "1 to 50"),
        ({"size": 7}, InputError, "6 conversations of 2026-W47 were never drawn; 7"),
        ({"participants": ["ann"]}, InputError, "2 people at least"),
        ({"participants": ["ann", "ann"]}, InputError, "2 people at least"),
        ({"participants": ["ann", "amy"]}, InputError, "amy cannot take part"),
        ({"participants": ["ann", "nobody"]}, InputError, "nobody cannot take part"),
    ],
)
def test_what_cannot_be_made_is_refused(
    desk: Store, changes: dict[str, object], error: type[CsQaError], said: str
) -> None:
    with pytest.raises(error, match=said):
        session(desk, **changes)  # type: ignore[arg-type]
    assert list_sessions(desk, "lea") == []


def test_a_participant_sees_no_machine(desk: Store) -> None:
    made = session(desk)
    for item in items_of(desk, made.id, "ann"):
        view = open_calibration(desk, item.id, "ann")
        told = json.dumps(view.card)
        assert not [word for word in ("hostile", "inaccurate", "Found:", "0.9") if word in told]
        assert view.undecided == CRITERIA
        assert view.last_review is None


@pytest.mark.parametrize("user", ["lea", "amy", "nobody"])
def test_who_takes_no_part_judges_nothing(desk: Store, user: str) -> None:
    item = items_of(desk, session(desk).id, "ann")[0]
    with pytest.raises(AccessError):
        open_calibration(desk, item.id, user)
    with pytest.raises(AccessError):
        judge(desk, item.id, user, FAILED[0], expects=None)


def test_a_later_judgement_stands_and_the_first_is_kept(desk: Store) -> None:
    item = items_of(desk, session(desk).id, "ann")[0]
    first = judge(desk, item.id, "ann", FAILED[0], expects=None, now=NOON)
    again = Decision(criterion=CRITERIA[0], action="judge", score=95.0)
    second = judge(desk, item.id, "ann", again, expects=first.id, now=minutes(1))
    view = open_calibration(desk, item.id, "ann")
    assert view.reviews[CRITERIA[0]] == second
    assert view.reviews[CRITERIA[0]].judgement["score"] == 95.0
    assert second.id > first.id
    assert open_calibration(desk, item.id, "bob").reviews == {}


def test_an_old_view_judges_nothing(desk: Store) -> None:
    item = items_of(desk, session(desk).id, "ann")[0]
    judge(desk, item.id, "ann", FAILED[0], expects=None)
    with pytest.raises(StaleError, match="not none"):
        judge(desk, item.id, "ann", FAILED[1], expects=None)
    assert list(open_calibration(desk, item.id, "ann").reviews) == [CRITERIA[0]]


def test_nothing_can_be_confirmed(desk: Store) -> None:
    item = items_of(desk, session(desk).id, "ann")[0]
    with pytest.raises(DecisionError, match="hidden in a calibration"):
        judge(desk, item.id, "ann", Decision(criterion="empathy", action="confirm"), expects=None)


def test_the_last_judgement_closes_the_session(desk: Store) -> None:
    made = session(desk)
    judge_all(desk, made, "ann")
    assert list_sessions(desk, "ann")[0].closed_at is None
    judge_all(desk, made, "bob")
    closed = list_sessions(desk, "ann")[0]
    assert (closed.closed_at, closed.closed_by) == (NOON, "bob")
    item = items_of(desk, made.id, "ann")[0]
    with pytest.raises(InputError, match="is closed"):
        judge(desk, item.id, "ann", FAILED[0], expects=None)


def test_participants_see_results_once_it_is_closed(desk: Store) -> None:
    made = session(desk)
    judge_all(desk, made, "ann")
    with pytest.raises(AccessError, match="hidden until it is closed"):
        calibration_marks(desk, made.id, "ann")
    assert {mark.user_id for mark in calibration_marks(desk, made.id, "lea")} == {None, "ann"}
    close_session(desk, made.id, "lea", now=NOON)
    marks = calibration_marks(desk, made.id, "bob")
    assert len(marks) == 2 * 2 * len(CRITERIA)
    assert {mark.verdict for mark in marks if mark.user_id == "ann"} == {"fail"}
    assert "pass" in {mark.verdict for mark in marks if mark.user_id is None}


def test_a_lead_who_takes_part_sees_no_results_before(desk: Store) -> None:
    made = session(desk, participants=["ann", "lea"])
    with pytest.raises(AccessError, match="hidden until it is closed"):
        calibration_marks(desk, made.id, "lea")


@pytest.mark.parametrize("verb", [items_of, calibration_progress, calibration_marks])
def test_others_see_nothing(desk: Store, verb: object) -> None:
    add_user(desk, "cai", name="Cai", role="inspector", by=OPERATOR)
    made = session(desk, participants=["ann", "bob"])
    for user in ("cai", "amy"):
        with pytest.raises(AccessError):
            verb(desk, made.id, user)  # type: ignore[operator]
    assert list_sessions(desk, "cai") == []
    with pytest.raises(InputError, match="no calibration session"):
        verb(desk, made.id + 1, "lea")  # type: ignore[operator]


def test_progress_counts_criteria_once(desk: Store) -> None:
    made = session(desk)
    item = items_of(desk, made.id, "ann")[0]
    first = judge(desk, item.id, "ann", FAILED[0], expects=None)
    judge(desk, item.id, "ann", FAILED[0], expects=first.id)
    progress = calibration_progress(desk, made.id, "ann")
    assert progress.judged == {"ann": 1, "bob": 0}
    assert progress.to_judge == 2 * len(CRITERIA)


@pytest.mark.parametrize("user", ["ann", "amy"])
def test_only_a_lead_closes(desk: Store, user: str) -> None:
    made = session(desk)
    with pytest.raises(AccessError):
        close_session(desk, made.id, user)
    close_session(desk, made.id, "lea")
    with pytest.raises(InputError, match="is closed"):
        close_session(desk, made.id, "lea")


def test_a_calibration_is_in_force_nowhere_and_on_the_log(desk: Store) -> None:
    before = results.current(desk, "t0")
    made = session(desk, 6)
    judge_all(desk, made, "ann")
    judge_all(desk, made, "bob")
    assert results.current(desk, "t0") == before
    verbs = [entry.verb for entry in audit.entries(desk, "lea", limit=500)]
    assert verbs[0] == "close_calibration"
    assert verbs.count("calibrate") == 2 * 6 * len(CRITERIA)
    assert verbs.count("make_calibration") == 1
    assert audit.verify(desk).is_intact
