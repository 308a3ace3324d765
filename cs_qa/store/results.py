"""Results in force: what counts for a transcript once people and machine have had their say.

A judgement that a person decided stays in force whatever is inspected later, with its score and
verdict. What nobody decided is the current card's, and so are the weights, critical labels and
grades that make the figures: those of the rubric of the current card.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from cs_qa.errors import InputError
from cs_qa.rubric import Rubric
from cs_qa.store.cards import Json
from cs_qa.store.in_force import ByCriterion, Narrowed, Source, decided, one_transcript
from cs_qa.store.rescoring import Rescored, with_judgements
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.schema import judgements, scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading
from cs_qa.store.weeks import week_limits


@dataclass(frozen=True, slots=True)
class InForce:
    """A judgement in force: score 0-100 or None, and by whom: None and the machine, or a user."""

    criterion: str
    score: float | None
    verdict: str
    source: Source = "machine"
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is in force for one transcript; figures 0-100, None where they cannot be told.

    `scorecard_id` is the current card. `qualitative`, `total` and `grade` are None too when
    people decided something and the store lacks the rubric of the current card.
    """

    transcript_id: str
    scorecard_id: int
    agent_id: str | None
    team: str | None
    channel: str | None
    market: str | None
    language: str | None
    started_at: datetime | None
    judgements: tuple[InForce, ...]
    qualitative: float | None
    quantitative: float | None
    total: float | None
    grade: str | None
    critical_failures: tuple[str, ...]

    @property
    def is_reviewed(self) -> bool:
        """Whether a person decided some judgement."""
        return any(each.source != "machine" for each in self.judgements)

    def judgement(self, criterion: str) -> InForce:
        """Give the judgement in force on one criterion."""
        return next(each for each in self.judgements if each.criterion == criterion)


def current(store: Store, transcript_id: str) -> Result | None:
    """Read the result in force of a transcript, None where it has no scorecard."""
    with reading(store) as connection:
        return next(iter(_results(connection, one_transcript(transcript_id))), None)


def current_all(
    store: Store, *, week: str | None = None, agent_id: str | None = None
) -> list[Result]:
    """Read the results in force of all transcripts, by id.

    `week` (`2026-W47`) narrows to those that began in that ISO week (UTC), `agent_id` to one
    agent. Raises InputError where the week is none.
    """
    conditions: list[ColumnElement[bool]] = []
    if week is not None:
        first, after = week_limits(week)
        conditions += [transcripts.c.started_at >= first, transcripts.c.started_at < after]
    if agent_id is not None:
        conditions.append(transcripts.c.agent_id == agent_id)
    wanted = select(transcripts.c.id).where(*conditions)

    def narrowed(listed: Select[Any], column: ColumnElement[str]) -> Select[Any]:
        return listed.where(column.in_(wanted)) if conditions else listed

    with reading(store) as connection:
        return list(_results(connection, narrowed))


def card_in_force(store: Store, transcript_id: str) -> Json | None:
    """Read the current card with everything in force in it, None where there is no card.

    The judgements, with their findings, and the figures are those in force; `decided` maps each
    criterion that a person decided to its `source`, `by` and `at`.
    """
    with reading(store) as connection:
        return card_with_decisions(connection, transcript_id)


def card_with_decisions(connection: Connection, transcript_id: str) -> Json | None:
    """Read what `card_in_force` reads, in the caller's transaction."""
    card = current_card(connection, transcript_id)
    if card is None:
        return None
    people = decided(connection, one_transcript(transcript_id)).get(transcript_id, {})
    after = figures_with(connection, card, people)
    return {
        **card,
        "judgements": list(after.judgements),
        "qualitative": after.qualitative,
        "total": after.total,
        "grade": after.grade,
        "critical_failures": list(after.critical_failures),
        "decided": {
            name: {"source": one.source, "by": one.by, "at": one.at.isoformat()}
            for name, one in people.items()
        },
    }


