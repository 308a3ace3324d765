from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import InputError
from cs_qa.rubric import Rubric
from cs_qa.store import Store, results, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.appeals import decide_appeal, raise_appeal
from cs_qa.store.decisions import Decision
from cs_qa.store.queue import claim
from cs_qa.store.rubrics import add_rubric
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people
from tests.store.judged import CARD, FOUND, RUBRIC, drawn, make, override, ref, sampled

REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))


def strict(version: str = "2") -> Rubric:
    """A rubric by which politeness passes from 90 on, and only the conversation counts."""
    data = RUBRIC.model_dump(mode="json", by_alias=True) | {"name": "strict", "version": version}
    data["criteria"]["politeness"]["pass_mark"] = 90
    data["weights"] = {"quantitative": 0, "qualitative": 1}
    return Rubric.model_validate(data)


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    add_user(store, "leo", name="Leo", role="lead", by=OPERATOR, now=NOON)
    return store


def review(
    store: Store, item_id: int, user_id: str, *decisions: Decision, is_finished: bool = True
) -> None:
    """Claim, decide, confirm the rest and finish, all at noon."""
    slot = claim(store, item_id, user_id, now=NOON).slot
    reviews.decide(store, item_id, slot, user_id, *decisions, expects=None, now=NOON)
    if not is_finished:
        return
    if slot == 1:
        last = reviews.reviews_of(store, "t1")[-1].id
        reviews.confirm_rest(store, item_id, slot, user_id, expects=last, now=NOON)
    reviews.finish(store, item_id, slot, user_id, now=NOON)


def judged_all(**scores: float) -> list[Decision]:
    return [
        Decision(criterion=name, action="judge", score=scores.get(name, 75.0)) for name in CRITERIA
    ]


def current(store: Store, transcript_id: str = "t1") -> results.Result:
    found = results.current(store, transcript_id)
    assert found is not None
    return found


def by(store: Store, criterion: str) -> tuple[Any, ...]:
    one = current(store).judgement(criterion)
    return one.score, one.verdict, one.source, one.by


def test_without_people_the_machine_is_in_force(desk: Store) -> None:
    desk.add_scorecards([make(*FOUND, id_="t1")])
    result = current(desk)
    assert [each.criterion for each in result.judgements] == list(CRITERIA)
    assert {(each.source, each.by) for each in result.judgements} == {("machine", None)}
    assert result.judgement("banned_phrases").score == 40.0
    assert (result.total, result.grade) == (CARD["total"], CARD["grade"])
    assert result.critical_failures == ("banned_phrases: hostile",)
    assert not result.is_reviewed


def test_an_unknown_transcript_has_no_result(desk: Store) -> None:
    assert results.current(desk, "t9") is None
    assert results.card_in_force(desk, "t9") is None


def test_a_review_is_in_force_once_it_is_finished(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    review(desk, item.id, "ann", REJECT, is_finished=False)
    assert by(desk, "banned_phrases") == (40.0, "fail", "machine", None)
    last = reviews.reviews_of(desk, "t1")[-1].id
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=last, now=NOON)
    assert current(desk).total == CARD["total"]
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    assert by(desk, "banned_phrases") == (100.0, "pass", "review", "ann")
    assert by(desk, "empathy") == (60.0, "fail", "review", "ann")
    result, expected = current(desk), make(*FOUND[1:])
    assert (result.total, result.grade) == (expected["total"], expected["grade"])
    assert result.critical_failures == ()
    assert result.is_reviewed
    assert result.judgement("empathy").at == NOON


