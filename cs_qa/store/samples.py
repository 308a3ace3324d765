"""Weekly samples: what was drawn for review, why, and with which chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, func, insert, select, union

from cs_qa.errors import InputError, StaleError
from cs_qa.store import audit
from cs_qa.store.access import permitted
from cs_qa.store.desk_schema import assignments, calibration_items, sample_items, samples
from cs_qa.store.rows import plain
from cs_qa.store.schema import scorecards
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing
from cs_qa.store.weeks import week_limits

Reason = Literal["random", "risk", "uncertainty", "minimum", "calibration"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A transcript that was drawn, with the card that is to be reviewed.

    `explanation` is a sentence for people; `stratum` holds agent, language and channel, and for
    an item of the random part `number` and `conversations` of its stratum, which estimates need;
    `random_probability` is the chance of inclusion in the random part (0-1), None for an item
    that it did not draw; `slots` is 2 where two people review independently.
    """

    transcript_id: str
    scorecard_id: int
    reason: Reason
    explanation: str
    stratum: Mapping[str, str | int | None] = field(default_factory=dict)
    random_probability: float | None = None
    is_blind: bool = False
    slots: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem(NewItem):
    """An item of a stored sample; `position` counts from 0 in the order of the draw."""

    id: int
    sample_id: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSample:
    """One draw of a week (`2026-W47`); `number` is 2 for its second. `size` counts its items."""

    id: int
    week: str
    number: int
    seed: int
    size: int
    config: Mapping[str, Any]
    population: int
    drawn_at: datetime
    drawn_by: str


def add_sample(
    store: Store,
    items: Sequence[NewItem],
    *,
    week: str,
    seed: int,
    config: Mapping[str, object],
    population: int,
    by: str,
    now: datetime | None = None,
) -> StoredSample:
    """Store a draw with one open assignment a slot, all in one transaction.

    `population` counts the transcripts that it was drawn from. Raises AccessError when `by` may
    not draw samples; InputError when the week, an item or its card cannot be used; StaleError
    when a transcript was drawn before (items of the reason "calibration" may be); StoreError when
    the database cannot be written. Then nothing was stored.
    """
    week_limits(week)
    _check_items(items)
    at = moment(now)
    with writing(store, f"The sample of {week}") as connection:
        permitted(connection, by, "draw_sample")
        _refuse_unknown_cards(connection, items)
        _refuse_drawn(connection, items)
        row = {
            "week": week,
            "number": _last_number(connection, week) + 1,
            "seed": seed,
            "size": len(items),
            "config": plain(config),
            "population": population,
            "drawn_at": at,
            "drawn_by": by,
        }
        inserted = connection.execute(insert(samples).returning(samples.c.id), row)
        sample_id = int(inserted.scalar_one())
        _add_items(connection, sample_id, items)
        detail = {name: row[name] for name in ("week", "number", "seed", "size", "population")}
        audit.record(
            connection,
            user_id=by,
            verb="draw_sample",
            subject=f"sample/{sample_id}",
            at=at,
            detail=detail,
        )
        return _sample(connection, sample_id)


def list_samples(store: Store, *, week: str | None = None) -> list[StoredSample]:
    """List the samples of a week, or all, in the order of their draw."""
    listed = select(samples).order_by(samples.c.id)
    if week is not None:
        listed = listed.where(samples.c.week == week)
    with reading(store) as connection:
        return [StoredSample(**row._mapping) for row in connection.execute(listed)]


def sample_items_of(store: Store, sample_id: int) -> list[StoredItem]:
    """List the items of a sample in the order of the draw; empty where there is no such sample."""
    listed = select(sample_items).where(sample_items.c.sample_id == sample_id)
    with reading(store) as connection:
        rows = connection.execute(listed.order_by(sample_items.c.position)).all()
    return [StoredItem(**row._mapping) for row in rows]


def find_item(connection: Connection, item_id: int) -> StoredItem:
    """Read one item; InputError where there is none of this id."""
    row = connection.execute(select(sample_items).where(sample_items.c.id == item_id)).one_or_none()
    if row is None:
        raise InputError(f"There is no sampled item {item_id}. Open one from the queue.")
    return StoredItem(**row._mapping)


def drawn_transcripts(store: Store) -> frozenset[str]:
    """Return the ids of all transcripts that were ever drawn, which a new draw leaves out.

    Those of calibration sessions are among them: their reviewers have seen them.
    """
    drawn = union(select(sample_items.c.transcript_id), select(calibration_items.c.transcript_id))
    with reading(store) as connection:
        return frozenset(connection.execute(drawn).scalars())


def _check_items(items: Sequence[NewItem]) -> None:
    if not items:
        raise InputError("A sample needs an item. Draw from a week that has transcripts.")
    seen: set[str] = set()
    for item in items:
        problem = _problem(item)
        if item.transcript_id in seen:
            problem = "it is in the sample twice"
        if problem:
            raise InputError(f"Transcript {item.transcript_id} cannot be sampled: {problem}.")
        seen.add(item.transcript_id)


def _problem(item: NewItem) -> str:
    if item.reason not in REASONS:
        return f"there is no reason {item.reason!r}, possible are {', '.join(REASONS)}"
    if item.slots not in (1, 2):
        return f"an item has 1 or 2 slots, not {item.slots}"
    chance = item.random_probability
    if chance is not None and not 0 < chance <= 1:
        return f"a chance of inclusion is above 0 and at most 1, not {chance}"
    if item.reason == "random" and chance is None:
        return "an item of the random part needs its chance of inclusion"
    return ""


def _refuse_unknown_cards(connection: Connection, items: Sequence[NewItem]) -> None:
    known: dict[int, str] = {}
    for ids in _chunks(item.scorecard_id for item in items):
        listed = select(scorecards.c.id, scorecards.c.transcript_id)
        rows = connection.execute(listed.where(scorecards.c.id.in_(ids)))
        known |= {row.id: row.transcript_id for row in rows}
    for item in items:
        if known.get(item.scorecard_id) != item.transcript_id:
            raise InputError(
                f"Transcript {item.transcript_id} has no scorecard {item.scorecard_id}. "
                "Draw from the cards of this database."
            )


def _refuse_drawn(connection: Connection, items: Sequence[NewItem]) -> None:
    fresh = (item.transcript_id for item in items if item.reason != "calibration")
    for ids in _chunks(fresh):
        drawn = select(sample_items.c.transcript_id).where(sample_items.c.transcript_id.in_(ids))
        if found := connection.execute(drawn.limit(1)).scalar():
            raise StaleError(
                f"Transcript {found} was drawn before. Draw again, leaving out what is sampled."
            )


def _chunks(values: Iterable[Any]) -> list[list[Any]]:
    """Cut a list so that no statement has more variables than a database takes."""
    ids = list(values)
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _last_number(connection: Connection, week: str) -> int:
    last = select(func.max(samples.c.number)).where(samples.c.week == week)
    return int(connection.execute(last).scalar() or 0)


def _add_items(connection: Connection, sample_id: int, items: Sequence[NewItem]) -> None:
    for position, item in enumerate(items):
        row = {"sample_id": sample_id, "position": position, **plain(asdict(item))}
        inserted = connection.execute(insert(sample_items).returning(sample_items.c.id), row)
        item_id = inserted.scalar_one()
        slots = [{"item_id": item_id, "slot": slot} for slot in range(1, item.slots + 1)]
        connection.execute(insert(assignments), slots)


def _sample(connection: Connection, sample_id: int) -> StoredSample:
    row = connection.execute(select(samples).where(samples.c.id == sample_id)).one()
    return StoredSample(**row._mapping)
