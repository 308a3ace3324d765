"""What a person has filled in about a judgement, and the decision that it makes: no widgets here.

The content of a form is JSON, so that a draft keeps it as it is: `findings` maps the index of a
finding of the card to its new label or REMOVED, `added` lists [label, turn, start, end], `turns`
maps a turn to its empathy level or sentiment, and `verdict`, `score`, `reason` and `comment` are
as in a Decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cs_qa.judges import first_answers_to_negative
from cs_qa.store.cards import annotated_of
from cs_qa.store.decisions import (
    Action,
    AddedFinding,
    Decision,
    FindingRef,
    Reason,
    Relabelled,
    finding_id,
)
from cs_qa.types import SENTIMENTS, CriterionName

Card = Mapping[str, Any]
Content = dict[str, Any]

REMOVED = "removed"
EMPTY: Mapping[str, Any] = {
    "findings": {},
    "added": [],
    "turns": {},
    "verdict": None,
    "score": None,
    "reason": None,
    "comment": "",
}
"""What a form holds before anything is filled in."""


def judgement_of(card: Card, criterion: str) -> Card:
    """Give a card's judgement of one criterion."""
    return next(each for each in card["judgements"] if each["criterion"] == criterion)


def to_decision(
    card: Card, criterion: CriterionName, content: Mapping[str, Any], *, action: Action
) -> Decision:
    """Make the decision of what is filled in; DecisionError says what is missing in it.

    What was filled in as the card has it already is no change, and left out. An override without
    a reason takes the one that `suggested_reason` names.
    """
    changes = _changes(card, criterion, content)
    values = tuple(_changed_turns(card, criterion, content["turns"]))
    reason = content["reason"]
    if action == "override" and reason is None:
        reason = suggested_reason(card, criterion, content)
    return Decision(
        criterion=criterion,
        action=action,
        verdict=content["verdict"],
        score=content["score"],
        levels=values if criterion == "empathy" else (),
        sentiments=values if criterion == "sentiment" else (),
        reason_code=reason,
        comment=content["comment"],
        **changes,
    )


def suggested_reason(
    card: Card, criterion: CriterionName, content: Mapping[str, Any]
) -> Reason | None:
    """Name the reason that the changes themselves give, None where they give none."""
    changes = _changes(card, criterion, content)
    if changes["removed"] or changes["added"] or changes["relabelled"]:
        return _reason_of_findings(card, criterion, changes)
    steps: list[float] = [
        _rank(criterion, value) - _rank(criterion, machine_value(card, criterion, turn))
        for turn, value in _changed_turns(card, criterion, content["turns"])
    ]
    steps = steps or _steps_by_hand(judgement_of(card, criterion), content)
    if not steps or any(step == 0 or (step > 0) != (steps[0] > 0) for step in steps):
        return None
    return "level_too_low" if steps[0] > 0 else "level_too_high"


def marked_turns(card: Card, criterion: CriterionName) -> list[int]:
    """List the turns that a criterion is judged by, as far as the card tells.

    Empathy: the answers to an upset customer; sentiment: the customer's first and last turn.
    """
    if criterion == "empathy":
        return first_answers_to_negative(annotated_of(card))
    possible = possible_turns(card, criterion)
    return sorted({possible[0], possible[-1]}) if possible else []


def possible_turns(card: Card, criterion: CriterionName) -> list[int]:
    """List the turns that can have an empathy level or a sentiment; none for other criteria."""
    if criterion == "sentiment":
        return [turn["turn"] for turn in card["turns"] if turn["role"] == "customer"]
    return list(_first_answers(card)) if criterion == "empathy" else []


def machine_value(card: Card, criterion: CriterionName, turn: int) -> Any:
    """Give the empathy level or the sentiment that the card states of a turn, None without."""
    said = card["turns"][turn]
    if criterion == "empathy":
        return said["empathy"] and said["empathy"]["level"]
    return said["sentiment"] and said["sentiment"]["label"]


def find_words(card: Card, words: str) -> list[AddedFinding]:
    """Find words in the agent's turns, without a label: each turn once, in order.

    As they are written first; where that finds nothing, in whatever case.
    """
    words = words.strip()
    if not words:
        return []
    said = [(turn["turn"], turn["text"]) for turn in card["turns"] if turn["role"] == "agent"]
    found = [(turn, text.find(words)) for turn, text in said]
    if all(start < 0 for _, start in found):
        # Only where no letter changes its length: offsets count the text as it is stored.
        lowered = [(turn, text.lower()) for turn, text in said if len(text.lower()) == len(text)]
        found = [(turn, text.find(words.lower())) for turn, text in lowered]
    return [AddedFinding("", turn, at, at + len(words)) for turn, at in found if at >= 0]


def _first_answers(card: Card) -> Iterator[int]:
    is_asked = False
    for turn in card["turns"]:
        if turn["role"] == "customer":
            is_asked = True
        elif turn["role"] == "agent":
            if is_asked:
                yield turn["turn"]
            is_asked = False


def _changes(card: Card, criterion: str, content: Mapping[str, Any]) -> dict[str, Any]:
    removed, relabelled = [], []
    for index, finding in enumerate(judgement_of(card, criterion)["findings"]):
        choice = content["findings"].get(str(index), finding["label"])
        ref = FindingRef(index, finding_id(finding))
        if choice == REMOVED:
            removed.append(ref)
        elif choice != finding["label"]:
            relabelled.append(Relabelled(ref, choice))
    added = tuple(AddedFinding(*each) for each in content["added"])
    return {"removed": tuple(removed), "added": added, "relabelled": tuple(relabelled)}


def _changed_turns(
    card: Card, criterion: CriterionName, turns: Mapping[str, Any]
) -> Iterator[tuple[int, Any]]:
    counted = marked_turns(card, criterion) if turns else []
    for name, value in turns.items():
        turn = int(name)
        is_same = turn in counted and machine_value(card, criterion, turn) == value
        if value is not None and not is_same:
            yield turn, value


def _reason_of_findings(card: Card, criterion: str, changes: Mapping[str, Any]) -> Reason | None:
    removed, added, relabelled = changes["removed"], changes["added"], changes["relabelled"]
    kinds = sum(map(bool, (removed, added, relabelled)))
    if kinds > 1:
        findings = judgement_of(card, criterion)["findings"]
        was = {(findings[ref.index]["turn"], findings[ref.index]["label"]) for ref in removed}
        is_moved = was == {(each.turn, each.label) for each in added} and not relabelled
        return "wrong_span" if is_moved else None
    if relabelled:
        return "wrong_label"
    return "not_a_violation" if removed else "missed_violation"


def _rank(criterion: CriterionName, value: Any) -> int:
    """How favourable a level or sentiment is; a turn that has none counts as the worst."""
    if value is None:
        return -1
    return SENTIMENTS.index(value) if criterion == "sentiment" else int(value)


def _steps_by_hand(judgement: Card, content: Mapping[str, Any]) -> list[float]:
    score, verdict = content["score"], content["verdict"]
    if score is not None and judgement["score"] is not None:
        return [score - judgement["score"]]
    rank = {"fail": 0.0, "pass": 1.0}
    if verdict in rank and judgement["verdict"] in rank:
        return [rank[verdict] - rank[judgement["verdict"]]]
    return []
