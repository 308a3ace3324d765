"""Findings in force, with their evidence: those of people's judgements before the machine's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from cs_qa.store.in_force import Narrowed, Source, decided
from cs_qa.store.schema import findings, scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading
from cs_qa.store.weeks import week_limits


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingInForce:
    """A finding over [start, end) code points of a turn (from 0).

    `source` says whose judgement it stands in, and `by` names the person. `confidence` is 0-1.
    """

    transcript_id: str
    criterion: str
    label: str
    turn: int
    start: int
    end: int
    text: str
    confidence: float | None
    explanation: str
    source: Source = "machine"
    by: str | None = None


_OF_CARD = (
    findings.c.criterion,
    findings.c.label,
    findings.c.turn,
    findings.c.start,
    findings.c.end,
    findings.c.text,
    findings.c.confidence,
    findings.c.explanation,
)
_OF_JUDGEMENT = ("label", "turn", "start", "end", "text", "confidence", "explanation")


def findings_in_force(store: Store, *, week: str | None = None) -> list[FindingInForce]:
    """Read the findings in force, by transcript and place, of a week (`2026-W47`, UTC) or of all.

    A judgement that a person decided brings its own findings, and the machine's on that criterion
    are left out. Raises InputError where the week is none.
    """
    conditions: list[ColumnElement[bool]] = []
    if week is not None:
        first, after = week_limits(week)
        conditions = [transcripts.c.started_at >= first, transcripts.c.started_at < after]
    wanted = select(transcripts.c.id).where(*conditions)

    def narrowed(listed: Select[Any], column: ColumnElement[str]) -> Select[Any]:
        return listed.where(column.in_(wanted)) if conditions else listed

    with reading(store) as connection:
        people = decided(connection, narrowed)
        found = [
            each
            for each in _machine(connection, narrowed)
            if each.criterion not in people.get(each.transcript_id, {})
        ]
    for transcript_id, own in people.items():
        for criterion, one in own.items():
            found += (
                FindingInForce(
                    transcript_id=transcript_id,
                    criterion=criterion,
                    source=one.source,
                    by=one.by,
                    **{name: each[name] for name in _OF_JUDGEMENT},
                )
                for each in one.judgement["findings"]
            )
    return sorted(found, key=lambda each: (each.transcript_id, each.turn, each.start, each.label))


def _machine(connection: Connection, narrowed: Narrowed) -> Iterator[FindingInForce]:
    current = select(func.max(scorecards.c.id)).group_by(scorecards.c.transcript_id)
    listed = (
        select(scorecards.c.transcript_id, *_OF_CARD)
        .join_from(findings, scorecards)
        .where(scorecards.c.id.in_(current))
    )
    for row in connection.execute(narrowed(listed, scorecards.c.transcript_id)):
        yield FindingInForce(**row._mapping)
