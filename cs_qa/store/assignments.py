"""Assignments: who holds which slot of an item, until when, and what is finished.

A slot is open, claimed or done. A claim is a lease: each decision renews it, and when it has run
out the slot is open to everyone. Its last holder may still go on until somebody else claims it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from cs_qa.errors import AccessError
from cs_qa.store import audit
from cs_qa.store.access import permitted
from cs_qa.store.desk_schema import assignments
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing

State = Literal["open", "claimed", "done"]

LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One slot (1 or 2) of an item. `user_id` is its holder, its finisher, or its last holder."""

    id: int
    item_id: int
    slot: int
    user_id: str | None
    claimed_at: datetime | None
    lease_until: datetime | None
    done_at: datetime | None

    def state(self, now: datetime) -> State:
        """Say whether the slot is open, claimed or done at that time."""
        if self.done_at is not None:
            return "done"
        is_leased = self.lease_until is not None and self.lease_until > now
        return "claimed" if is_leased else "open"


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a row of `assignments` may be claimed."""
    lease = assignments.c.lease_until
    return and_(assignments.c.done_at.is_(None), or_(lease.is_(None), lease <= now))


def hold(
    connection: Connection, item_id: int, slot: int, user_id: str, *, now: datetime
) -> Assignment:
    """Make sure that a person holds a slot, renew the lease, and return the assignment.

    For use in the transaction of the write that needs it. Raises AccessError when the account may
    not review, the slot is finished, or somebody else has claimed it or nobody has.
    """
    permitted(connection, user_id, "review")
    held = find_assignment(connection, item_id, slot)
    if held is None or held.user_id != user_id:
        raise AccessError(
            f"{user_id} does not hold slot {slot} of item {item_id}. Claim it first; a claim "
            f"without a decision for {LEASE.seconds // 60} minutes goes back to the queue."
        )
    if held.done_at is not None:
        raise AccessError(
            f"Slot {slot} of item {item_id} is finished. A lead can still adjudicate it."
        )
    renewed = (
        update(assignments)
        .where(assignments.c.id == held.id)
        .values(lease_until=now + LEASE)
        .returning(*assignments.c)
    )
    return Assignment(**connection.execute(renewed).one()._mapping)


def mark_done(connection: Connection, assignment: Assignment, *, now: datetime) -> Assignment:
    """Finish a slot that `hold` returned, in the caller's transaction."""
    done = (
        update(assignments)
        .where(assignments.c.id == assignment.id)
        .values(done_at=now)
        .returning(*assignments.c)
    )
    return Assignment(**connection.execute(done).one()._mapping)


def release(store: Store, item_id: int, slot: int, *, by: str, now: datetime | None = None) -> None:
    """Give a slot back to the queue: one's own, or anybody's as a lead. Drafts stay.

    Raises AccessError when `by` may do neither or the slot is finished or not claimed.
    """
    at = moment(now)
    with writing(store, f"The release of item {item_id}") as connection:
        held = find_assignment(connection, item_id, slot)
        is_own = held is not None and held.user_id == by
        permitted(connection, by, "review" if is_own else "release_any")
        if held is None or held.user_id is None or held.done_at is not None:
            raise AccessError(
                f"Slot {slot} of item {item_id} is not claimed. Only a claim can be given back."
            )
        nobody = {"user_id": None, "claimed_at": None, "lease_until": None}
        connection.execute(update(assignments).where(assignments.c.id == held.id).values(nobody))
        audit.record(
            connection,
            user_id=by,
            verb="release",
            subject=f"item/{item_id}/{slot}",
            at=at,
            detail={"held_by": held.user_id},
        )


def find_assignment(connection: Connection, item_id: int, slot: int) -> Assignment | None:
    """Read one slot of an item, None where the item has no such slot."""
    of_slot = (assignments.c.item_id == item_id, assignments.c.slot == slot)
    row = connection.execute(select(assignments).where(*of_slot)).one_or_none()
    return None if row is None else Assignment(**row._mapping)


def of_item(connection: Connection, item_id: int) -> list[Assignment]:
    """Read every slot of an item, in order."""
    listed = select(assignments).where(assignments.c.item_id == item_id)
    rows = connection.execute(listed.order_by(assignments.c.slot))
    return [Assignment(**row._mapping) for row in rows]


def held_by(store: Store, user_id: str) -> list[Assignment]:
    """List what a person has claimed and not finished, leases that ran out among it."""
    unfinished = (assignments.c.user_id == user_id, assignments.c.done_at.is_(None))
    listed = select(assignments).where(*unfinished).order_by(assignments.c.item_id)
    with reading(store) as connection:
        return [Assignment(**row._mapping) for row in connection.execute(listed)]
