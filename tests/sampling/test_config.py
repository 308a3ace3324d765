from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cs_qa.sampling import SampleConfig


@pytest.mark.parametrize(
    ("settings", "random_size"),
    [
        ({}, 30),
        ({"size": 1}, 1),
        ({"size": 5}, 3),
        ({"size": 2, "random_share": 0.1, "risk_share": 0.9, "uncertainty_share": 0}, 1),
        ({"random_share": 1, "risk_share": 0, "uncertainty_share": 0}, 60),
    ],
)
def test_the_random_part_has_its_share_and_is_never_empty(
    settings: dict[str, Any], random_size: int
) -> None:
    assert SampleConfig(**settings).random_size == random_size


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"size": 0}, "greater than or equal to 1"),
        ({"random_share": 0.6}, "must sum to 1; they sum to 1.1"),
        ({"random_share": 0, "risk_share": 0.8}, "greater than 0"),
        ({"risk_share": float("nan")}, "finite"),
        ({"blind_share": 1.5}, "less than or equal to 1"),
        ({"minimum_per_agent": -1}, "greater than or equal to 0"),
        ({"strata": ("agent", "agent")}, "names a dimension twice"),
        ({"strata": ("shop",)}, "Input should be"),
        ({"seed": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        SampleConfig(**settings)
