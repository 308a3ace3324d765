"""One writer at a time, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

# Any number will do, as long as every version of cs_qa takes the same one.
_POSTGRESQL_LOCK = 7_236_210_418


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that no other writer runs beside; it commits unless an error leaves it.

    SQLite begins it with its write lock (see `connection`), PostgreSQL takes an advisory lock.
    """
    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})"))
        yield connection
