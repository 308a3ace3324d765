from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import InputError
from cs_qa.readers import transcript_from_json, transcript_to_json
from cs_qa.types import ROLES, Outcome, Transcript, Turn

CONTRACT = {
    "id": "t1",
    "channel": "live_chat",
    "market": "FR",
    "customer_id": "c9",
    "agent_id": "a7",
    "team": "fr-1",
    "language": None,
    "urgency": "urgent",
    "timezone": "Europe/Paris",
    "turns": [
        {"role": "customer", "text": "…", "at": "2026-11-16T09:00:12+01:00", "agent_id": None}
    ],
    "outcome": {
        "csat": 4.0,
        "resolved": True,
        "contact_reason": "late parcel",
        "converted": False,
        "order_value": 31.5,
        "currency": "EUR",
        "complaint": False,
        "attitude_rating": "good",
    },
}


def one_turn(**turn: object) -> Turn:
    row = {"id": "t", "turns": [{"role": "agent", "text": ""} | turn]}
    return transcript_from_json(row).turns[0]


def test_the_contract_is_read_and_written_in_its_order() -> None:
    transcript = transcript_from_json(CONTRACT)
    assert transcript.outcome is not None
    assert transcript.outcome.csat == 4
    assert transcript.turns[0].at == datetime(2026, 11, 16, 8, 0, 12, tzinfo=UTC)
    written = transcript_to_json(transcript)
    assert json.dumps(written) == json.dumps(CONTRACT)


def test_only_id_and_turns_are_needed() -> None:
    transcript = transcript_from_json({"id": "t", "turns": [{"role": "bot", "text": ""}]})
    assert transcript == Transcript("t", (Turn("bot", ""),))


def test_unknown_keys_stay_at_their_level() -> None:
    row = {
        "id": "t",
        "tags": ["vip"],
        "turns": [{"role": "bot", "text": "", "lang": "fr"}],
        "outcome": {"nps": 9},
    }
    transcript = transcript_from_json(row)
    assert transcript.extra == {"tags": ["vip"]}
    assert transcript.turns[0].extra == {"lang": "fr"}
    assert transcript.outcome == Outcome(extra={"nps": 9})
    written = transcript_to_json(transcript)
    assert (written["tags"], written["turns"][0]["lang"]) == (["vip"], "fr")  # type: ignore[index]
    assert "extra" not in written


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("t1", "t1"),
        (" t1 ", " t1 "),
        (7, "7"),
        (-7, "-7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (Decimal("12"), "12"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_an_id_may_be_a_number(value: object, name: str) -> None:
    assert transcript_from_json({**CONTRACT, "id": value}).id == name


@pytest.mark.parametrize("value", [float("inf"), {}, b"t", False])
def test_an_id_must_be_a_string_or_a_number(value: object) -> None:
    with pytest.raises(InputError, match="it must be a string or a number"):
        transcript_from_json({**CONTRACT, "id": value})


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("csat", 1, 1.0),
        ("csat", 4.5, 4.5),
        ("csat", "5", 5.0),
        ("csat", " 3.5 ", 3.5),
        ("csat", "１", None),
        ("csat", "1e0", None),
        ("csat", float("nan"), None),
        ("order_value", "-31.50", -31.5),
        ("order_value", Decimal("1.5"), 1.5),
        ("order_value", "1,000", None),
        ("order_value", "9" * 400, None),
        ("resolved", True, True),
        ("resolved", 0, False),
        ("resolved", 1.0, True),
        ("resolved", "TRUE", True),
        ("resolved", "No", False),
        ("resolved", "是", True),
        ("resolved", "否", False),
        ("resolved", "1", True),
        ("resolved", "oui", None),
        ("resolved", [], None),
        ("attitude_rating", "Bad ", "bad"),
        ("attitude_rating", 1, None),
        ("currency", "", None),
        ("contact_reason", 404, "404"),
    ],
)
def test_values_of_the_outcome(key: str, value: object, expected: object) -> None:
    outcome = transcript_from_json({**CONTRACT, "outcome": {key: value}}).outcome
    assert outcome is not None
    assert getattr(outcome, key) == expected


def test_names_of_choices_may_be_in_any_case() -> None:
    row = {"id": "t", "urgency": "Urgent", "turns": [{"role": " Agent ", "text": ""}]}
    transcript = transcript_from_json(row)
    assert (transcript.urgency, transcript.turns[0].role) == ("urgent", "agent")


PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-11-16T09:00:12Z", None, "2026-11-16T09:00:12+00:00"),
        ("2026-11-16T09:00:12+01:00", None, "2026-11-16T09:00:12+01:00"),
        ("2026-11-16 09:00:12.25-0330", None, "2026-11-16T09:00:12.250000-03:30"),
        ("2026-11-16T09:00:12", PARIS, "2026-11-16T09:00:12+01:00"),
        ("2026-07-16T09:00", PARIS, "2026-07-16T09:00:00+02:00"),
        ("2026-07-16T09:00Z", PARIS, "2026-07-16T09:00:00+00:00"),
        ("2026-10-25T02:30:00", PARIS, "2026-10-25T02:30:00+02:00"),
        (" 20261116T090012Z ", None, "2026-11-16T09:00:12+00:00"),
        (datetime(2026, 11, 16, 9), "Asia/Shanghai", "2026-11-16T09:00:00+08:00"),
    ],
)
def test_times(at: object, zone: str | None, expected: str) -> None:
    row = {"id": "t", "timezone": zone, "turns": [{"role": "bot", "text": "", "at": at}]}
    [turn] = transcript_from_json(row).turns
    assert turn.at is not None
    assert turn.at.isoformat() == expected
    assert turn.extra == {}


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        ("2026-11-16T09:00:12", 'no offset, as in 2026-11-16T09:00:12+01:00, and no known "timez'),
        ("2026-11-16", "not a date with a time"),
        ("16/11/2026 09:00:12", "not ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "the year 1 is outside 1970-2199"),
        (1763283612, "a number, not ISO 8601"),
        (date(2026, 11, 16), "a date, not ISO 8601"),
    ],
)
def test_a_bad_clock_never_costs_the_transcript(at: object, problem: str) -> None:
    turn = one_turn(at=at)
    assert turn.at is None
    assert problem in str(turn.extra["at_problem"])
    assert str(turn.extra["at"]) == str(at)


