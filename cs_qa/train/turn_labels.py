"""What a decision on a conversation says of its single turns: the labels that heads learn.

A person decides on a judgement and sees what it is made of, so what they leave as it is they
accept, unless they did not see it. From this follows, by criterion:

- `banned_phrases`: every agent turn has the labels of its findings that count after the decision,
  and a turn without a finding is clean. A finding under the rubric's least confidence that was
  left there is neither accepted nor rejected: its turn has no label to learn, unless another
  finding gives the same one.
- `empathy` and `sentiment`: a turn that the decision names has the value it gives. Of the turns
  that the machine's judgement rests on (first answers to an upset customer; the customer's first
  and last turn) the others keep the machine's value, which was shown and left.

A verdict or score that was set by hand, and that the evidence does not give, says that the
evidence is wrong but not where: what it does not name then has no label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cs_qa.judges import first_answers_to_negative
from cs_qa.rubric import Rubric
from cs_qa.score import judge
from cs_qa.store.cards import Json, annotated_of, finding_of
from cs_qa.store.decisions import Decision
from cs_qa.store.rows import Card
from cs_qa.types import BANNED_LABELS, BannedLabel, CriterionName, SentimentLabel

Label: TypeAlias = frozenset[BannedLabel] | int | SentimentLabel
"""Banned labels of an agent turn, its empathy level 0-2, or the sentiment of a customer turn."""

Span: TypeAlias = tuple[BannedLabel, int, int]
"""A label and the words that carry it, [start, end) code points of the turn."""

TAUGHT: tuple[CriterionName, ...] = ("banned_phrases", "empathy", "sentiment")
"""Criteria whose decisions say something of single turns."""


def labels_by_turn(
    card: Card, decision: Decision, judgement: Json, rubric: Rubric
) -> dict[int, Label]:
    """Give the labels that a decision gives single turns of a card, by turn.

    `judgement` is what the decision made of the card's, `rubric` the one that judged. Empty where
    the criterion is none of `TAUGHT`, does not apply, or could not be judged.
    """
    if decision.criterion not in TAUGHT or judgement["verdict"] in ("not_applicable", "unscored"):
        return {}
    if decision.criterion == "banned_phrases":
        return _banned(card, judgement, rubric)
    named = dict(decision.levels or decision.sentiments)
    was_shown = decision.action != "judge" and not decision.is_by_hand
    return {**(_rested_on(card, decision.criterion) if was_shown else {}), **named}


def banned_spans(judgement: Json, rubric: Rubric) -> dict[int, tuple[Span, ...]]:
    """Give the findings of banned phrases that count in a judgement, by turn, in order."""
    spans: dict[int, tuple[Span, ...]] = {}
    for finding, counts in _findings(judgement, rubric):
        if counts:
            own = (finding["label"], finding["start"], finding["end"])
            spans[finding["turn"]] = (*spans.get(finding["turn"], ()), own)
    return spans


def is_said(turn: Mapping[str, str]) -> bool:
    """Whether a card's turn is something said, which models judge or judge with."""
    return turn["role"] != "system" and bool(turn["text"].strip())


def _banned(card: Card, judgement: Json, rubric: Rubric) -> dict[int, Label]:
    findings = [finding_of("banned_phrases", each) for each in judgement["findings"]]
    by_rules = judge("banned_phrases", annotated_of(card), findings, rubric=rubric)
    if by_rules.verdict != judgement["verdict"]:
        return {}
    counted: dict[int, set[BannedLabel]] = {}
    doubted: dict[int, set[BannedLabel]] = {}
    for finding, counts in _findings(judgement, rubric):
        (counted if counts else doubted).setdefault(finding["turn"], set()).add(finding["label"])
    return {
        index: frozenset(counted.get(index, ()))
        for index, turn in enumerate(card["turns"])
        if turn["role"] == "agent"
        and is_said(turn)
        and doubted.get(index, set()) <= counted.get(index, set())
    }


def _findings(judgement: Json, rubric: Rubric) -> Iterator[tuple[Json, bool]]:
    """The findings with a label that the heads know, and whether each counts."""
    for finding in judgement["findings"]:
        if finding["label"] in BANNED_LABELS:
            least = rubric.min_confidence_for("banned_phrases", finding["label"])
            yield finding, finding["confidence"] >= least


def _rested_on(card: Card, criterion: CriterionName) -> dict[int, Label]:
    """The machine's values of the turns that its judgement of a criterion rests on."""
    annotated = annotated_of(card)
    if criterion == "empathy":
        answers = first_answers_to_negative(annotated)
        return {i: said.level for i in answers if (said := annotated.turns[i].empathy)}
    told = [(i, turn.sentiment.label) for i, turn in enumerate(annotated.turns) if turn.sentiment]
    return dict((*told[:1], *told[-1:]))
