"""A disk that fills up at any verb of the desk: a StoreError, and a database that holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from cs_qa.errors import StoreError
from cs_qa.rubric import Rubric
from cs_qa.store import Store, audit, open_store
from cs_qa.store.assignments import release
from cs_qa.store.desk_schema import (
    assignments,
    drafts,
    holders,
    rubrics,
    sample_items,
    samples,
    users,
)
from cs_qa.store.drafts import save_draft
from cs_qa.store.queue import claim, claim_next
from cs_qa.store.rubrics import add_rubric
from cs_qa.store.samples import StoredItem, add_sample
from cs_qa.store.users import add_user, set_active, set_password_hash, set_role
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people, draw, new_items

ITEMS = 150
TABLES = (assignments, drafts, holders, rubrics, sample_items, samples, users)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Store, list[StoredItem]]]:
    with open_store(str(tmp_path / "week.db")) as store:
        add_people(store)
        store.add_scorecards(make_card(f"new{number}") for number in range(100))
        items = draw(store, ITEMS)
        for item in items[: ITEMS // 2]:
            claim(store, item.id, "bob", now=NOON)
        yield store, items


def _add_user(store: Store, _: list[StoredItem], number: int) -> None:
    add_user(store, f"u{number}", name="x" * 200, role="lead", by="ada")


def _set_role(store: Store, _: list[StoredItem], number: int) -> None:
    set_role(store, "bob", "lead" if number % 2 else "inspector", by="ada")


def _set_active(store: Store, _: list[StoredItem], number: int) -> None:
    set_active(store, "bob", bool(number % 2), by="ada")


def _set_password_hash(store: Store, _: list[StoredItem], number: int) -> None:
    set_password_hash(store, "bob", "x" * 1000 * number, by="ada")


def _add_rubric(store: Store, _: list[StoredItem], number: int) -> None:
    own = Rubric.default().model_copy(update={"name": f"shop{number}"})
    add_rubric(store, own, by="ada")


def _add_sample(store: Store, _: list[StoredItem], number: int) -> None:
    add_sample(
        store,
        new_items(store, [f"new{number}"]),
        week="2026-W48",
        seed=1,
        config={},
        population=1,
        by="lea",
    )


def _claim_next(store: Store, _: list[StoredItem], __: int) -> None:
    claim_next(store, "ann", now=NOON)


def _claim(store: Store, items: list[StoredItem], number: int) -> None:
    claim(store, items[-1 - number].id, "ann", now=NOON)


def _release(store: Store, items: list[StoredItem], number: int) -> None:
    release(store, items[number].id, 1, by="lea", now=NOON)


def _save_draft(store: Store, items: list[StoredItem], number: int) -> None:
    save_draft(store, items[number].id, 1, "bob", {"comment": "x" * 4000}, now=NOON)


VERBS = (
    _add_user,
    _set_role,
    _set_active,
    _set_password_hash,
    _add_rubric,
    _add_sample,
    _claim_next,
    _claim,
    _release,
    _save_draft,
)


def limit_pages(store: Store, pages: int) -> None:
    """Let the database have no more than that many pages, on every connection from now on."""

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    store._engine.dispose()
    event.listen(store._engine, "connect", limit)


def state(store: Store) -> dict[str, Any]:
    """Everything the desk stores."""
    with store._engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in TABLES
        } | {"audit": connection.execute(select(func.count()).select_from(audit.audit)).scalar()}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__.strip("_"))
def test_a_full_disk_stops_a_verb_whole(
    desk: tuple[Store, list[StoredItem]], verb: Callable[[Store, list[StoredItem], int], None]
) -> None:
    store, items = desk
    stops_whole(store, lambda: state(store), lambda number: verb(store, items, number), ITEMS // 2)


def stops_whole(
    store: Store, told: Callable[[], dict[str, Any]], verb: Callable[[int], None], most: int
) -> None:
    """Repeat a verb, at most so often, until the disk is full; then nothing of it is stored.

    `told` says what is stored, `verb` takes how often it was done before.
    """
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limit_pages(store, pages)
    number, before = _fill(told, verb, most)
    assert told() == before
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert audit.verify(store).is_intact
    limit_pages(store, pages + 1000)
    verb(number)
    assert told() != before


def _fill(
    told: Callable[[], dict[str, Any]], verb: Callable[[int], None], most: int
) -> tuple[int, dict[str, Any]]:
    """Repeat a verb until the disk is full: the number that failed, and what was stored before."""
    before: dict[str, Any] = {}
    number = -1

    def repeat() -> None:
        nonlocal before, number
        for number in range(most):
            before = told()
            verb(number)

    with pytest.raises(StoreError, match=r"could not be stored: .*disk is full\. Nothing was"):
        repeat()
    return number, before