def test_an_unknown_time_zone_leaves_naive_times_out() -> None:
    row = {**CONTRACT, "timezone": "Mars/Base"}
    row["turns"] = [{"role": "bot", "text": "", "at": "2026-11-16T09:00:12"}]
    transcript = transcript_from_json(row)
    assert (transcript.timezone, transcript.turns[0].at) == (None, None)
    assert transcript.extra == {"timezone": "Mars/Base"}


@pytest.mark.parametrize(
    ("stated", "turns", "expected"),
    [
        ("a1", ["a2", "a2"], "a1"),
        (None, ["a2", "a1", "a1"], "a1"),
        ("", ["a2", "a1"], "a2"),
        (None, [None, None], None),
    ],
)
def test_the_agent_is_who_wrote_most(
    stated: str | None, turns: list[str | None], expected: str | None
) -> None:
    rows = [{"role": "agent", "text": "", "agent_id": agent} for agent in turns]
    rows += [{"role": "bot", "text": "", "agent_id": "b"}] * 5
    assert transcript_from_json({"id": 1, "agent_id": stated, "turns": rows}).agent_id == expected


def test_extra_can_always_be_written_as_json() -> None:
    odd = {"when": date(2026, 1, 2), "sum": Decimal("1.5"), 3: (1, b"x"), "inf": float("inf")}
    row = {"id": "t", "turns": [{"role": "bot", "text": ""}], "odd": odd}
    extra = transcript_from_json(row).extra
    assert extra["odd"] == {"when": "2026-01-02", "sum": "1.5", "3": [1, "b'x'"], "inf": None}
    json.dumps(extra, allow_nan=False).encode()


def test_the_input_is_not_changed() -> None:
    before = json.dumps(CONTRACT)
    transcript_from_json(CONTRACT)
    assert json.dumps(CONTRACT) == before


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
names = texts.filter(lambda text: text.strip() != "")
offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
times = st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1), timezones=offsets)
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
json_values = st.recursive(
    leaves | texts, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3)
)
known = {*CONTRACT, "role", "text", "at", "at_problem", *CONTRACT["outcome"]}  # type: ignore[misc]
extras = st.dictionaries(texts.filter(lambda key: key not in known), json_values, max_size=2)
turns = st.builds(Turn, st.sampled_from(ROLES), texts, st.none() | times, st.none() | names, extras)
outcomes = st.builds(
    Outcome,
    csat=st.none() | st.floats(1, 5),
    resolved=st.none() | st.booleans(),
    contact_reason=st.none() | names,
    converted=st.none() | st.booleans(),
    order_value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    currency=st.none() | names,
    complaint=st.none() | st.booleans(),
    attitude_rating=st.sampled_from([None, "good", "medium", "bad"]),
    extra=extras,
)
transcripts = st.builds(
    Transcript,
    id=names,
    turns=st.lists(turns, min_size=1, max_size=4).map(tuple),
    channel=st.none() | names,
    market=st.none() | names,
    customer_id=st.none() | names,
    agent_id=names,
    team=st.none() | names,
    language=st.none() | names,
    urgency=st.sampled_from([None, "general", "urgent"]),
    timezone=st.sampled_from([None, PARIS, "Asia/Shanghai"]),
    outcome=st.none() | outcomes,
    extra=extras,
)


@given(transcripts)
def test_what_is_written_is_read_again(transcript: Transcript) -> None:
    line = json.dumps(transcript_to_json(transcript), allow_nan=False)
    assert transcript_from_json(json.loads(line)) == transcript


any_text = st.text(st.characters(), max_size=8)
any_json = st.recursive(
    leaves | any_text | st.just(float("nan")),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(any_text, v, max_size=3),
)


def rows(keys: list[str], **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(parts, optional=dict.fromkeys(keys, any_json))


rough_turns = rows(["at", "agent_id", "lang"], role=st.sampled_from(ROLES), text=any_text)
rough_rows = rows(
    ["channel", "agent_id", "timezone", "outcome", "tags"],
    id=st.integers(),
    turns=st.lists(rough_turns, min_size=1, max_size=3),
)


@given(rough_rows)
def test_rough_values_survive_writing_and_reading(row: dict[str, Any]) -> None:
    transcript = transcript_from_json(row)
    line = json.dumps(transcript_to_json(transcript), ensure_ascii=False, allow_nan=False)
    assert transcript_from_json(json.loads(line.encode())) == transcript


@given(any_json)
def test_any_json_is_read_or_refused_in_one_line(value: object) -> None:
    messages = []
    for row in (value, {"id": value, "turns": value}, {"id": 1, "turns": [value]}):
        try:
            transcript_from_json(row)
        except InputError as error:
            messages.append(str(error))
    assert all("\n" not in message and message.encode() for message in messages)
