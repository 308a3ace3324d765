"""A stored scorecard's JSON as the values that `cs_qa.score` judges and counts."""

from __future__ import annotations

from typing import Any

from cs_qa.store.rows import Card
from cs_qa.types import (
    SENTIMENTS,
    AnnotatedTranscript,
    CriterionName,
    Empathy,
    Finding,
    Judgement,
    Sentiment,
    Span,
    Transcript,
    Turn,
    TurnAnnotation,
)

Json = dict[str, Any]

_HEADS = ("sentiment", "empathy", "politeness", "banned")
_FIGURES = ("qualitative", "quantitative", "total", "grade")


def blank(card: Card) -> Json:
    """Give a card without the machine's view: no judgements, findings, scores or head outputs.

    What was said, who said it in which language, and the service figures stay; each judgement
    keeps its criterion only.
    """
    judgements = [
        {
            "criterion": each["criterion"],
            "score": None,
            "verdict": None,
            "confidence": None,
            "reason": "",
            "findings": [],
        }
        for each in card["judgements"]
    ]
    return {
        **card,
        **dict.fromkeys(_FIGURES),
        "critical_failures": [],
        "judgements": judgements,
        "turns": [turn | dict.fromkeys(_HEADS) for turn in card["turns"]],
    }


def annotated_of(card: Card) -> AnnotatedTranscript:
    """Make of a card what judges read of an annotated transcript."""
    transcript = Transcript(
        id=card["transcript_id"],
        turns=tuple(Turn(turn["role"], turn["text"]) for turn in card["turns"]),
        market=card["market"],
        language=card["language"],
    )
    return AnnotatedTranscript(transcript, card["language"], tuple(map(_annotation, card["turns"])))


def _annotation(turn: Json) -> TurnAnnotation:
    sentiment, empathy = turn["sentiment"], turn["empathy"]
    return TurnAnnotation(
        turn["language"],
        sentiment=sentiment and Sentiment(*(sentiment[name] for name in SENTIMENTS)),
        empathy=empathy and Empathy(tuple(empathy["probabilities"])),
        politeness=turn["politeness"],
        banned=turn["banned"],
    )


def judgement_of(judgement: Json) -> Judgement:
    """Make the judgement of its JSON form, without the details of its findings."""
    criterion: CriterionName = judgement["criterion"]
    return Judgement(
        criterion,
        judgement["score"],
        judgement["verdict"],
        judgement["confidence"],
        judgement["reason"],
        tuple(finding_of(criterion, each) for each in judgement["findings"]),
    )


def finding_of(criterion: CriterionName, finding: Json) -> Finding:
    """Make the finding of its JSON form, without its detail."""
    return Finding(
        criterion,
        finding["label"],
        Span(finding["turn"], finding["start"], finding["end"]),
        finding["text"],
        finding["confidence"],
        finding["detector"],
        finding["explanation"],
    )
