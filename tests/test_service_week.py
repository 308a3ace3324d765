"""Recompute every service figure of the example week in a second, independent way."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cs_qa.service import measure
from cs_qa.types import Transcript, Turn

EXAMPLES = Path(__file__).parents[1] / "examples"
WEEK = (EXAMPLES / "week.jsonl").read_text("utf-8").strip()
ROWS = [json.loads(line) for line in WEEK.split("\n")]
SKEWED = {row["id"] for row in json.loads((EXAMPLES / "week_clock_skew.json").read_text("utf-8"))}


def recompute(row: dict[str, Any]) -> dict[str, float | None]:
    """Walk the raw events once, a state at a time; None where a clock runs backwards."""
    waiting_since: datetime | None = None
    last_human: datetime | None = None
    last_any: datetime | None = None
    waiting = customers = answered = replies = handovers = 0
    question_is_late = backwards_anywhere = False
    waits: list[float | None] = []
    answering = None
    for event in row["turns"]:
        now = datetime.fromisoformat(event["at"])
        backwards_anywhere |= last_any is not None and now < last_any
        last_any = now
        if event["role"] not in {"customer", "agent"}:
            continue
        backwards = last_human is not None and now < last_human
        last_human = now
        if event["role"] == "customer":
            customers += 1
            waiting += 1
            if waiting_since is None:
                waiting_since, question_is_late = now, backwards
            continue
        agent = event.get("agent_id") or row["agent_id"]
        handovers += answering is not None and agent != answering
        answering = agent
        if waiting_since is not None:
            unknown = question_is_late or backwards or now < waiting_since
            waits.append(None if unknown else (now - waiting_since).total_seconds())
            replies += 1
            answered += waiting
            waiting, waiting_since = 0, None
    known = [wait for wait in waits if wait is not None]
    whole = bool(waits) and len(known) == len(waits)
    start, end = (datetime.fromisoformat(row["turns"][i]["at"]) for i in (0, -1))
    return {
        "first_response_s": waits[0] if waits else None,
        "avg_response_s": sum(known) / len(known) if whole else None,
        "longest_wait_s": max(known) if whole else None,
        "handling_time_s": None if backwards_anywhere else (end - start).total_seconds(),
        "replies": replies,
        "replies_within_30s": len([w for w in known if w <= 30]) if whole else None,
        "replies_within_3min": len([w for w in known if w <= 180]) if whole else None,
        "customer_messages": customers,
        "customer_messages_answered": answered,
        "handovers": handovers,
    }


def measured(row: dict[str, Any]) -> dict[str, Any]:
    turns = tuple(
        Turn(t["role"], t["text"], datetime.fromisoformat(t["at"]), t.get("agent_id"))
        for t in row["turns"]
    )
    return asdict(measure(Transcript(row["id"], turns, agent_id=row["agent_id"])))


def test_the_week_is_whole() -> None:
    assert len(ROWS) == len({row["id"] for row in ROWS}) == 90


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_figure_of_every_transcript(row: dict[str, Any]) -> None:
    figures = measured(row)
    reasons = figures.pop("reasons")
    assert figures == pytest.approx(recompute(row))
    assert set(reasons) == {name for name, value in figures.items() if value is None}


def test_only_the_skewed_clocks_leave_figures_unknown() -> None:
    assert {row["id"] for row in ROWS if measured(row)["reasons"]} == SKEWED


@pytest.mark.parametrize(
    ("name", "figure", "value", "reason"),
    [
        # An hour late: the first reply cannot be told from a slow one, the questions after it can.
        ("hl-0034", "first_response_s", 3662, None),
        (
            "hl-0034",
            "avg_response_s",
            None,
            "3 of 4 waits unknown: the clock runs backwards by 3580 s from turn 6 to 7",
        ),
        (
            "hl-0069",
            "first_response_s",
            None,
            "the clock runs backwards by 199 s from turn 3 to 5",
        ),
        (
            "hl-0069",
            "handling_time_s",
            None,
            "the clock runs backwards by 209 s from turn 4 to 5",
        ),
        ("hl-0069", "customer_messages_answered", 5, None),
    ],
)
def test_a_skewed_agent_clock(
    name: str, figure: str, value: float | None, reason: str | None
) -> None:
    figures = measured(next(row for row in ROWS if row["id"] == name))
    assert figures[figure] == value
    assert figures["reasons"].get(figure) == reason
