"""What another rubric would make of the stored scorecards of a week. Nothing is stored.

The models' findings and outputs are judged again. What a person decided keeps its score and
verdict, as it does when a conversation is inspected again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from cs_qa.rubric import Rubric
from cs_qa.score import (
    critical_failures,
    judge,
    qualitative_score,
    quantitative_score,
    total_score,
)
from cs_qa.store.cards import Json, annotated_of, finding_of, judgement_of
from cs_qa.store.in_force import decided
from cs_qa.store.results import figures_with
from cs_qa.store.rows import Card
from cs_qa.store.schema import scorecards, transcripts
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading
from cs_qa.store.weeks import week_limits
from cs_qa.types import Judgement, Outcome, Service


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that a rubric makes of a card, 0-100; None where they cannot be told."""

    qualitative: float | None
    quantitative: float | None
    total: float | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation whose total or grade would be another."""

    transcript_id: str
    agent_id: str | None
    before: Figures
    after: Figures

    @property
    def change(self) -> float | None:
        """By how much the total would move; None where one of the two is missing."""
        if self.before.total is None or self.after.total is None:
            return None
        return round(self.after.total - self.before.total, 2)


@dataclass(frozen=True, slots=True)
class Preview:
    """A week under another rubric: `moved` has the largest changes of the total first.

    `grades` counts the conversations by grade before and after.
    """

    week: str
    conversations: int
    moved: tuple[Moved, ...]
    grades: Mapping[tuple[str | None, str | None], int]

    @property
    def totals_moved(self) -> int:
        """How many totals would be another, or come or go."""
        return sum(each.before.total != each.after.total for each in self.moved)

    @property
    def grades_moved(self) -> int:
        """How many grades would be another."""
        return sum(each.before.grade != each.after.grade for each in self.moved)


def preview(store: Store, rubric: Rubric, *, week: str) -> Preview:
    """Judge the current cards of a week (`2026-W47`, UTC) by another rubric.

    Raises InputError where the week is none.
    """
    first, after = week_limits(week)
    of_week = (transcripts.c.started_at >= first, transcripts.c.started_at < after)
    newest = (
        select(func.max(scorecards.c.id))
        .join(transcripts, transcripts.c.id == scorecards.c.transcript_id)
        .where(*of_week)
        .group_by(scorecards.c.transcript_id)
    )
    wanted = select(transcripts.c.id).where(*of_week)
    moved: list[Moved] = []
    grades: Counter[tuple[str | None, str | None]] = Counter()
    with reading(store) as connection:
        people = decided(connection, lambda listed, column: listed.where(column.in_(wanted)))
        cards = select(scorecards.c.card).where(scorecards.c.id.in_(newest))
        for text in connection.execute(cards).scalars().all():
            card: Json = json.loads(text)
            own = people.get(card["transcript_id"], {})
            now = figures_with(connection, card, own)
            before = Figures(now.qualitative, now.quantitative, now.total, now.grade)
            then = rejudge(card, rubric, {name: one.judgement for name, one in own.items()})
            grades[before.grade, then.grade] += 1
            if (before.total, before.grade) != (then.total, then.grade):
                moved.append(Moved(card["transcript_id"], card["agent_id"], before, then))
    moved.sort(key=lambda each: (-abs(each.change or 0.0), each.transcript_id))
    return Preview(week, grades.total(), tuple(moved), grades)


def rejudge(card: Card, rubric: Rubric, people: Mapping[str, Json] | None = None) -> Figures:
    """Judge a stored card by another rubric; `people` has the judgements that people decided."""
    decided_ = people or {}
    annotated = annotated_of(card)
    judgements: list[Judgement] = []
    for each in card["judgements"]:
        before = judgement_of(decided_.get(each["criterion"], each))
        if before.criterion in decided_ or before.verdict == "unscored":
            judgements.append(before)
            continue
        findings = [finding_of(before.criterion, found) for found in each["findings"]]
        judgements.append(judge(before.criterion, annotated, findings, rubric=rubric))
    critical = critical_failures(judgements, rubric)
    qualitative = qualitative_score(judgements, rubric, critical)
    quantitative = _quantitative(card, rubric)
    total = total_score(qualitative, quantitative, rubric)
    grade = (
        None
        if total is None
        else rubric.grade(total, language=card["language"], market=card["market"])
    )
    return Figures(qualitative, quantitative, total, grade)


def _quantitative(card: Card, rubric: Rubric) -> float | None:
    service, outcome = card["service"], card["outcome"]
    return quantitative_score(
        service and Service(**service),
        outcome and Outcome(**outcome | {"extra": {}}),
        rubric,
        target_s=rubric.quantitative.target_s(card["channel"], card["urgency"]),
    )
