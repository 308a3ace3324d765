"""Rows of reviews as values: what is stored of a decision, and which decisions stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from cs_qa.store.cards import Json
from cs_qa.store.decisions import Action, Decision
from cs_qa.store.desk_schema import reviews
from cs_qa.store.rows import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReview:
    """One row of a review: a decision or the undo of one, and the scores (0-100) about it.

    `judgement` is what the decision made of the card's, in the card's JSON form: it stands
    whatever later versions would make of the decision. Both are None for an undo, which names the
    row that it `undoes`. `total_before` and `total_after` are of the reviewed card with the
    reviewer's decisions so far. `shown_machine` says whether the reviewer saw the machine's view.
    """

    id: int
    item_id: int
    slot: int
    transcript_id: str
    scorecard_id: int
    criterion: str
    action: Action
    decision: Decision | None
    judgement: Json | None
    score_before: float | None
    score_after: float | None
    total_before: float | None
    total_after: float | None
    reason_code: str | None
    comment: str
    user_id: str
    at: datetime
    rubric: str
    undoes: int | None
    shown_machine: bool


def kept(decision: Decision, judgement: Json) -> Json:
    """Give what a row keeps of a decision: itself, and the judgement that it made."""
    return {"decision": decision.to_json(), "judgement": plain(judgement)}


def to_review(row: Row[Any]) -> StoredReview:
    """Make a `StoredReview` of a row of the table."""
    values = dict(row._mapping)
    stored = values.pop("decision") or {}
    return StoredReview(
        **values,
        decision=Decision.from_json(stored["decision"]) if stored else None,
        judgement=stored.get("judgement"),
    )


def reviews_by(connection: Connection, item_id: int, slot: int, user_id: str) -> list[StoredReview]:
    """Read every row that a person wrote in a slot, in order."""
    listed = (
        select(reviews)
        .where(reviews.c.item_id == item_id, reviews.c.slot == slot, reviews.c.user_id == user_id)
        .order_by(reviews.c.id)
    )
    return [to_review(row) for row in connection.execute(listed)]


def standing(rows: Iterable[StoredReview]) -> dict[str, StoredReview]:
    """Give the decision that stands on each criterion: the latest that is not undone.

    `rows` are one person's in one slot, in order.
    """
    rows = list(rows)
    undone = {row.undoes for row in rows}
    return {row.criterion: row for row in rows if row.action != "undo" and row.id not in undone}


def judgements_of(decided: dict[str, StoredReview]) -> dict[str, Json]:
    """Give the judgements of standing decisions by criterion."""
    return {name: row.judgement for name, row in decided.items() if row.judgement is not None}
