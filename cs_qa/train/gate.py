"""Whose labels may teach: what two people labelled independently tells who is reliable.

Sources are the conversations that are reviewed twice, with what leads decided where the two
differed, and calibrations. Criterion by criterion, a reviewer who is surely more often wrong than
the others is refused, the worst one first; the rest is then judged without that one's labels. A
reviewer with whom too few agree is refused as well: of two who never meet a third, both, since
nothing tells whose labels are right. Where too little is known, the configuration decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from cs_qa.store import Store
from cs_qa.store.transactions import moment, reading
from cs_qa.train.decided import (
    DecidedJudgement,
    calibrated_judgements,
    decided_judgements,
    judged_cards,
)
from cs_qa.train.raters import RatedTurn, Share, agreement_of, error_rates
from cs_qa.train.turn_labels import TAUGHT, Label, labels_by_turn

State = Literal["accepted", "refused", "unknown"]

Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class MinAgreement(BaseModel):
    """Share (0-1) of a reviewer's labels with which others have to agree, by criterion.

    Most turns hold no banned phrase, so most labels of that criterion agree by chance already.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    banned_phrases: Rate = 0.85
    empathy: Rate = 0.6
    sentiment: Rate = 0.7


class GateConfig(BaseModel):
    """When a reviewer's labels may be used.

    Refused is who is surely wrong in `tolerance` more of the labels than the others; sure is what
    holds with confidence `level` for all reviewers of a criterion together. Fewer than
    `min_conversations` tell nothing. `unknown` says what becomes of labels of which that, or the
    least agreement, is not known: they are used, or left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_agreement: MinAgreement = MinAgreement()
    tolerance: Rate = 0.01
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    min_conversations: Annotated[int, Field(ge=2)] = 10
    unknown: Literal["use", "leave"] = "use"
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One reviewer on one criterion.

    `agreement` is the share of labels with which others, or the lead where one decided, agree.
    `wrong` is the estimated share (0-1) of wrong labels, `others_wrong` that of the others,
    `surely_more` the lower limit of their difference; None where too little is known. `why` says
    it in a sentence.
    """

    criterion: str
    reviewer: str
    state: State
    agreement: Share | None = None
    wrong: float | None = None
    others_wrong: float | None = None
    surely_more: float | None = None
    why: str


@dataclass(frozen=True, slots=True)
class GateReport:
    """Every reviewer on every criterion, and what becomes of those who are not known."""

    table: tuple[GateRow, ...]
    unknown: Literal["use", "leave"] = "use"

    def accepts(self, criterion: str, reviewer: str) -> bool:
        """Whether a reviewer's labels of a criterion may be used."""
        for row in self.table:
            if (row.criterion, row.reviewer) == (criterion, reviewer) and row.state != "unknown":
                return row.state == "accepted"
        return self.unknown == "use"

    @property
    def refused(self) -> dict[str, str]:
        """The reviewers who are refused on some criterion, and why."""
        why: dict[str, list[str]] = defaultdict(list)
        for row in self.table:
            if row.state == "refused":
                why[row.reviewer].append(f"{row.criterion}: {row.why}")
        return {reviewer: " ".join(own) for reviewer, own in sorted(why.items())}


def gate(
    store: Store, config: GateConfig | None = None, *, until: datetime | None = None
) -> GateReport:
    """Judge every reviewer by what is stored and came into force before `until`.

    Raises InputError where the rubric of a card is not stored, ValueError for a time without a
    time zone.
    """
    end = None if until is None else moment(until)
    with reading(store) as connection:
        decided = decided_judgements(connection, end)
        turns = list(_rated_turns(connection, decided, end))
    reviewers = {
        (each.decision.criterion, each.by)
        for each in decided
        if each.source == "review" and each.decision.criterion in TAUGHT
    }
    return gate_of(turns, config or GateConfig(), reviewers=reviewers)


def gate_of(
    turns: Iterable[RatedTurn], config: GateConfig, *, reviewers: Collection[tuple[str, str]] = ()
) -> GateReport:
    """Judge the raters of turns, and `reviewers` (criterion and login) even without any turn."""
    by_criterion: dict[str, list[RatedTurn]] = defaultdict(list)
    for turn in turns:
        by_criterion[turn.criterion].append(turn)
    table: list[GateRow] = []
    for criterion in TAUGHT:
        own = by_criterion[criterion]
        rows = _judge(criterion, own, config) if own else []
        missing = {name for of, name in reviewers if of == criterion} - {r.reviewer for r in rows}
        rows += [_alone(criterion, reviewer) for reviewer in missing]
        table += sorted(rows, key=lambda row: row.reviewer)
    return GateReport(tuple(table), config.unknown)


def _judge(criterion: str, turns: Sequence[RatedTurn], config: GateConfig) -> list[GateRow]:
    """Refuse the one who is surely worst until nobody is, then judge the rest by agreement."""
    names = sorted({name for turn in turns for name in turn.labels})
    refused: list[GateRow] = []
    while True:
        left = [turn.of(names) for turn in turns]
        rows = _compared(criterion, left, names, config)
        worst = max(rows, key=_surely_more, default=None)
        if worst is None or _surely_more(worst) <= config.tolerance:
            return refused + [_by_agreement(row, config) for row in rows]
        refused.append(_refused(worst))
        names.remove(worst.reviewer)


