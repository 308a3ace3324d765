"""What came of a calibration: who has judged how much, and the judgements side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from cs_qa.errors import AccessError
from cs_qa.store.access import permitted
from cs_qa.store.calibration_rows import (
    CalibrationItem,
    CalibrationSession,
    count_to_judge,
    counts_by_person,
    find_session,
    reviews_of_item,
    session_items,
)
from cs_qa.store.cards import Json
from cs_qa.store.desk import card_of
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One judgement of one person in a session; `user_id` is None for the machine's.

    `score` is 0-100, or None where the criterion does not apply.
    """

    item_id: int
    transcript_id: str
    criterion: str
    user_id: str | None
    verdict: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationProgress:
    """How much each participant has judged, of `to_judge` criteria of all items together."""

    session: CalibrationSession
    judged: dict[str, int]
    to_judge: int


def calibration_progress(store: Store, session_id: int, user_id: str) -> CalibrationProgress:
    """Count what is judged of a session, for its participants and those who may read all.

    Raises AccessError for others, InputError for an unknown session.
    """
    with reading(store) as connection:
        session = find_session(connection, session_id)
        is_own = user_id in session.participants
        permitted(connection, user_id, "review" if is_own else "read_all")
        counts = counts_by_person(connection, session)
        return CalibrationProgress(
            session=session, judged=counts, to_judge=count_to_judge(connection, session_id)
        )


def calibration_marks(store: Store, session_id: int, user_id: str) -> list[Mark]:
    """Read the judgements of a session, the machine's among them, in the order of the draw.

    Participants see them once the session is closed, those who may read all at once unless they
    take part. Raises AccessError for others, InputError for an unknown session.
    """
    with reading(store) as connection:
        session = find_session(connection, session_id)
        _refuse_early(connection, session, user_id)
        return [
            mark
            for item in session_items(connection, session_id)
            for mark in _marks(connection, item)
        ]


def _refuse_early(connection: Connection, session: CalibrationSession, user_id: str) -> None:
    if user_id not in session.participants:
        permitted(connection, user_id, "read_all")
        return
    permitted(connection, user_id, "review")
    if session.closed_at is None:
        raise AccessError(
            f"{user_id} takes part in calibration {session.id}, so its results are hidden until "
            "it is closed. Judge what is left, or ask a lead to close it."
        )


def _marks(connection: Connection, item: CalibrationItem) -> Iterator[Mark]:
    machine = card_of(connection, item.scorecard_id)["judgements"]
    yield from (_mark(item, None, judged) for judged in machine)
    # The latest of a person on a criterion stands.
    stands = {
        (row.user_id, row.criterion): row.judgement for row in reviews_of_item(connection, item.id)
    }
    yield from (_mark(item, user_id, judged) for (user_id, _), judged in stands.items())


def _mark(item: CalibrationItem, user_id: str | None, judged: Json) -> Mark:
    return Mark(
        item_id=item.id,
        transcript_id=item.transcript_id,
        criterion=judged["criterion"],
        user_id=user_id,
        verdict=judged["verdict"],
        score=judged["score"],
    )
