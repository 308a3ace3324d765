"""Decisions of people as the store has them, with the cards and rubrics that they are on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, and_, func, select

from cs_qa.rubric import Rubric
from cs_qa.store.calibration_rows import to_review as to_calibration_review
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision
from cs_qa.store.desk_schema import (
    adjudications,
    appeals,
    assignments,
    calibration_items,
    calibration_reviews,
    reviews,
    sample_items,
)
from cs_qa.store.review_rows import StoredReview, standing, to_review
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.schema import scorecards

Source = Literal["review", "adjudication", "appeal", "calibration"]

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedJudgement:
    """A person's decision on one judgement of a card, and the judgement that it made.

    `at` is when it came into force (UTC): for a review when it was finished. `item_id` is the
    sampled item, of a calibration its own; None where an appeal is on what nobody drew.
    """

    transcript_id: str
    scorecard_id: int
    item_id: int | None
    decision: Decision
    judgement: Json
    rubric: str
    by: str
    at: datetime
    source: Source
    shown_machine: bool = True


def decided_judgements(
    connection: Connection, until: datetime | None = None
) -> list[DecidedJudgement]:
    """Read what came into force before `until`, weakest first: the last on a judgement stands.

    That is as in `cs_qa.store.in_force`: finished reviews by item and slot, then what leads
    decided, by time.
    """
    leads = [*_adjudicated(connection), *_appealed(connection)]
    found = [*_reviewed(connection), *sorted(leads, key=lambda each: each.at)]
    return [each for each in found if until is None or each.at < until]


def calibrated_judgements(
    connection: Connection, until: datetime | None = None
) -> list[DecidedJudgement]:
    """Read what participants of calibrations judged before `until`, in order."""
    items = {row.id: row for row in connection.execute(select(calibration_items))}
    listed = select(calibration_reviews).order_by(calibration_reviews.c.id)
    rows = map(to_calibration_review, connection.execute(listed))
    return [
        DecidedJudgement(
            transcript_id=items[row.item_id].transcript_id,
            scorecard_id=items[row.item_id].scorecard_id,
            item_id=row.item_id,
            decision=row.decision,
            judgement=row.judgement,
            rubric=row.rubric,
            by=row.user_id,
            at=row.at,
            source="calibration",
            shown_machine=False,
        )
        for row in rows
        if until is None or row.at < until
    ]


def judged_cards(
    connection: Connection, decided: Sequence[DecidedJudgement]
) -> Iterator[tuple[Json, Rubric, DecidedJudgement]]:
    """Read the card of each decision, each card once, and the rubric that judged it.

    They come by card. Raises InputError where a rubric is not stored.
    """
    by_card: dict[int, list[DecidedJudgement]] = defaultdict(list)
    for each in decided:
        by_card[each.scorecard_id].append(each)
    rubrics = {ref: find_rubric(connection, ref) for ref in {each.rubric for each in decided}}
    ids = sorted(by_card)
    for start in range(0, len(ids), _CHUNK):
        part = scorecards.c.id.in_(ids[start : start + _CHUNK])
        listed = select(scorecards.c.id, scorecards.c.card).where(part)
        for row in connection.execute(listed.order_by(scorecards.c.id)).all():
            card = json.loads(row.card)
            for each in by_card[row.id]:
                yield card, rubrics[each.rubric], each


def _reviewed(connection: Connection) -> Iterator[DecidedJudgement]:
    finished = and_(
        assignments.c.item_id == reviews.c.item_id,
        assignments.c.slot == reviews.c.slot,
        assignments.c.user_id == reviews.c.user_id,
        assignments.c.done_at.is_not(None),
    )
    ended = select(assignments.c.item_id, assignments.c.slot, assignments.c.done_at)
    done_at = {(row.item_id, row.slot): row.done_at for row in connection.execute(ended)}
    listed = select(reviews).join(assignments, finished)
    by_slot: dict[tuple[int, int], list[StoredReview]] = defaultdict(list)
    for row in connection.execute(listed.order_by(reviews.c.item_id, reviews.c.slot, reviews.c.id)):
        by_slot[row.item_id, row.slot].append(to_review(row))
    for slot, rows in by_slot.items():
        for review in standing(rows).values():
            if review.decision is not None and review.judgement is not None:
                yield DecidedJudgement(
                    transcript_id=review.transcript_id,
                    scorecard_id=review.scorecard_id,
                    item_id=review.item_id,
                    decision=review.decision,
                    judgement=review.judgement,
                    rubric=review.rubric,
                    by=review.user_id,
                    at=done_at[slot],
                    source="review",
                    shown_machine=review.shown_machine,
                )


def _adjudicated(connection: Connection) -> Iterator[DecidedJudgement]:
    for row in connection.execute(select(adjudications).order_by(adjudications.c.id)):
        yield DecidedJudgement(
            transcript_id=row.transcript_id,
            scorecard_id=row.scorecard_id,
            item_id=row.item_id,
            decision=Decision.from_json(row.decision["decision"]),
            judgement=row.decision["judgement"],
            rubric=row.rubric,
            by=row.user_id,
            at=row.at,
            source="adjudication",
        )


def _appealed(connection: Connection) -> Iterator[DecidedJudgement]:
    drawn = (
        select(func.max(sample_items.c.id))
        .where(sample_items.c.transcript_id == appeals.c.transcript_id)
        .correlate(appeals)
        .scalar_subquery()
        .label("item_id")
    )
    listed = select(appeals, drawn).where(appeals.c.decision.is_not(None))
    for row in connection.execute(listed.order_by(appeals.c.id)):
        for each in row.decision:
            yield DecidedJudgement(
                transcript_id=row.transcript_id,
                scorecard_id=row.scorecard_id,
                item_id=row.item_id,
                decision=Decision.from_json(each["decision"]),
                judgement=each["judgement"],
                rubric=row.rubric,
                by=row.decided_by,
                at=row.decided_at,
                source="appeal",
            )
