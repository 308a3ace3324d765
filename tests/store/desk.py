"""People, conversations and samples for the tests of the review desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from cs_qa.store import Store
from cs_qa.store.access import OPERATOR
from cs_qa.store.samples import NewItem, StoredItem, add_sample, sample_items_of
from cs_qa.store.schema import scorecards
from cs_qa.store.users import add_user
from tests.store.conftest import make_card

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def minutes(number: float) -> datetime:
    """That many minutes after noon."""
    return NOON + timedelta(minutes=number)


def add_people(store: Store) -> None:
    """Two inspectors (ann, bob), a lead (lea), an admin (ada) and the agent a1 (amy)."""
    for login, role in (("ann", "inspector"), ("bob", "inspector"), ("lea", "lead")):
        add_user(store, login, name=login.title(), role=role, by=OPERATOR, now=NOON)  # type: ignore[arg-type]
    add_user(store, "ada", name="Ada", role="admin", by=OPERATOR, now=NOON)
    add_user(store, "amy", name="Amy", role="agent", agent_id="a1", by=OPERATOR, now=NOON)


def card_ids(store: Store) -> dict[str, int]:
    """The id of each transcript's scorecard."""
    with store._engine.connect() as connection:
        rows = connection.execute(select(scorecards.c.transcript_id, scorecards.c.id))
        return {row.transcript_id: row.id for row in rows}


def new_items(store: Store, ids: Sequence[str], **of_item: Any) -> list[NewItem]:
    """Items of the random part for transcripts that the store has."""
    known = card_ids(store)
    about: dict[str, Any] = {"reason": "random", "random_probability": 0.25} | of_item
    return [
        NewItem(
            transcript_id=id_,
            scorecard_id=known[id_],
            explanation="Random part: 1 of 4.",
            stratum={"agent": "a1", "language": "en", "channel": "chat"},
            **about,
        )
        for id_ in ids
    ]


def draw(store: Store, count: int = 3, *, prefix: str = "t", **of_item: Any) -> list[StoredItem]:
    """Store that many conversations and draw them all."""
    ids = [f"{prefix}{number}" for number in range(count)]
    store.add_scorecards(make_card(id_) for id_ in ids)
    sample = add_sample(
        store,
        new_items(store, ids, **of_item),
        week="2026-W47",
        seed=1,
        config={"size": count},
        population=count * 4,
        by=OPERATOR,
        now=NOON,
    )
    return sample_items_of(store, sample.id)
