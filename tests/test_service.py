from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.service import measure
from cs_qa.types import ROLES, Role, Service, Transcript, Turn

NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)
ROLE_OF: dict[str, Role] = {"c": "customer", "a": "agent", "b": "bot", "s": "system"}
WAITS = (
    "first_response_s",
    "avg_response_s",
    "longest_wait_s",
    "replies_within_30s",
    "replies_within_3min",
)
BACKWARDS = "the clock runs backwards by "


def chat(script: str) -> Transcript:
    """Read `c0 b3 a14`: a role and its seconds after nine; `a-` has no time."""
    return Transcript(
        "t1",
        tuple(
            Turn(ROLE_OF[word[0]], word, None if word[1:] == "-" else _after_nine(float(word[1:])))
            for word in script.split()
        ),
    )


def _after_nine(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("script", "first", "average", "longest", "in_30s", "in_3min", "answered"),
    [
        ("c0 a14", 14, 14, 14, 1, 1, 1),
        ("c0 a30", 30, 30, 30, 1, 1, 1),
        ("c0 a30.5", 30.5, 30.5, 30.5, 0, 1, 1),
        ("c0 a180", 180, 180, 180, 0, 1, 1),
        ("c0 a180.001", 180.001, 180.001, 180.001, 0, 0, 1),
        ("c0 a0", 0, 0, 0, 1, 1, 1),
        # The wait runs from the first of the unanswered messages.
        ("c0 c20 c25 a40", 40, 40, 40, 0, 1, 3),
        # Only the first agent message after a run is a reply.
        ("c0 a10 a200 c300 a320", 10, 15, 20, 2, 2, 2),
        # A greeting before the first customer message replies to nothing.
        ("a0 c10 a20", 10, 10, 10, 1, 1, 1),
        # Bot and system messages are not replies and do not end a run.
        ("b0 c10 b11 s12 c13 a50", 40, 40, 40, 0, 1, 2),
        # An unanswered last run is in neither average.
        ("c0 a10 c20 c900", 10, 10, 10, 1, 1, 1),
        ("c0 a10 c20 b21", 10, 10, 10, 1, 1, 1),
        ("c0 a10 c100 c110 a200 c300 a320", 10, 130 / 3, 100, 2, 3, 4),
    ],
)
def test_waits(
    script: str,
    first: float,
    average: float,
    longest: float,
    in_30s: int,
    in_3min: int,
    answered: int,
) -> None:
    service = measure(chat(script))
    assert service.first_response_s == first
    assert service.avg_response_s == pytest.approx(average)
    assert service.longest_wait_s == longest
    assert service.replies_within_30s == in_30s
    assert service.replies_within_3min == in_3min
    assert service.customer_messages_answered == answered
    assert service.reasons == {}


def test_an_unanswered_last_run_still_counts_as_customer_messages() -> None:
    service = measure(chat("c0 a10 c20 c30"))
    assert (service.customer_messages, service.customer_messages_answered) == (3, 1)
    assert service.replies == 1


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("a0 b1 a2", "there is no customer message to reply to"),
        ("c0 c10", "no human agent replied to a customer message"),
        ("c0 b1 s2", "no human agent replied to a customer message"),
        ("c- b-", "no human agent replied to a customer message"),
        ("a0 c10", "no human agent replied to a customer message"),
    ],
)
def test_without_a_reply_there_is_no_wait(script: str, reason: str) -> None:
    service = measure(chat(script))
    for figure in ("first_response_s", "avg_response_s", "longest_wait_s"):
        assert getattr(service, figure) is None
        assert service.reasons[figure] == reason
    assert service.replies == service.replies_within_30s == service.replies_within_3min == 0
    assert service.customer_messages_answered == 0


