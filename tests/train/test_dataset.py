from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cs_qa.store import Store, results, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.appeals import decide_appeal, raise_appeal
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.queue import claim
from cs_qa.store.samples import NewItem, StoredItem, add_sample, sample_items_of
from cs_qa.train.dataset import (
    MOST_WEIGHT,
    ReviewedTurn,
    place_of,
    reviewed_turns,
    split,
    to_example,
)
from cs_qa.train.seed import Example
from cs_qa.types import CRITERIA
from tests.store import conftest as stores
from tests.store.desk import NOON, add_people, card_ids, minutes
from tests.store.judged import FOUND, SAID, make, override, ref, sampled

made_sqlite, made_postgres = stores.made_sqlite, stores.made_postgres
postgres_url, url, store = stores.postgres_url, stores.url, stores.store

REJECT = override("banned_phrases", removed=(ref("banned_phrases", 0),))
HARSHER = override("empathy", levels=((1, 0),))
WARMER = override("empathy", levels=((1, 2),))
ALONE = [Decision(criterion=name, action="judge", verdict="pass") for name in CRITERIA]


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    return store


def finish(
    desk: Store,
    item: StoredItem,
    *decisions: Decision,
    user: str = "ann",
    slot: int = 1,
    at: Any = NOON,
) -> None:
    """Review a slot: these decisions, in slot 1 the rest confirmed."""
    claim(desk, item.id, user, now=at)
    rows = reviews.decide(desk, item.id, slot, user, *decisions, expects=None, now=at)
    if slot == 1 and not item.is_blind:
        last = rows[-1].id if rows else None
        reviews.confirm_rest(desk, item.id, slot, user, expects=last, now=at)
    reviews.finish(desk, item.id, slot, user, now=at)


def alone(*decisions: Decision) -> list[Decision]:
    """Judgements of everything without the machine's view."""
    own = {each.criterion: each for each in (*ALONE, *decisions)}
    return list(own.values())


def label(rows: list[ReviewedTurn], turn: int, criterion: str) -> Any:
    (row,) = [row for row in rows if (row.turn, row.criterion) == (turn, criterion)]
    return row.empathy if criterion == "empathy" else row.sentiment or row.banned


