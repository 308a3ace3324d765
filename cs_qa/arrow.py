"""Between transcripts and scorecards, Arrow record batches, and plain dictionaries.

The dictionaries are the JSON contract: `transcript_from_row` takes a row of `TRANSCRIPT_SCHEMA`,
`scorecard_to_json` gives the object that is written as one JSON line, stored, and packed into
`SCORECARD_SCHEMA`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa

from cs_qa.schemas import ABOUT, OUTCOME, SCORECARD_SCHEMA, TRANSCRIPT_SCHEMA
from cs_qa.types import (
    Finding,
    Judgement,
    Outcome,
    PolicyDetail,
    Scorecard,
    Transcript,
    Turn,
    TurnAnnotation,
)

__all__ = [
    "SCORECARD_SCHEMA",
    "TRANSCRIPT_SCHEMA",
    "rows_of",
    "scorecard_batch",
    "scorecard_to_json",
    "transcript_batch",
    "transcript_from_row",
]

_SURROGATE = re.compile("[\ud800-\udfff]")


def transcript_batch(transcripts: Sequence[Transcript]) -> pa.RecordBatch:
    """Pack transcripts into one record batch of `TRANSCRIPT_SCHEMA`, one row each, in order.

    Arrow text is UTF-8, so a lone surrogate becomes U+FFFD.
    """
    return _packed([_transcript_row(transcript) for transcript in transcripts], TRANSCRIPT_SCHEMA)


def transcript_from_row(row: Mapping[str, Any]) -> Transcript:
    """Make a transcript of one row of `TRANSCRIPT_SCHEMA`, given as a dictionary.

    A time that is not ISO 8601 is None and stays as it came in the turn's `extra`.
    """
    outcome = row.get("outcome")
    return Transcript(
        id=row["id"],
        turns=tuple(_turn_from_row(turn) for turn in row["turns"] or ()),
        outcome=None if outcome is None else Outcome(**{**outcome, "extra": _loads(outcome)}),
        extra=_loads(row),
        **{name: row.get(name) for name in ABOUT},
    )


def scorecard_to_json(card: Scorecard) -> dict[str, Any]:
    """Give a scorecard as the JSON object of the contract (see docs/reference/formats.md)."""
    transcript = card.annotated.transcript
    outcome = transcript.outcome
    return {
        "transcript_id": transcript.id,
        **{name: getattr(transcript, name) for name in ABOUT},
        "language": card.annotated.language,
        "outcome": None if outcome is None else _outcome_row(outcome) | {"extra": None},
        "qualitative": card.qualitative,
        "quantitative": card.quantitative,
        "total": card.total,
        "grade": card.grade,
        "critical_failures": list(card.critical_failures),
        "judgements": [_judgement_json(judgement) for judgement in card.judgements],
        "turns": [
            _card_turn(index, turn, annotation)
            for index, (turn, annotation) in enumerate(
                zip(transcript.turns, card.annotated.turns, strict=True)
            )
        ],
        "service": None if card.service is None else asdict(card.service),
        "provenance": {
            "cs_qa": card.provenance.cs_qa,
            "rubric": card.provenance.rubric,
            "policy": card.provenance.policy,
            "models": dict(card.provenance.models),
            "detectors": list(card.provenance.detectors),
            "redacted": card.provenance.redacted,
        },
    }


def scorecard_batch(cards: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
    """Pack scorecards, as JSON objects, into one record batch of `SCORECARD_SCHEMA`."""
    return _packed([dict(card) for card in cards], SCORECARD_SCHEMA)


def rows_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Give the rows of a scorecard batch back as the JSON objects they were packed from."""
    return [_with_maps(row) for row in batch.to_pylist()]


def _transcript_row(transcript: Transcript) -> dict[str, Any]:
    return {
        "id": transcript.id,
        **{name: getattr(transcript, name) for name in ABOUT},
        "turns": [
            {
                "role": turn.role,
                "text": turn.text,
                "at": _iso(turn.at),
                "agent_id": turn.agent_id,
                "extra": _dumps(turn.extra),
            }
            for turn in transcript.turns
        ],
        "outcome": None if transcript.outcome is None else _outcome_row(transcript.outcome),
        "extra": _dumps(transcript.extra),
    }


def _turn_from_row(row: Mapping[str, Any]) -> Turn:
    given, extra = row.get("at"), _loads(row)
    try:
        at = None if given is None else datetime.fromisoformat(given)
    except ValueError:
        at, extra = None, {**extra, "at": given}
    return Turn(row["role"], row["text"], at, row.get("agent_id"), extra)


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    return {
        name: _dumps(outcome.extra) if name == "extra" else getattr(outcome, name)
        for name in OUTCOME.names
    }


def _judgement_json(judgement: Judgement) -> dict[str, Any]:
    return {
        "criterion": judgement.criterion,
        "score": judgement.score,
        "verdict": judgement.verdict,
        "confidence": judgement.confidence,
        "reason": judgement.reason,
        "findings": [_finding_json(finding) for finding in judgement.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "label": finding.label,
        "turn": finding.span.turn,
        "start": finding.span.start,
        "end": finding.span.end,
        "text": finding.text,
        "confidence": finding.confidence,
        "detector": finding.detector,
        "explanation": finding.explanation,
        "policy_id": finding.detail.policy_id if isinstance(finding.detail, PolicyDetail) else None,
        "detail": None if finding.detail is None else _without_none(asdict(finding.detail)),
    }


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _card_turn(index: int, turn: Turn, annotation: TurnAnnotation) -> dict[str, Any]:
    sentiment, empathy, banned = annotation.sentiment, annotation.empathy, annotation.banned
    return {
        "turn": index,
        "role": turn.role,
        "text": turn.text,
        "at": _iso(turn.at),
        "agent_id": turn.agent_id,
        "language": annotation.language,
        "sentiment": None if sentiment is None else {"label": sentiment.label, **asdict(sentiment)},
        "empathy": None
        if empathy is None
        else {"level": empathy.level, "probabilities": list(empathy.probabilities)},
        "politeness": annotation.politeness,
        "banned": None if banned is None else dict(banned),
    }


def _with_maps(row: dict[str, Any]) -> dict[str, Any]:
    if row["service"] is not None:
        row["service"]["reasons"] = dict(row["service"]["reasons"])
    row["provenance"]["models"] = dict(row["provenance"]["models"])
    for judgement in row["judgements"]:
        for finding in judgement["findings"]:
            finding["detail"] = finding["detail"] and _without_none(finding["detail"])
    return row


def _packed(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.RecordBatch.from_pylist(_without_surrogates(rows), schema=schema)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    return [_without_surrogates(each) for each in value] if isinstance(value, list) else value


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _dumps(extra: Mapping[str, object]) -> str | None:
    return json.dumps(extra, ensure_ascii=False, sort_keys=True, default=str) if extra else None


def _loads(row: Mapping[str, Any]) -> dict[str, object]:
    text = row.get("extra")
    return json.loads(text) if text else {}
