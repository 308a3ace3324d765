"""What a reviewer sees of a card: with the decisions so far, and what one more would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cs_qa.rubric import Rubric
from cs_qa.store.decisions import Decision, finding_id
from cs_qa.store.rescoring import judgement_after, with_judgements
from cs_qa.store.review_rows import StoredReview
from cs_qa.store.viewing import ItemView

Card = Mapping[str, Any]

_FIGURES = ("qualitative", "quantitative", "total", "grade", "critical_failures")


@dataclass(frozen=True, slots=True)
class Change:
    """The figures before and after a decision; the card's in the form of its JSON."""

    before: Card
    after: Card


def decided(view: ItemView) -> dict[str, StoredReview]:
    """Give the own decisions that stand, by criterion."""
    return {row.criterion: row for row in view.reviews}


def reviewed_card(view: ItemView) -> dict[str, Any]:
    """Give the card as the own decisions make it, as far as the person may see it."""
    own = {name: row.judgement for name, row in decided(view).items() if row.judgement}
    judgements = [own.get(each["criterion"], each) for each in view.card["judgements"]]
    card = {**view.card, "judgements": judgements, "turns": _turns(view)}
    if view.after is not None:
        card |= {name: getattr(view.after, name) for name in _FIGURES}
    return card


def compared_card(view: ItemView) -> dict[str, Any]:
    """Give the card with the evidence of a finished review and the machine's side by side."""
    own = {row.criterion: row.judgement["findings"] for row in view.reviews if row.judgement}
    judgements = []
    for each in view.card["judgements"]:
        known = [finding_id(finding) for finding in each["findings"]]
        new = [f for f in own.get(each["criterion"], []) if finding_id(f) not in known]
        judgements.append({**each, "findings": [*each["findings"], *new]})
    return {**view.card, "judgements": judgements, "turns": _turns(view)}


def _turns(view: ItemView) -> list[Any]:
    """Give the turns with the levels and labels of the own decisions, which `by_you` names."""
    turns = list(view.card["turns"])
    for decision in filter(None, (row.decision for row in view.reviews)):
        for turn, level in decision.levels:
            turns[turn] = {**turns[turn], "empathy": {"level": level}, "by_you": "empathy"}
        for turn, label in decision.sentiments:
            turns[turn] = {**turns[turn], "sentiment": {"label": label}, "by_you": "sentiment"}
    return turns


def change_by(view: ItemView, decision: Decision, rubric: Rubric) -> Change:
    """Work out what a decision would change: its judgement, and the figures where they are seen.

    Raises DecisionError where it does not hold on the card.
    """
    card = reviewed_card(view)
    judgement = judgement_after(view.card, decision, rubric)
    own = {name: row.judgement for name, row in decided(view).items() if row.judgement}
    own[decision.criterion] = judgement
    if view.is_hidden:
        judgements = [own.get(each["criterion"], each) for each in view.card["judgements"]]
        return Change(card, {**card, "judgements": judgements})
    after = with_judgements(view.card, own, rubric)
    figures = {name: getattr(after, name) for name in _FIGURES}
    return Change(card, {**card, **figures, "judgements": list(after.judgements)})


def first_evidence(card: Card, criterion: str | None) -> int | None:
    """Name the turn of a judgement's first finding; None where it has none."""
    turns = [
        finding["turn"]
        for each in card["judgements"]
        if each["criterion"] == criterion
        for finding in each["findings"]
    ]
    return min(turns, default=None)


def last_decided(reviews: Sequence[StoredReview]) -> str | None:
    """Name the criterion that was decided last; None where nothing is."""
    return max(reviews, key=lambda row: row.id).criterion if reviews else None
