"""Read the store: pages of transcripts, filter values, one transcript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    case,
    distinct,
    exists,
    func,
    select,
)

from cs_qa.store.rows import fold
from cs_qa.store.schema import findings, scorecards, transcripts

Order = Literal["attention", "lowest", "highest", "newest", "oldest"]
ORDERS: tuple[Order, ...] = get_args(Order)

MAX_SEARCH_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptFilter:
    """Which transcripts to list; None is any.

    `label` is the label of some finding, `text` words that all occur in the turns, the id or the
    agent (case and width do not matter).
    """

    agent_id: str | None = None
    language: str | None = None
    channel: str | None = None
    market: str | None = None
    team: str | None = None
    grade: str | None = None
    label: str | None = None
    text: str = ""
    only_critical: bool = False
    only_unscored: bool = False


ANY = TranscriptFilter()


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """One transcript of a list, with its current scorecard's figures (0-100).

    `labels` counts its findings by label, most frequent first.
    """

    id: str
    agent_id: str | None
    team: str | None
    channel: str | None
    market: str | None
    language: str | None
    started_at: datetime | None
    turn_count: int
    qualitative: float | None
    quantitative: float | None
    total: float | None
    grade: str | None
    critical_failures: tuple[str, ...]
    is_unscored: bool
    labels: dict[str, int]


_later = scorecards.alias("later")
_CURRENT_ID = (
    select(func.max(_later.c.id))
    .where(_later.c.transcript_id == transcripts.c.id)
    .scalar_subquery()
)
_LISTED: FromClause = transcripts.join(scorecards, scorecards.c.id == _CURRENT_ID)

# The columns that a filter's field of the same name compares; facets are counted over them too.
_EQUAL: dict[str, ColumnElement[Any]] = {
    "agent_id": transcripts.c.agent_id,
    "language": scorecards.c.language,
    "channel": transcripts.c.channel,
    "market": transcripts.c.market,
    "team": transcripts.c.team,
    "grade": scorecards.c.grade,
}
# A missing total is not a low one: the half that is known stands in for the order.
_SCORE = func.coalesce(scorecards.c.total, scorecards.c.qualitative, scorecards.c.quantitative)


def page(
    connection: Connection, where: TranscriptFilter, *, order: Order, limit: int, offset: int
) -> list[TranscriptRow]:
    """One page of the transcripts that match."""
    listed = (
        select(
            transcripts.c.id,
            transcripts.c.agent_id,
            transcripts.c.team,
            transcripts.c.channel,
            transcripts.c.market,
            scorecards.c.language,
            transcripts.c.started_at,
            transcripts.c.turn_count,
            scorecards.c.qualitative,
            scorecards.c.quantitative,
            scorecards.c.total,
            scorecards.c.grade,
            scorecards.c.critical_failures,
            scorecards.c.is_unscored,
            scorecards.c.id.label("scorecard_id"),
        )
        .select_from(_LISTED)
        .where(*_conditions(where))
        .order_by(*_ordering(order), transcripts.c.id)
        .limit(limit)
        .offset(offset)
    )
    rows = connection.execute(listed).mappings().all()
    labels = _labels(connection, [row["scorecard_id"] for row in rows])
    return [
        TranscriptRow(
            **{name: value for name, value in row.items() if name not in _REPLACED},
            critical_failures=tuple(row["critical_failures"]),
            labels=labels[row["scorecard_id"]],
        )
        for row in rows
    ]


_REPLACED = frozenset({"critical_failures", "scorecard_id"})


def count(connection: Connection, where: TranscriptFilter) -> int:
    """How many transcripts match."""
    counted = select(func.count()).select_from(_LISTED).where(*_conditions(where))
    return int(connection.execute(counted).scalar_one())


def facets(connection: Connection) -> dict[str, dict[str, int]]:
    """The values of each filter with their numbers of transcripts, most first."""
    counts = {name: _counts(connection, column, _LISTED) for name, column in _EQUAL.items()}
    with_findings = _LISTED.join(findings, findings.c.scorecard_id == scorecards.c.id)
    return counts | {"label": _counts(connection, findings.c.label, with_findings)}


def _counts(
    connection: Connection, column: ColumnElement[Any], source: FromClause
) -> dict[str, int]:
    number = func.count(distinct(transcripts.c.id))
    counted = (
        select(column, number)
        .select_from(source)
        .where(column.is_not(None))
        .group_by(column)
        .order_by(number.desc(), column)
    )
    return {str(value): int(n) for value, n in connection.execute(counted)}


def _conditions(where: TranscriptFilter) -> list[ColumnElement[bool]]:
    conditions = [
        column == getattr(where, name)
        for name, column in _EQUAL.items()
        if getattr(where, name) is not None
    ]
    if where.label is not None:
        conditions.append(_has_label(where.label))
    if where.only_critical:
        conditions.append(scorecards.c.is_critical)
    if where.only_unscored:
        conditions.append(scorecards.c.is_unscored)
    words = fold(where.text[:MAX_SEARCH_LENGTH]).split()
    return conditions + [
        transcripts.c.search_text.contains(word, autoescape=True) for word in words
    ]


def _has_label(label: str) -> ColumnElement[bool]:
    of_card = findings.c.scorecard_id == scorecards.c.id
    return exists().where(of_card, findings.c.label == label)


def _ordering(order: Order) -> list[ColumnElement[Any]]:
    unknown_last = case((_SCORE.is_(None), 1), else_=0)
    undated_last = case((transcripts.c.started_at.is_(None), 1), else_=0)
    orderings: dict[Order, list[ColumnElement[Any]]] = {
        "attention": [scorecards.c.is_critical.desc(), unknown_last, _SCORE],
        "lowest": [unknown_last, _SCORE],
        "highest": [unknown_last, _SCORE.desc()],
        "newest": [undated_last, transcripts.c.started_at.desc()],
        "oldest": [undated_last, transcripts.c.started_at],
    }
    return orderings[order]


def _labels(connection: Connection, scorecard_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    number = func.count()
    counted: Select[Any] = (
        select(findings.c.scorecard_id, findings.c.label, number)
        .where(findings.c.scorecard_id.in_(list(scorecard_ids)))
        .group_by(findings.c.scorecard_id, findings.c.label)
        .order_by(number.desc(), findings.c.label)
    )
    labels: dict[int, dict[str, int]] = defaultdict(dict)
    for scorecard_id, label, n in connection.execute(counted):
        labels[scorecard_id][label] = n
    return labels
