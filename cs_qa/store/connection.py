"""Open a database: SQLite in a private file, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from cs_qa.errors import StoreError
from cs_qa.store.migrations import migrate
from cs_qa.store.store import Store

BUSY_TIMEOUT_MS = 10_000
_POSSIBLE = (
    "Give a path (work/week.db), sqlite:///work/week.db or "
    "postgresql://user:password@host/database."
)


def open_store(url: str, *, create: bool = True) -> Store:
    """Open the database at a path or URL and bring its schema up to this version.

    A new SQLite file is readable by its owner only. With `create=False` a missing file is an
    error. Raises StoreError when the database cannot be opened, is not one of cs_qa, or was
    written by a newer version.
    """
    target = _target(url)
    engine = _sqlite(target, create=create) if _is_sqlite(target) else _postgresql(target)
    try:
        migrate(engine, name=_shown(target))
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(_refusal(target, error)) from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


def _target(url: str) -> URL:
    text = url.strip()
    if not text:
        raise StoreError(f"No database given. {_POSSIBLE}")
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        target = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"This database URL cannot be read. {_POSSIBLE}") from error
    if target.drivername in {"postgresql", "postgres"}:
        return target.set(drivername="postgresql+psycopg")
    if target.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"No support for {target.drivername!r} databases. {_POSSIBLE}")
    return target


def _is_sqlite(target: URL) -> bool:
    return target.get_backend_name() == "sqlite"


def _shown(target: URL) -> str:
    """Name the database in messages, without its password."""
    if _is_sqlite(target):
        return target.database or ":memory:"
    return target.render_as_string(hide_password=True)


def _sqlite(target: URL, *, create: bool) -> Engine:
    if target.database and target.database != ":memory:":
        _claim_file(Path(target.database), create=create)
    engine = create_engine(target)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _claim_file(path: Path, *, create: bool) -> None:
    """Make sure that the file is there, created with mode 0600, and may be written."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Name a file in it, for example {path / 'week.db'}.")
    if not path.exists() and not create:
        raise StoreError(
            f"There is no database at {path}. `cs-qa inspect INPUT --db {path}` makes one."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if not os.access(path.parent, os.W_OK):
            raise PermissionError("the folder is read-only")
    except OSError as error:
        raise StoreError(
            f"Cannot write {path}: {error.strerror or error}. SQLite writes the file and two "
            "beside it: choose a folder that you may write to, or change its permissions."
        ) from error


def _configure_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin too late; `_begin_sqlite` begins them.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Turn the write-ahead log on; SQLite itself does not wait where others do so just now."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a read that turns into a write may fail half-way."""
    is_write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _postgresql(target: URL) -> Engine:
    try:
        return create_engine(target, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"PostgreSQL needs a driver that is not installed ({error}). "
            "Install it: pip install 'psycopg[binary]'."
        ) from error


def _refusal(target: URL, error: SQLAlchemyError) -> str:
    why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if _is_sqlite(target) and "not a database" in why:
        return (
            f"{_shown(target)} is not a database (SQLite: {why}). Name another file, or move "
            "this one away if it should be one: it is then damaged, restore it from a backup."
        )
    if _is_sqlite(target):
        return f"Cannot open the database {_shown(target)}: {why}."
    return (
        f"Cannot open the database {_shown(target)}: {why}. Check that the server runs and that "
        "host, database, user and password are right."
    )
