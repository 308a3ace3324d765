"""Looking into nested JSON: what is missing is None, whatever stands in its place."""

from __future__ import annotations

import pytest

from cs_qa.readers.exports.nested import dig, in_time_order, known, name_of, time_of, told_role
from cs_qa.readers.options import ReadOptions


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"a": {"b": 1}}, ("a", "b"), 1),
        ({"a": {"b": 1}}, ("a", "c"), None),
        ({"a": 5}, ("a", "b"), None),
        ({"a": [{"id": 7, "v": 1}, {"id": "8", "v": 2}]}, ("a", "8", "v"), 2),
        ({"a": [1, {"v": 1}]}, ("a", "8"), None),
        (None, ("a",), None),
        ({"a": 1}, (), {"a": 1}),
    ],
)
def test_paths(value: object, path: tuple[str, ...], found: object) -> None:
    assert dig(value, *path) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_794_819_600, "2026-11-16T09:00:00+00:00"),
        (1_794_819_600.5, "2026-11-16T09:00:00.500000+00:00"),
        (1_794_819_600_000, "2026-11-16T09:00:00+00:00"),
        ("1794819600", "2026-11-16T09:00:00+00:00"),
        ("2026-11-16 09:00:00 UTC", "2026-11-16 09:00:00+00:00"),
        (" 2026-11-16T09:00:00Z ", "2026-11-16T09:00:00Z"),
        ("yesterday", "yesterday"),
        ("", None),
        (0, None),
        (None, None),
        (True, None),
        ([1], None),
        (1e300, "1e+300"),
        ("9" * 30, None),
    ],
)
def test_times(value: object, text: str | None) -> None:
    assert time_of(value) == text


def test_only_turns_that_run_back_are_turned_round() -> None:
    def order(*minutes: object) -> list[object]:
        turns = [{"at": f"2026-11-16T09:{m}:00Z" if m else None, "m": m} for m in minutes]
        return [turn["m"] for turn in in_time_order(turns)]

    assert order("03", "02", "01") == ["01", "02", "03"]
    assert order("03", None, "02", "02") == ["02", "02", None, "03"]
    assert order("01", "03", "02") == ["01", "03", "02"]
    assert order("03", "01", "02") == ["03", "01", "02"]
    assert order("01", "01") == ["01", "01"]
    assert order("xx", "01") == ["xx", "01"]
    assert order() == []


def test_names_and_what_is_known() -> None:
    assert [name_of(v) for v in (5, " a ", "", True, 1.5, None)] == [
        "5",
        "a",
        None,
        None,
        None,
        None,
    ]
    assert known(a=0, b="", c=None, d=[], e={}, f=False) == {"a": 0, "f": False}


def test_what_a_user_says_of_authors() -> None:
    options = ReadOptions(roles={"Berater": "agent", "7": "bot"}, agents=("Ana María",))
    assert told_role(options, None, "", "x", "berater") == "agent"
    assert told_role(options, "7", "berater") == "bot"
    assert told_role(options, "ana maría") == "agent"
    assert told_role(options, "8") is None
