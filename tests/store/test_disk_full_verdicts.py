"""A disk that fills up while verdicts are given: appeals, adjudications, calibration, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from cs_qa.store import Store, open_store, reviews
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.appeals import StoredAppeal, decide_appeal, raise_appeal
from cs_qa.store.calibration import close_session, items_of, judge
from cs_qa.store.calibration_draw import add_session
from cs_qa.store.calibration_rows import CalibrationSession
from cs_qa.store.decisions import Decision
from cs_qa.store.desk_schema import appeals, calibration_sessions
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.schema import metadata
from cs_qa.store.settings import save_files
from tests.store.desk import NOON, add_people
from tests.store.judged import FOUND, make, override, sampled
from tests.store.test_disk_full import stops_whole

WEEK = "2026-W47"
AT = "2026-11-17T09:00:00+00:00"
LATER = NOON + timedelta(days=2)
MANY = 24
LONG = "x" * 1900
SESSIONS = 60
LEXICON = """
name = "shop"
language = "en"
version = "{version}"
[[phrase]]
label = "hostile"
strength = "strong"
phrases = ["get lost"]
matches = ["Get lost!"]
clean = ["The parcel got lost."]
"""


class Desk(NamedTuple):
    """Reviewed items, appeals on the second half of them, and calibration sessions."""

    store: Store
    items: list[StoredItem]
    appeals: list[StoredAppeal]
    sessions: list[CalibrationSession]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    path = tmp_path_factory.mktemp("verdicts") / "week.db"
    with open_store(str(path)) as store:
        add_people(store)
        items = sampled(store, *(f"t{number}" for number in range(MANY)))
        for item in items:
            claim(store, item.id, "ann", now=NOON)
            reviews.confirm_rest(store, item.id, 1, "ann", expects=None, now=NOON)
            reviews.finish(store, item.id, 1, "ann", now=NOON)
        raised = [
            raise_appeal(store, item.transcript_id, "amy", "No.", now=NOON)
            for item in items[MANY // 2 :]
        ]
        store.add_scorecards(_dated(f"c{number}") for number in range(SESSIONS + MANY))
        sessions = [
            add_session(store, WEEK, size=1, by="lea", seed=1, now=NOON) for _ in range(SESSIONS)
        ]
        return path, Desk(store, items, raised, sessions)


def _dated(id_: str) -> dict[str, object]:
    card = make(*FOUND, id_=id_) | {"agent_id": "a9"}
    return card | {"turns": [turn | {"at": AT} for turn in card["turns"]]}


@pytest.fixture
def desk(made: tuple[Path, Desk], tmp_path: Path) -> Iterator[Desk]:
    path, known = made
    own = tmp_path / "week.db"
    own.write_bytes(path.read_bytes())
    with open_store(str(own)) as store:
        yield known._replace(store=store)


def _adjudicate(desk: Desk, number: int) -> None:
    decision = override("politeness", score=10.0)
    item = desk.items[number].id
    adjudicate(desk.store, item, "lea", decision, reason=LONG, expects=None, now=LATER)


def _raise_appeal(desk: Desk, number: int) -> None:
    raise_appeal(desk.store, desk.items[number].transcript_id, "amy", LONG, now=LATER)


def _decide_appeal(desk: Desk, number: int) -> None:
    appeal = desk.appeals[number].id
    decide_appeal(desk.store, appeal, "lea", "rejected", answer=LONG, now=LATER)


def _draw_calibration(desk: Desk, _: int) -> None:
    add_session(desk.store, WEEK, size=1, by="lea", seed=1, now=LATER)


def _judge_blind(desk: Desk, number: int) -> None:
    (item,) = items_of(desk.store, desk.sessions[number].id, "ann")
    decision = Decision(criterion="politeness", action="judge", score=10.0, comment=LONG)
    judge(desk.store, item.id, "ann", decision, expects=None, now=LATER)


def _close_calibration(desk: Desk, number: int) -> None:
    close_session(desk.store, desk.sessions[number].id, "lea", now=LATER)


def _save_files(desk: Desk, number: int) -> None:
    content = LEXICON.format(version=number + 1) + f"# {LONG}\n"
    save_files(desk.store, "lexicon", [content], in_use=[], by="ada", now=LATER)


VERBS = (
    _adjudicate,
    _raise_appeal,
    _decide_appeal,
    _draw_calibration,
    _judge_blind,
    _close_calibration,
    _save_files,
)


def rows_of(store: Store) -> dict[str, int | None]:
    """How many rows each table of the desk has, and how many are closed or decided."""
    with store._engine.connect() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
        }
        return counts | {
            "closed": connection.execute(
                select(func.count(calibration_sessions.c.closed_at))
            ).scalar(),
            "decided": connection.execute(select(func.count(appeals.c.decided_at))).scalar(),
        }


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__.strip("_"))
def test_a_full_disk_stops_a_verdict_whole(desk: Desk, verb: Callable[[Desk, int], None]) -> None:
    store = desk.store
    stops_whole(store, lambda: rows_of(store), lambda number: verb(desk, number), SESSIONS)
