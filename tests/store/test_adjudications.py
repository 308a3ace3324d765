from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError, StaleError
from cs_qa.store import Store, audit, results, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate, adjudications_of, disagreements
from cs_qa.store.decisions import AddedFinding, Decision, DecisionError
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import CARD, FOUND, make, override, ref, sampled

REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))
SCORES = {each["criterion"]: each["score"] for each in CARD["judgements"]}
SOFTER = Decision(
    criterion="banned_phrases", action="judge", added=(AddedFinding("accusatory", 1, 12, 36),)
)


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def as_the_machine(**other: Decision) -> list[Decision]:
    """Judgements alone that happen to give the machine's scores, but for some."""
    own = {name: Decision(criterion=name, action="judge", score=SCORES[name]) for name in CRITERIA}
    return list({**own, **other}.values())


def reviewed(store: Store, *first: Decision, second: list[Decision] | None = None) -> StoredItem:
    """An item that ann, and where `second` is given bob, have finished."""
    (item,) = sampled(store, "t1", slots=1 if second is None else 2)
    claim(store, item.id, "ann", now=NOON)
    rows = reviews.decide(store, item.id, 1, "ann", *first, expects=None, now=NOON)
    last = rows[-1].id if rows else None
    reviews.confirm_rest(store, item.id, 1, "ann", expects=last, now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    if second is not None:
        claim(store, item.id, "bob", now=NOON)
        reviews.decide(store, item.id, 2, "bob", *second, expects=None, now=NOON)
        reviews.finish(store, item.id, 2, "bob", now=NOON)
    return item


def decide(store: Store, item: StoredItem, decision: Decision, **given: Any) -> Any:
    about = {"reason": "Ironic, but friendly.", "expects": None, "now": minutes(5)} | given
    user_id = about.pop("user_id", "lea")
    return adjudicate(store, item.id, user_id, decision, **about)


def test_a_lead_decides_and_the_score_follows(desk: Store) -> None:
    item = reviewed(desk, override("politeness", score=10.0))
    before = results.current(desk, "t1")
    row = decide(desk, item, REJECT)
    assert (row.criterion, row.user_id, row.at) == ("banned_phrases", "lea", minutes(5))
    assert (row.score_before, row.score_after) == (40.0, 100.0)
    after = results.current(desk, "t1")
    assert before is not None
    assert after is not None
    assert (row.total_before, row.total_after) == (before.total, after.total)
    assert row.total_after > row.total_before
    assert adjudications_of(desk, item.id) == [row]
    entry = audit.entries(desk, "lea", subject=f"item/{item.id}")[0]
    assert (entry.verb, entry.detail["adjudication"]) == ("adjudicate", row.id)
    assert entry.detail["total_after"] == row.total_after


def test_a_lead_may_adopt_a_judgement_made_alone(desk: Store) -> None:
    item = reviewed(desk, second=as_the_machine(banned_phrases=SOFTER))
    row = decide(desk, item, SOFTER)
    assert row.score_after == 75.0
    assert [each["label"] for each in row.judgement["findings"]] == ["accusatory"]


def test_a_lead_may_let_the_machine_stand(desk: Store) -> None:
    item = reviewed(desk, REJECT)
    row = decide(desk, item, Decision(criterion="banned_phrases", action="confirm"))
    assert (row.score_before, row.score_after) == (100.0, 40.0)


def test_a_later_adjudication_goes_before_an_earlier_that_stays(desk: Store) -> None:
    item = reviewed(desk)
    first = decide(desk, item, override("politeness", score=1.0))
    second = decide(desk, item, override("politeness", score=2.0), expects=first.id)
    assert (second.score_before, second.score_after) == (1.0, 2.0)
    assert adjudications_of(desk, item.id) == [first, second]
    result = results.current(desk, "t1")
    assert result is not None
    assert result.judgement("politeness").score == 2.0


def test_a_lead_decides_on_what_was_shown(desk: Store) -> None:
    item = reviewed(desk)
    first = decide(desk, item, override("politeness", score=1.0))
    for expects in (None, first.id + 1):
        with pytest.raises(StaleError, match="its last adjudication is"):
            decide(desk, item, override("politeness", score=2.0), expects=expects)
    assert adjudications_of(desk, item.id) == [first]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"reason": " "}, InputError, "needs its reason"),
        ({"reason": "x" * 4001}, DecisionError, "4001 characters"),
        ({"user_id": "ann"}, AccessError, "may not adjudicate"),
        ({"user_id": "amy"}, AccessError, "may not adjudicate"),
        ({"user_id": "eve"}, AccessError, "no account"),
    ],
)
def test_who_cannot_adjudicate_so(
    desk: Store, given: dict[str, Any], error: type[Exception], message: str
) -> None:
    item = reviewed(desk)
    with pytest.raises(error, match=message):
        decide(desk, item, REJECT, **given)
    assert adjudications_of(desk, item.id) == []


