from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cs_qa.errors import StoreError
from cs_qa.store import connection, open_store
from cs_qa.store.connection import _write_ahead
from cs_qa.types import Scorecard

MakeCard = Callable[..., Scorecard]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_a_new_file_is_its_owners_alone(tmp_path: Path, make: MakeCard, prefix: str) -> None:
    path = tmp_path / "new folder" / "100% week.db"
    with open_store(f"{prefix}{path}") as store:
        store.add_scorecards([make()])
        files = sorted(path.parent.iterdir())
        assert [file.name.removeprefix(path.name) for file in files] == ["", "-shm", "-wal"]
        assert {mode(file) for file in files} == {0o600}


def test_the_mode_of_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "week.db"
    open_store(str(path)).close()
    path.chmod(0o640)
    open_store(str(path)).close()
    assert mode(path) == 0o640


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path, make: MakeCard) -> None:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        store.add_scorecards([make("t1")])
    with open_store(path, create=False) as store:
        assert store.count() == 1


def test_a_store_in_memory(make: MakeCard) -> None:
    with open_store("sqlite://") as store:
        assert store.add_scorecards([make("t1")]).added == 1
        assert store.count() == 1


def test_sqlite_is_set_for_many_readers_and_foreign_keys(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "week.db")) as store, store._engine.connect() as opened:
        settings = {
            name: opened.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("  ", "No database given. Give a path"),
        ("mysql://host/db", "No support for 'mysql' databases. Give a path"),
        ("http://host/db", "No support for 'http' databases"),
        ("postgresql://host:port/db", "cannot be read"),
        ("postgresql+nodriver://host/db", "needs a driver that is not installed"),
    ],
)
def test_urls_that_do_not_work(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        open_store(url)


def test_a_missing_file_is_not_made_when_reading(tmp_path: Path) -> None:
    path = tmp_path / "week.db"
    with pytest.raises(StoreError, match=r"There is no database at .*cs-qa inspect INPUT --db"):
        open_store(str(path), create=False)
    assert not path.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is a folder\. Name a file in it"):
        open_store(str(tmp_path))


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"Cannot write .*choose a folder"):
        open_store(str(tmp_path / "file" / "week.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every folder")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        open_store(str(tmp_path / "week.db"))


def test_a_folder_that_turned_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, how: False)
    with pytest.raises(StoreError, match="the folder is read-only"):
        open_store(str(tmp_path / "week.db"))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "week.jsonl"
    path.write_text('{"id": "t1"}\n' * 200)
    with pytest.raises(StoreError, match="is not a database"):
        open_store(str(path))
    assert path.read_text().startswith('{"id"')


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
    other.close()
    with pytest.raises(StoreError, match=r"of another program \(its tables: recipes"):
        open_store(str(path))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    other.close()


def test_a_newer_schema_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "week.db"
    open_store(str(path)).close()
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE cs_qa_version SET version_num = '9999'")
    newer.close()
    with pytest.raises(StoreError, match=r"newer cs_qa \(schema 9999; this version knows up to"):
        open_store(str(path))


def test_a_locked_database_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "week.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match=r"Cannot open the database .*locked"):
        open_store(str(path))
    holder.close()


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    with pytest.raises(StoreError, match="Cannot open the database postgresql") as raised:
        open_store("postgresql://someone:secret@127.0.0.1:1/db?connect_timeout=1")
    assert "secret" not in str(raised.value)


class _Cursor:
    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)

    def execute(self, _statement: str) -> None:
        if self.faults:
            raise sqlite3.OperationalError(self.faults.pop(0))


def test_the_write_ahead_log_is_turned_on_when_others_are_done() -> None:
    cursor = _Cursor("database is locked", "database is locked")
    _write_ahead(cursor)  # type: ignore[arg-type]
    assert cursor.faults == []


@pytest.mark.parametrize("faults", [["disk I/O error"], ["database is locked"] * 9])
def test_what_does_not_go_away_is_an_error(
    monkeypatch: pytest.MonkeyPatch, faults: list[str]
) -> None:
    monkeypatch.setattr("cs_qa.store.connection.BUSY_TIMEOUT_MS", 50)
    with pytest.raises(sqlite3.OperationalError, match=faults[0]):
        _write_ahead(_Cursor(*faults))  # type: ignore[arg-type]
