"""Transactions of the review desk's verbs: what fails in the database is a StoreError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from cs_qa.errors import StoreError
from cs_qa.store import locking
from cs_qa.store.store import Store


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """Open a connection to read on; StoreError when the database cannot be read."""
    with store._reading() as connection:
        yield connection


@contextmanager
def writing(store: Store, what: str) -> Iterator[Connection]:
    """Open the one writing transaction of a verb: all of it is stored, or nothing.

    `what` names what is being stored in the error's first words ("The sample"). Raises StoreError
    when the database cannot be written.
    """
    try:
        with locking.writing(store._engine) as connection:
            yield connection
    except DBAPIError as error:
        raise StoreError(
            f"{what} could not be stored: {error.orig}. Nothing was changed; free space or wait "
            "for other writers to finish, then try again."
        ) from error


def moment(now: datetime | None) -> datetime:
    """Return the time to store, in UTC: `now` where the caller gives one, else the clock's.

    Raises ValueError when `now` has no time zone.
    """
    if now is None:
        return datetime.now(UTC)
    if now.tzinfo is None:
        raise ValueError(f"a time to store needs a time zone: {now!r}")
    return now.astimezone(UTC)
