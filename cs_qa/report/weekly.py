"""Figures of a week, or of all: scores by group, criteria, findings, with what people estimate.

Two kinds of score stand side by side, and are never mixed in one figure without saying so:

- The score in force counts every conversation: people's decisions where there are any, else the
  machine's. It is a full count, so it has no sampling error; it has the machine's errors.
- The estimate is made of reviews by people alone, those of the random part of the week's sample.
  It speaks for the whole week, with an interval (`cs_qa.estimate`).
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Literal, get_args

from cs_qa.estimate import Interval
from cs_qa.report.random_part import (
    Draw,
    estimated_mean,
    estimated_share,
    random_members,
    speaking,
)
from cs_qa.store import Store
from cs_qa.store.findings_in_force import FindingInForce, findings_in_force
from cs_qa.store.listing import finished_transcripts, week_of
from cs_qa.store.results import Result, current_all
from cs_qa.store.samples import StoredSample, list_samples, sample_items_of

Dimension = Literal["agent", "team", "language", "channel", "week"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which conversations to report on; None is any. A week is `2026-W47`, UTC."""

    agent: str | None = None
    team: str | None = None
    language: str | None = None
    channel: str | None = None
    week: str | None = None

    def holds(self, result: Result) -> bool:
        """Whether a conversation belongs to it."""
        wanted = [(name, getattr(self, name)) for name in DIMENSIONS]
        return all(value is None or value_of(result, name) == value for name, value in wanted)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a report is made of: results and findings in force, and the draws."""

    results: tuple[Result, ...]
    findings: tuple[FindingInForce, ...]
    draws: tuple[Draw, ...]

    def within(self, scope: Scope) -> Inspected:
        """Narrow results and findings; the draws stay, since estimates need them whole."""
        results = tuple(each for each in self.results if scope.holds(each))
        ids = {each.transcript_id for each in results}
        found = tuple(each for each in self.findings if each.transcript_id in ids)
        return Inspected(results, found, self.draws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The scores of a group of conversations; `name` None is a value that is not known.

    `mean` is the mean score in force (0-100) of the `scored` ones, None without one. `reviewed`
    counts those of which people decided something. `estimate` (0-100) and `critical_share` (0-1)
    are made of the `estimated_from` ones that the random part drew and people reviewed; None
    where these are too few to tell anything.
    """

    name: str | None
    conversations: int
    scored: int
    mean: float | None
    critical: int
    reviewed: int
    estimated_from: int
    estimate: Interval | None
    critical_share: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScores:
    """A criterion's judgements in force: how many have a score, its mean, and who decided."""

    criterion: str
    scored: int
    mean: float | None
    failed: int
    unscored: int
    by_people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCount:
    """How often a label was found, in how many conversations, and how often by people's word."""

    label: str
    criterion: str
    findings: int
    conversations: int
    by_people: int

    @property
    def by_machine(self) -> int:
        """Findings of judgements that nobody reviewed."""
        return self.findings - self.by_people


def read_inspected(store: Store) -> Inspected:
    """Read everything that reports are made of."""
    draws = tuple(_read_draw(store, sample) for sample in list_samples(store))
    return Inspected(tuple(current_all(store)), tuple(findings_in_force(store)), draws)


def _read_draw(store: Store, sample: StoredSample) -> Draw:
    random_part = tuple(
        asdict(item)
        for item in sample_items_of(store, sample.id)
        if item.random_probability is not None and "conversations" in item.stratum
    )
    finished = finished_transcripts(store, sample.id)
    return Draw(sample.week, sample.number, sample.population, random_part, finished)


def value_of(result: Result, dimension: Dimension) -> str | None:
    """Give a conversation's value of a dimension, None where it is not known."""
    if dimension == "week":
        return None if result.started_at is None else week_of(result.started_at)
    return {
        "agent": result.agent_id,
        "team": result.team,
        "language": result.language,
        "channel": result.channel,
    }[dimension]


def scores(inspected: Inspected, name: str | None = None) -> Scores:
    """Give the scores of all conversations together."""
    results = inspected.results
    totals = {each.transcript_id: each.total for each in results}
    known = [total for total in totals.values() if total is not None]
    critical = {each.transcript_id: float(bool(each.critical_failures)) for each in results}
    draws = speaking(inspected.draws)
    drawn = random_members(draws, totals, totals)
    return Scores(
        name=name,
        conversations=len(results),
        scored=len(known),
        mean=statistics.fmean(known) if known else None,
        critical=sum(bool(each.critical_failures) for each in results),
        reviewed=sum(each.is_reviewed for each in results),
        estimated_from=sum(each.is_observed for each in drawn),
        estimate=estimated_mean(drawn),
        critical_share=estimated_share(random_members(draws, totals, critical)),
    )


def scores_by(inspected: Inspected, dimension: Dimension) -> list[Scores]:
    """Give the scores of each group, the lowest first, weeks in order; what is not known last."""
    groups: dict[str | None, list[Result]] = defaultdict(list)
    for result in inspected.results:
        groups[value_of(result, dimension)].append(result)
    rows = [scores(replace(inspected, results=tuple(own)), name) for name, own in groups.items()]
    if dimension == "week":
        return sorted(rows, key=lambda row: (row.name is None, row.name))
    return sorted(
        rows,
        key=lambda row: (row.name is None, 101.0 if row.mean is None else row.mean, row.name),
    )


def by_criterion(results: Iterable[Result]) -> list[CriterionScores]:
    """Give the judgements in force by criterion, the lowest mean first."""
    judged = defaultdict(list)
    for result in results:
        for judgement in result.judgements:
            judged[judgement.criterion].append(judgement)
    rows = []
    for criterion, own in judged.items():
        values = [each.score for each in own if each.score is not None]
        verdicts = Counter(each.verdict for each in own)
        rows.append(
            CriterionScores(
                criterion=criterion,
                scored=len(values),
                mean=statistics.fmean(values) if values else None,
                failed=verdicts["fail"],
                unscored=verdicts["unscored"],
                by_people=sum(each.source != "machine" for each in own),
            )
        )
    return sorted(rows, key=lambda row: (101.0 if row.mean is None else row.mean, row.criterion))


def by_label(findings: Iterable[FindingInForce]) -> list[LabelCount]:
    """Count findings by label, the most frequent first."""
    found = defaultdict(list)
    for finding in findings:
        found[finding.criterion, finding.label].append(finding)
    rows = [
        LabelCount(
            label=label,
            criterion=criterion,
            findings=len(own),
            conversations=len({each.transcript_id for each in own}),
            by_people=sum(each.source != "machine" for each in own),
        )
        for (criterion, label), own in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.findings, row.label))
