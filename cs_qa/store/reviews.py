"""Review a claimed slot: decide, undo, confirm the rest, finish.

Rows are only appended: an undo is a row, a new decision stands over an older one. A decision, the
scores that it changes, the lease and the audit row are one transaction. `expects` is the id of
the last row that the reviewer has seen of the own slot, None before the first: a decision made on
an older view raises StaleError.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from cs_qa.errors import InputError, StaleError
from cs_qa.store.assignments import Assignment, hold, mark_done
from cs_qa.store.decisions import Decision, DecisionError, within_limit
from cs_qa.store.desk import Desk, desk_of
from cs_qa.store.desk_schema import reviews
from cs_qa.store.drafts import drop_draft
from cs_qa.store.review_rows import StoredReview, standing, to_review
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing


def decide(
    store: Store,
    item_id: int,
    slot: int,
    user_id: str,
    *decisions: Decision,
    expects: int | None,
    now: datetime | None = None,
) -> list[StoredReview]:
    """Store decisions of the person who holds a slot, all or none; each renews the lease.

    Where the machine's view is hidden they judge; else they confirm or override. What is hidden
    is left out of the rows that come back too. Raises AccessError when the person may not review
    or does not hold the slot, StaleError when `expects` is not the last row, DecisionError when a
    decision does not hold on the card, InputError when its rubric is not stored, StoreError when
    the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The review of item {item_id}") as connection:
        desk = _open(connection, item_id, slot, user_id, at=at, expects=expects)
        return [desk.shown(desk.decide(decision)) for decision in decisions]


def confirm_rest(
    store: Store,
    item_id: int,
    slot: int,
    user_id: str,
    *,
    expects: int | None,
    now: datetime | None = None,
) -> list[StoredReview]:
    """Confirm every judgement that applies and is not decided yet, one row each.

    Raises what `decide` raises; DecisionError also where the machine's view is hidden.
    """
    at = moment(now)
    with writing(store, f"The review of item {item_id}") as connection:
        desk = _open(connection, item_id, slot, user_id, at=at, expects=expects)
        if desk.hides_machine:
            raise DecisionError(
                "The machine's judgements are hidden here, so they cannot be confirmed. Judge "
                f"what is left: {', '.join(desk.undecided())}."
            )
        rest: list[Any] = desk.undecided()
        return [desk.decide(Decision(criterion=name, action="confirm")) for name in rest]


def undo(
    store: Store,
    item_id: int,
    slot: int,
    user_id: str,
    criterion: str,
    *,
    expects: int | None,
    comment: str = "",
    now: datetime | None = None,
) -> StoredReview:
    """Take back the decision that stands on a criterion; the one before it stands again.

    Raises what `decide` raises; InputError when nothing is decided there.
    """
    at = moment(now)
    within_limit(comment, "comment")
    with writing(store, f"The review of item {item_id}") as connection:
        desk = _open(connection, item_id, slot, user_id, at=at, expects=expects)
        return desk.shown(desk.undo(criterion, comment))


def finish(
    store: Store, item_id: int, slot: int, user_id: str, *, now: datetime | None = None
) -> Assignment:
    """Finish a slot; its decisions come into force, and nobody can change them any more.

    Every judgement that applies needs a decision, and every one at all where the machine's view
    is hidden. Raises InputError naming what is missing, AccessError when the person does not hold
    the slot, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The review of item {item_id}") as connection:
        assignment = hold(connection, item_id, slot, user_id, now=at)
        desk = desk_of(connection, item_id, slot, user_id, at)
        if missing := desk.undecided():
            raise InputError(
                f"Item {item_id} cannot be finished. Decide first: {', '.join(missing)}."
            )
        done = mark_done(connection, assignment, now=at)
        drop_draft(connection, item_id, slot, user_id)
        detail = {
            "transcript": desk.item.transcript_id,
            "reviews": sorted(row.id for row in standing(desk.rows).values()),
        }
        desk.record("finish", detail)
        return done


def reviews_of(store: Store, transcript_id: str) -> list[StoredReview]:
    """Read every row of every review of a transcript, undone and unfinished ones too, in order.

    For those who may see all: nothing is hidden here.
    """
    listed = select(reviews).where(reviews.c.transcript_id == transcript_id).order_by(reviews.c.id)
    with reading(store) as connection:
        return [to_review(row) for row in connection.execute(listed)]


def _open(
    connection: Connection,
    item_id: int,
    slot: int,
    user_id: str,
    *,
    at: datetime,
    expects: int | None,
) -> Desk:
    hold(connection, item_id, slot, user_id, now=at)
    desk = desk_of(connection, item_id, slot, user_id, at)
    last = desk.rows[-1].id if desk.rows else None
    if expects != last:
        raise StaleError(
            f"Item {item_id} has changed since it was shown: its last decision is "
            f"{last or 'none'}, not {expects or 'none'}. Open it again and decide on what it shows."
        )
    return desk
