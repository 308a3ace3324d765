"""The transcripts of a time as a sample is drawn from them: what they are and how they fared."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from cs_qa.sampling import Candidate, uncertainty_of
from cs_qa.store.schema import findings, judgements, scorecards, transcripts

_JUDGED = ("pass", "fail")


def candidates(connection: Connection, since: datetime, until: datetime) -> list[Candidate]:
    """Read the current scorecards of the transcripts that began in [since, until)."""
    is_current = _is_current(since, until)
    doubts = _confidences(connection, is_current)
    inaccurate = _with_inaccurate_policy(connection, is_current)
    listed = (
        select(
            scorecards.c.id.label("scorecard_id"),
            scorecards.c.transcript_id,
            transcripts.c.agent_id.label("agent"),
            scorecards.c.language,
            transcripts.c.channel,
            scorecards.c.total,
            scorecards.c.grade,
            scorecards.c.is_critical,
            transcripts.c.started_at.label("at"),
            transcripts.c.outcome,
        )
        .join_from(transcripts, scorecards)
        .where(is_current)
    )
    return [
        _candidate(dict(row), inaccurate, doubts) for row in connection.execute(listed).mappings()
    ]


def _candidate(
    row: dict[str, Any], inaccurate: frozenset[int], doubts: dict[int, dict[str, list[float]]]
) -> Candidate:
    card, outcome = row["scorecard_id"], row.pop("outcome")
    uncertainty, lowest = uncertainty_of(doubts.get(card, {})) or (None, None)
    return Candidate(
        complaint=bool(outcome and outcome.get("complaint")),
        has_inaccurate_policy=card in inaccurate,
        uncertainty=uncertainty,
        lowest_confidence=lowest,
        **row,
    )


def _is_current(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Whether a scorecard is the last one of a transcript that began in [since, until)."""
    current = (
        select(func.max(scorecards.c.id))
        .join_from(transcripts, scorecards)
        .where(transcripts.c.started_at >= since, transcripts.c.started_at < until)
        .group_by(scorecards.c.transcript_id)
    )
    return scorecards.c.id.in_(current)


def _confidences(
    connection: Connection, is_current: ColumnElement[bool]
) -> dict[int, dict[str, list[float]]]:
    """Read by scorecard and judged criterion the confidences of its judgement and findings."""
    confidences: dict[int, dict[str, list[float]]] = defaultdict(dict)
    judged = (
        select(judgements.c.scorecard_id, judgements.c.criterion, judgements.c.confidence)
        .join_from(judgements, scorecards)
        .where(is_current, judgements.c.verdict.in_(_JUDGED), judgements.c.confidence.is_not(None))
    )
    for card, criterion, confidence in connection.execute(judged):
        confidences[card][criterion] = [confidence]
    found = (
        select(findings.c.scorecard_id, findings.c.criterion, findings.c.confidence)
        .join_from(findings, scorecards)
        .where(is_current)
    )
    for card, criterion, confidence in connection.execute(found):
        if criterion in confidences[card]:
            confidences[card][criterion].append(confidence)
    return confidences


def _with_inaccurate_policy(
    connection: Connection, is_current: ColumnElement[bool]
) -> frozenset[int]:
    found = select(findings.c.scorecard_id).join_from(findings, scorecards)
    inaccurate = found.where(is_current, findings.c.label == "inaccurate")
    return frozenset(connection.execute(inaccurate).scalars())


def undated(connection: Connection) -> int:
    """Count the transcripts without a time, which are in no week."""
    without = select(func.count()).where(transcripts.c.started_at.is_(None))
    return int(connection.execute(without).scalar_one())
