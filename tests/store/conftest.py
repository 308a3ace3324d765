"""Scorecards to store, and a store of each database that is at hand."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from cs_qa.store import Store, open_store
from cs_qa.store.schema import VERSION_TABLE
from cs_qa.types import (
    AnnotatedTranscript,
    Finding,
    Judgement,
    Outcome,
    Provenance,
    Scorecard,
    Span,
    Transcript,
    Turn,
    TurnAnnotation,
)

START = datetime.fromisoformat("2026-11-16T09:00:00+01:00")
POSTGRES = os.environ.get("CS_QA_TEST_POSTGRES", "")

MakeCard = Callable[..., Scorecard]


def make_card(
    id_: str = "t1",
    *texts: str,
    labels: tuple[str, ...] = (),
    rubric: str = "default@1",
    minutes: int | None = 0,
    verdict: Any = "pass",
    about: dict[str, Any] | None = None,
    **figures: Any,
) -> Scorecard:
    """A scorecard of a conversation that customer and agent share; labels mark its first turn."""
    at = None if minutes is None else START + timedelta(minutes=minutes)
    said = tuple(
        Turn(role="agent" if i % 2 else "customer", text=text, at=at)
        for i, text in enumerate(texts or ("Where is it?", "I will look."))
    )
    transcript = Transcript(
        id=id_,
        turns=said,
        **{"agent_id": "a1", "channel": "chat", "outcome": Outcome(csat=4.0), **(about or {})},
    )
    found = tuple(
        Finding("banned_phrases", label, Span(0, 0, 3), said[0].text[:3], 0.9, "d@1", "Why.")
        for label in labels
    )
    return Scorecard(
        annotated=AnnotatedTranscript(
            transcript,
            figures.pop("language", "en"),
            tuple(TurnAnnotation(language="en") for _ in said),
        ),
        judgements=(Judgement("banned_phrases", 80.0, verdict, 0.9, "Because.", found),),
        service=None,
        provenance=Provenance(cs_qa="0.1.0", rubric=rubric, models={}),
        **{
            "qualitative": 80.0,
            "quantitative": 70.0,
            "total": 73.0,
            "grade": "pass",
            "critical_failures": (),
            **figures,
        },
    )


@pytest.fixture
def make() -> MakeCard:
    return make_card


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of the tests' own: $CS_QA_TEST_POSTGRES, else a server for the run."""
    if POSTGRES:
        yield POSTGRES
        return
    with warnings.catch_warnings(), TemporaryDirectory(prefix="cs-qa-postgres-") as folder:
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
        pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
        server = pgserver.get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with this version's tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("made") / "empty.db"
    open_store(str(path)).close()
    return path


@pytest.fixture(scope="session")
def made_postgres(postgres_url: str) -> str:
    """The same in PostgreSQL, to be emptied."""
    empty_postgres(postgres_url)
    open_store(postgres_url).close()
    return postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a row, of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_sqlite"), tmp_path / "week.db")
        return str(tmp_path / "week.db")
    postgres: str = request.getfixturevalue("made_postgres")
    clear_postgres(postgres)
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table, of each kind in turn."""
    if request.param == "sqlite":
        yield str(tmp_path / "week.db")
        return
    postgres: str = request.getfixturevalue("made_postgres")
    empty_postgres(postgres)
    yield postgres
    empty_postgres(postgres)
    open_store(postgres).close()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def empty_postgres(url: str) -> None:
    """Drop everything in the test database, which is the tests' own."""
    from psycopg import connect

    with connect(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def clear_postgres(url: str) -> None:
    """Take the rows out of every table."""
    from psycopg import connect
    from psycopg.sql import SQL, Identifier

    with connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [Identifier(name) for (name,) in names if name != VERSION_TABLE]
        connection.execute(
            SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(SQL(", ").join(tables))
        )
