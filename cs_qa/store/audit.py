"""The audit log: a chain of rows in which each holds the hash of the one before.

A changed, inserted or deleted row breaks the chain. Rows cut off at the end leave a shorter chain
that holds; they show against a `Head` that was exported earlier and kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from cs_qa.store.access import permitted
from cs_qa.store.desk_schema import audit
from cs_qa.store.rows import canonical, digest
from cs_qa.store.schema import storable
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of the log: its id and its hash (SHA-256 in hexadecimal)."""

    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log. `subject` names what was acted on: `item/12/1`, `user/ann`."""

    id: int
    at: datetime
    user_id: str
    verb: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: `rows` that hold, the first `broken` id and what is wrong with it."""

    rows: int
    broken: int | None = None
    problem: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether every row holds."""
        return self.broken is None


_START = Head(0, "")


def record(
    connection: Connection,
    *,
    user_id: str,
    verb: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> Head:
    """Append a row in the caller's writing transaction, so that deed and row stand together."""
    previous = _head(connection) or _START
    row = {
        "id": previous.id + 1,
        "at": at,
        "user_id": storable(user_id),
        "verb": verb,
        "subject": storable(subject),
        "detail": canonical(detail or {}),
        "previous_hash": previous.hash,
    }
    row_hash = _hash(row)
    connection.execute(insert(audit), row | {"hash": row_hash})
    return Head(previous.id + 1, row_hash)


def head(store: Store) -> Head | None:
    """Read the last row's id and hash, None for an empty log: keep it outside the database."""
    with reading(store) as connection:
        return _head(connection)


def verify(store: Store, *, head: Head | None = None) -> Verification:
    """Recompute the whole chain, and compare it with a `head` that was exported earlier."""
    previous = _START
    with (
        reading(store) as connection,
        connection.execution_options(yield_per=1000).execute(_ALL) as rows,
    ):
        for row in rows:
            problem = _problem(row, previous) or _departure(row, head)
            if problem:
                return Verification(previous.id, previous.id + 1, problem)
            previous = Head(row.id, row.hash)
    if head is not None and head.id > previous.id:
        return Verification(
            previous.id,
            previous.id + 1,
            f"The log ends with row {previous.id}, but had {head.id} rows when its head was "
            "exported: the rows after it were deleted.",
        )
    return Verification(previous.id)


def entries(
    store: Store,
    by: str,
    *,
    subject: str | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[Entry]:
    """List the newest rows first, of one `subject` or all, with ids below `before`.

    Raises AccessError when `by` may not read the log.
    """
    listed = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        listed = listed.where(audit.c.subject == subject)
    if before is not None:
        listed = listed.where(audit.c.id < before)
    with reading(store) as connection:
        permitted(connection, by, "read_audit")
        rows = connection.execute(listed).all()
    return [
        Entry(row.id, row.at, row.user_id, row.verb, row.subject, json.loads(row.detail))
        for row in rows
    ]


_ALL = select(audit).order_by(audit.c.id)
_HASHED = ("id", "at", "user_id", "verb", "subject", "detail", "previous_hash")


def _head(connection: Connection) -> Head | None:
    last = select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    return None if row is None else Head(row.id, row.hash)


def _hash(row: Mapping[Any, object]) -> str:
    return digest(canonical({name: row[name] for name in _HASHED}))


def _problem(row: Row[Any], previous: Head) -> str:
    if row.id != previous.id + 1:
        return f"Row {previous.id + 1} is missing: row {row.id} follows row {previous.id}."
    if row.previous_hash != previous.hash:
        return f"Row {row.id} does not follow row {previous.id}: one of them was replaced."
    if row.hash != _hash(row._mapping):
        return f"Row {row.id} was changed: its content does not give its hash."
    return ""


def _departure(row: Row[Any], head: Head | None) -> str:
    if head is not None and row.id == head.id and row.hash != head.hash:
        return f"Row {row.id} is not the row that was exported as the head: the log was rewritten."
    return ""
