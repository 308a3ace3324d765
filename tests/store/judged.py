"""Conversations with evidence for every criterion, judged by the rules, in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cs_qa.arrow import scorecard_to_json
from cs_qa.rubric import Rubric
from cs_qa.score import score
from cs_qa.store import Store
from cs_qa.store.access import OPERATOR
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision, FindingRef, finding_id
from cs_qa.store.rows import plain
from cs_qa.store.samples import StoredItem, add_sample, sample_items_of
from cs_qa.types import (
    AnnotatedTranscript,
    Finding,
    GivenDetail,
    Outcome,
    PolicyDetail,
    Provenance,
    Span,
)
from tests.conftest import make_conversation
from tests.store.desk import NOON, new_items

RUBRIC = Rubric.default()
HEADS = {"empathy": 1, "politeness": 0.8, "banned": {}}
SAID: Any = [
    ("customer", "Where is it? I am furious!", {"sentiment": "negative"}),
    ("agent", "Not my job. You should have read it.", HEADS),
    ("customer", "What?", {"sentiment": "neutral"}),
    ("agent", "Our returns take 14 days.", HEADS),
    ("bot", "Thank you!"),
    ("agent", "Ok", {**HEADS, "language": "und"}),
]
POLICY = PolicyDetail("p@1", "returns", "returns", "14 days", "30 days")


def found(
    criterion: Any, label: str, turn: int, end: int, sure: float = 0.9, **more: Any
) -> Finding:
    text = SAID[turn][1][:end]
    return Finding(criterion, label, Span(turn, 0, end), text, sure, "d@1", "Why.", **more)


FOUND = (
    found("banned_phrases", "hostile", 1, 11),
    found("banned_phrases", "repeat_request", 3, 3, 0.45, detail=GivenDetail("order", 0)),
    found("policy_accuracy", "inaccurate", 3, 24, detail=POLICY),
    found("language", "language_mismatch", 3, 25),
)


def make(
    *findings: Finding,
    said: Any = SAID,
    failures: Any = None,
    rubric: Rubric = RUBRIC,
    id_: str = "t1",
) -> Json:
    """A stored card of the conversation with these findings."""
    annotated: AnnotatedTranscript = make_conversation(
        *said, outcome=Outcome(csat=4.0), agent_id="a1"
    )
    card = score(
        annotated,
        findings,
        None,
        rubric=rubric,
        provenance=Provenance("0.1.0", rubric.ref, {}),
        failures=failures,
    )
    stored: Json = plain(scorecard_to_json(card))
    return stored | {"transcript_id": id_}


CARD = make(*FOUND)


def override(criterion: Any, **changes: Any) -> Decision:
    return Decision(criterion=criterion, action="override", reason_code="wrong_label", **changes)


def ref(criterion: str, index: int, card: Json = CARD) -> FindingRef:
    judgement = next(each for each in card["judgements"] if each["criterion"] == criterion)
    return FindingRef(index, finding_id(judgement["findings"][index]))


def sampled(store: Store, *ids: str, week: str = "2026-W47", **of_item: Any) -> list[StoredItem]:
    """Store a card of each conversation, unless it has one, and draw them all."""
    missing = [id_ for id_ in ids if store.scorecard(id_) is None]
    store.add_scorecards(make(*FOUND, id_=id_) for id_ in missing)
    return drawn(store, ids, week=week, **of_item)


def drawn(store: Store, ids: Sequence[str], *, week: str, **of_item: Any) -> list[StoredItem]:
    """Draw conversations that the store has, with their current cards."""
    sample = add_sample(
        store,
        new_items(store, ids, **of_item),
        week=week,
        seed=1,
        config={},
        population=9,
        by=OPERATOR,
        now=NOON,
    )
    return sample_items_of(store, sample.id)
