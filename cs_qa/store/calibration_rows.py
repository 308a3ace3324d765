"""Rows of calibration sessions as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from cs_qa.errors import InputError
from cs_qa.store import audit
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision
from cs_qa.store.desk_schema import calibration_items, calibration_reviews, calibration_sessions
from cs_qa.store.schema import judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationSession:
    """`size` conversations of a week, drawn with `seed`, for `participants` (logins) to judge."""

    id: int
    week: str
    seed: int
    size: int
    participants: tuple[str, ...]
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationItem:
    """A conversation of a session, in the order of the draw from 0, and its reviewed card."""

    id: int
    session_id: int
    transcript_id: str
    scorecard_id: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationReview:
    """One judgement of one participant, in the card's JSON form, and the decision behind it."""

    id: int
    item_id: int
    criterion: str
    decision: Decision
    judgement: Json
    user_id: str
    at: datetime
    rubric: str


def find_session(connection: Connection, session_id: int) -> CalibrationSession:
    """Read a session; InputError where there is none of this id."""
    wanted = select(calibration_sessions).where(calibration_sessions.c.id == session_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise InputError(f"There is no calibration session {session_id}. Choose one of the list.")
    return to_session(row)


def session_items(connection: Connection, session_id: int) -> list[CalibrationItem]:
    """Read the items of a session in the order of the draw."""
    listed = select(calibration_items).where(calibration_items.c.session_id == session_id)
    rows = connection.execute(listed.order_by(calibration_items.c.position))
    return [CalibrationItem(**row._mapping) for row in rows]


def reviews_of_item(
    connection: Connection, item_id: int, user_id: str | None = None
) -> list[CalibrationReview]:
    """Read the judgements of an item in order, one person's or all."""
    listed = select(calibration_reviews).where(calibration_reviews.c.item_id == item_id)
    if user_id is not None:
        listed = listed.where(calibration_reviews.c.user_id == user_id)
    rows = connection.execute(listed.order_by(calibration_reviews.c.id))
    return [to_review(row) for row in rows]


def counts_by_person(connection: Connection, session: CalibrationSession) -> dict[str, int]:
    """Count what each participant has judged of a session, criteria of all items together."""
    judged = (
        select(
            calibration_reviews.c.user_id,
            calibration_reviews.c.item_id,
            calibration_reviews.c.criterion,
        )
        .join(calibration_items, calibration_items.c.id == calibration_reviews.c.item_id)
        .where(calibration_items.c.session_id == session.id)
        .distinct()
        .subquery()
    )
    counted = select(judged.c.user_id, func.count()).group_by(judged.c.user_id)
    counts = {str(user_id): int(count) for user_id, count in connection.execute(counted)}
    return {name: counts.get(name, 0) for name in session.participants}


def count_to_judge(connection: Connection, session_id: int) -> int:
    """Count what each participant has to judge: the criteria of all items together."""
    counted = (
        select(func.count())
        .select_from(judgements)
        .join(calibration_items, calibration_items.c.scorecard_id == judgements.c.scorecard_id)
        .where(calibration_items.c.session_id == session_id)
    )
    return int(connection.execute(counted).scalar_one())


def is_complete(connection: Connection, session: CalibrationSession) -> bool:
    """Whether every participant has judged every criterion of every item."""
    needed = count_to_judge(connection, session.id)
    return all(count == needed for count in counts_by_person(connection, session).values())


def to_session(row: Row[Any]) -> CalibrationSession:
    """Make a session of a row of its table."""
    values = dict(row._mapping)
    return CalibrationSession(**values | {"participants": tuple(values["participants"])})


def to_review(row: Row[Any]) -> CalibrationReview:
    """Make a judgement of a row of its table."""
    values = dict(row._mapping)
    stored = values.pop("decision")
    return CalibrationReview(
        **values,
        decision=Decision.from_json(stored["decision"]),
        judgement=stored["judgement"],
    )


def record(
    connection: Connection, session_id: int, verb: str, *, by: str, at: datetime, detail: Json
) -> None:
    """Append the audit row of what was done to a session."""
    audit.record(
        connection,
        user_id=by,
        verb=verb,
        subject=f"calibration/{session_id}",
        at=at,
        detail=detail,
    )
