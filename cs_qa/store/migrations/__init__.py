"""Bring a database's schema up to this version; each step is one file in `versions`."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

import cs_qa.store.desk_schema  # noqa: F401  (its tables join the metadata)
from cs_qa.errors import StoreError
from cs_qa.store.locking import writing
from cs_qa.store.schema import REVISION, VERSION_TABLE, metadata

_version = table(VERSION_TABLE, column("version_num"))


def migrate(engine: Engine, *, name: str) -> None:
    """Apply the missing steps in one transaction; `name` stands for the database in errors."""
    with engine.connect() as connection:
        if _revision(connection) == REVISION:
            return
    with writing(engine) as connection:
        revision = _revision(connection)
        if revision is None:
            _refuse_foreign(connection, name)
        if revision != REVISION:
            _upgrade(connection, revision, name)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision = connection.execute(select(_version.c.version_num)).scalar()
    return None if revision is None else str(revision)


def _refuse_foreign(connection: Connection, name: str) -> None:
    """Refuse a database that is another program's, before a table of ours stands in it."""
    present = set(inspect(connection).get_table_names())
    # A PostgreSQL database may be shared: there only our own names are in the way.
    foreign = present if connection.dialect.name == "sqlite" else present & set(metadata.tables)
    if foreign:
        raise StoreError(
            f"{name} is a database of another program (its tables: "
            f"{', '.join(sorted(foreign)[:5])}). Name a new file or an empty database."
        )


def _upgrade(connection: Connection, revision: str | None, name: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "cs_qa.store:migrations")
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"{name} was written by a newer cs_qa (schema {revision}; this version knows up to "
            f"{REVISION}). Update cs_qa, or name another database."
        )
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        raise StoreError(
            f"{name} could not be brought from schema {revision or 'none'} to {REVISION}: "
            f"{error.orig}. Nothing was changed; clear what is in the way, or name another "
            "database."
        ) from error