@pytest.mark.parametrize(
    ("script", "unknown", "reason"),
    [
        # The reply stands before the question.
        ("c60 a0", WAITS, BACKWARDS + "60 s from turn 1 to 2"),
        # ... or before the last of the questions, so its clock cannot be trusted.
        ("c0 c60 a30", WAITS, BACKWARDS + "30 s from turn 2 to 3"),
        ("c60 c0 a30", WAITS, BACKWARDS + "30 s from turn 1 to 3"),
        # The question stands before the answer that came ahead of it.
        ("a60 c0 a90", WAITS, BACKWARDS + "60 s from turn 1 to 2"),
        ("c- a0", WAITS, "turn 1 has no usable time"),
        ("c0 a-", WAITS, "turn 2 has no usable time"),
        ("c- a-", WAITS, "turn 1 has no usable time"),
        # One wait unknown: the first is kept, what needs all of them is not.
        ("c0 a10 c5 a20", WAITS[1:], "1 of 2 waits unknown: " + BACKWARDS + "5 s from turn 2 to 3"),
        ("c0 a10 c20 a-", WAITS[1:], "1 of 2 waits unknown: turn 4 has no usable time"),
        ("c0 a- c20 a30", WAITS, "turn 2 has no usable time"),
        # Clocks that no wait needs: a run's later messages, further answers, bots, the last run.
        ("c0 c- a10", (), ""),
        ("c0 c5 c2 a10", (), ""),
        ("c0 a10 a- c20 a30", (), ""),
        ("c0 a10 a900 a15 c20 a30", (), ""),
        ("b900 c0 b700 a10 s800 c20 a30", (), ""),
        ("c0 a10 c5", (), ""),
        ("c0 a10 c-", (), ""),
    ],
)
def test_a_clock_voids_the_figures_that_need_it(
    script: str, unknown: Sequence[str], reason: str
) -> None:
    service = measure(chat(script))
    for figure in WAITS:
        assert (getattr(service, figure) is None) == (figure in unknown), figure
    assert {figure for figure in WAITS if figure in service.reasons} == set(unknown)
    if unknown:
        assert service.reasons[unknown[0]].endswith(reason)
    assert service.customer_messages_answered is not None


def test_the_kept_first_response_and_the_reason_of_the_others() -> None:
    service = measure(chat("c0 a10 c5 a20"))
    assert service.first_response_s == 10
    assert service.reasons["avg_response_s"] == (
        "1 of 2 waits unknown: the clock runs backwards by 5 s from turn 2 to 3"
    )


@pytest.mark.parametrize(
    ("script", "seconds", "reason"),
    [
        ("c0 a10 c500", 500, None),
        ("b0 c10 s70", 70, None),
        ("c0 a- c500", 500, None),
        ("c0 c0", 0, None),
        ("c0", None, "a conversation of fewer than two turns has no duration"),
        ("", None, "a conversation of fewer than two turns has no duration"),
        ("b- c10 a20", None, "turn 1 has no usable time"),
        ("c0 a10 s-", None, "turn 3 has no usable time"),
        ("c0 a3600 c60 a3700", None, BACKWARDS + "3540 s from turn 2 to 3"),
        ("c0 a90 b80", None, BACKWARDS + "10 s from turn 2 to 3"),
        ("c0 a90 c- b80", None, BACKWARDS + "10 s from turn 2 to 4"),
    ],
)
def test_handling_time(script: str, seconds: float | None, reason: str | None) -> None:
    service = measure(chat(script))
    assert service.handling_time_s == seconds
    assert service.reasons.get("handling_time_s") == reason


def test_no_times_at_all_leave_the_counts() -> None:
    service = measure(chat("c- a- c- c- a- c-"))
    assert set(service.reasons) == {*WAITS, "handling_time_s"}
    assert service.replies == 2
    assert (service.customer_messages, service.customer_messages_answered) == (4, 3)


def test_an_empty_transcript() -> None:
    service = measure(Transcript("t1", ()))
    assert (service.customer_messages, service.replies, service.handovers) == (0, 0, 0)


@pytest.mark.parametrize(
    ("agents", "transcript_agent", "handovers"),
    [
        (["a1", "a1", "a2"], None, 1),
        (["a1", "a2", "a1"], None, 2),
        ([None, None], "a1", 0),
        ([None, "a2", None], "a1", 2),
        (["a1", None, "a2"], None, 1),
        (["a1", None, "a1"], None, 0),
        ([None, None], None, 0),
        ([], "a1", 0),
    ],
)
def test_handovers(agents: list[str | None], transcript_agent: str | None, handovers: int) -> None:
    turns = [Turn("customer", "?")]
    for agent in agents:
        turns += [Turn("bot", "…", agent_id="bot-1"), Turn("agent", "!", agent_id=agent)]
    assert measure(Transcript("t1", tuple(turns), agent_id=transcript_agent)).handovers == handovers


def test_zones_are_compared_by_the_moment() -> None:
    asked = Turn("customer", "?", datetime(2026, 11, 16, 9, tzinfo=UTC))
    answered = Turn(
        "agent", "!", datetime(2026, 11, 16, 17, 0, 20, tzinfo=timezone(timedelta(hours=8)))
    )
    assert measure(Transcript("t1", (asked, answered))).first_response_s == 20


