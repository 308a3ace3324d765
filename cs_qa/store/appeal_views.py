"""What people see of appeals: what can be appealed and how long, and the scores about an appeal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from cs_qa.errors import AccessError, InputError
from cs_qa.store.access import User, find_user, permitted
from cs_qa.store.appeals import WINDOW, StoredAppeal, list_appeals
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision
from cs_qa.store.desk import card_of
from cs_qa.store.desk_schema import adjudications, appeals, assignments, sample_items
from cs_qa.store.in_force import decided
from cs_qa.store.rescoring import Rescored
from cs_qa.store.results import figures_with
from cs_qa.store.rulings import refuse_own, refuse_own_adjudication, rule
from cs_qa.store.schema import scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading
from cs_qa.store.viewing import open_transcript


@dataclass(frozen=True, slots=True)
class Appealable:
    """A conversation that can be appealed `until` a time.

    `total` (0-100) is the current card's; `is_reviewed` says whether a review set the time, else
    the score did.
    """

    transcript_id: str
    agent_id: str | None
    started_at: datetime | None
    total: float | None
    until: datetime
    is_reviewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """An appeal with the card it is about and the figures in force when it is, or was, decided.

    `refusal` says why the person who looks may not decide it, "" where nothing is in the way.
    """

    appeal: StoredAppeal
    card: Json
    before: Rescored
    refusal: str


def appealable(
    store: Store, user_id: str, *, window: timedelta = WINDOW, now: datetime | None = None
) -> list[Appealable]:
    """List the conversations that a person may appeal, the one whose time ends first on top.

    An agent sees own conversations. Raises AccessError when the person may raise no appeal.
    """
    at = moment(now)
    with reading(store) as connection:
        user = permitted(connection, user_id, "raise_appeal")
        rows = connection.execute(_windows(user)).all()
    found = [
        Appealable(
            transcript_id=row.id,
            agent_id=row.agent_id,
            started_at=row.started_at,
            total=row.total,
            until=(row.reviewed_at or row.inspected_at) + window,
            is_reviewed=row.reviewed_at is not None,
        )
        for row in rows
    ]
    return sorted((each for each in found if each.until >= at), key=lambda each: each.until)


def appealed_criteria(store: Store, transcript_id: str) -> frozenset[str | None]:
    """Give the criteria that were appealed of a conversation; None stands for the whole card."""
    listed = select(appeals.c.criterion).where(appeals.c.transcript_id == transcript_id)
    with reading(store) as connection:
        return frozenset(connection.execute(listed).scalars())


def open_appeal(store: Store, appeal_id: int, user_id: str) -> AppealView:
    """Open an appeal: an agent of an own conversation, or who may decide appeals.

    Raises AccessError for others, InputError where there is no such appeal.
    """
    found = [each for each in list_appeals(store, user_id) if each.id == appeal_id]
    if not found:
        raise InputError(f"There is no appeal {appeal_id}. Choose one of the list.")
    appeal = found[0]
    # Refuses whoever still has to review the conversation without the machine's view.
    open_transcript(store, appeal.transcript_id, user_id)
    with reading(store) as connection:
        user = find_user(connection, user_id)
        return AppealView(
            appeal=appeal,
            card=card_of(connection, appeal.scorecard_id),
            before=_before(connection, appeal),
            refusal="" if user is None else _refusal(connection, user, appeal),
        )


def preview_appeal(
    store: Store, appeal_id: int, user_id: str, decisions: Sequence[Decision]
) -> Rescored:
    """Work out what would be in force if an appeal were decided so; nothing is stored.

    Raises AccessError when the person may not decide appeals, DecisionError when a decision does
    not hold on the card, InputError when there is no such appeal or its rubric is not stored.
    """
    appeal = open_appeal(store, appeal_id, user_id).appeal
    with reading(store) as connection:
        permitted(connection, user_id, "decide_appeal")
        ruling = rule(
            connection,
            appeal.transcript_id,
            appeal.scorecard_id,
            decisions,
            source="appeal",
            by=user_id,
            at=moment(None),
        )
        return ruling.after


def _windows(user: User) -> Select[Any]:
    reviewed = (
        select(sample_items.c.transcript_id, func.min(assignments.c.done_at).label("reviewed_at"))
        .join(assignments, assignments.c.item_id == sample_items.c.id)
        .where(assignments.c.done_at.is_not(None))
        .group_by(sample_items.c.transcript_id)
        .subquery()
    )
    last = select(func.max(scorecards.c.id)).where(scorecards.c.transcript_id == transcripts.c.id)
    listed = (
        select(
            transcripts.c.id,
            transcripts.c.agent_id,
            transcripts.c.started_at,
            scorecards.c.total,
            scorecards.c.inspected_at,
            reviewed.c.reviewed_at,
        )
        .join(scorecards, scorecards.c.id == last.correlate(transcripts).scalar_subquery())
        .outerjoin(reviewed, reviewed.c.transcript_id == transcripts.c.id)
    )
    return listed.where(transcripts.c.agent_id == user.agent_id) if user.role == "agent" else listed


def _before(connection: Connection, appeal: StoredAppeal) -> Rescored:
    """The figures in force at the decision, without it; while it is open, now."""
    at = appeal.decided_at
    current = select(func.max(scorecards.c.id)).where(
        scorecards.c.transcript_id == appeal.transcript_id
    )
    if at is not None:
        current = current.where(scorecards.c.inspected_at <= at)
    card = card_of(connection, connection.execute(current).scalar() or appeal.scorecard_id)
    people = decided(connection, lambda listed, column: _until(listed, column, appeal))
    return figures_with(connection, card, people.get(appeal.transcript_id, {}))


def _until(listed: Select[Any], column: ColumnElement[str], appeal: StoredAppeal) -> Select[Any]:
    """Narrow what people decided to the appeal's conversation and to the time before it."""
    listed = listed.where(column == appeal.transcript_id)
    if appeal.decided_at is None:
        return listed
    if column is appeals.c.transcript_id:
        return listed.where(appeals.c.id != appeal.id, appeals.c.decided_at <= appeal.decided_at)
    times = adjudications.c.at if column is adjudications.c.transcript_id else assignments.c.done_at
    return listed.where(times <= appeal.decided_at)


def _refusal(connection: Connection, user: User, appeal: StoredAppeal) -> str:
    try:
        permitted(connection, user.id, "decide_appeal")
        refuse_own(connection, user, appeal.transcript_id)
        refuse_own_adjudication(connection, user, appeal.transcript_id)
    except AccessError as error:
        return str(error)
    return ""
