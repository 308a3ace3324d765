from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cs_qa.store import Store, open_store
from cs_qa.store.schema import REVISION, VERSION_TABLE, metadata


def test_the_steps_lead_to_the_tables(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_the_last_step_is_this_versions(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", "cs_qa.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION
    with store._engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM cs_qa_version").scalar()
    assert found == REVISION


def test_an_open_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "week.db")
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", _fail)
        with pytest.raises(RuntimeError, match="power cut"):
            open_store(path)
    open_store(path).close()


def _fail(*_: object) -> None:
    raise RuntimeError("power cut")


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    def open_it() -> None:
        with open_store(str(tmp_path / "week.db")) as store:
            counts.append(store.count())

    counts: list[int] = []
    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [0, 0, 0, 0]
