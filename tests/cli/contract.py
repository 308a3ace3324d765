"""The scorecard's contract (DESIGN "Scorecard"), as a check of one card as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cs_qa.types import BANNED_LABELS, CRITERIA, ROLES, SENTIMENTS

Card = dict[str, Any]
Check = Callable[[Any], bool]

VERDICTS = ("pass", "fail", "not_applicable", "unscored")
GRADES = ("excellent", "pass", "needs_improvement", None)


def between(low: float, high: float) -> Check:
    return lambda value: isinstance(value, int | float) and low <= value <= high


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def one_of(*values: object) -> Check:
    return lambda value: value in values


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def is_sentiment(value: Any) -> bool:
    shares = [value[name] for name in SENTIMENTS]
    likeliest = value[value["label"]] == max(shares)
    return value["label"] in SENTIMENTS and likeliest and abs(sum(shares) - 1) < 0.001


def is_empathy(value: Any) -> bool:
    shares = value["probabilities"]
    return len(shares) == 3 and shares[value["level"]] == max(shares)


def is_banned(value: Any) -> bool:
    return tuple(value) == BANNED_LABELS and all(map(between(0, 1), value.values()))


SCORE = or_null(between(0, 100))
CARD: dict[str, Check] = {
    "transcript_id": is_text,
    "agent_id": or_null(is_text),
    "language": or_null(is_text),
    "qualitative": SCORE,
    "quantitative": SCORE,
    "total": SCORE,
    "grade": one_of(*GRADES),
    "critical_failures": lambda value: all(map(is_text, value)),
}
JUDGEMENT: dict[str, Check] = {
    "criterion": one_of(*CRITERIA),
    "score": SCORE,
    "verdict": one_of(*VERDICTS),
    "confidence": or_null(between(0, 1)),
    "reason": is_text,
}
FINDING: dict[str, Check] = {
    "label": is_text,
    "turn": is_count,
    "start": is_count,
    "end": is_count,
    "text": is_text,
    "confidence": between(0, 1),
    "detector": lambda value: "@" in value,
    "explanation": is_text,
}
TURN: dict[str, Check] = {
    "turn": is_count,
    "role": one_of(*ROLES),
    "text": is_text,
    "language": or_null(is_text),
    "sentiment": or_null(is_sentiment),
    "empathy": or_null(is_empathy),
    "politeness": or_null(between(0, 1)),
    "banned": or_null(is_banned),
}
SERVICE: dict[str, Check] = {
    "first_response_s": or_null(between(0, 1e12)),
    "avg_response_s": or_null(between(0, 1e12)),
    "replies_within_30s": or_null(is_count),
    "customer_messages_answered": or_null(is_count),
}
PROVENANCE: dict[str, Check] = {
    "cs_qa": is_text,
    "rubric": lambda value: "@" in value,
    "policy": or_null(is_text),
    "models": lambda value: set(value) >= {"encoder", "heads"},
}


def faults(card: Card) -> list[str]:
    """Say where a card departs from the contract."""
    return [
        *_faults(card, CARD, "card"),
        *(f for j in card["judgements"] for f in _judgement_faults(j, card["turns"])),
        *(f for turn in card["turns"] for f in _faults(turn, TURN, f"turn {turn['turn']}")),
        *(_faults(card["service"], SERVICE, "service") if card["service"] else ()),
        *_faults(card["provenance"], PROVENANCE, "provenance"),
        *_score_faults(card),
    ]


def _faults(noun: Card, checks: dict[str, Check], name: str) -> Iterator[str]:
    for key, holds in checks.items():
        if key not in noun:
            yield f"{name} has no {key}"
        elif not holds(noun[key]):
            yield f"{name}.{key} is {noun[key]!r}"


def _judgement_faults(judgement: Card, turns: list[Card]) -> Iterator[str]:
    name = judgement["criterion"]
    yield from _faults(judgement, JUDGEMENT, name)
    if (judgement["score"] is None) == (judgement["verdict"] in ("pass", "fail")):
        yield f"{name}: verdict {judgement['verdict']} with score {judgement['score']}"
    for finding in judgement["findings"]:
        yield from _faults(finding, FINDING, f"{name} finding")
        text = turns[finding["turn"]]["text"]
        if text[finding["start"] : finding["end"]] != finding["text"]:
            yield f"{name} finding quotes {finding['text']!r}, not the turn"


def _score_faults(card: Card) -> Iterator[str]:
    halves = (card["qualitative"], card["quantitative"])
    if (None in halves) != (card["total"] is None):
        yield f"total {card['total']} of {halves}"
    if [turn["turn"] for turn in card["turns"]] != list(range(len(card["turns"]))):
        yield "turns are not numbered in order"
    for index, turn in enumerate(card["turns"]):
        answers = any(before["role"] == "customer" for before in card["turns"][:index])
        if turn["role"] != "agent" and (turn["banned"] or turn["empathy"]):
            yield f"turn {index} of a {turn['role']} has an agent's figures"
        if turn["role"] == "agent" and turn["empathy"] and not answers:
            yield f"turn {index} has empathy before any customer turn"


def cards_of(path: Path) -> list[Card]:
    """The cards of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