def test_nobody_adjudicates_an_own_review_or_conversation(desk: Store) -> None:
    add_user(desk, "leo", name="Leo", role="lead", by=OPERATOR, agent_id="a1", now=NOON)
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "lea", now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "lea", expects=None, now=NOON)
    reviews.finish(desk, item.id, 1, "lea", now=NOON)
    with pytest.raises(AccessError, match="lea reviewed the conversation t1"):
        decide(desk, item, REJECT)
    with pytest.raises(AccessError, match="leo had the conversation t1"):
        decide(desk, item, REJECT, user_id="leo")


def test_reviews_are_finished_first(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    with pytest.raises(InputError, match="slot 1 and 2 is not finished"):
        decide(desk, item, REJECT)
    claim(desk, item.id, "ann", now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    with pytest.raises(InputError, match="slot 2 is not finished"):
        decide(desk, item, REJECT)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Decision(criterion="empathy", action="undo"), "undo decides nothing"),
        (override("banned_phrases", verdict="pass"), "critical finding"),
    ],
)
def test_a_decision_must_hold_on_the_card(desk: Store, decision: Decision, message: str) -> None:
    item = reviewed(desk)
    with pytest.raises(DecisionError, match=message):
        decide(desk, item, decision)


def test_an_unknown_item(desk: Store) -> None:
    with pytest.raises(InputError, match="no sampled item 99"):
        adjudicate(desk, 99, "lea", REJECT, reason="Why.", expects=None)


def test_equal_reviews_are_no_disagreement(desk: Store) -> None:
    reviewed(desk, second=as_the_machine(banned_phrases=_hostile()))
    assert disagreements(desk, "lea") == []


def _hostile() -> Decision:
    return Decision(
        criterion="banned_phrases", action="judge", added=(AddedFinding("hostile", 1, 0, 11),)
    )


def test_where_two_reviews_differ(desk: Store) -> None:
    second = as_the_machine(
        banned_phrases=SOFTER,  # both fail, 35 points apart
        politeness=Decision(criterion="politeness", action="judge", score=69.0),  # fails
        empathy=Decision(criterion="empathy", action="judge", score=36.0),  # 24 points apart
    )
    item = reviewed(desk, second=second)
    found = disagreements(desk, "lea", sample_id=item.sample_id)
    assert [(each.criterion, each.users) for each in found] == [
        ("banned_phrases", ("ann", "bob")),
        ("politeness", ("ann", "bob")),
    ]
    assert [each["score"] for each in found[0].judgements] == [40.0, 75.0]
    assert [each["verdict"] for each in found[1].judgements] == ["pass", "fail"]
    assert [each.criterion for each in disagreements(desk, "lea", score_gap=24.0)] == [
        "banned_phrases",
        "empathy",
        "politeness",
    ]
    assert disagreements(desk, "lea", sample_id=item.sample_id + 1) == []
    decide(desk, item, SOFTER)
    assert [each.criterion for each in disagreements(desk, "lea")] == ["politeness"]
    with pytest.raises(AccessError):
        disagreements(desk, "ann")


def test_what_did_not_apply_to_one_reviewer_counts_as_such(desk: Store) -> None:
    desk.add_scorecards([make(*FOUND[:2], id_="t1")])
    second = as_the_machine(
        banned_phrases=_hostile(),
        policy_accuracy=Decision(criterion="policy_accuracy", action="judge", verdict="fail"),
        language=Decision(criterion="language", action="judge", verdict="pass"),
    )
    reviewed(desk, second=second)
    assert [each.criterion for each in disagreements(desk, "lea")] == ["policy_accuracy"]


def test_an_unfinished_second_review_is_no_disagreement_yet(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    claim(desk, item.id, "bob", now=NOON)
    reviews.decide(desk, item.id, 2, "bob", SOFTER, expects=None, now=NOON)
    assert disagreements(desk, "lea") == []
