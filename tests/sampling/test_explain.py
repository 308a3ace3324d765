from __future__ import annotations

from typing import Any

import pytest
from candidates import candidate

from cs_qa.sampling import Stratum
from cs_qa.sampling.explain import (
    explain_minimum,
    explain_random,
    explain_risk,
    explain_uncertainty,
)

FOUR = tuple(candidate(f"t{number}") for number in range(4))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "1 of 4 conversations; chance 0.25."),
        (
            {"agent": ("a7",), "language": ("de",), "channel": ("live_chat",)},
            "1 of 4 conversations of agent a7 in German by live chat; chance 0.25.",
        ),
        (
            {"agent": ("a1", "a2"), "language": ("de", "fr", "xx"), "channel": ("chat", None)},
            "1 of 4 conversations of agents a1 and a2 in German, French and xx "
            "by chat and an unknown channel; chance 0.25.",
        ),
        (
            {"agent": ("a", "b", "c", "d"), "language": ("a b",)},
            "1 of 4 conversations of 4 agents in a b; chance 0.25.",
        ),
        (
            {"agent": (None,), "language": (None,), "grade": ("needs_improvement", None)},
            "1 of 4 conversations of agent unknown in an unknown language "
            "graded needs improvement and not at all; chance 0.25.",
        ),
        (
            {"day": ("2026-11-06", None)},
            "1 of 4 conversations of 6 November and no known day; chance 0.25.",
        ),
    ],
)
def test_the_random_part_tells_stratum_and_chance(values: dict[Any, Any], expected: str) -> None:
    assert explain_random(Stratum(1, FOUR, 1, values)) == f"Random part: {expected}"


def test_one_conversation_is_one() -> None:
    assert explain_random(Stratum(1, FOUR[:1], 1, {})) == (
        "Random part: 1 of 1 conversation; chance 1."
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (
            {"is_critical": True, "total": 57.5},
            "Risk part: score 142.5 = critical failure 100 + total below 100 42.5.",
        ),
        ({"complaint": True}, "Risk part: score 50 = complaint 50."),
        ({"total": 100.0}, "Risk part: no sign of risk; it fills the sample."),
    ],
)
def test_the_risk_part_tells_its_score(known: dict[str, Any], expected: str) -> None:
    assert explain_risk(candidate("t", **known)) == expected


def test_the_uncertainty_part_tells_how_sure_the_machine_is() -> None:
    assert explain_uncertainty(candidate("t", uncertainty=0.5, lowest_confidence=0.6)) == (
        "Uncertainty part: uncertainty 0.50 of 1; the least sure judgement has confidence 0.60."
    )
    assert explain_uncertainty(candidate("t", uncertainty=0.5)) == (
        "Uncertainty part: uncertainty 0.50 of 1."
    )


def test_the_minimum_part_tells_whose_it_is() -> None:
    assert explain_minimum("a7", drawn=1, left=5) == (
        "Minimum part: the random part has too few conversations of agent a7; "
        "1 of the other 5 drawn at random."
    )
