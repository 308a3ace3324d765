from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from cs_qa.errors import AccessError
from cs_qa.store import Store
from cs_qa.store import desk_schema as tables
from cs_qa.store.audit import Head, entries, head, record, verify
from cs_qa.store.transactions import writing
from tests.store.desk import NOON, add_people


@pytest.fixture
def log(store: Store) -> Store:
    """A log of six rows."""
    for number in range(1, 7):
        with writing(store, "The row") as connection:
            record(
                connection,
                user_id="ann",
                verb="review",
                subject=f"item/{number % 2}",
                at=NOON + timedelta(minutes=number),
                detail={"score": number / 3, "label": "“好”\x00"},
            )
    return store


def test_an_empty_log_has_no_head_and_holds(store: Store) -> None:
    assert head(store) is None
    assert verify(store).is_intact


def test_a_log_that_nobody_touched_holds(log: Store) -> None:
    exported = head(log)
    assert exported is not None
    assert exported.id == 6
    found = verify(log, head=exported)
    assert (found.is_intact, found.rows, found.problem) == (True, 6, "")


def test_a_log_that_grew_still_has_the_exported_head(log: Store) -> None:
    exported = head(log)
    with writing(log, "The row") as connection:
        record(connection, user_id="ann", verb="undo", subject="item/1", at=NOON)
    assert verify(log, head=exported).is_intact
    assert head(log) != exported


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON),
        ("user_id", "bob"),
        ("verb", "undo"),
        ("subject", "item/9"),
        ("detail", "{}"),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_row_is_named(log: Store, column: str, value: object) -> None:
    with log._engine.begin() as connection:
        connection.execute(
            update(tables.audit).where(tables.audit.c.id == 3).values({column: value})
        )
    found = verify(log)
    assert (found.is_intact, found.rows, found.broken) == (False, 2, 3)
    assert "Row 3 was changed" in found.problem


def test_a_row_written_anew_with_a_hash_that_fits_breaks_the_next(log: Store) -> None:
    with log._engine.begin() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.id >= 3))
    with writing(log, "The row") as connection:
        third = record(connection, user_id="eve", verb="review", subject="item/1", at=NOON)
        later = {"id": 4, "at": NOON, "user_id": "ann", "verb": "review", "subject": "item/0"}
        was = {"detail": "{}", "previous_hash": "f" * 64, "hash": "e" * 64}
        connection.execute(tables.audit.insert(), later | was)
    found = verify(log)
    assert third.id == 3
    assert found.broken == 4
    assert "Row 4 does not follow row 3" in found.problem


@pytest.mark.parametrize("deleted", [1, 4])
def test_a_deleted_row_is_named(log: Store, deleted: int) -> None:
    with log._engine.begin() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.id == deleted))
    found = verify(log)
    assert found.broken == deleted
    assert f"Row {deleted} is missing" in found.problem


@pytest.mark.parametrize("left", [0, 1, 5])
def test_a_cut_off_end_shows_against_an_exported_head(log: Store, left: int) -> None:
    exported = head(log)
    with log._engine.begin() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.id > left))
    assert verify(log).is_intact
    found = verify(log, head=exported)
    assert found.broken == left + 1
    assert "were deleted" in found.problem


def test_a_log_that_was_rewritten_shows_against_an_exported_head(log: Store) -> None:
    assert verify(log, head=Head(4, "0" * 64)).broken == 4


def test_a_deed_that_fails_leaves_no_row(log: Store) -> None:
    def fail() -> None:
        with writing(log, "The row") as connection:
            record(connection, user_id="ann", verb="review", subject="item/1", at=NOON)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    found = verify(log)
    assert (found.is_intact, found.rows) == (True, 6)


def test_entries_are_the_newest_first_and_paged(log: Store) -> None:
    add_people(log)
    listed: dict[str, Any] = {"subject": "item/1"}
    assert [row.id for row in entries(log, "lea", **listed)] == [5, 3, 1]
    assert [row.id for row in entries(log, "lea", **listed, limit=1)] == [5]
    assert [row.id for row in entries(log, "lea", **listed, before=3)] == [1]
    first = entries(log, "ada", before=2)[0]
    assert first.detail == {"score": 1 / 3, "label": "“好”�"}
    assert first.at == NOON + timedelta(minutes=1)


def test_not_everyone_reads_the_log(log: Store) -> None:
    add_people(log)
    for login in ("ann", "amy"):
        with pytest.raises(AccessError, match="may not read audit"):
            entries(log, login)
