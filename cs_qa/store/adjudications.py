"""Adjudicate: where two reviewers differ, or a review is wrong, a lead decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select

from cs_qa.errors import InputError, StaleError
from cs_qa.store import audit
from cs_qa.store.access import User, permitted
from cs_qa.store.assignments import of_item
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision, within_limit
from cs_qa.store.desk import card_of
from cs_qa.store.desk_schema import adjudications, assignments, sample_items
from cs_qa.store.review_rows import kept, reviews_by, standing
from cs_qa.store.rulings import refuse_own, rule
from cs_qa.store.samples import StoredItem, find_item
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing

SCORE_GAP = 25.0
"""Points (of 100) by which two scores of one verdict may differ before a lead is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAdjudication:
    """A lead's decision on one judgement, and the transcript's figures before and after (0-100).

    `judgement` is what the decision made of the reviewed card's, in the card's JSON form.
    """

    id: int
    item_id: int
    transcript_id: str
    scorecard_id: int
    criterion: str
    decision: Decision
    judgement: Json
    reason: str
    user_id: str
    at: datetime
    rubric: str
    score_before: float | None
    score_after: float | None
    total_before: float | None
    total_after: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A judgement on which the two finished reviews of an item differ, slot 1 first.

    `judgements` are in the card's JSON form, `users` those who made them.
    """

    item_id: int
    transcript_id: str
    criterion: str
    judgements: tuple[Json, Json]
    users: tuple[str, str]


def adjudicate(
    store: Store,
    item_id: int,
    user_id: str,
    decision: Decision,
    *,
    reason: str,
    expects: int | None,
    now: datetime | None = None,
) -> StoredAdjudication:
    """Decide a judgement of an item whose reviews are finished; it goes before them all.

    To confirm is to let the machine's judgement stand; to adopt a reviewer's, pass that decision.
    `expects` is the id of the item's last adjudication that was seen, None before the first.
    Raises AccessError when the person may not adjudicate or reviewed the conversation,
    InputError when a review is not finished or the reason is empty, StaleError, DecisionError
    when the decision does not hold on the card, StoreError when the database cannot be written.
    """
    at = moment(now)
    if not within_limit(reason, "reason").strip():
        raise InputError("An adjudication needs its reason in a sentence.")
    with writing(store, f"The adjudication of item {item_id}") as connection:
        user = permitted(connection, user_id, "adjudicate")
        item = find_item(connection, item_id)
        refuse_own(connection, user, item.transcript_id)
        _refuse_unfinished(connection, item_id)
        _refuse_stale(connection, item_id, expects)
        stored = _append(connection, item, user, decision, reason=reason, at=at)
        audit.record(
            connection,
            user_id=user_id,
            verb="adjudicate",
            subject=f"item/{item_id}",
            at=at,
            detail={
                "adjudication": stored.id,
                "criterion": stored.criterion,
                "action": decision.action,
                "score_before": stored.score_before,
                "score_after": stored.score_after,
                "total_before": stored.total_before,
                "total_after": stored.total_after,
            },
        )
    return stored


def adjudications_of(store: Store, item_id: int) -> list[StoredAdjudication]:
    """Read every adjudication of an item, in order; the last of a criterion is in force."""
    listed = select(adjudications).where(adjudications.c.item_id == item_id)
    with reading(store) as connection:
        rows = connection.execute(listed.order_by(adjudications.c.id)).all()
    return [_to_adjudication(row) for row in rows]


def disagreements(
    store: Store, user_id: str, *, sample_id: int | None = None, score_gap: float = SCORE_GAP
) -> list[Disagreement]:
    """List where two finished reviews differ and no lead has decided, in the order of the draws.

    They differ by another verdict, or by `score_gap` points at least. Raises AccessError when the
    person may not adjudicate.
    """
    with reading(store) as connection:
        permitted(connection, user_id, "adjudicate")
        return [
            each
            for item_id in _twice_reviewed(connection, sample_id)
            for each in _differences(connection, item_id, score_gap)
        ]


def _refuse_unfinished(connection: Connection, item_id: int) -> None:
    unfinished = [str(each.slot) for each in of_item(connection, item_id) if each.done_at is None]
    if unfinished:
        raise InputError(
            f"Item {item_id} cannot be adjudicated: slot {' and '.join(unfinished)} is not "
            "finished. Wait for the review, or take part in it."
        )


def _refuse_stale(connection: Connection, item_id: int, expects: int | None) -> None:
    last = select(func.max(adjudications.c.id)).where(adjudications.c.item_id == item_id)
    found = connection.execute(last).scalar()
    if found != expects:
        raise StaleError(
            f"Item {item_id} was adjudicated since it was shown: its last adjudication is "
            f"{found or 'none'}, not {expects or 'none'}. Open it again, then decide."
        )


def _append(
    connection: Connection,
    item: StoredItem,
    user: User,
    decision: Decision,
    *,
    reason: str,
    at: datetime,
) -> StoredAdjudication:
    name = decision.criterion
    ruling = rule(
        connection,
        item.transcript_id,
        item.scorecard_id,
        [decision],
        source="adjudication",
        by=user.id,
        at=at,
    )
    judgement = ruling.judgements[name]
    inserted = connection.execute(
        insert(adjudications).returning(*adjudications.c),
        {
            "item_id": item.id,
            "transcript_id": item.transcript_id,
            "scorecard_id": item.scorecard_id,
            "criterion": name,
            "decision": kept(decision, judgement),
            "reason": reason,
            "user_id": user.id,
            "at": at,
            "rubric": ruling.rubric,
            "score_before": ruling.before.judgement(name)["score"],
            "score_after": judgement["score"],
            "total_before": ruling.before.total,
            "total_after": ruling.after.total,
        },
    )
    return _to_adjudication(inserted.one())


def _to_adjudication(row: Row[Any]) -> StoredAdjudication:
    values = dict(row._mapping)
    stored = values.pop("decision")
    return StoredAdjudication(
        **values,
        decision=Decision.from_json(stored["decision"]),
        judgement=stored["judgement"],
    )


def _twice_reviewed(connection: Connection, sample_id: int | None) -> list[int]:
    unfinished = exists().where(
        assignments.c.item_id == sample_items.c.id, assignments.c.done_at.is_(None)
    )
    listed = select(sample_items.c.id).where(sample_items.c.slots == 2, ~unfinished)
    if sample_id is not None:
        listed = listed.where(sample_items.c.sample_id == sample_id)
    return list(connection.execute(listed.order_by(sample_items.c.id)).scalars())


def _differences(connection: Connection, item_id: int, score_gap: float) -> list[Disagreement]:
    item = find_item(connection, item_id)
    card = card_of(connection, item.scorecard_id)
    settled = select(adjudications.c.criterion).where(adjudications.c.item_id == item_id)
    done = set(connection.execute(settled).scalars())
    users = [str(each.user_id) for each in of_item(connection, item_id)]
    by_slot = [
        standing(reviews_by(connection, item_id, slot, user))
        for slot, user in enumerate(users, start=1)
    ]
    judged: dict[str, list[Json]] = defaultdict(list)
    for own in card["judgements"]:
        for rows in by_slot:
            # What does not apply needs no decision: the card's judgement is then the reviewer's.
            row = rows.get(own["criterion"])
            judged[own["criterion"]].append(own if row is None else row.judgement or own)
    return [
        Disagreement(item_id, item.transcript_id, name, (one, other), (users[0], users[1]))
        for name, (one, other) in judged.items()
        if name not in done and _differ(one, other, score_gap)
    ]


def _differ(one: Json, other: Json, score_gap: float) -> bool:
    if one["verdict"] != other["verdict"]:
        return True
    scores = one["score"], other["score"]
    return None not in scores and abs(scores[0] - scores[1]) >= score_gap