def figures_with(connection: Connection, card: Json, people: ByCriterion) -> Rescored:
    """Put a card's figures together with what people decided, by the card's own rubric.

    Without that rubric the figures that it makes are None.
    """
    after = {name: one.judgement for name, one in people.items()}
    if not after:
        return Rescored(
            tuple(card["judgements"]),
            card["qualitative"],
            card["quantitative"],
            card["total"],
            card["grade"],
            tuple(card["critical_failures"]),
        )
    rubric = _rubric(connection, card["provenance"]["rubric"])
    if rubric is None:
        own = {each["criterion"]: each for each in card["judgements"]}
        judged = tuple({**own, **after}.values())
        return Rescored(judged, None, card["quantitative"], None, None, ())
    return with_judgements(card, after, rubric)


_CURRENT = (
    select(func.max(scorecards.c.id))
    .where(scorecards.c.transcript_id == transcripts.c.id)
    .correlate(transcripts)
    .scalar_subquery()
)
_ABOUT = ("agent_id", "team", "channel", "market", "started_at")
_FIGURES = ("language", "qualitative", "quantitative", "total", "grade", "critical_failures")


def _results(connection: Connection, narrowed: Narrowed) -> Iterator[Result]:
    people = decided(connection, narrowed)
    listed = (
        select(
            transcripts.c.id,
            scorecards.c.id.label("scorecard_id"),
            *(transcripts.c[name] for name in _ABOUT),
            *(scorecards.c[name] for name in _FIGURES),
        )
        .join(scorecards, scorecards.c.id == _CURRENT)
        .order_by(transcripts.c.id)
    )
    machine = _machine(connection, narrowed)
    for row in connection.execute(narrowed(listed, transcripts.c.id)).all():
        own = people.get(row.id, {})
        figures: dict[str, Any] = {name: row._mapping[name] for name in _FIGURES}
        if own:
            figures |= _figures(connection, row.id, own)
        yield Result(
            transcript_id=row.id,
            scorecard_id=row.scorecard_id,
            **{name: row._mapping[name] for name in _ABOUT},
            **{**figures, "critical_failures": tuple(figures["critical_failures"])},
            judgements=_in_force(machine.get(row.scorecard_id, []), own),
        )


def _machine(connection: Connection, narrowed: Narrowed) -> dict[int, list[InForce]]:
    """The machine's judgements of current cards, by card, in the rubric's order."""
    listed = (
        select(
            judgements.c.scorecard_id,
            judgements.c.criterion,
            judgements.c.score,
            judgements.c.verdict,
        )
        .join(scorecards, scorecards.c.id == judgements.c.scorecard_id)
        .join(transcripts, transcripts.c.id == scorecards.c.transcript_id)
        .where(scorecards.c.id == _CURRENT)
        .order_by(judgements.c.scorecard_id, judgements.c.position)
    )
    machine: dict[int, list[InForce]] = {}
    for row in connection.execute(narrowed(listed, transcripts.c.id)):
        own = machine.setdefault(row.scorecard_id, [])
        own.append(InForce(row.criterion, row.score, row.verdict))
    return machine


def _in_force(machine: Iterable[InForce], own: ByCriterion) -> tuple[InForce, ...]:
    merged = {each.criterion: each for each in machine}
    for name, one in own.items():
        judged = one.judgement
        merged[name] = InForce(name, judged["score"], judged["verdict"], one.source, one.by, one.at)
    return tuple(merged.values())


def _figures(connection: Connection, transcript_id: str, own: ByCriterion) -> dict[str, Any]:
    card = current_card(connection, transcript_id)
    after = figures_with(connection, card or {}, own)
    return {
        "qualitative": after.qualitative,
        "total": after.total,
        "grade": after.grade,
        "critical_failures": after.critical_failures,
    }


def current_card(connection: Connection, transcript_id: str) -> Json | None:
    """Read the current card of a transcript, None where it has none."""
    text = (
        select(scorecards.c.card)
        .where(scorecards.c.transcript_id == transcript_id)
        .order_by(scorecards.c.id.desc())
        .limit(1)
    )
    card = connection.execute(text).scalar()
    return None if card is None else dict(json.loads(card))


def _rubric(connection: Connection, ref: str) -> Rubric | None:
    try:
        return find_rubric(connection, ref)
    except InputError:
        return None
