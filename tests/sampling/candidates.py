"""Populations to draw from."""

from __future__ import annotations

from typing import Any

from cs_qa.sampling import Candidate


def candidate(name: str, **known: Any) -> Candidate:
    return Candidate(transcript_id=name, scorecard_id=known.pop("scorecard_id", 1), **known)


def week(size: int, *, agents: int = 5, languages: int = 3) -> list[Candidate]:
    """A population whose agents have unlike loads; totals and uncertainties vary."""
    return [
        candidate(
            f"t{number}",
            scorecard_id=1000 + number,
            agent=f"a{min(number % agents, number % 7)}",
            language=("de", "en", "zh")[number % languages],
            channel=("live_chat", "email")[number % 11 == 0],
            total=float(number * 37 % 101),
            is_critical=number % 23 == 0,
            uncertainty=(number * 61 % 100) / 100,
        )
        for number in range(size)
    ]
