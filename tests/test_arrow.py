"""Transcripts and scorecards survive the way through Arrow."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.arrow import (
    SCORECARD_SCHEMA,
    TRANSCRIPT_SCHEMA,
    rows_of,
    scorecard_batch,
    scorecard_to_json,
    transcript_batch,
    transcript_from_row,
)
from cs_qa.types import (
    BANNED_LABELS,
    CRITERIA,
    ROLES,
    AdviceDetail,
    AnnotatedTranscript,
    Empathy,
    Finding,
    GivenDetail,
    Judgement,
    Outcome,
    PolicyDetail,
    Provenance,
    RepeatDetail,
    Scorecard,
    Sentiment,
    Service,
    Span,
    Transcript,
    Turn,
    TurnAnnotation,
)

PARIS = timezone(timedelta(hours=1))
NINE = datetime(2026, 11, 16, 9, 0, 12, tzinfo=PARIS)


def through_arrow(transcripts: list[Transcript]) -> list[Transcript]:
    return [transcript_from_row(row) for row in transcript_batch(transcripts).to_pylist()]


# -------------------------------------------------------------------------- Strategies

words = st.text(max_size=20)
maybe = st.none() | words
numbers = st.floats(allow_nan=False, allow_infinity=False)
probabilities = st.floats(0, 1)
small = st.integers(0, 2**31 - 1)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(timezones=st.none() | zones)
extras = st.dictionaries(
    words,
    st.recursive(
        st.none() | st.booleans() | st.integers() | numbers | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)
turns = st.builds(
    Turn, st.sampled_from(ROLES), st.text(), st.none() | times, agent_id=maybe, extra=extras
)
outcomes = st.builds(
    Outcome,
    csat=st.none() | numbers,
    resolved=st.none() | st.booleans(),
    contact_reason=maybe,
    converted=st.none() | st.booleans(),
    order_value=st.none() | numbers,
    currency=maybe,
    complaint=st.none() | st.booleans(),
    attitude_rating=st.none() | st.sampled_from(["good", "medium", "bad"]),
    extra=extras,
)
transcripts = st.builds(
    Transcript,
    id=words,
    turns=st.lists(turns, max_size=4).map(tuple),
    channel=maybe,
    market=maybe,
    customer_id=maybe,
    agent_id=maybe,
    team=maybe,
    language=maybe,
    urgency=st.none() | st.sampled_from(["general", "urgent"]),
    timezone=maybe,
    outcome=st.none() | outcomes,
    extra=extras,
)
marks = st.builds(
    TurnAnnotation,
    language=maybe,
    sentiment=st.none() | st.builds(Sentiment, probabilities, probabilities, probabilities),
    empathy=st.none() | st.builds(Empathy, st.tuples(probabilities, probabilities, probabilities)),
    politeness=st.none() | probabilities,
    banned=st.none() | st.fixed_dictionaries(dict.fromkeys(BANNED_LABELS, probabilities)),
)
findings = st.builds(
    Finding,
    criterion=st.sampled_from(CRITERIA),
    label=words,
    span=st.builds(Span, small, small, small),
    text=words,
    confidence=probabilities,
    detector=words,
    explanation=words,
    detail=st.none()
    | st.builds(RepeatDetail, small, probabilities)
    | st.builds(GivenDetail, words, small)
    | st.builds(AdviceDetail, words)
    | st.builds(PolicyDetail, words, maybe, words, words, words, maybe),
)
judgements = st.builds(
    Judgement,
    criterion=st.sampled_from(CRITERIA),
    score=st.none() | numbers,
    verdict=st.sampled_from(["pass", "fail", "not_applicable", "unscored"]),
    confidence=st.none() | probabilities,
    reason=words,
    findings=st.lists(findings, max_size=3).map(tuple),
)
services = st.builds(
    Service,
    *[st.none() | numbers] * 4,
    *[st.none() | small] * 3,
    customer_messages=small,
    customer_messages_answered=st.none() | small,
    handovers=small,
    reasons=st.dictionaries(words, words, max_size=3),
)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    transcript = draw(transcripts)
    count = len(transcript.turns)
    told = tuple(draw(st.lists(marks, min_size=count, max_size=count)))
    return Scorecard(
        annotated=AnnotatedTranscript(transcript, draw(maybe), told),
        judgements=tuple(draw(st.lists(judgements, max_size=3))),
        service=draw(st.none() | services),
        qualitative=draw(st.none() | numbers),
        quantitative=draw(st.none() | numbers),
        total=draw(st.none() | numbers),
        grade=draw(st.none() | st.just("pass")),
        critical_failures=tuple(draw(st.lists(words, max_size=2))),
        provenance=Provenance(
            draw(words),
            draw(words),
            draw(st.dictionaries(words, words, max_size=3)),
            tuple(draw(st.lists(words, max_size=2))),
            draw(maybe),
            draw(st.booleans()),
        ),
    )


# -------------------------------------------------------------------------- Round trips


@given(st.lists(transcripts, max_size=3))
def test_transcripts_come_back_as_they_were(given_: list[Transcript]) -> None:
    batch = transcript_batch(given_)
    assert batch.schema == TRANSCRIPT_SCHEMA
    assert through_arrow(given_) == given_


@given(st.lists(cards(), max_size=2))
def test_scorecards_come_back_as_they_were(given_: list[Scorecard]) -> None:
    rows = [scorecard_to_json(card) for card in given_]
    batch = scorecard_batch(rows)
    assert batch.schema == SCORECARD_SCHEMA
    assert rows_of(batch) == rows


@given(cards())
def test_a_scorecard_is_json_with_the_columns_of_its_schema(card: Scorecard) -> None:
    row = scorecard_to_json(card)
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert set(row) == set(SCORECARD_SCHEMA.names)


def test_the_offset_of_a_time_is_kept() -> None:
    (back,) = through_arrow([Transcript("t1", (Turn("agent", "Hi", NINE),))])
    assert back.turns[0].at is not None
    assert back.turns[0].at.isoformat() == "2026-11-16T09:00:12+01:00"


# ------------------------------------------------------------------------ The contract


def test_the_scorecard_is_that_of_the_contract() -> None:
    transcript = Transcript(
        "t1",
        (Turn("customer", "Où ?", NINE), Turn("agent", "Je ne sais pas.", agent_id="a7")),
        channel="live_chat",
        agent_id="a7",
        outcome=Outcome(csat=4.0, extra={"nps": 9}),
    )
    marks = (
        TurnAnnotation("fr", sentiment=Sentiment(0.9, 0.08, 0.02)),
        TurnAnnotation(
            "fr",
            empathy=Empathy((0.2, 0.7, 0.1)),
            politeness=0.4,
            banned=dict.fromkeys(BANNED_LABELS, 0.1),
        ),
    )
    found = Finding(
        "repeated_scripts", "repeated_script", Span(1, 0, 2), "Je", 0.9, "d@1", "Why.",
        RepeatDetail(0, 0.9),
    )  # fmt: skip
    card = Scorecard(
        AnnotatedTranscript(transcript, "fr", marks),
        (Judgement("repeated_scripts", 80.0, "pass", 0.9, "Because.", (found,)),),
        Service(14.0, reasons={"avg_response_s": "no clock"}),
        72.5,
        81.0,
        78.45,
        "pass",
        (),
        Provenance("0.1.0", "default@1", {"encoder": "encoder@1"}, ("d@1",)),
    )
    row = scorecard_to_json(card)
    assert row["transcript_id"] == "t1"
    assert row["language"] == "fr"
    assert row["outcome"]["csat"] == 4.0
    assert row["outcome"]["extra"] is None
    assert row["judgements"][0]["findings"] == [
        {
            "label": "repeated_script",
            "turn": 1,
            "start": 0,
            "end": 2,
            "text": "Je",
            "confidence": 0.9,
            "detector": "d@1",
            "explanation": "Why.",
            "policy_id": None,
            "detail": {"earlier_turn": 0, "similarity": 0.9},
        }
    ]
    assert row["turns"][0] == {
        "turn": 0,
        "role": "customer",
        "text": "Où ?",
        "at": "2026-11-16T09:00:12+01:00",
        "agent_id": None,
        "language": "fr",
        "sentiment": {"label": "negative", "negative": 0.9, "neutral": 0.08, "positive": 0.02},
        "empathy": None,
        "politeness": None,
        "banned": None,
    }
    assert row["turns"][1]["empathy"] == {"level": 1, "probabilities": [0.2, 0.7, 0.1]}
    assert row["turns"][1]["banned"] == dict.fromkeys(BANNED_LABELS, 0.1)
    assert row["service"]["first_response_s"] == 14.0
    assert row["service"]["reasons"] == {"avg_response_s": "no clock"}
    assert row["provenance"] == {
        "cs_qa": "0.1.0",
        "rubric": "default@1",
        "policy": None,
        "models": {"encoder": "encoder@1"},
        "detectors": ["d@1"],
        "redacted": True,
    }


# --------------------------------------------------------------------- Rows of others


@pytest.mark.parametrize(
    ("at", "expected", "extra"),
    [
        (None, None, {}),
        ("2026-11-16 09:00:12+01:00", NINE, {}),
        ("2026-11-16T08:00:12Z", NINE, {}),
        ("this morning", None, {"at": "this morning"}),
        ("", None, {"at": ""}),
    ],
)
def test_a_time_that_cannot_be_used_is_kept_as_it_came(
    at: str | None, expected: datetime | None, extra: dict[str, str]
) -> None:
    row = {"id": "t1", "turns": [{"role": "agent", "text": "Hi", "at": at}]}
    (turn,) = transcript_from_row(row).turns
    assert turn == Turn("agent", "Hi", expected, extra=extra)


def test_a_row_needs_only_id_and_turns() -> None:
    assert transcript_from_row({"id": "t1", "turns": None}) == Transcript("t1", ())
    row: dict[str, Any] = {"id": "t1", "turns": [{"role": "bot", "text": ""}]}
    assert transcript_from_row(row) == Transcript("t1", (Turn("bot", ""),))


def test_lone_surrogates_become_replacement_characters() -> None:
    broken = Transcript("t\ud83d", (Turn("agent", "a\udc00b", extra={"k": "\ud800"}),), team="ok")
    (back,) = through_arrow([broken])
    assert back == Transcript(
        "t\ufffd", (Turn("agent", "a\ufffdb", extra={"k": "\ufffd"}),), team="ok"
    )


def test_surrogates_in_a_scorecard_become_replacement_characters() -> None:
    transcript = Transcript("t1", (), agent_id="a\ud800")
    card = Scorecard(
        AnnotatedTranscript(transcript, None, ()), (), None, None, None, None, None, (),
        Provenance("0.1.0", "default@1", {"e\udfff": "1"}),
    )  # fmt: skip
    (row,) = rows_of(scorecard_batch([scorecard_to_json(card)]))
    assert row["agent_id"] == "a\ufffd"
    assert row["provenance"]["models"] == {"e\ufffd": "1"}


def test_one_row_is_one_whole_transcript() -> None:
    batch = transcript_batch([Transcript(str(n), (Turn("agent", "Hi"),) * n) for n in range(4)])
    assert isinstance(batch, pa.RecordBatch)
    assert [len(row["turns"]) for row in batch.slice(2).to_pylist()] == [2, 3]
