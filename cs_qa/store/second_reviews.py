"""Second reviews: how far they are, and what everyone who judged an item made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from cs_qa.store.access import permitted
from cs_qa.store.assignments import Assignment, State
from cs_qa.store.decisions import Decision
from cs_qa.store.desk_schema import assignments, reviews, sample_items, samples
from cs_qa.store.rescoring import Rescored
from cs_qa.store.review_rows import StoredReview, standing, to_review
from cs_qa.store.rulings import rule
from cs_qa.store.samples import find_item
from cs_qa.store.schema import judgements, scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """One of the two reviews of an item: who holds or finished it, None where nobody does."""

    state: State
    user_id: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReview:
    """An item that two people review independently, and how far each is, slot 1 first."""

    item_id: int
    week: str
    transcript_id: str
    language: str | None
    agent_id: str | None
    slots: tuple[SlotState, SlotState]

    @property
    def is_finished(self) -> bool:
        """Whether both reviews are finished."""
        return all(each.state == "done" for each in self.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a finished review made of one judgement, beside the machine's on the same card.

    `is_decided` is False where the reviewer saw that it does not apply and left it: verdict and
    score (0-100) are then the machine's. `shown_machine` says whether the reviewer saw its view.
    """

    item_id: int
    transcript_id: str
    language: str | None
    criterion: str
    slot: int
    user_id: str
    verdict: str
    score: float | None
    machine_verdict: str
    machine_score: float | None
    is_decided: bool
    shown_machine: bool


def second_reviews(
    store: Store, user_id: str, *, sample_id: int | None = None, now: datetime | None = None
) -> list[SecondReview]:
    """List the items that are reviewed twice, in the order of the draws.

    Raises AccessError when the person may not adjudicate.
    """
    at = moment(now)
    columns = (
        samples.c.week,
        sample_items.c.transcript_id,
        scorecards.c.language,
        transcripts.c.agent_id,
    )
    listed = (
        select(assignments, *columns)
        .join(sample_items, sample_items.c.id == assignments.c.item_id)
        .join(samples, samples.c.id == sample_items.c.sample_id)
        .join(scorecards, scorecards.c.id == sample_items.c.scorecard_id)
        .join(transcripts, transcripts.c.id == sample_items.c.transcript_id)
        .where(sample_items.c.slots == 2)
        .order_by(sample_items.c.id, assignments.c.slot)
    )
    with reading(store) as connection:
        permitted(connection, user_id, "adjudicate")
        rows = connection.execute(_of_sample(listed, sample_id)).all()
    return [
        SecondReview(
            item_id=first.item_id,
            **{column.name: first._mapping[column.name] for column in columns},
            slots=(_slot(first, at), _slot(second, at)),
        )
        for first, second in zip(rows[::2], rows[1::2], strict=True)
    ]


def ratings(store: Store, user_id: str, *, sample_id: int | None = None) -> list[Rating]:
    """Read what every finished review, first or second, made of each judgement of its card.

    Raises AccessError when the person may not adjudicate.
    """
    with reading(store) as connection:
        permitted(connection, user_id, "adjudicate")
        decided = _standing(connection, sample_id)
        slots = connection.execute(_of_sample(_FINISHED, sample_id)).all()
        machine = _machine(connection, sample_id)
    return [
        rating
        for slot in slots
        for rating in _of_slot(
            slot, machine.get(slot.item_id, []), decided.get((slot.item_id, slot.slot), {})
        )
    ]


def preview_adjudication(
    store: Store, item_id: int, user_id: str, decision: Decision
) -> tuple[Rescored, Rescored]:
    """Work out what is in force before and after an adjudication; nothing is stored.

    Raises AccessError when the person may not adjudicate, DecisionError when the decision does
    not hold on the card, InputError when there is no such item or its rubric is not stored.
    """
    with reading(store) as connection:
        permitted(connection, user_id, "adjudicate")
        item = find_item(connection, item_id)
        ruling = rule(
            connection,
            item.transcript_id,
            item.scorecard_id,
            [decision],
            source="adjudication",
            by=user_id,
            at=moment(None),
        )
    return ruling.before, ruling.after


_FINISHED = (
    select(
        assignments.c.item_id,
        assignments.c.slot,
        assignments.c.user_id,
        sample_items.c.transcript_id,
        scorecards.c.language,
    )
    .join(sample_items, sample_items.c.id == assignments.c.item_id)
    .join(scorecards, scorecards.c.id == sample_items.c.scorecard_id)
    .where(assignments.c.done_at.is_not(None))
    .order_by(assignments.c.item_id, assignments.c.slot)
)


def _of_sample(listed: Select[Any], sample_id: int | None) -> Select[Any]:
    return listed if sample_id is None else listed.where(sample_items.c.sample_id == sample_id)


def _slot(row: Row[Any], at: datetime) -> SlotState:
    columns = {column.name: row._mapping[column.name] for column in assignments.c}
    state = Assignment(**columns).state(at)
    user_id = None if state == "open" else row.user_id
    return SlotState(state=state, user_id=user_id, done_at=row.done_at)


_Slot = tuple[int, int]


def _standing(
    connection: Connection, sample_id: int | None
) -> dict[_Slot, dict[str, StoredReview]]:
    """The decisions that stand in finished slots, by item and slot, then criterion."""
    finished = (
        (assignments.c.item_id == reviews.c.item_id)
        & (assignments.c.slot == reviews.c.slot)
        & (assignments.c.user_id == reviews.c.user_id)
        & assignments.c.done_at.is_not(None)
    )
    listed = (
        select(reviews)
        .join(assignments, finished)
        .join(sample_items, sample_items.c.id == reviews.c.item_id)
        .order_by(reviews.c.id)
    )
    rows: dict[_Slot, list[StoredReview]] = {}
    for row in connection.execute(_of_sample(listed, sample_id)):
        rows.setdefault((row.item_id, row.slot), []).append(to_review(row))
    return {slot: standing(own) for slot, own in rows.items()}


def _machine(connection: Connection, sample_id: int | None) -> dict[int, list[Row[Any]]]:
    """The machine's judgements of the reviewed cards, by item, in the rubric's order."""
    listed = (
        select(sample_items.c.id, judgements.c.criterion, judgements.c.verdict, judgements.c.score)
        .join(judgements, judgements.c.scorecard_id == sample_items.c.scorecard_id)
        .order_by(sample_items.c.id, judgements.c.position)
    )
    by_item: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(_of_sample(listed, sample_id)):
        by_item.setdefault(row.id, []).append(row)
    return by_item


def _of_slot(
    slot: Row[Any], machine: list[Row[Any]], decided: dict[str, StoredReview]
) -> Iterator[Rating]:
    for own in machine:
        row = decided.get(own.criterion)
        judged = None if row is None else row.judgement
        yield Rating(
            item_id=slot.item_id,
            transcript_id=slot.transcript_id,
            language=slot.language,
            criterion=own.criterion,
            slot=slot.slot,
            user_id=slot.user_id,
            verdict=own.verdict if judged is None else judged["verdict"],
            score=own.score if judged is None else judged["score"],
            machine_verdict=own.verdict,
            machine_score=own.score,
            is_decided=row is not None,
            shown_machine=row is None or row.shown_machine,
        )
