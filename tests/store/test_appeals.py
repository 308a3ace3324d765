from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError, StaleError
from cs_qa.store import Store, audit, results, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.appeals import StoredAppeal, decide_appeal, list_appeals, raise_appeal
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.queue import claim
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people
from tests.store.judged import CARD, FOUND, make, override, ref, sampled

REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))
LATER = NOON + timedelta(days=2)


@pytest.fixture
def desk(store: Store) -> Store:
    """A reviewed conversation of amy's; leo is a second lead."""
    add_people(store)
    add_user(store, "leo", name="Leo", role="lead", by=OPERATOR, now=NOON)
    (item,) = sampled(store, "t1")
    claim(store, item.id, "ann", now=NOON)
    reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(store, item.id, 1, "ann", now=NOON)
    return store


def appeal(store: Store, **given: Any) -> StoredAppeal:
    about = {"transcript_id": "t1", "user_id": "amy", "text": "It was a joke.", "now": NOON} | given
    return raise_appeal(store, **about)


def answer(store: Store, of: StoredAppeal, outcome: Any, *decisions: Decision, **given: Any) -> Any:
    about = {"user_id": "lea", "answer": "We heard it again.", "now": LATER} | given
    user_id = about.pop("user_id")
    return decide_appeal(store, of.id, user_id, outcome, decisions=decisions, **about)


def test_an_agent_appeals_against_a_judgement(desk: Store) -> None:
    raised = appeal(desk, criterion="banned_phrases")
    assert (raised.state, raised.criterion, raised.raised_by) == ("open", "banned_phrases", "amy")
    assert (raised.text, raised.raised_at) == ("It was a joke.", NOON)
    assert (raised.decided_by, raised.answer, raised.decisions) == (None, None, ())
    assert list_appeals(desk, "lea", state="open") == [raised]
    entry = audit.entries(desk, "lea", subject=f"appeal/{raised.id}")[0]
    assert (entry.verb, entry.user_id) == ("raise_appeal", "amy")


def test_what_is_upheld_changes_the_result(desk: Store) -> None:
    raised = appeal(desk, criterion="banned_phrases")
    decided = answer(desk, raised, "upheld", REJECT)
    assert (decided.state, decided.decided_by, decided.decided_at) == ("upheld", "lea", LATER)
    assert (decided.answer, decided.decisions) == ("We heard it again.", (REJECT,))
    assert (decided.score_after, decided.rubric) == (100.0, "default@1")
    result = results.current(desk, "t1")
    assert result is not None
    assert result.total == decided.total_after == make(*FOUND[1:])["total"]
    assert result.judgement("banned_phrases").source == "appeal"
    assert audit.entries(desk, "lea", subject=f"appeal/{raised.id}")[0].verb == "decide_appeal"
    assert audit.verify(desk).is_intact


def test_an_appeal_against_the_card_may_change_several_judgements(desk: Store) -> None:
    raised = appeal(desk)
    polite = override("politeness", score=95.0)
    decided = answer(desk, raised, "partly", REJECT, polite)
    assert decided.decisions == (REJECT, polite)
    assert decided.score_after is None
    result = results.current(desk, "t1")
    assert result is not None
    assert result.total == decided.total_after
    by = {name: result.judgement(name).by for name in CRITERIA}
    assert by == dict.fromkeys(CRITERIA, "ann") | {"banned_phrases": "lea", "politeness": "lea"}


def test_what_is_rejected_changes_nothing(desk: Store) -> None:
    decided = answer(desk, appeal(desk), "rejected")
    assert (decided.state, decided.total_after, decided.decisions) == ("rejected", None, ())
    result = results.current(desk, "t1")
    assert result is not None
    assert result.total == CARD["total"]


def test_an_appeal_is_decided_once(desk: Store) -> None:
    raised = appeal(desk)
    answer(desk, raised, "rejected")
    with pytest.raises(StaleError, match="rejected already, by lea"):
        answer(desk, raised, "upheld", REJECT, user_id="leo")


