"""Calibration: several people judge the same conversations without the machine's view.

Rows of judgements are only appended; the latest of a person on a criterion stands. They are
compared with one another and are in force nowhere. A session closes when all have judged
everything, or when a lead closes it; from then on its participants see the results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cs_qa.errors import AccessError, InputError, StaleError
from cs_qa.store.access import MAY, permitted
from cs_qa.store.calibration_rows import (
    CalibrationItem,
    CalibrationReview,
    CalibrationSession,
    find_session,
    is_complete,
    record,
    reviews_of_item,
    session_items,
    to_review,
    to_session,
)
from cs_qa.store.cards import Json, blank
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.desk import card_of
from cs_qa.store.desk_schema import calibration_items, calibration_reviews, calibration_sessions
from cs_qa.store.rescoring import judgement_after
from cs_qa.store.review_rows import kept
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationView:
    """An item as a participant judges it: `card` is without the machine's view.

    `reviews` are the own judgements that stand, by criterion; `undecided` names the criteria that
    are left; `last_review` is what the next judgement `expects`.
    """

    item: CalibrationItem
    card: Json
    reviews: dict[str, CalibrationReview]
    undecided: tuple[str, ...]
    last_review: int | None
    is_closed: bool


def list_sessions(store: Store, user_id: str) -> list[CalibrationSession]:
    """List sessions, the newest first: all for those who may read all, else one's own.

    Raises AccessError when the account may not review.
    """
    listed = select(calibration_sessions).order_by(calibration_sessions.c.id.desc())
    with reading(store) as connection:
        user = permitted(connection, user_id, "review")
        sessions = [to_session(row) for row in connection.execute(listed)]
    if user.role in MAY["read_all"]:
        return sessions
    return [each for each in sessions if user_id in each.participants]


def items_of(store: Store, session_id: int, user_id: str) -> list[CalibrationItem]:
    """List the items of a session, for its participants and those who may read all.

    Raises AccessError for others, InputError for an unknown session.
    """
    with reading(store) as connection:
        session = find_session(connection, session_id)
        permitted(connection, user_id, "review" if user_id in session.participants else "read_all")
        return session_items(connection, session_id)


def open_calibration(store: Store, item_id: int, user_id: str) -> CalibrationView:
    """Open an item for a participant; the machine's view stays hidden.

    Raises AccessError for others, InputError for an unknown item.
    """
    with reading(store) as connection:
        item, session = _item(connection, item_id, user_id)
        card = card_of(connection, item.scorecard_id)
        rows = reviews_of_item(connection, item_id, user_id)
    stands = {row.criterion: row for row in rows}
    names = [each["criterion"] for each in card["judgements"]]
    return CalibrationView(
        item=item,
        card=blank(card),
        reviews=stands,
        undecided=tuple(name for name in names if name not in stands),
        last_review=rows[-1].id if rows else None,
        is_closed=session.closed_at is not None,
    )


def judge(
    store: Store,
    item_id: int,
    user_id: str,
    decision: Decision,
    *,
    expects: int | None,
    now: datetime | None = None,
) -> CalibrationReview:
    """Store a participant's judgement; the last one that is missing closes the session.

    `expects` is the id of the own last judgement on the item that was seen, None before the
    first. Raises AccessError when the person takes no part, InputError when the session is
    closed, StaleError, DecisionError when the decision does not hold on the card or is no
    judgement, StoreError when the database cannot be written.
    """
    at = moment(now)
    if decision.action != "judge":
        raise DecisionError(
            f"{decision.criterion}: the machine's judgement is hidden in a calibration. Judge it."
        )
    with writing(store, f"The calibration of item {item_id}") as connection:
        item, session = _item(connection, item_id, user_id)
        _refuse_closed(session)
        _refuse_stale(connection, item_id, user_id, expects)
        stored = _append(connection, item, user_id, decision, at)
        detail = {"review": stored.id, "item": item_id, "criterion": stored.criterion}
        record(connection, session.id, "calibrate", by=user_id, at=at, detail=detail)
        if is_complete(connection, session):
            _close(connection, session.id, by=user_id, at=at)
    return stored


def close_session(store: Store, session_id: int, by: str, *, now: datetime | None = None) -> None:
    """Close a session before everything is judged, so that its results can be discussed.

    Raises AccessError when `by` may not draw samples, InputError for an unknown session or one
    that is closed, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The calibration session {session_id}") as connection:
        permitted(connection, by, "draw_sample")
        _refuse_closed(find_session(connection, session_id))
        _close(connection, session_id, by=by, at=at)


def _item(
    connection: Connection, item_id: int, user_id: str
) -> tuple[CalibrationItem, CalibrationSession]:
    wanted = select(calibration_items).where(calibration_items.c.id == item_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise InputError(f"There is no item {item_id} in a calibration. Open one of the list.")
    item = CalibrationItem(**row._mapping)
    session = find_session(connection, item.session_id)
    permitted(connection, user_id, "review")
    if user_id not in session.participants:
        raise AccessError(
            f"{user_id} takes no part in calibration {session.id}, but "
            f"{', '.join(session.participants)}. Ask a lead for another session."
        )
    return item, session


def _refuse_closed(session: CalibrationSession) -> None:
    if session.closed_at is not None:
        raise InputError(f"Calibration {session.id} is closed. Read its results.")


def _refuse_stale(connection: Connection, item_id: int, user_id: str, expects: int | None) -> None:
    rows = reviews_of_item(connection, item_id, user_id)
    last = rows[-1].id if rows else None
    if last != expects:
        raise StaleError(
            f"Item {item_id} of the calibration has changed since it was shown: your last "
            f"judgement is {last or 'none'}, not {expects or 'none'}. Open it again."
        )


def _append(
    connection: Connection, item: CalibrationItem, user_id: str, decision: Decision, at: datetime
) -> CalibrationReview:
    card = card_of(connection, item.scorecard_id)
    rubric = find_rubric(connection, card["provenance"]["rubric"])
    row = {
        "item_id": item.id,
        "criterion": decision.criterion,
        "decision": kept(decision, judgement_after(card, decision, rubric)),
        "user_id": user_id,
        "at": at,
        "rubric": rubric.ref,
    }
    made = insert(calibration_reviews).returning(*calibration_reviews.c)
    return to_review(connection.execute(made, row).one())


def _close(connection: Connection, session_id: int, *, by: str, at: datetime) -> None:
    closed = update(calibration_sessions).where(calibration_sessions.c.id == session_id)
    connection.execute(closed.values(closed_at=at, closed_by=by))
    record(connection, session_id, "close_calibration", by=by, at=at, detail={})
