"""A database of the first schema is brought up to this version with everything in it.

`made_by_0001.json` holds the rows that a cs_qa of that schema wrote for three inspections of two
conversations.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect

from cs_qa.errors import StoreError
from cs_qa.store import Store, open_store
from cs_qa.store.connection import _is_sqlite, _postgresql, _sqlite, _target
from cs_qa.store.locking import writing
from cs_qa.store.schema import REVISION
from tests.store.desk import add_people, draw

ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("made_by_0001.json").read_text(encoding="utf-8")
)


def engine_of(url: str) -> Engine:
    target = _target(url)
    return _sqlite(target, create=True) if _is_sqlite(target) else _postgresql(target)


def read_all(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: [
            tuple(row)
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").all()
        ]
        for table in ROWS
    }


def insert_rows(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    for table, rows in ROWS.items():
        names = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join("?" if is_sqlite else "%s" for _ in rows[0])
        for row in rows:
            connection.exec_driver_sql(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values())
            )
    if not is_sqlite:
        for table in ("scorecards", "findings"):
            connection.exec_driver_sql(
                f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
            )


@pytest.fixture
def old(empty_url: str) -> tuple[str, dict[str, list[tuple[Any, ...]]]]:
    """The URL of a database of the first schema, and what is in it."""
    engine = engine_of(empty_url)
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", "cs_qa.store:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        insert_rows(connection)
        rows = read_all(connection)
    engine.dispose()
    return empty_url, rows


def revision(store: Store) -> Any:
    with store._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM cs_qa_version").scalar()


def test_nothing_is_lost(old: tuple[str, dict[str, list[tuple[Any, ...]]]]) -> None:
    url, rows = old
    with open_store(url, create=False) as store, store._engine.connect() as connection:
        assert revision(store) == REVISION
        assert read_all(connection) == rows
        assert {table: len(of_table) for table, of_table in rows.items()} == {
            "transcripts": 2,
            "turns": 4,
            "scorecards": 3,
            "findings": 1,
            "judgements": 3,
            "turn_annotations": 6,
        }


def test_the_old_cards_are_read_and_reviewed(
    old: tuple[str, dict[str, list[tuple[Any, ...]]]],
) -> None:
    with open_store(old[0]) as store:
        card = store.scorecard("t1")
        assert card is not None
        assert (card["total"], card["provenance"]["rubric"]) == (41.5, "default@2")
        assert card["turns"][0]["text"] == "Où est-il ? 😡"
        assert store.add_scorecards([card]).unchanged == 1
        assert {row.id: row.total for row in store.transcripts()} == {"t1": 41.5, "t2": None}
        add_people(store)
        assert len(draw(store, 2, prefix="new")) == 2


def test_opening_again_changes_nothing(old: tuple[str, dict[str, list[tuple[Any, ...]]]]) -> None:
    for _ in range(2):
        with open_store(old[0]) as store, store._engine.connect() as connection:
            assert read_all(connection) == old[1]


def test_a_name_that_is_taken_stops_the_upgrade_whole(
    old: tuple[str, dict[str, list[tuple[Any, ...]]]],
) -> None:
    url, rows = old
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE reviews (stars INTEGER)")
    with pytest.raises(StoreError, match=r"from schema 0001 to 0002: .*reviews.* already exists"):
        open_store(url)
    with engine.begin() as connection:
        assert read_all(connection) == rows
        assert not inspect(connection).has_table("users")
        connection.exec_driver_sql("DROP TABLE reviews")
    engine.dispose()
    with open_store(url) as store:
        assert revision(store) == REVISION
