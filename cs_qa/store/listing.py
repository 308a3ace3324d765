"""Lists of the review desk: slots to claim, held and finished; weeks; findings in force.

Nothing here tells a reviewer why an item was drawn before the own review of it is finished, where
that review must not know: on blind items, and on items that two people review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal, or_, select

from cs_qa.errors import InputError
from cs_qa.store.access import User, permitted
from cs_qa.store.assignments import is_open
from cs_qa.store.desk import hides_machine
from cs_qa.store.desk_schema import assignments, holders, sample_items, samples
from cs_qa.store.queue import QUEUE, may_claim
from cs_qa.store.samples import Reason, find_item
from cs_qa.store.schema import scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading

ShownReason = Literal[Reason, "hidden"]
SHOWN_REASONS: tuple[ShownReason, ...] = (*get_args(Reason), "hidden")
Field = Literal["agent", "language", "channel", "reason"]
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFilter:
    """Which slots to list; None is any. `reason` is the one that the list shows."""

    sample_id: int | None = None
    agent: str | None = None
    language: str | None = None
    channel: str | None = None
    reason: str | None = None


ANY_SLOT = SlotFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSlot:
    """A slot (1 or 2) of an item as the queue lists it, with what is known of the conversation.

    `week` and `number` name the sample. `reason` is "hidden" where its reviewer must not know why
    the item was drawn. `user_id` is who holds or finished it.
    """

    item_id: int
    slot: int
    slots: int
    week: str
    number: int
    position: int
    transcript_id: str
    agent: str | None
    language: str | None
    channel: str | None
    turn_count: int
    is_blind: bool
    reason: ShownReason
    user_id: str | None
    claimed_at: datetime | None
    lease_until: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """A week (`2026-W47`) with its conversations, and how many of them were ever drawn."""

    week: str
    conversations: int
    drawn: int


_REASON: ColumnElement[str] = case(
    (or_(sample_items.c.is_blind, sample_items.c.slots == 2), literal("hidden")),
    else_=sample_items.c.reason,
)
_FIELDS: Mapping[Field, ColumnElement[Any]] = {
    "agent": transcripts.c.agent_id,
    "language": scorecards.c.language,
    "channel": transcripts.c.channel,
    "reason": _REASON,
}
_LISTED: FromClause = QUEUE.join(samples, samples.c.id == sample_items.c.sample_id).join(
    scorecards, scorecards.c.id == sample_items.c.scorecard_id
)


def open_slots(
    store: Store,
    user_id: str,
    where: SlotFilter = ANY_SLOT,
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> list[ListedSlot]:
    """List what a person may claim, one slot an item, in the order of the draws.

    Raises AccessError when the account may not review.
    """
    with reading(store) as connection:
        user = permitted(connection, user_id, "review")
        listed = _slots().where(*_claimable(user, where, moment(now)))
        paged = listed.order_by(sample_items.c.id).limit(limit).offset(offset)
        return [ListedSlot(**row._mapping) for row in connection.execute(paged)]


def count_open_slots(
    store: Store, user_id: str, where: SlotFilter = ANY_SLOT, *, now: datetime | None = None
) -> int:
    """Count what `open_slots` lists."""
    with reading(store) as connection:
        user = permitted(connection, user_id, "review")
        counted = select(func.count()).select_from(_LISTED)
        matching = counted.where(*_claimable(user, where, moment(now)))
        return int(connection.execute(matching).scalar_one())


def open_values(
    store: Store, user_id: str, *, sample_id: int | None = None, now: datetime | None = None
) -> dict[Field, list[str]]:
    """List the values of each field among what a person may claim, in order."""
    with reading(store) as connection:
        user = permitted(connection, user_id, "review")
        conditions = _claimable(user, SlotFilter(sample_id=sample_id), moment(now))
        values: dict[Field, list[str]] = {}
        for name, column in _FIELDS.items():
            distinct = select(column).select_from(_LISTED).where(*conditions).distinct()
            values[name] = sorted(filter(None, connection.execute(distinct).scalars()))
    return values


def held_slots(store: Store, user_id: str) -> list[ListedSlot]:
    """List what a person has claimed and not finished, leases that ran out among it."""
    unfinished = (assignments.c.user_id == user_id, assignments.c.done_at.is_(None))
    return _listed(store, _slots().where(*unfinished).order_by(sample_items.c.id))


def finished_slots(store: Store, user_id: str, *, limit: int = 50) -> list[ListedSlot]:
    """List what a person has finished, the latest first."""
    finished = (assignments.c.user_id == user_id, assignments.c.done_at.is_not(None))
    latest = assignments.c.done_at.desc()
    return _listed(store, _slots().where(*finished).order_by(latest).limit(limit))


def claimed_slots(store: Store, by: str, *, now: datetime | None = None) -> list[ListedSlot]:
    """List every claim whose lease runs, the one that ends first at the head.

    Raises AccessError when `by` may not release the claims of others.
    """
    lease = assignments.c.lease_until
    running = (assignments.c.done_at.is_(None), lease > moment(now))
    with reading(store) as connection:
        permitted(connection, by, "release_any")
        rows = connection.execute(_slots().where(*running).order_by(lease, assignments.c.id))
        return [ListedSlot(**row._mapping) for row in rows]


def finished_transcripts(store: Store, sample_id: int) -> frozenset[str]:
    """Return the ids of a sample's transcripts that somebody has finished reviewing."""
    finished = (
        select(sample_items.c.transcript_id)
        .join(assignments, assignments.c.item_id == sample_items.c.id)
        .where(sample_items.c.sample_id == sample_id, assignments.c.done_at.is_not(None))
    )
    with reading(store) as connection:
        return frozenset(connection.execute(finished).scalars())


