"""What each person may see of an item or a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from cs_qa.errors import AccessError, InputError
from cs_qa.store.access import User, find_user, permitted
from cs_qa.store.assignments import Assignment, of_item
from cs_qa.store.cards import Json, blank
from cs_qa.store.desk import card_of, desk_of, hides_machine, undecided
from cs_qa.store.desk_schema import assignments, sample_items
from cs_qa.store.rescoring import Rescored
from cs_qa.store.results import card_with_decisions
from cs_qa.store.review_rows import StoredReview, reviews_by, standing
from cs_qa.store.samples import find_item
from cs_qa.store.schema import transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading

__all__ = ["ItemView", "hides_machine", "open_item", "open_transcript", "refuse_others"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item as one person may see it.

    `slot` is the person's own, None for a lead who has none. Where `is_hidden`, `card` is without
    the machine's view, and `reason`, `explanation` and `after` are None. `reviews` are the own
    decisions that stand, `others` those of other slots as far as they may be seen. `undecided`
    names the criteria to decide before the slot can be finished, `last_review` is what the next
    decision `expects`. `after` holds the card's figures with the own decisions.
    """

    item_id: int
    slot: int | None
    transcript_id: str
    card: Json
    is_hidden: bool
    is_finished: bool
    reason: str | None
    explanation: str | None
    reviews: tuple[StoredReview, ...]
    others: tuple[StoredReview, ...]
    undecided: tuple[str, ...]
    last_review: int | None
    after: Rescored | None


def open_item(store: Store, item_id: int, user_id: str) -> ItemView:
    """Open an item for the person who holds or finished a slot of it, or for a lead.

    Raises AccessError when the person may not see it, InputError when there is no such item or
    its rubric is not stored.
    """
    with reading(store) as connection:
        slots = of_item(connection, item_id)
        own = next((each for each in slots if each.user_id == user_id), None)
        if own is not None:
            permitted(connection, user_id, "review")
            return _own_view(connection, own, slots)
        if not slots:
            find_item(connection, item_id)
        return _lead_view(connection, item_id, user_id, slots)


def open_transcript(store: Store, transcript_id: str, user_id: str) -> Json:
    """Open a conversation with what is in force, as `results.card_in_force` gives it.

    An agent sees own conversations, a lead all, but none whose blind review the lead has yet to
    finish. Raises AccessError, InputError when there is no such conversation.
    """
    with reading(store) as connection:
        user = find_user(connection, user_id)
        if user is not None and user.role == "agent":
            refuse_others(connection, permitted(connection, user_id, "read_own"), transcript_id)
        else:
            permitted(connection, user_id, "read_all")
            _refuse_reviewer(connection, transcript_id, user_id)
        card = card_with_decisions(connection, transcript_id)
    if card is None:
        raise InputError(f"There is no conversation {transcript_id}. Check the id.")
    return card


def refuse_others(connection: Connection, user: User, transcript_id: str) -> None:
    """Raise AccessError where a conversation is not an agent's own, or there is none."""
    agent = select(transcripts.c.agent_id).where(transcripts.c.id == transcript_id)
    agent_id = connection.execute(agent).scalar()
    if agent_id is None or agent_id != user.agent_id:
        raise AccessError(
            f"{user.id} has no conversation {transcript_id}. Open one of the own conversations."
        )


def _own_view(connection: Connection, own: Assignment, slots: list[Assignment]) -> ItemView:
    is_finished = own.done_at is not None
    desk = desk_of(connection, own.item_id, own.slot, str(own.user_id), moment(None))
    is_hidden = hides_machine(desk.item, own.slot, is_finished=is_finished)
    all_done = all(each.done_at is not None for each in slots)
    stands = standing(desk.rows).values()
    return ItemView(
        item_id=own.item_id,
        slot=own.slot,
        transcript_id=desk.item.transcript_id,
        card=blank(desk.card) if is_hidden else desk.card,
        is_hidden=is_hidden,
        is_finished=is_finished,
        reason=None if is_hidden else desk.item.reason,
        explanation=None if is_hidden else desk.item.explanation,
        reviews=tuple(desk.shown(row) if is_hidden else row for row in stands),
        others=_decisions(connection, [s for s in slots if s is not own]) if all_done else (),
        undecided=tuple(undecided(desk.card, desk.rows, is_hidden=is_hidden)),
        last_review=desk.rows[-1].id if desk.rows else None,
        after=None if is_hidden else desk.figures(),
    )


def _lead_view(
    connection: Connection, item_id: int, user_id: str, slots: list[Assignment]
) -> ItemView:
    permitted(connection, user_id, "read_all")
    item = find_item(connection, item_id)
    _refuse_reviewer(connection, item.transcript_id, user_id)
    return ItemView(
        item_id=item_id,
        slot=None,
        transcript_id=item.transcript_id,
        card=card_of(connection, item.scorecard_id),
        is_hidden=False,
        is_finished=all(each.done_at is not None for each in slots),
        reason=item.reason,
        explanation=item.explanation,
        reviews=(),
        others=_decisions(connection, slots),
        undecided=(),
        last_review=None,
        after=None,
    )


def _decisions(connection: Connection, slots: list[Assignment]) -> tuple[StoredReview, ...]:
    return tuple(
        row
        for each in slots
        if each.user_id is not None
        for row in standing(reviews_by(connection, each.item_id, each.slot, each.user_id)).values()
    )


def _refuse_reviewer(connection: Connection, transcript_id: str, user_id: str) -> None:
    """Raise AccessError where a blind review of the conversation waits for this person."""
    held = (
        select(assignments.c.item_id, assignments.c.slot)
        .join(sample_items, sample_items.c.id == assignments.c.item_id)
        .where(
            sample_items.c.transcript_id == transcript_id,
            assignments.c.user_id == user_id,
            assignments.c.done_at.is_(None),
        )
    )
    for item_id, slot in connection.execute(held).all():
        if hides_machine(find_item(connection, item_id), slot, is_finished=False):
            raise AccessError(
                f"{user_id} reviews {transcript_id} without the machine's view (item {item_id}). "
                "Finish that review first, or give it back."
            )
