"""Drafts: what a reviewer has begun to decide, kept for that person alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from cs_qa.errors import InputError
from cs_qa.store.assignments import hold
from cs_qa.store.desk_schema import drafts
from cs_qa.store.rows import canonical, plain
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing

MAX_LENGTH = 200_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What its author last saved of a slot; it stays when the claim goes back to the queue."""

    item_id: int
    slot: int
    user_id: str
    content: dict[str, Any]
    saved_at: datetime


def save_draft(
    store: Store,
    item_id: int,
    slot: int,
    user_id: str,
    content: Mapping[str, object],
    *,
    now: datetime | None = None,
) -> Draft:
    """Save a draft over the author's last one, and renew the lease.

    Raises AccessError when the person does not hold the slot, InputError when the draft is longer
    than 200,000 characters of JSON, StoreError when the database cannot be written.
    """
    at = moment(now)
    if len(canonical(content)) > MAX_LENGTH:
        raise InputError(
            f"A draft has at most {MAX_LENGTH:,} characters. Shorten its comments, or decide."
        )
    draft = Draft(item_id, slot, user_id, plain(content), at)
    with writing(store, "The draft") as connection:
        hold(connection, item_id, slot, user_id, now=at)
        drop_draft(connection, item_id, slot, user_id)
        row = {"item_id": item_id, "slot": slot, "user_id": user_id, "saved_at": at}
        connection.execute(insert(drafts), row | {"content": draft.content})
    return draft


def draft(store: Store, item_id: int, slot: int, user_id: str) -> Draft | None:
    """Read a person's own draft of a slot, None where there is none."""
    with reading(store) as connection:
        own = select(drafts).where(*_own(item_id, slot, user_id))
        row = connection.execute(own).one_or_none()
    return None if row is None else Draft(**row._mapping)


def discard_draft(store: Store, item_id: int, slot: int, user_id: str) -> None:
    """Delete a person's own draft; nothing happens where there is none."""
    with writing(store, "The draft") as connection:
        drop_draft(connection, item_id, slot, user_id)


def drop_draft(connection: Connection, item_id: int, slot: int, user_id: str) -> None:
    """Delete a draft in the caller's transaction, as a decision or the finish makes it void."""
    connection.execute(delete(drafts).where(*_own(item_id, slot, user_id)))


def _own(item_id: int, slot: int, user_id: str) -> tuple[ColumnElement[bool], ...]:
    return (drafts.c.item_id == item_id, drafts.c.slot == slot, drafts.c.user_id == user_id)