def unseen_transcripts(store: Store, user_id: str) -> frozenset[str]:
    """Return the ids of transcripts whose machine's view is hidden from this person for now."""
    held = (
        select(assignments.c.item_id, assignments.c.slot)
        .join(sample_items, sample_items.c.id == assignments.c.item_id)
        .where(assignments.c.user_id == user_id, assignments.c.done_at.is_(None))
    )
    with reading(store) as connection:
        items = [
            (find_item(connection, item_id), slot)
            for item_id, slot in connection.execute(held).all()
        ]
    return frozenset(
        item.transcript_id for item, slot in items if hides_machine(item, slot, is_finished=False)
    )


def provenances(store: Store, scorecard_ids: Collection[int]) -> list[dict[str, Any]]:
    """Read what the scorecards of these ids were made with, each version of it once, in order."""
    wanted = frozenset(scorecard_ids)
    made = select(scorecards.c.provenance_hash, func.max(scorecards.c.id)).group_by(
        scorecards.c.provenance_hash
    )
    listed = select(scorecards.c.id, scorecards.c.provenance_hash)
    known = select(scorecards.c.id, scorecards.c.provenance)
    with reading(store) as connection:
        hashes = {row.provenance_hash for row in connection.execute(listed) if row.id in wanted}
        ids = [id_ for hash_, id_ in connection.execute(made) if hash_ in hashes]
        rows = connection.execute(known.where(scorecards.c.id.in_(ids)).order_by(scorecards.c.id))
        return [dict(row.provenance) for row in rows]


def list_weeks(store: Store) -> list[Week]:
    """List the ISO weeks (UTC) that conversations began in, the latest first."""
    started = select(transcripts.c.id, transcripts.c.started_at).where(
        transcripts.c.started_at.is_not(None)
    )
    drawn = select(sample_items.c.transcript_id).distinct()
    with reading(store) as connection:
        of_drawn = frozenset(connection.execute(drawn).scalars())
        weeks = [(id_, week_of(at)) for id_, at in connection.execute(started)]
    conversations = Counter(week for _, week in weeks)
    taken = Counter(week for id_, week in weeks if id_ in of_drawn)
    return [Week(week, conversations[week], taken[week]) for week in sorted(conversations)][::-1]


def week_of(at: datetime) -> str:
    """Name the ISO week (UTC) of a time.

    >>> week_of(datetime(2026, 11, 16, tzinfo=UTC))
    '2026-W47'
    """
    if at.tzinfo is None:
        raise InputError(f"A time needs a time zone, and {at.isoformat()} has none.")
    year, week, _ = at.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def _slots() -> Select[Any]:
    return select(
        assignments.c.item_id,
        assignments.c.slot,
        sample_items.c.slots,
        samples.c.week,
        samples.c.number,
        sample_items.c.position,
        sample_items.c.transcript_id,
        transcripts.c.agent_id.label("agent"),
        scorecards.c.language,
        transcripts.c.channel,
        transcripts.c.turn_count,
        sample_items.c.is_blind,
        _REASON.label("reason"),
        assignments.c.user_id,
        assignments.c.claimed_at,
        assignments.c.lease_until,
        assignments.c.done_at,
    ).select_from(_LISTED)


def _listed(store: Store, listed: Select[Any]) -> list[ListedSlot]:
    with reading(store) as connection:
        return [ListedSlot(**row._mapping) for row in connection.execute(listed)]


def _claimable(user: User, where: SlotFilter, at: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions on what this person may claim, the first such slot of each item."""
    lower = assignments.alias("lower")
    # Who held this slot may not have the lower one, so that does not go before it.
    held_this = exists().where(
        holders.c.item_id == assignments.c.item_id,
        holders.c.slot == assignments.c.slot,
        holders.c.user_id == user.id,
    )
    lower_is_open = (
        select(lower.c.id)
        .where(
            lower.c.item_id == assignments.c.item_id,
            lower.c.slot < assignments.c.slot,
            lower.c.done_at.is_(None),
            or_(lower.c.lease_until.is_(None), lower.c.lease_until <= at),
        )
        .exists()
    )
    conditions = [is_open(at), or_(held_this, ~lower_is_open), *may_claim(user)]
    if where.sample_id is not None:
        conditions.append(sample_items.c.sample_id == where.sample_id)
    for name in FIELDS:
        value = getattr(where, name)
        if value is not None:
            conditions.append(_FIELDS[name] == value)
    return conditions