def test_a_row_keeps_where_its_label_comes_from(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    finish(desk, item, at=minutes(3))
    rows = reviewed_turns(desk)
    assert [(row.id, row.criterion) for row in rows] == [
        ("t1/0", "sentiment"),
        ("t1/1", "banned_phrases"),
        ("t1/1", "empathy"),
        ("t1/2", "sentiment"),
        ("t1/5", "banned_phrases"),
    ]
    assert rows[1] == ReviewedTurn(
        id="t1/1",
        transcript_id="t1",
        turn=1,
        criterion="banned_phrases",
        lang="en",
        role="agent",
        text=SAID[1][1],
        context=(("customer", SAID[0][1]),),
        banned=frozenset({"hostile"}),
        spans=(("hostile", 0, 11),),
        reviewer="ann",
        at=minutes(3),
        source="review",
        scorecard_id=item.scorecard_id,
        models={},
        rubric="default@1",
        reason="random",
        weight=1.0,
        shown_machine=True,
    )
    kinds = [(row.banned is None, row.empathy is None, row.sentiment is None) for row in rows]
    assert all(kind.count(False) == 1 for kind in kinds)


def test_a_row_is_an_example_of_its_transcript(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    finish(desk, item)
    examples = [to_example(row) for row in reviewed_turns(desk)]
    assert examples[1] == Example(
        id="t1/1",
        item="t1",
        lang="en",
        task="conversations",
        text=SAID[1][1],
        context=(("customer", SAID[0][1]),),
        banned=frozenset({"hostile"}),
        spans=(("hostile", "Not my job."),),
    )
    assert examples[4].context == tuple((role, text) for role, text, *_ in SAID[:5])
    assert examples[3].sentiment == "neutral"


def test_context_is_what_was_said_before(desk: Store) -> None:
    turns: Any = [
        ("system", "Ticket opened."),
        *(("customer", f"Word {n}.") for n in range(6)),
        ("agent", "  "),
        ("bot", "Wait."),
        ("agent", "Hello.", {"banned": {}, "language": "pt-BR"}),
    ]
    desk.add_scorecards([make(said=turns, id_="t1")])
    (item,) = sampled(desk, "t1")
    finish(desk, item)
    (row,) = reviewed_turns(desk)
    assert row.id == "t1/9"
    assert row.lang == "pt"
    assert row.context == (*(("customer", f"Word {n}.") for n in range(1, 6)), ("bot", "Wait."))


def test_a_turn_without_a_language_has_the_conversations(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    finish(desk, item)
    assert [row.lang for row in reviewed_turns(desk)] == ["en"] * 5


def test_only_finished_reviews_teach(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    claim(desk, item.id, "ann", now=NOON)
    (first,) = reviews.decide(desk, item.id, 1, "ann", HARSHER, expects=None, now=NOON)
    assert reviewed_turns(desk) == []
    undone = reviews.undo(desk, item.id, 1, "ann", "empathy", expects=first.id, now=NOON)
    reviews.confirm_rest(desk, item.id, 1, "ann", expects=undone.id, now=NOON)
    reviews.finish(desk, item.id, 1, "ann", now=NOON)
    assert label(reviewed_turns(desk), 1, "empathy") == 1


def test_the_second_review_goes_before_the_first_and_leads_before_both(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    finish(desk, item, HARSHER)
    judged = Decision(criterion="empathy", action="judge", levels=((1, 2),))
    finish(desk, item, *alone(judged), user="bob", slot=2, at=minutes(1))
    rows = reviewed_turns(desk)
    assert label(rows, 1, "empathy") == 2
    assert {(row.reviewer, row.shown_machine) for row in rows} == {("bob", False)}
    # Who judged the sentiment alone, by a verdict, named no turn.
    assert {row.criterion for row in rows} == {"banned_phrases", "empathy"}
    adjudicate(desk, item.id, "lea", HARSHER, reason="Cold.", expects=None, now=minutes(2))
    (row,) = [row for row in reviewed_turns(desk) if row.criterion == "empathy"]
    assert (row.empathy, row.source, row.reviewer, row.at) == (0, "adjudication", "lea", minutes(2))
    result = results.current(desk, "t1")
    assert result is not None
    in_force = result.judgement("empathy")
    assert (in_force.source, in_force.by) == (row.source, row.reviewer)


def test_an_appeal_that_is_upheld_teaches(desk: Store) -> None:
    (item,) = sampled(desk, "t1", reason="risk", random_probability=None)
    finish(desk, item)
    desk.add_scorecards([make(*FOUND, id_="t2")])
    for id_ in ("t1", "t2"):
        appeal = raise_appeal(desk, id_, "amy", "I was kind.", now=minutes(1))
        decide_appeal(
            desk, appeal.id, "lea", "upheld", answer="Yes.", decisions=[WARMER], now=minutes(2)
        )
    rows = {row.transcript_id: row for row in reviewed_turns(desk) if row.criterion == "empathy"}
    assert [(row.source, row.empathy, row.reason) for row in rows.values()] == [
        ("appeal", 2, "risk"),
        ("appeal", 2, "appeal"),
    ]
    assert {row.weight for row in rows.values()} == {1 / MOST_WEIGHT}


def test_reviewers_who_are_not_accepted_count_as_not_there(desk: Store) -> None:
    (item,) = sampled(desk, "t1", slots=2)
    finish(desk, item, REJECT, HARSHER)
    added = (AddedFinding("deflecting", 1, 0, 11),)
    judged = Decision(criterion="banned_phrases", action="judge", added=added)
    finish(desk, item, *alone(judged), user="bob", slot=2)
    asked: set[tuple[str, str]] = set()

    def but_bob(criterion: str, reviewer: str) -> bool:
        asked.add((criterion, reviewer))
        return (criterion, reviewer) != ("banned_phrases", "bob")

    assert label(reviewed_turns(desk), 1, "banned_phrases") == {"deflecting"}
    rows = reviewed_turns(desk, accepts=but_bob)
    assert label(rows, 1, "banned_phrases") == frozenset()
    assert ("empathy", "bob") in asked
    adjudicate(desk, item.id, "lea", REJECT, reason="Kind.", expects=None, now=minutes(2))
    rows = reviewed_turns(desk, accepts=lambda *_: False)
    assert {(row.criterion, row.reviewer) for row in rows} == {("banned_phrases", "lea")}


def test_a_window_sees_what_was_in_force_then(desk: Store) -> None:
    first, second = sampled(desk, "t1", "t2")
    finish(desk, first, HARSHER, at=minutes(1))
    finish(desk, second, at=minutes(2))
    adjudicate(desk, first.id, "lea", WARMER, reason="Kind.", expects=None, now=minutes(3))

    def levels(**window: datetime) -> dict[str, int | None]:
        rows = reviewed_turns(desk, **window)
        return {row.transcript_id: row.empathy for row in rows if row.criterion == "empathy"}

    assert levels() == {"t1": 2, "t2": 1}
    assert levels(until=minutes(3)) == {"t1": 0, "t2": 1}
    assert levels(since=minutes(2), until=minutes(3)) == {"t2": 1}
    assert levels(since=minutes(3)) == {"t1": 2}
    assert levels(until=minutes(1)) == {}
    with pytest.raises(ValueError, match="time zone"):
        levels(since=datetime(2026, 11, 23))


def test_a_later_inspection_changes_no_label(desk: Store) -> None:
    (item,) = sampled(desk, "t1")
    finish(desk, item, REJECT)
    before = reviewed_turns(desk)
    desk.add_scorecards([make(id_="t1")])
    assert reviewed_turns(desk) == before


@pytest.mark.parametrize(
    ("chances", "weights"),
    [
        ([0.5, 0.25, None], [2 / 3, 4 / 3, 1 / 3]),
        ([0.1, 0.1, 0.4, 0.001, None], [0.25, 0.25, 0.25, 3.9120, 0.25]),
        ([0.5] * 9 + [0.01], [0.25] * 9 + [MOST_WEIGHT]),
        ([1.0, None], [1.0, 1.0]),  # the random part reads the whole week
        ([0.01, None], [1.0, 1 / MOST_WEIGHT]),
        ([None], [1 / MOST_WEIGHT]),  # no random part to compare with
    ],
)
def test_weights_of_a_sample(
    desk: Store, chances: list[float | None], weights: list[float]
) -> None:
    ids = [f"t{number}" for number in range(len(chances))]
    desk.add_scorecards(make(id_=id_) for id_ in ids)
    known = card_ids(desk)
    items = [
        NewItem(
            transcript_id=id_,
            scorecard_id=known[id_],
            reason="minimum" if chance is None else "random",
            explanation="Drawn.",
            random_probability=chance,
        )
        for id_, chance in zip(ids, chances, strict=True)
    ]
    sample = add_sample(
        desk, items, week="2026-W47", seed=1, config={}, population=99, by=OPERATOR, now=NOON
    )
    for item in sample_items_of(desk, sample.id):
        finish(desk, item)
    found = {row.transcript_id: row.weight for row in reviewed_turns(desk)}
    assert list(found.values()) == pytest.approx(weights, abs=1e-4)


ROW = ReviewedTurn(
    id="t0/1",
    transcript_id="t0",
    turn=1,
    criterion="empathy",
    lang="en",
    role="agent",
    text="Sorry.",
    context=(),
    empathy=1,
    reviewer="ann",
    at=NOON,
    source="review",
    scorecard_id=1,
    rubric="default@1",
    reason="random",
)


def rows_of(count: int, *, at: datetime = NOON) -> list[ReviewedTurn]:
    """Two turns of each transcript."""
    return [
        replace(ROW, id=f"t{n}/{turn}", transcript_id=f"t{n}", turn=turn, at=at)
        for n in range(count)
        for turn in (1, 3)
    ]


def test_whole_transcripts_are_held_out_and_stay_so() -> None:
    rows = rows_of(500)
    parts = split(rows)
    train = {row.transcript_id for row in parts.train}
    held_out = {row.transcript_id for row in parts.held_out}
    assert not train & held_out
    assert len(parts.train) + len(parts.held_out) == len(rows)
    assert 70 <= len(held_out) <= 130
    fewer = split(rows_of(200))
    assert {row.transcript_id for row in fewer.held_out} == {
        id_ for id_ in held_out if int(id_[1:]) < 200
    }
    larger = split(rows, held_out_share=0.3)
    assert held_out < {row.transcript_id for row in larger.held_out}


@pytest.mark.parametrize(("share", "held_out"), [(0.0, 0), (1.0, 20)])
def test_nothing_or_everything_is_held_out(share: float, held_out: int) -> None:
    assert len(split(rows_of(10), held_out_share=share).held_out) == held_out


def test_what_was_decided_lately_is_held_out_with_its_transcript() -> None:
    day = timedelta(days=1)
    old, late = rows_of(40), replace(ROW, id="t3/5", transcript_id="t3", at=NOON + day)
    parts = split([*old, late], held_out_share=0.0, after=NOON + day)
    assert {row.transcript_id for row in parts.held_out} == {"t3"}
    assert len(parts.held_out) == 3
    both = split([*old, late], after=NOON + day)
    assert {row.transcript_id for row in both.held_out} == {
        "t3", *(row.transcript_id for row in split(old).held_out)
    }  # fmt: skip
    assert split(old, held_out_share=0.0, after=datetime(2027, 1, 1, tzinfo=UTC)).held_out == ()


def test_places_are_spread_evenly_and_differ_by_purpose() -> None:
    places = [place_of(f"t{n}") for n in range(1000)]
    assert all(0 <= place < 1 for place in places)
    for tenth in range(10):
        assert 60 <= sum(tenth <= 10 * place < tenth + 1 for place in places) <= 140
    assert places != [place_of(f"t{n}", "fold") for n in range(1000)]


def test_a_store_without_reviews_has_no_rows(desk: Store) -> None:
    sampled(desk, "t1")
    assert reviewed_turns(desk) == []


def test_a_blind_review_labels_every_agent_turn(desk: Store) -> None:
    (item,) = sampled(desk, "t1", is_blind=True)
    finish(desk, item, *alone())
    rows = reviewed_turns(desk)
    assert {(row.reviewer, row.shown_machine, row.banned) for row in rows} == {
        ("ann", False, frozenset())
    }
