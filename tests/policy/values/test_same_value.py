"""When two values say the same, and what a value is in another unit."""

from __future__ import annotations

import pytest

from cs_qa.policy.values import Value, in_unit, same


def _duration(text: str, *, about: bool = False) -> Value:
    number, unit = text.split()
    low, _, high = number.partition("-")
    return Value(
        "duration",
        None if low == "" else float(low),
        None if high == "+" else float(high or low),
        unit,
        is_approximate=about,
    )


@pytest.mark.parametrize(
    ("stated", "expected", "equal"),
    [
        ("60 day", "2 month", True),
        ("2 month", "61 day", True),
        ("14 day", "2 week", True),
        ("15 day", "2 week", False),
        ("6 month", "0.5 year", True),
        ("24 month", "2 year", True),
        ("18 month", "2 year", False),
        ("30 day", "1 month", True),
        ("31 day", "1 month", True),
        ("28 day", "1 month", False),
        ("90 day", "3 month", True),
        ("93 day", "3 month", False),
        ("365 day", "1 year", True),
        ("360 day", "1 year", True),
        ("370 day", "1 year", False),
        ("52 week", "1 year", True),
        ("24 hour", "1 day", True),
        ("48 hour", "2 day", True),
        ("24 hour", "2 day", False),
        ("5 business_day", "5 business_day", True),
        ("5 business_day", "5 day", False),
        ("5 business_day", "1 week", False),
        ("20 business_day", "1 month", False),
        ("3-5 day", "3-5 day", True),
        ("3-5 day", "3-7 day", False),
        ("5 day", "3-5 day", False),
        ("-30 day", "30 day", True),
        ("-30 day", "1 month", True),
        ("30-+ day", "-30 day", False),
        ("30-+ day", "30 day", True),
        ("-5 day", "3-5 day", True),
    ],
)
def test_same(stated: str, expected: str, equal: bool) -> None:
    assert same(_duration(stated), _duration(expected)) is equal
    assert same(_duration(expected), _duration(stated)) is equal


@pytest.mark.parametrize(
    ("stated", "expected", "equal"),
    [("4 week", "1 month", True), ("3 week", "1 month", False), ("25 day", "30 day", False)],
)
def test_about_so_much(stated: str, expected: str, equal: bool) -> None:
    assert same(_duration(stated, about=True), _duration(expected)) is equal


def test_money_needs_a_currency_in_common() -> None:
    bare = Value("money", 8, 8, "", candidates=("USD", "CAD"))
    assert same(bare, Value("money", 8, 8, "CAD"))
    assert not same(bare, Value("money", 8, 8, "EUR"))
    assert not same(bare, Value("money", 9, 9, "USD"))


def test_kinds_and_what_is_counted_differ() -> None:
    assert not same(Value("percent", 15, 15, "percent"), Value("money", 15, 15, "USD"))
    assert same(Value("count", 1, 1, "time"), Value("count", 1, 1, "time"))
    assert not same(Value("count", 1, 1, "time"), Value("count", 1, 1, "item"))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("14 day", "week", (2, 2)),
        ("-48 hour", "day", (None, 2)),
        ("2-+ year", "month", (24, None)),
        ("1 year", "day", (365.25, 365.25)),
        ("30.4375 day", "month", (1, 1)),
        ("3 day", "day", (3, 3)),
        ("5 business_day", "day", None),
        ("5 day", "business_day", None),
        ("5 day", "EUR", None),
    ],
)
def test_in_unit(value: str, unit: str, expected: tuple[float | None, float | None] | None) -> None:
    assert in_unit(_duration(value), unit) == expected


def test_a_bare_sign_is_in_each_of_its_currencies() -> None:
    bare = Value("money", 8, 8, "", candidates=("USD", "CAD"))
    assert in_unit(bare, "CAD") == (8, 8)
    assert in_unit(bare, "EUR") is None
