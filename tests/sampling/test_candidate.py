from __future__ import annotations

from datetime import datetime

import pytest
from candidates import candidate

from cs_qa.sampling import risk_score, uncertainty_of
from cs_qa.sampling.candidate import risk_points


@pytest.mark.parametrize(
    ("known", "score"),
    [
        ({}, 0.0),
        ({"total": 100.0}, 0.0),
        ({"total": 30.0}, 70.0),
        ({"complaint": True}, 50.0),
        ({"has_inaccurate_policy": True}, 30.0),
        ({"is_critical": True, "total": 90.0}, 110.0),
        ({"is_critical": True, "complaint": True, "has_inaccurate_policy": True, "total": 0}, 280),
    ],
)
def test_risk_adds_points_by_cause(known: dict[str, object], score: float) -> None:
    assert risk_score(candidate("t", **known)) == score


def test_causes_without_points_are_not_named() -> None:
    assert risk_points(candidate("t", total=100.0, complaint=True)) == {"complaint": 50.0}


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ({}, None),
        ({"empathy": []}, None),
        ({"empathy": [1.0]}, (0.0, 1.0)),
        ({"empathy": [0.5]}, (1.0, 0.5)),
        ({"empathy": [0.0]}, (0.0, 1.0)),
        ({"empathy": [0.25]}, (0.5, 0.75)),
        ({"empathy": [1.0, 0.5]}, (1.0, 0.5)),
        ({"empathy": [1.0], "language": [0.5]}, (0.5, 0.5)),
        ({"empathy": [], "language": [0.75]}, (0.5, 0.75)),
    ],
)
def test_uncertainty_is_closeness_to_one_half(
    confidences: dict[str, list[float]], expected: tuple[float, float] | None
) -> None:
    assert uncertainty_of(confidences) == expected


def test_a_day_is_the_one_in_utc() -> None:
    late = datetime.fromisoformat("2026-11-17T00:30:00+01:00")
    assert candidate("t", at=late).value("day") == "2026-11-16"
    assert candidate("t").value("day") is None
