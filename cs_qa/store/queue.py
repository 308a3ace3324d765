"""The review queue: claim the next open slot or a chosen item, and count what is left.

A person never gets a slot of an item whose other slot they have held, nor a conversation of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    case,
    exists,
    func,
    insert,
    select,
    update,
)

from cs_qa.errors import AccessError
from cs_qa.store import audit
from cs_qa.store.access import User, permitted
from cs_qa.store.assignments import LEASE, Assignment, is_open
from cs_qa.store.desk_schema import assignments, holders, sample_items
from cs_qa.store.samples import find_item
from cs_qa.store.schema import transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many slots are open, claimed and done."""

    open: int
    claimed: int
    done: int

    @property
    def total(self) -> int:
        """All slots."""
        return self.open + self.claimed + self.done


QUEUE: FromClause = assignments.join(sample_items, sample_items.c.id == assignments.c.item_id).join(
    transcripts, transcripts.c.id == sample_items.c.transcript_id
)


def claim_next(
    store: Store, user_id: str, *, sample_id: int | None = None, now: datetime | None = None
) -> Assignment | None:
    """Claim the first open slot that this person may review, of a sample or of all.

    The order is that of the draws. None when nothing is left. Raises AccessError when the account
    may not review, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, "The claim") as connection:
        user = permitted(connection, user_id, "review")
        wanted = [] if sample_id is None else [sample_items.c.sample_id == sample_id]
        return _claim(connection, user, wanted, at)


def claim(store: Store, item_id: int, user_id: str, *, now: datetime | None = None) -> Assignment:
    """Claim an open slot of a chosen item; one that this person holds already is renewed.

    Raises AccessError when the account may not review or no slot of it is open to this person,
    InputError for an unknown item, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The claim of item {item_id}") as connection:
        user = permitted(connection, user_id, "review")
        find_item(connection, item_id)
        claimed = _renew(connection, item_id, user, at)
        claimed = claimed or _claim(connection, user, [assignments.c.item_id == item_id], at)
    if claimed is None:
        raise AccessError(
            f"No slot of item {item_id} is open to {user_id}: others hold or finished it, or "
            f"{user_id} had its other slot or the conversation itself. Claim another item."
        )
    return claimed


def count_queue(
    store: Store, *, sample_id: int | None = None, now: datetime | None = None
) -> QueueCounts:
    """Count the slots by their state, of a sample or of all."""
    is_done = assignments.c.done_at.is_not(None)
    state = case((is_done, "done"), (is_open(moment(now)), "open"), else_="claimed").label("state")
    states: Select[tuple[str]] = select(state)
    if sample_id is not None:
        of_sample = sample_items.c.id == assignments.c.item_id
        states = states.join(sample_items, of_sample).where(sample_items.c.sample_id == sample_id)
    each = states.subquery()
    counted = select(each.c.state, func.count()).group_by(each.c.state)
    with reading(store) as connection:
        counts = {name: int(number) for name, number in connection.execute(counted)}
    return QueueCounts(counts.get("open", 0), counts.get("claimed", 0), counts.get("done", 0))


def _claim(
    connection: Connection, user: User, wanted: list[ColumnElement[bool]], at: datetime
) -> Assignment | None:
    first = (
        select(assignments.c.id)
        .select_from(QUEUE)
        .where(is_open(at), *wanted, *may_claim(user))
        .order_by(assignments.c.item_id, assignments.c.slot)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    claimed = _take(connection, first, user, at)
    if claimed is not None:
        _remember(connection, claimed, user, at)
        audit.record(
            connection,
            user_id=user.id,
            verb="claim",
            subject=f"item/{claimed.item_id}/{claimed.slot}",
            at=at,
        )
    return claimed


def may_claim(user: User) -> list[ColumnElement[bool]]:
    """Say which slots a person may hold: none of an own conversation, or of one held before."""
    held_the_other = exists().where(
        holders.c.item_id == assignments.c.item_id,
        holders.c.slot != assignments.c.slot,
        holders.c.user_id == user.id,
    )
    conditions = [~held_the_other]
    if user.agent_id is not None:
        conditions.append(transcripts.c.agent_id.is_distinct_from(user.agent_id))
    return conditions


def _take(
    connection: Connection, first: ScalarSelect[int], user: User, at: datetime
) -> Assignment | None:
    taken = (
        update(assignments)
        .where(assignments.c.id == first)
        .values(user_id=user.id, claimed_at=at, lease_until=at + LEASE)
        .returning(*assignments.c)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else Assignment(**row._mapping)


def _renew(connection: Connection, item_id: int, user: User, at: datetime) -> Assignment | None:
    renewed = (
        update(assignments)
        .where(
            assignments.c.item_id == item_id,
            assignments.c.user_id == user.id,
            assignments.c.done_at.is_(None),
        )
        .values(lease_until=at + LEASE)
        .returning(*assignments.c)
    )
    row = connection.execute(renewed).one_or_none()
    return None if row is None else Assignment(**row._mapping)


def _remember(connection: Connection, claimed: Assignment, user: User, at: datetime) -> None:
    row = {"item_id": claimed.item_id, "slot": claimed.slot, "user_id": user.id}
    same = [holders.c[name] == value for name, value in row.items()]
    if connection.execute(select(holders.c.since).where(*same)).one_or_none() is None:
        connection.execute(insert(holders), row | {"since": at})
