"""Appeals: an agent objects to a judgement of an own conversation, and a lead answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from cs_qa.errors import AccessError, InputError, StaleError
from cs_qa.store import audit
from cs_qa.store.access import find_user, permitted
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision, within_limit
from cs_qa.store.desk import card_of
from cs_qa.store.desk_schema import appeals, assignments, sample_items
from cs_qa.store.review_rows import kept
from cs_qa.store.rulings import refuse_own, refuse_own_adjudication, rule
from cs_qa.store.schema import scorecards
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing
from cs_qa.store.viewing import refuse_others

Outcome = Literal["upheld", "partly", "rejected"]
State = Literal["open", "upheld", "partly", "rejected"]

WINDOW = timedelta(days=7)
"""How long after the first finished review, or else after the score, an agent may appeal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAppeal:
    """An appeal against one judgement, or against the whole card where `criterion` is None.

    `scorecard_id` is the card that was reviewed, else the current one. `decisions` are what a
    lead changed, `score_after` (of the one judgement changed) and `total_after` what came of it.
    """

    id: int
    transcript_id: str
    scorecard_id: int
    criterion: str | None
    raised_by: str
    text: str
    raised_at: datetime
    state: State
    decided_by: str | None
    decided_at: datetime | None
    answer: str | None
    decisions: tuple[Decision, ...]
    rubric: str | None
    score_after: float | None
    total_after: float | None


def raise_appeal(
    store: Store,
    transcript_id: str,
    user_id: str,
    text: str,
    *,
    criterion: str | None = None,
    window: timedelta = WINDOW,
    now: datetime | None = None,
) -> StoredAppeal:
    """Object to a judgement, within `window`; each can be appealed once.

    An agent appeals for an own conversation, a lead for anyone's. Raises AccessError when the
    conversation is not this agent's, InputError when the window has
    passed, the text is empty, the card has no such judgement or it was appealed before,
    StoreError when the database cannot be written.
    """
    at = moment(now)
    if not within_limit(text, "appeal").strip():
        raise InputError("An appeal needs a text: what is wrong with the judgement, and why.")
    with writing(store, f"The appeal on {transcript_id}") as connection:
        user = permitted(connection, user_id, "raise_appeal")
        if user.role == "agent":
            refuse_others(connection, user, transcript_id)
        scorecard_id = _judged_card(connection, transcript_id)
        _refuse_late(connection, transcript_id, at=at, window=window)
        _refuse_second(connection, transcript_id, criterion)
        names = [each["criterion"] for each in card_of(connection, scorecard_id)["judgements"]]
        if criterion is not None and criterion not in names:
            raise InputError(
                f"The card has no judgement of {criterion!r}. It has: {', '.join(names)}."
            )
        inserted = connection.execute(
            insert(appeals).returning(*appeals.c),
            {
                "transcript_id": transcript_id,
                "scorecard_id": scorecard_id,
                "criterion": criterion,
                "raised_by": user.id,
                "text": text,
                "raised_at": at,
                "state": "open",
            },
        )
        appeal = _to_appeal(inserted.one())
        detail = {"transcript": transcript_id, "criterion": criterion}
        _record(connection, appeal, "raise_appeal", by=user_id, at=at, detail=detail)
    return appeal


def decide_appeal(
    store: Store,
    appeal_id: int,
    user_id: str,
    outcome: Outcome,
    *,
    answer: str,
    decisions: Sequence[Decision] = (),
    now: datetime | None = None,
) -> StoredAppeal:
    """Answer an open appeal; what is upheld, wholly or partly, changes judgements.

    `decisions` are on the appeal's card, one a judgement, and go before every review. Raises
    AccessError when the person may not decide appeals or decided on this conversation before,
    StaleError when the appeal is decided already, InputError when it is unknown or the answer is
    empty or decisions and outcome do not go together, DecisionError when a decision does not hold
    on the card, StoreError when the database cannot be written.
    """
    at = moment(now)
    _check_answer(outcome, answer, decisions)
    with writing(store, f"The answer to appeal {appeal_id}") as connection:
        user = permitted(connection, user_id, "decide_appeal")
        appeal = _open_appeal(connection, appeal_id)
        _refuse_raiser(appeal, user.id)
        refuse_own(connection, user, appeal.transcript_id)
        refuse_own_adjudication(connection, user, appeal.transcript_id)
        _refuse_other_criteria(appeal, decisions)
        values = {"state": outcome, "decided_by": user.id, "decided_at": at, "answer": answer}
        changed = _changes(connection, appeal, decisions, user_id=user.id, at=at)
        connection.execute(
            update(appeals).where(appeals.c.id == appeal_id).values(**values, **changed)
        )
        decided_ = _to_appeal(_row(connection, appeal_id))
        detail = {
            "transcript": appeal.transcript_id,
            "outcome": outcome,
            "criteria": [each.criterion for each in decisions],
            "score_after": decided_.score_after,
            "total_after": decided_.total_after,
        }
        _record(connection, appeal, "decide_appeal", by=user_id, at=at, detail=detail)
    return decided_