def test_a_change_from_summer_time_is_no_hour_too_short() -> None:
    paris = ZoneInfo("Europe/Paris")
    asked = Turn("customer", "?", datetime(2026, 10, 25, 1, 30, tzinfo=paris))
    answered = Turn("agent", "!", datetime(2026, 10, 25, 3, 30, tzinfo=paris))
    assert measure(Transcript("t1", (asked, answered))).first_response_s == 3 * 3600


@pytest.mark.parametrize(
    "at",
    [datetime(1970, 1, 1, tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))],
)
def test_extreme_times_are_times(at: datetime) -> None:
    turns = (Turn("agent", "Hi", at), Turn("customer", "?", NINE), Turn("agent", "!", NINE))
    assert measure(Transcript("t1", turns)).first_response_s == 0


def test_the_year_1970_starts_at_a_time_like_others() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    early = start - timedelta(seconds=1)
    turns = (Turn("agent", "Hi", start), Turn("customer", "?", early), Turn("agent", "!", NINE))
    assert measure(Transcript("t1", turns)).reasons["first_response_s"] == (
        BACKWARDS + "1 s from turn 1 to 2"
    )


def test_a_time_without_a_zone_is_not_usable() -> None:
    turns = (Turn("customer", "?", NINE.replace(tzinfo=None)), Turn("agent", "!", NINE))
    assert measure(Transcript("t1", turns)).reasons["first_response_s"] == (
        "turn 1 has no usable time"
    )


SECONDS = st.integers(-3600, 3600)
TIMES = st.none() | SECONDS.map(_after_nine)
TURNS = st.builds(Turn, role=st.sampled_from(ROLES), text=st.just("…"), at=TIMES)
TRANSCRIPTS = st.lists(TURNS, max_size=12).map(lambda turns: Transcript("t1", tuple(turns)))


def _figures(service: Service, *, without: frozenset[str] = frozenset()) -> dict[str, object]:
    """Every figure by name; reasons left out since they number the turns."""
    return {k: v for k, v in asdict(service).items() if k not in without | {"reasons"}}


@given(TRANSCRIPTS)
def test_waits_are_never_negative_and_a_reason_stands_for_each_missing_figure(
    transcript: Transcript,
) -> None:
    service = measure(transcript)
    figures = _figures(service)
    assert {name for name, value in figures.items() if value is None} == set(service.reasons)
    assert all(value >= 0 for value in figures.values() if isinstance(value, int | float))


@given(TRANSCRIPTS, st.data())
def test_a_bot_or_system_message_changes_no_figure_but_the_handling_time(
    transcript: Transcript, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(transcript.turns)))
    role: Role = data.draw(st.sampled_from(["bot", "system"]))
    added = Turn(role, "Thank you for waiting.", data.draw(TIMES), agent_id="bot-1")
    longer = replace(transcript, turns=(*transcript.turns[:at], added, *transcript.turns[at:]))
    handling = frozenset({"handling_time_s"})
    assert _figures(measure(longer), without=handling) == _figures(
        measure(transcript), without=handling
    )


@given(TRANSCRIPTS, SECONDS)
def test_moving_all_clocks_changes_nothing(transcript: Transcript, seconds: int) -> None:
    moved = tuple(
        replace(turn, at=turn.at and turn.at + timedelta(seconds=seconds))
        for turn in transcript.turns
    )
    assert measure(replace(transcript, turns=moved)) == measure(transcript)


@given(TRANSCRIPTS)
def test_figures_agree_with_each_other(transcript: Transcript) -> None:
    service = measure(transcript)
    assert service.replies is not None
    assert service.customer_messages_answered is not None
    assert service.replies <= service.customer_messages_answered <= service.customer_messages
    if service.avg_response_s is None or service.longest_wait_s is None:
        return
    assert service.first_response_s is not None
    assert service.avg_response_s <= service.longest_wait_s
    assert service.first_response_s <= service.longest_wait_s
    assert service.replies_within_30s is not None
    assert service.replies_within_3min is not None
    assert service.replies_within_30s <= service.replies_within_3min <= service.replies


@given(st.lists(st.tuples(st.sampled_from(ROLES), st.integers(0, 900)), max_size=12))
def test_clocks_that_never_run_backwards_leave_nothing_unknown(
    steps: list[tuple[Role, int]],
) -> None:
    at, turns = NINE, []
    for role, seconds in steps:
        at += timedelta(seconds=seconds)
        turns.append(Turn(role, "…", at))
    service = measure(Transcript("t1", tuple(turns)))
    if service.replies:
        assert service.reasons == {}
