from __future__ import annotations

import pytest

from cs_qa.readers.values import satisfaction, solved


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("非常满意", 5),
        ("非常滿意", 5),
        ("满意", 4),
        ("一般", 3),
        ("不满意", 2),
        ("非常不满意", 1),
        ("Very satisfied", 5),
        ("satisfied", 4),
        ("Neutral", 3),
        ("dissatisfied", 2),
        ("very dissatisfied", 1),
        ("4/5", 4),
        ("4 / 5", 4),
        ("5分", 5),
        ("3 stars", 3),
        ("★★★★☆", 4),
        ("★★★★★", 5),
        ("⭐⭐", 2),
        ("4.5", 4.5),
        (3, 3),
    ],
)
def test_satisfaction(value: object, expected: float) -> None:
    answer = satisfaction(value)
    assert (answer, type(answer)) == (expected, float)


@pytest.mark.parametrize(
    "value", ["8/10", "0/5", "6分", "★★★★★☆", "☆☆☆☆☆", "good", "9", 0, "x" * 99]
)
def test_no_satisfaction(value: object) -> None:
    with pytest.raises(ValueError, match="it must be a number"):
        satisfaction(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Resolved", True),
        ("solved", True),
        ("已解决", True),
        ("已解決", True),
        ("unresolved", False),
        ("Not resolved", False),
        ("未解决", False),
        ("是", True),
        ("n", False),
        (True, True),
    ],
)
def test_solved(value: object, expected: bool) -> None:
    assert solved(value) is expected


@pytest.mark.parametrize("value", ["closed", "open", "pending", "x" * 99, 2])
def test_a_closed_case_need_not_be_solved(value: object) -> None:
    with pytest.raises(ValueError, match="must be true or false"):
        solved(value)
