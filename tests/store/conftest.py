"""Scorecards to store, and a store of each database that is at hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cs_qa.store import Store, open_store
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


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql",
            marks=pytest.mark.skipif(not POSTGRES, reason="$CS_QA_TEST_POSTGRES names no database"),
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        empty_postgres()
    url = str(tmp_path / "week.db") if request.param == "sqlite" else POSTGRES
    with open_store(url) as opened:
        yield opened


def empty_postgres() -> None:
    """Drop everything in the test database, which is the tests' own."""
    from psycopg import connect

    with connect(POSTGRES) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
