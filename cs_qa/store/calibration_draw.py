"""Draw a calibration session: who takes part, and which conversations they judge."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select

from cs_qa.errors import InputError
from cs_qa.sampling.chance import shuffled
from cs_qa.store.access import MAY, USER_COLUMNS, User, permitted, to_user
from cs_qa.store.calibration_rows import CalibrationSession, record, to_session
from cs_qa.store.desk_schema import calibration_items, calibration_sessions, sample_items, users
from cs_qa.store.schema import scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, writing
from cs_qa.store.weeks import week_limits

MAX_ITEMS = 50
MIN_PARTICIPANTS = 2
_SEEDS = 2**31


def add_session(
    store: Store,
    week: str,
    *,
    size: int,
    by: str,
    participants: Sequence[str] | None = None,
    seed: int | None = None,
    now: datetime | None = None,
) -> CalibrationSession:
    """Draw `size` conversations of an ISO week at random for people to judge blind.

    `participants` are all active inspectors unless given. What was drawn for review or an earlier
    calibration is left out, and so is a participant's own conversation. Raises AccessError when
    `by` may not draw samples; InputError when the week, size or a participant cannot be used, or
    too little is left to draw; StoreError when the database cannot be written.
    """
    at, seed = moment(now), secrets.randbelow(_SEEDS) if seed is None else seed
    if not 1 <= size <= MAX_ITEMS:
        raise InputError(f"A calibration has 1 to {MAX_ITEMS} conversations, not {size}.")
    with writing(store, "The calibration session") as connection:
        permitted(connection, by, "draw_sample")
        people = _participants(connection, participants)
        drawn = _draw(connection, week, people, size=size, seed=seed)
        row = {
            "week": week,
            "seed": seed,
            "size": size,
            "participants": [each.id for each in people],
            "made_at": at,
            "made_by": by,
        }
        made = insert(calibration_sessions).returning(*calibration_sessions.c)
        session = to_session(connection.execute(made, row).one())
        items = [
            {
                "session_id": session.id,
                "transcript_id": each.transcript_id,
                "scorecard_id": each.scorecard_id,
                "position": position,
            }
            for position, each in enumerate(drawn)
        ]
        connection.execute(insert(calibration_items), items)
        detail = {name: row[name] for name in ("week", "seed", "size", "participants")}
        record(connection, session.id, "make_calibration", by=by, at=at, detail=detail)
    return session


def _participants(connection: Connection, logins: Sequence[str] | None) -> list[User]:
    listed = select(*USER_COLUMNS).where(users.c.is_active).order_by(users.c.id)
    able = {
        user.id: user
        for user in map(to_user, connection.execute(listed))
        if user.role in MAY["review"]
    }
    if logins is None:
        logins = [each.id for each in able.values() if each.role == "inspector"]
    if unknown := [login for login in logins if login not in able]:
        raise InputError(
            f"{', '.join(unknown)} cannot take part in a calibration. Possible: {', '.join(able)}."
        )
    people = [able[login] for login in dict.fromkeys(logins)]
    if len(people) < MIN_PARTICIPANTS:
        raise InputError(
            f"A calibration compares {MIN_PARTICIPANTS} people at least, not {len(people)}. "
            "Choose more, or let an admin add accounts."
        )
    return people


def _draw(
    connection: Connection, week: str, people: Sequence[User], *, size: int, seed: int
) -> list[Row[Any]]:
    first, after = week_limits(week)
    own = {each.agent_id for each in people if each.agent_id is not None}
    fresh = (
        transcripts.c.id.not_in(select(sample_items.c.transcript_id)),
        transcripts.c.id.not_in(select(calibration_items.c.transcript_id)),
        or_(transcripts.c.agent_id.is_(None), transcripts.c.agent_id.not_in(own)),
    )
    listed = (
        select(
            transcripts.c.id.label("transcript_id"), func.max(scorecards.c.id).label("scorecard_id")
        )
        .join(scorecards, scorecards.c.transcript_id == transcripts.c.id)
        .where(transcripts.c.started_at >= first, transcripts.c.started_at < after, *fresh)
        .group_by(transcripts.c.id)
    )
    population: list[Row[Any]] = [*connection.execute(listed)]
    if len(population) < size:
        raise InputError(
            f"{len(population)} conversations of {week} were never drawn; {size} are wanted. "
            "Choose fewer, or another week."
        )
    order = shuffled(population, _transcript, seed=seed, purpose="calibration")
    return order[:size]


def _transcript(row: Row[Any]) -> str:
    return str(row.transcript_id)
