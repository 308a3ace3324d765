"""Service figures of one transcript, from the order and the clocks of its turns.

A *reply* is the first human agent message after one or more unanswered customer messages; its
wait runs from the first of them. Bot and system messages are not replies and end no run of
customer messages; only `handling_time_s` looks at them. An unanswered last run has no wait.

Turn order rules over clocks. Figures that need order only (replies, messages answered,
hand-overs) are always told. A wait needs two clocks, that of the first unanswered message and
that of the reply: where one of them is missing, or runs backwards from the turns before it, the
wait is unknown, and with it every figure that needs it. `handling_time_s` needs the first and the
last clock, and none that runs backwards between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise
from statistics import fmean
from typing import NamedTuple, TypeVar

from cs_qa.types import Service, Transcript, Turn

__all__ = ["measure"]

_EPOCH = datetime(1970, 1, 1)
_Clocks = Sequence[timedelta | None]
_T = TypeVar("_T")


class _Unknown(NamedTuple):
    """Stands for a figure that cannot be told."""

    reason: str


class _Round(NamedTuple):
    """A run of customer messages and the reply to it, as turn numbers."""

    messages: tuple[int, ...]
    reply: int


def measure(transcript: Transcript) -> Service:
    """Measure waits, answered messages, handling time and hand-overs of one transcript.

    Times are in seconds. A figure that cannot be told is None, and `Service.reasons` says why
    under the figure's name; turns are numbered from 0, as in findings.

    >>> from datetime import timezone
    >>> nine = datetime(2026, 11, 16, 9, tzinfo=timezone.utc)
    >>> question = Turn("customer", "Where is my parcel?", nine)
    >>> answer = Turn("agent", "Let me look.", nine + timedelta(seconds=14))
    >>> measure(Transcript("t1", (question, answer))).first_response_s
    14.0
    """
    turns = transcript.turns
    clocks = [_clock(turn) for turn in turns]
    rounds = list(_rounds(turns))
    waits = [_wait(turns, clocks, each) for each in rounds]
    customer_messages = sum(turn.role == "customer" for turn in turns)
    if not waits:
        waits = [_no_reply(customer_messages)]
    every_wait = _all_told(waits)
    reasons: dict[str, str] = {}

    def told(figure: str, value: _T | _Unknown) -> _T | None:
        if isinstance(value, _Unknown):
            reasons[figure] = value.reason
            return None
        return value

    return Service(
        first_response_s=told("first_response_s", waits[0]),
        avg_response_s=told("avg_response_s", _over(every_wait, fmean)),
        longest_wait_s=told("longest_wait_s", _over(every_wait, max)),
        handling_time_s=told("handling_time_s", _handling_time(clocks)),
        replies=len(rounds),
        replies_within_30s=told("replies_within_30s", _within(30, every_wait, rounds)),
        replies_within_3min=told("replies_within_3min", _within(180, every_wait, rounds)),
        customer_messages=customer_messages,
        customer_messages_answered=sum(len(each.messages) for each in rounds),
        handovers=_handovers(transcript),
        reasons=reasons,
    )


def _clock(turn: Turn) -> timedelta | None:
    """Time since 1970 in UTC, None without a time and a time zone.

    Times that share a `tzinfo` are subtracted by the wall clock, which is an hour off over a
    change to or from summer time; `astimezone` overflows near the years 1 and 9999.
    """
    if turn.at is None:
        return None
    offset = turn.at.utcoffset()
    return None if offset is None else turn.at.replace(tzinfo=None) - _EPOCH - offset


def _rounds(turns: Sequence[Turn]) -> Iterator[_Round]:
    run: list[int] = []
    for index, turn in enumerate(turns):
        if turn.role == "customer":
            run.append(index)
        elif turn.role == "agent" and run:
            yield _Round(tuple(run), index)
            run = []


def _wait(turns: Sequence[Turn], clocks: _Clocks, each: _Round) -> float | _Unknown:
    """Wait in seconds from the first message of the round to its reply."""
    first = each.messages[0]
    asked, answered = clocks[first], clocks[each.reply]
    if asked is None or answered is None:
        return _Unknown(f"turn {(first if asked is None else each.reply) + 1} has no usable time")
    before = (
        i for i in reversed(range(first)) if turns[i].role == "agent" and clocks[i] is not None
    )
    for index, earlier in ((first, [*islice(before, 1)]), (each.reply, each.messages)):
        backwards = _runs_backwards(clocks, earlier, index)
        if backwards is not None:
            return backwards
    return (answered - asked).total_seconds()


def _runs_backwards(clocks: _Clocks, earlier: Sequence[int], index: int) -> _Unknown | None:
    """Say so if the clock of turn `index` stands before that of one of the `earlier` turns."""
    now = clocks[index]
    for past in reversed(earlier):
        then = clocks[past]
        if now is not None and then is not None and now < then:
            gap = (then - now).total_seconds()
            return _Unknown(
                f"the clock runs backwards by {gap:.10g} s from turn {past + 1} to {index + 1}"
            )
    return None


def _no_reply(customer_messages: int) -> _Unknown:
    if customer_messages == 0:
        return _Unknown("there is no customer message to reply to")
    return _Unknown("no human agent replied to a customer message")


def _all_told(waits: Sequence[float | _Unknown]) -> list[float] | _Unknown:
    """All waits, or why they are not all known: a mean or count of the others would mislead."""
    unknown = [wait for wait in waits if isinstance(wait, _Unknown)]
    if not unknown:
        return [wait for wait in waits if not isinstance(wait, _Unknown)]
    if len(waits) == 1:
        return unknown[0]
    return _Unknown(f"{len(unknown)} of {len(waits)} waits unknown: {unknown[0].reason}")


def _over(
    waits: list[float] | _Unknown, sum_up: Callable[[list[float]], float]
) -> float | _Unknown:
    return waits if isinstance(waits, _Unknown) else sum_up(waits)


def _within(limit_s: float, waits: list[float] | _Unknown, rounds: list[_Round]) -> int | _Unknown:
    """Count the replies whose wait was at most `limit_s`; 0 where nobody replied."""
    if not rounds:
        return 0
    return waits if isinstance(waits, _Unknown) else sum(wait <= limit_s for wait in waits)


def _handling_time(clocks: _Clocks) -> float | _Unknown:
    """Seconds from the first turn to the last, of whatever role."""
    if len(clocks) < 2:
        return _Unknown("a conversation of fewer than two turns has no duration")
    first, last = clocks[0], clocks[-1]
    if first is None or last is None:
        return _Unknown(f"turn {1 if first is None else len(clocks)} has no usable time")
    timed = [index for index, clock in enumerate(clocks) if clock is not None]
    for past, index in pairwise(timed):
        backwards = _runs_backwards(clocks, (past,), index)
        if backwards is not None:
            return backwards
    return (last - first).total_seconds()


def _handovers(transcript: Transcript) -> int:
    """Count changes of the answering human agent; turns of an unnamed agent change nothing."""
    agents = [t.agent_id or transcript.agent_id for t in transcript.turns if t.role == "agent"]
    return sum(left != right for left, right in pairwise(filter(None, agents)))
