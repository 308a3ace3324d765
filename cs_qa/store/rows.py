"""A scorecard, in its JSON form, as the rows that keep it."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cs_qa.store.schema import storable

Card = Mapping[str, Any]
Row = dict[str, Any]

_ABOUT = ("channel", "market", "customer_id", "agent_id", "team", "urgency", "timezone")
_TURN = ("role", "text", "at", "agent_id")
_HEADS = ("sentiment", "empathy", "politeness", "banned")
_FIGURES = (
    "language",
    "qualitative",
    "quantitative",
    "total",
    "grade",
    "critical_failures",
    "service",
    "provenance",
)
_JUDGEMENT = ("criterion", "score", "verdict", "confidence", "reason")
_FINDING = ("label", "turn", "start", "end", "text", "confidence", "detector", "explanation")


def plain(value: object) -> Any:
    """Turn any value into one that JSON has; what JSON has no number for becomes None.

    >>> plain({"a": (1, float("nan")), "b": datetime(2026, 11, 16)})
    {'a': [1, None], 'b': '2026-11-16T00:00:00'}
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {storable(str(key)): plain(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else storable(str(value))


def canonical(value: object) -> str:
    """Write JSON in the one form that equal values share."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def fold(text: str) -> str:
    """Fold what a search should not tell apart: case, width, composed and decomposed letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def transcript_row(card: Card) -> Row:
    """The row of a card's transcript, without its turns."""
    times = [turn["at"] for turn in card["turns"] if turn["at"] is not None]
    words = [card["transcript_id"], card["agent_id"] or "", *(t["text"] for t in card["turns"])]
    return {
        "id": card["transcript_id"],
        "content_hash": digest(canonical(_content(card))),
        **{name: card[name] for name in _ABOUT},
        "started_at": datetime.fromisoformat(times[0]) if times else None,
        "outcome": card["outcome"],
        "turn_count": len(card["turns"]),
        "search_text": fold("\n".join(words)),
    }


def _content(card: Card) -> Row:
    """What a source says of a transcript, and no inspection adds to."""
    turns = [{name: turn[name] for name in _TURN} for turn in card["turns"]]
    return {name: card[name] for name in _ABOUT} | {"outcome": card["outcome"], "turns": turns}


def turn_rows(card: Card) -> list[Row]:
    """One row a turn, in order."""
    return [
        {
            "transcript_id": card["transcript_id"],
            "index": turn["turn"],
            "role": turn["role"],
            "text": turn["text"],
            "at": None if turn["at"] is None else datetime.fromisoformat(turn["at"]),
            "agent_id": turn["agent_id"],
        }
        for turn in card["turns"]
    ]


def scorecard_row(card: Card, *, at: datetime) -> Row:
    """The row of a scorecard inspected `at` that time."""
    text = canonical(card)
    return {
        "transcript_id": card["transcript_id"],
        "inspected_at": at,
        "provenance_hash": digest(canonical(card["provenance"])),
        "is_critical": bool(card["critical_failures"]),
        "is_unscored": any(j["verdict"] == "unscored" for j in card["judgements"]),
        **{name: card[name] for name in _FIGURES},
        "card": text,
        "card_hash": digest(text),
    }


def judgement_rows(card: Card, scorecard_id: int) -> list[Row]:
    """One row a criterion; `position` keeps the rubric's order."""
    return [
        {"scorecard_id": scorecard_id, "position": position}
        | {name: judgement[name] for name in _JUDGEMENT}
        for position, judgement in enumerate(card["judgements"])
    ]


def annotation_rows(card: Card, scorecard_id: int) -> list[Row]:
    """One row a turn: what the models of this inspection say of it."""
    return [
        {
            "scorecard_id": scorecard_id,
            "turn": turn["turn"],
            "language": turn["language"],
            "annotations": {name: turn[name] for name in _HEADS},
        }
        for turn in card["turns"]
    ]


def finding_rows(card: Card, scorecard_id: int) -> list[Row]:
    """One row a finding, in the order of the judgements."""
    return [
        {"scorecard_id": scorecard_id, "criterion": judgement["criterion"]}
        | {name: finding[name] for name in _FINDING}
        | {"detail": finding.get("detail")}
        for judgement in card["judgements"]
        for finding in judgement["findings"]
    ]