def test_an_undone_decision_is_not_in_force(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "ann", now=NOON)
    (row,) = reviews.decide(desk, item.id, 1, "ann", REJECT, expects=None, now=NOON)
    undone = reviews.undo(desk, item.id, 1, "ann", "banned_phrases", expects=row.id, now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=undone.id, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    assert by(desk, "banned_phrases") == (40.0, "fail", "review", "ann")


def test_slot_2_goes_before_slot_1_whoever_finishes_first(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    claim(desk, item.id, "ann", now=NOON)
    review(desk, item.id, "bob", *judged_all(politeness=33.0))
    assert by(desk, "politeness") == (33.0, "fail", "review", "bob")
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=None, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    assert by(desk, "politeness") == (33.0, "fail", "review", "bob")


def test_a_later_draw_goes_before_an_earlier_one(desk: Store) -> None:
    (first,) = sampled(desk, "t1")
    review(desk, first.id, "ann", override("politeness", score=11.0))
    (again,) = drawn(desk, ["t1"], week="2026-W48", reason="calibration", random_probability=None)
    review(desk, again.id, "bob", override("politeness", score=22.0), is_finished=False)
    assert by(desk, "politeness")[3] == "ann"
    last = reviews.reviews_of(desk, "t1")[-1].id
    reviews.confirm_rest(desk, again.id, 1, "bob", expects=last, now=NOON)
    reviews.finish(desk, again.id, 1, "bob", now=NOON)
    assert by(desk, "politeness") == (22.0, "fail", "review", "bob")


def test_leads_go_before_reviewers_and_the_last_of_them_first(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    review(desk, item.id, "ann", override("politeness", score=11.0))
    adjudicate(
        desk,
        item.id,
        "lea",
        override("politeness", score=44.0),
        reason="Both ways.",
        expects=None,
        now=NOON,
    )
    assert by(desk, "politeness") == (44.0, "fail", "adjudication", "lea")
    appeal = raise_appeal(desk, "t1", "amy", "I was polite.", now=NOON)
    decide_appeal(
        desk,
        appeal.id,
        "leo",
        "upheld",
        answer="Right.",
        decisions=[override("politeness", score=99.0)],
        now=NOON.replace(hour=13),
    )
    assert by(desk, "politeness") == (99.0, "pass", "appeal", "leo")
    assert by(desk, "empathy")[2:] == ("review", "ann")


def test_another_inspection_leaves_what_people_decided(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    review(desk, item.id, "ann", REJECT, override("politeness", score=85.0))
    rubric = strict()
    add_rubric(desk, rubric, by=OPERATOR, now=NOON)
    desk.add_scorecards([make(FOUND[0], id_="t1", rubric=rubric)])
    result = current(desk)
    assert by(desk, "banned_phrases") == (100.0, "pass", "review", "ann")
    assert by(desk, "politeness") == (85.0, "pass", "review", "ann")  # 90 passes in the new one
    assert result.scorecard_id == item.scorecard_id + 1
    assert result.critical_failures == ()
    assert result.total == result.qualitative  # as the new rubric weighs
    stored = desk.scorecard("t1")
    assert stored is not None
    assert stored["judgements"][1]["score"] == 40.0


def test_a_judgement_that_nobody_decided_is_the_new_cards(desk: Store) -> None:
    before = make(*FOUND[:2], id_="t1")
    desk.add_scorecards([before])
    (item,) = sampled(desk, "t1")
    review(desk, item.id, "ann", override("politeness", score=85.0))
    assert by(desk, "policy_accuracy") == (None, "not_applicable", "machine", None)
    desk.add_scorecards([make(*FOUND, id_="t1")])
    assert by(desk, "policy_accuracy") == (0.0, "fail", "machine", None)
    assert by(desk, "language")[:3] == (100.0, "pass", "review")


def test_without_the_new_cards_rubric_there_is_no_total(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    review(desk, item.id, "ann", REJECT)
    desk.add_scorecards([make(*FOUND, id_="t1", rubric=strict("3"))])
    result = current(desk)
    assert by(desk, "banned_phrases") == (100.0, "pass", "review", "ann")
    assert (result.qualitative, result.total, result.grade) == (None, None, None)
    assert result.quantitative == CARD["quantitative"]
    add_rubric(desk, strict("3"), by=OPERATOR, now=NOON)
    assert current(desk).total is not None


def test_the_card_in_force_holds_the_findings_that_stand(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    assert results.card_in_force(desk, "t1") == {**(desk.scorecard("t1") or {}), "decided": {}}
    review(desk, item.id, "ann", REJECT)
    card = results.card_in_force(desk, "t1")
    assert card is not None
    banned = card["judgements"][1]
    assert [each["label"] for each in banned["findings"]] == ["repeat_request"]
    assert card["decided"]["banned_phrases"] == {
        "source": "review",
        "by": "ann",
        "at": NOON.isoformat(),
    }
    assert card["total"] == current(desk).total
    assert card["critical_failures"] == []
    assert desk.scorecard("t1") != card


def test_all_results_of_a_week_or_an_agent(desk: Store) -> None:
    days = {"sunday": -1, "monday": 0, "next": 7}
    desk.add_scorecards(
        make_card(name, minutes=24 * 60 * day, about={"agent_id": name[0]})
        for name, day in days.items()
    )
    desk.add_scorecards([make_card("undated", minutes=None)])

    def ids(**where: Any) -> list[str]:
        return [each.transcript_id for each in results.current_all(desk, **where)]

    assert ids() == ["monday", "next", "sunday", "undated"]
    assert ids(week="2026-W47") == ["monday"]
    assert ids(week="2026-W46") == ["sunday"]
    assert ids(week="2026-W48", agent_id="n") == ["next"]
    assert ids(week="2026-W48", agent_id="m") == []
    assert ids(agent_id="m") == ["monday"]


def test_all_results_agree_with_each_alone(desk: Store) -> None:
    items = sampled(desk, "t1", "t2", "t3")
    review(desk, items[0].id, "ann", REJECT)
    desk.add_scorecards([make(FOUND[0], id_="t2")])
    everything = results.current_all(desk)
    assert [each.transcript_id for each in everything] == ["t1", "t2", "t3"]
    assert everything == [current(desk, each.transcript_id) for each in everything]
    assert [each.is_reviewed for each in everything] == [True, False, False]
    assert results.current_all(desk, agent_id="a1") == everything


@pytest.mark.parametrize("week", ["", "2026", "2026-W54", "2026-W00", "W47-2026", "2026-Wxx"])
def test_what_is_no_week(desk: Store, week: str) -> None:
    with pytest.raises(InputError, match="is no week"):
        results.current_all(desk, week=week)
