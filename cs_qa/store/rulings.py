"""What a lead's decisions make of a transcript, and who may not make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from cs_qa.errors import AccessError
from cs_qa.store.access import User
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision
from cs_qa.store.desk import card_of
from cs_qa.store.desk_schema import adjudications, reviews
from cs_qa.store.in_force import Decided, Source, decided, one_transcript
from cs_qa.store.rescoring import Rescored, judgement_after
from cs_qa.store.results import current_card, figures_with
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.schema import transcripts


@dataclass(frozen=True, slots=True)
class Ruling:
    """Judgements by criterion, the ref of their rubric, and the figures in force about them."""

    judgements: dict[str, Json]
    rubric: str
    before: Rescored
    after: Rescored


def rule(
    connection: Connection,
    transcript_id: str,
    scorecard_id: int,
    decisions: Sequence[Decision],
    *,
    source: Source,
    by: str,
    at: datetime,
) -> Ruling:
    """Apply decisions on one card, and work out what is then in force for its transcript.

    Raises DecisionError where a decision does not hold on the card, InputError where the card's
    rubric is not stored.
    """
    card = card_of(connection, scorecard_id)
    ref = card["provenance"]["rubric"]
    rubric = find_rubric(connection, ref)
    after = {str(each.criterion): judgement_after(card, each, rubric) for each in decisions}
    people = decided(connection, one_transcript(transcript_id)).get(transcript_id, {})
    new = {name: Decided(judgement, source, by, at) for name, judgement in after.items()}
    current = current_card(connection, transcript_id) or card
    return Ruling(
        after,
        ref,
        figures_with(connection, current, people),
        figures_with(connection, current, {**people, **new}),
    )


def refuse_own(connection: Connection, user: User, transcript_id: str) -> None:
    """Raise AccessError where a lead would decide on an own review or an own conversation."""
    own_review = exists().where(
        reviews.c.transcript_id == transcript_id, reviews.c.user_id == user.id
    )
    agent = select(transcripts.c.agent_id).where(transcripts.c.id == transcript_id)
    is_own = user.agent_id is not None and connection.execute(agent).scalar() == user.agent_id
    if is_own or connection.execute(select(own_review)).scalar():
        what = "had" if is_own else "reviewed"
        raise AccessError(
            f"{user.id} {what} the conversation {transcript_id}, so another lead has to decide."
        )


def refuse_own_adjudication(connection: Connection, user: User, transcript_id: str) -> None:
    """Raise AccessError where a lead would answer an appeal against an own adjudication."""
    own = exists().where(
        adjudications.c.transcript_id == transcript_id, adjudications.c.user_id == user.id
    )
    if connection.execute(select(own)).scalar():
        raise AccessError(
            f"{user.id} adjudicated {transcript_id}, so another lead has to answer the appeal."
        )