def list_appeals(store: Store, user_id: str, *, state: State | None = None) -> list[StoredAppeal]:
    """List appeals, oldest first: all for those who may decide them, for an agent the own.

    Raises AccessError when the account may do neither.
    """
    listed = select(appeals).order_by(appeals.c.id)
    if state is not None:
        listed = listed.where(appeals.c.state == state)
    with reading(store) as connection:
        user = find_user(connection, user_id)
        if user is not None and user.role == "agent":
            permitted(connection, user_id, "read_own")
            listed = listed.where(appeals.c.raised_by == user_id)
        else:
            permitted(connection, user_id, "decide_appeal")
        return [_to_appeal(row) for row in connection.execute(listed)]


def _refuse_late(
    connection: Connection, transcript_id: str, *, at: datetime, window: timedelta
) -> None:
    reviewed = (
        select(func.min(assignments.c.done_at))
        .join(sample_items, sample_items.c.id == assignments.c.item_id)
        .where(sample_items.c.transcript_id == transcript_id)
    )
    scored = select(func.max(scorecards.c.inspected_at)).where(
        scorecards.c.transcript_id == transcript_id
    )
    since = connection.execute(reviewed).scalar() or connection.execute(scored).scalar_one()
    if at > since + window:
        raise InputError(
            f"The time to appeal on {transcript_id} is over: it ended on {since + window:%Y-%m-%d} "
            "at the hour of the first review, or of the score. Speak to a lead."
        )


def _refuse_second(connection: Connection, transcript_id: str, criterion: str | None) -> None:
    same = exists().where(
        appeals.c.transcript_id == transcript_id,
        appeals.c.criterion.is_not_distinct_from(criterion),
    )
    if connection.execute(select(same)).scalar():
        raise InputError(
            f"{criterion or 'The card'} of {transcript_id} was appealed before; its answer holds."
        )


def _judged_card(connection: Connection, transcript_id: str) -> int:
    """The card that people judged last, else the current one."""
    reviewed = (
        select(func.max(sample_items.c.scorecard_id))
        .join(assignments, assignments.c.item_id == sample_items.c.id)
        .where(sample_items.c.transcript_id == transcript_id, assignments.c.done_at.is_not(None))
    )
    current = select(func.max(scorecards.c.id)).where(scorecards.c.transcript_id == transcript_id)
    found = connection.execute(reviewed).scalar() or connection.execute(current).scalar()
    if found is None:
        raise InputError(f"There is no conversation {transcript_id} with a scorecard.")
    return int(found)


def _check_answer(outcome: str, answer: str, decisions: Sequence[Decision]) -> None:
    if outcome not in get_args(Outcome):
        raise InputError(
            f"No outcome {outcome!r} of an appeal. Possible: {', '.join(get_args(Outcome))}."
        )
    if not within_limit(answer, "answer").strip():
        raise InputError("An appeal needs an answer in a sentence.")
    if (outcome == "rejected") == bool(decisions):
        what = "changes no judgement" if outcome == "rejected" else "changes a judgement at least"
        raise InputError(f"An appeal that is {outcome} {what}.")
    names = [each.criterion for each in decisions]
    if len(set(names)) < len(names):
        raise InputError("An appeal decides each judgement once.")


def _refuse_other_criteria(appeal: StoredAppeal, decisions: Sequence[Decision]) -> None:
    for each in decisions:
        if appeal.criterion not in (None, each.criterion):
            raise InputError(
                f"Appeal {appeal.id} is against {appeal.criterion}, not {each.criterion}. Decide "
                "that alone."
            )


def _refuse_raiser(appeal: StoredAppeal, user_id: str) -> None:
    if appeal.raised_by == user_id:
        raise AccessError(f"{user_id} raised this appeal. Ask another lead to answer it.")


def _open_appeal(connection: Connection, appeal_id: int) -> StoredAppeal:
    appeal = _to_appeal(_row(connection, appeal_id))
    if appeal.state != "open":
        raise StaleError(
            f"Appeal {appeal_id} is {appeal.state} already, by {appeal.decided_by}. Read it."
        )
    return appeal


def _row(connection: Connection, appeal_id: int) -> Row[Any]:
    row = connection.execute(select(appeals).where(appeals.c.id == appeal_id)).one_or_none()
    if row is None:
        raise InputError(f"There is no appeal {appeal_id}. Choose one of the list.")
    return row


def _changes(
    connection: Connection,
    appeal: StoredAppeal,
    decisions: Sequence[Decision],
    *,
    user_id: str,
    at: datetime,
) -> Json:
    """What decisions change, as columns of the appeal; nothing without decisions."""
    if not decisions:
        return {}
    ruling = rule(
        connection,
        appeal.transcript_id,
        appeal.scorecard_id,
        decisions,
        source="appeal",
        by=user_id,
        at=at,
    )
    after = ruling.judgements
    return {
        "decision": [kept(each, after[each.criterion]) for each in decisions],
        "rubric": ruling.rubric,
        "score_after": next(iter(after.values()))["score"] if len(after) == 1 else None,
        "total_after": ruling.after.total,
    }


def _to_appeal(row: Row[Any]) -> StoredAppeal:
    values = dict(row._mapping)
    stored = values.pop("decision") or []
    decisions = tuple(Decision.from_json(each["decision"]) for each in stored)
    return StoredAppeal(**values, decisions=decisions)


def _record(
    connection: Connection, appeal: StoredAppeal, verb: str, *, by: str, at: datetime, detail: Json
) -> None:
    subject = f"appeal/{appeal.id}"
    audit.record(connection, user_id=by, verb=verb, subject=subject, at=at, detail=detail)