@pytest.mark.parametrize(
    ("outcome", "decisions", "given", "error", "message"),
    [
        ("open", (), {}, InputError, "No outcome 'open'"),
        ("upheld", (), {}, InputError, "changes a judgement at least"),
        ("partly", (), {}, InputError, "changes a judgement at least"),
        ("rejected", (REJECT,), {}, InputError, "changes no judgement"),
        ("rejected", (), {"answer": "\n"}, InputError, "needs an answer"),
        ("rejected", (), {"answer": "x" * 4001}, DecisionError, "4001 characters"),
        ("upheld", (REJECT, REJECT), {}, InputError, "each judgement once"),
        (
            "upheld",
            (override("politeness", score=99.0),),
            {},
            InputError,
            "against banned_phrases, not politeness",
        ),
        ("upheld", (override("banned_phrases", score=100.0),), {}, DecisionError, "critical"),
        ("rejected", (), {"user_id": "ann"}, AccessError, "may not decide appeal"),
        ("rejected", (), {"user_id": "amy"}, AccessError, "may not decide appeal"),
    ],
)
def test_an_answer_that_does_not_hold(
    desk: Store,
    outcome: str,
    decisions: tuple[Decision, ...],
    given: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    raised = appeal(desk, criterion="banned_phrases")
    with pytest.raises(error, match=message):
        answer(desk, raised, outcome, *decisions, **given)
    assert list_appeals(desk, "lea") == [raised]


def test_there_is_no_such_appeal(desk: Store) -> None:
    with pytest.raises(InputError, match="no appeal 99"):
        decide_appeal(desk, 99, "lea", "rejected", answer="No.")


def test_nobody_answers_on_an_own_review_adjudication_or_conversation(desk: Store) -> None:
    add_user(desk, "len", name="Len", role="lead", agent_id="a1", by=OPERATOR, now=NOON)
    (item,) = sampled(desk, "t2")
    claim(desk, item.id, "lea", now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "lea", expects=None, now=NOON)
    reviews.finish(desk, item.id, 1, "lea", now=NOON)
    adjudicate(desk, item.id, "leo", REJECT, reason="Ironic.", expects=None, now=NOON)
    raised = appeal(desk, transcript_id="t2")
    for user_id, message in (("lea", "reviewed"), ("leo", "adjudicated"), ("len", "had")):
        with pytest.raises(AccessError, match=f"{user_id} {message}"):
            answer(desk, raised, "rejected", user_id=user_id)


def test_a_lead_may_appeal_for_anyone_and_another_answers(desk: Store) -> None:
    raised = raise_appeal(desk, "t1", "lea", "The customer was quoted.", now=LATER)
    with pytest.raises(AccessError, match="lea raised this appeal"):
        decide_appeal(desk, raised.id, "lea", "rejected", answer="No.", now=LATER)
    answered = decide_appeal(desk, raised.id, "ada", "rejected", answer="It was not.", now=LATER)
    assert (answered.state, answered.decided_by) == ("rejected", "ada")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"text": "  "}, InputError, "needs a text"),
        ({"text": "x" * 4001}, DecisionError, "4001 characters"),
        ({"criterion": "tone"}, InputError, "no judgement of 'tone'. It has: sentiment"),
        ({"transcript_id": "t9"}, AccessError, "no conversation t9"),
        ({"transcript_id": "other"}, AccessError, "no conversation other"),
        ({"user_id": "ann"}, AccessError, "may not raise appeal"),
        ({"user_id": "lea", "transcript_id": "t9"}, InputError, "t9"),
        ({"now": NOON + timedelta(days=7, seconds=1)}, InputError, "it ended on 2026-11-30"),
        ({"now": LATER, "window": timedelta(days=1)}, InputError, "it ended on 2026-11-24"),
    ],
)
def test_an_appeal_that_is_not_taken(
    desk: Store, given: dict[str, Any], error: type[Exception], message: str
) -> None:
    desk.add_scorecards([make(*FOUND, id_="other") | {"agent_id": "a2"}])
    with pytest.raises(error, match=message):
        appeal(desk, **given)
    assert list_appeals(desk, "lea") == []


def test_the_window_ends_with_its_last_moment(desk: Store) -> None:
    assert appeal(desk, now=NOON + timedelta(days=7)).state == "open"


def test_without_a_review_the_window_begins_with_the_score(desk: Store) -> None:
    desk.add_scorecards([make(*FOUND, id_="t2")])
    now = datetime.now(UTC)
    with pytest.raises(InputError, match="is over"):
        appeal(desk, transcript_id="t2", now=now + timedelta(days=8))
    raised = appeal(desk, transcript_id="t2", now=now + timedelta(days=6))
    decided = answer(desk, raised, "upheld", REJECT, now=now + timedelta(days=9))
    assert decided.total_after == make(*FOUND[1:])["total"]


def test_each_judgement_is_appealed_once(desk: Store) -> None:
    answer(desk, appeal(desk, criterion="empathy"), "rejected")
    appeal(desk)
    appeal(desk, criterion="politeness")
    for criterion in ("empathy", "politeness", None):
        with pytest.raises(InputError, match="was appealed before"):
            appeal(desk, criterion=criterion)


def test_the_card_that_people_judged_is_the_one_appealed(desk: Store) -> None:
    desk.add_scorecards([make(id_="t1")])
    raised = appeal(desk, criterion="banned_phrases")
    assert answer(desk, raised, "upheld", REJECT).score_after == 100.0


def test_agents_see_their_own_appeals_only(desk: Store) -> None:
    add_user(desk, "abe", name="Abe", role="agent", agent_id="a2", by=OPERATOR, now=NOON)
    desk.add_scorecards([make(*FOUND, id_="t2") | {"agent_id": "a2"}])
    own, other = appeal(desk), appeal(desk, transcript_id="t2", user_id="abe")
    assert list_appeals(desk, "amy") == [own]
    assert list_appeals(desk, "abe") == [other]
    assert list_appeals(desk, "lea") == [own, other]
    answer(desk, own, "rejected")
    assert list_appeals(desk, "lea", state="open") == [other]
    for user_id in ("ann", "eve"):
        with pytest.raises(AccessError):
            list_appeals(desk, user_id)
