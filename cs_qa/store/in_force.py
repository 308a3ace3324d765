"""Which judgement is in force: a lead's decision, else a finished review, else the machine's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from cs_qa.store.cards import Json
from cs_qa.store.desk_schema import adjudications, appeals, assignments, reviews
from cs_qa.store.review_rows import standing, to_review

Source = Literal["machine", "review", "adjudication", "appeal"]

Narrowed = Callable[[Select[Any], ColumnElement[str]], Select[Any]]
"""Narrows a select to the transcripts that are asked for, by the column of their ids."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A judgement that a person decided, in the card's JSON form, by whom and when."""

    judgement: Json
    source: Source
    by: str
    at: datetime


ByCriterion = dict[str, Decided]


def decided(connection: Connection, narrowed: Narrowed) -> dict[str, ByCriterion]:
    """Give what people decided and is in force, by transcript and criterion.

    A review is in force once its slot is finished; slot 2 goes before slot 1, a later item before
    an earlier one. Adjudications and appeals go before reviews, the latest of them first.
    """
    in_force: dict[str, ByCriterion] = defaultdict(dict)
    for read in (_reviews, _by_leads):
        for transcript_id, criterion, one in read(connection, narrowed):
            in_force[transcript_id][criterion] = one
    return in_force


def one_transcript(transcript_id: str) -> Narrowed:
    """Narrow to one transcript."""
    return lambda listed, column: listed.where(column == transcript_id)


_Found = list[tuple[str, str, Decided]]


def _reviews(connection: Connection, narrowed: Narrowed) -> _Found:
    finished = and_(
        assignments.c.item_id == reviews.c.item_id,
        assignments.c.slot == reviews.c.slot,
        assignments.c.user_id == reviews.c.user_id,
        assignments.c.done_at.is_not(None),
    )
    listed = select(reviews).join(assignments, finished)
    ordered = listed.order_by(reviews.c.item_id, reviews.c.slot, reviews.c.id)
    by_slot = defaultdict(list)
    for row in connection.execute(narrowed(ordered, reviews.c.transcript_id)):
        by_slot[row.item_id, row.slot].append(to_review(row))
    return [
        (row.transcript_id, name, Decided(row.judgement, "review", row.user_id, row.at))
        for rows in by_slot.values()
        for name, row in standing(rows).items()
        if row.judgement is not None
    ]


def _by_leads(connection: Connection, narrowed: Narrowed) -> _Found:
    found: _Found = []
    listed = select(adjudications).order_by(adjudications.c.id)
    for row in connection.execute(narrowed(listed, adjudications.c.transcript_id)):
        one = Decided(row.decision["judgement"], "adjudication", row.user_id, row.at)
        found.append((row.transcript_id, row.criterion, one))
    upheld = select(appeals).where(appeals.c.decision.is_not(None)).order_by(appeals.c.id)
    for row in connection.execute(narrowed(upheld, appeals.c.transcript_id)):
        for each in row.decision:
            one = Decided(each["judgement"], "appeal", row.decided_by, row.decided_at)
            found.append((row.transcript_id, each["judgement"]["criterion"], one))
    return sorted(found, key=lambda each: each[2].at)