def _surely_more(row: GateRow) -> float:
    return -1.0 if row.surely_more is None else row.surely_more


def _compared(
    criterion: str, turns: Sequence[RatedTurn], names: Sequence[str], config: GateConfig
) -> list[GateRow]:
    """Compare raters with one another; whether one is accepted is still to be said."""
    shares = {name: agreement_of(turns, name, level=config.level) for name in names}
    told = {name: share for name, share in shares.items() if share is not None}
    figures = _error_figures(turns, told, config) if len(told) > 1 else {}
    return [
        GateRow(
            criterion=criterion,
            reviewer=name,
            state="unknown",
            agreement=shares[name],
            why="",
            **figures.get(name, {}),
        )
        for name in names
    ]


def _error_figures(
    turns: Sequence[RatedTurn], told: Mapping[str, Share], config: GateConfig
) -> dict[str, dict[str, float]]:
    """How often each rater is wrong beside the others, of those with enough conversations."""
    names = list(told)
    rates, resampled = error_rates(turns, names, seed=config.seed)
    labels = np.array([float(share.labels) for share in told.values()])
    tail = (1 - config.level) / len(names)
    figures = {}
    for place, (name, share) in enumerate(told.items()):
        weights = np.where(np.arange(len(names)) == place, 0.0, labels)
        weights /= weights.sum()
        more = resampled[:, place] - resampled @ weights
        if share.conversations >= config.min_conversations:
            figures[name] = {
                "wrong": float(rates[place]),
                "others_wrong": float(rates @ weights),
                "surely_more": float(np.quantile(more, tail)),
            }
    return figures


def _refused(row: GateRow) -> GateRow:
    labels = row.agreement.labels if row.agreement else 0
    why = (
        f"about {_percent(row.wrong)} of {labels} labels that others gave too are wrong, of the "
        f"others' {_percent(row.others_wrong)}; at least {_percent(row.surely_more)} more."
    )
    return replace(row, state="refused", why=why)


def _by_agreement(row: GateRow, config: GateConfig) -> GateRow:
    """Say what the agreement alone makes of a reviewer whom nobody proved to be worse."""
    share = row.agreement
    if share is None:
        return _alone(row.criterion, row.reviewer)
    asked = getattr(config.min_agreement, row.criterion)
    told = f"others agree with {_percent(share.estimate)} of {share.labels} labels"
    if share.conversations < config.min_conversations:
        why = (
            f"{told}, in {share.conversations} conversations; "
            f"{config.min_conversations} are needed to tell."
        )
        return replace(row, why=why)
    if share.high < asked:
        why = f"{told}, {_percent(share.high)} at most; {_percent(asked)} are asked for."
        return replace(row, state="refused", why=why)
    if share.low < asked:
        why = f"{told}, perhaps {_percent(share.low)} only; {_percent(asked)} are asked for."
        return replace(row, why=why)
    return replace(row, state="accepted", why=f"{told}, {_percent(share.low)} at least.")


def _alone(criterion: str, reviewer: str) -> GateRow:
    why = "no label that another accepted reviewer gave too."
    return GateRow(criterion=criterion, reviewer=reviewer, state="unknown", why=why)


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.0f} %"


_Group = tuple[bool, int | None, str]
"""Whether it is a calibration, the item, and the criterion."""


def _rated_turns(
    connection: Connection, decided: Iterable[DecidedJudgement], end: datetime | None
) -> Iterator[RatedTurn]:
    """Read the turns of judgements that two people made, with what leads decided on them."""
    groups: dict[_Group, list[DecidedJudgement]] = defaultdict(list)
    for each in (*decided, *calibrated_judgements(connection, end)):
        if each.decision.criterion in TAUGHT and each.source != "appeal":
            group = (each.source == "calibration", each.item_id, each.decision.criterion)
            groups[group].append(each)
    twice = [own for own in groups.values() if len({e.by for e in own if not _settles(e)}) > 1]
    labels = {
        id(each): labels_by_turn(card, each.decision, each.judgement, rubric)
        for card, rubric, each in judged_cards(connection, [e for own in twice for e in own])
    }
    for own in twice:
        given = {each.by: labels[id(each)] for each in own if not _settles(each)}
        settled = next((labels[id(each)] for each in reversed(own) if _settles(each)), {})
        yield from _turns(own[0], given, settled)


def _settles(each: DecidedJudgement) -> bool:
    return each.source == "adjudication"


def _turns(
    about: DecidedJudgement, given: Mapping[str, dict[int, Label]], settled: Mapping[int, Label]
) -> Iterator[RatedTurn]:
    for turn in sorted({turn for labels in given.values() for turn in labels}):
        own = {name: labels[turn] for name, labels in given.items() if turn in labels}
        yield RatedTurn(about.transcript_id, about.decision.criterion, turn, own, settled.get(turn))
