from __future__ import annotations

import pytest

from cs_qa.readers.tables import survey as module
from cs_qa.readers.tables.raw import RawRow
from cs_qa.readers.tables.survey import survey


def rows_of(*ids: object) -> list[RawRow]:
    return [RawRow(line, [name, f"{line % 28 + 1}/4/2026"]) for line, name in enumerate(ids)]


@pytest.mark.parametrize("first_check", [1, 3, 4096])
@pytest.mark.parametrize(
    ("ids", "is_grouped"),
    [
        ([], True),
        (["a"], True),
        (["a", "a", "b", "b", "c"], True),
        (["a", "", "a", None, "a", [], "a"], True),
        ([7, 7.0, "7", "a"], True),
        (["a", "b", "a"], False),
        ([7, "b", "7"], False),
        (["a", "b", "a", "b", "c", "d", "e", "f", "a"], False),
        ([*"abcdefghij", "a"], False),
        ([*"abcdefghij"], True),
    ],
)
def test_whether_the_rows_of_an_id_stand_together(
    monkeypatch: pytest.MonkeyPatch, ids: list[object], is_grouped: bool, first_check: int
) -> None:
    monkeypatch.setattr(module, "_FIRST_CHECK", first_check)
    assert survey(rows_of(*ids), id_at=0, time_at=None).is_grouped is is_grouped


def test_the_first_good_row_and_the_order_of_dates() -> None:
    rows = [RawRow(2, ["x", "1/13/2026"], "torn"), *rows_of(*"abcdefghijklmnop"), RawRow(9, ["q"])]
    found = survey(rows, id_at=0, time_at=1)
    assert (found.first, found.date_order) == (["a", "1/4/2026"], "dmy")
    assert survey(rows[:3], id_at=0, time_at=1).date_order is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 9), ("a", 8), ("a", 8), ("a", 7), ("a", 6)], True),
        ([("a", 9), ("a", 8), ("a", 7)], False),  # a clock may fall twice
        ([("a", 9), ("a", 8), ("a", 7), ("a", 6), ("b", 1), ("b", 2)], False),
        ([("a", 6), ("a", 7), ("a", 8), ("a", 9)], False),
        ([(name, hour) for hour, name in zip(range(20, 8, -1), "ab" * 6, strict=True)], True),
        ([(name, hour) for hour, name in zip(range(20, 10, -1), "ab" * 5, strict=True)], False),
    ],
)
@pytest.mark.parametrize("day", ["2026-11-16", "16/11/2026", "3/4/2026"])
def test_whether_the_newest_row_stands_first(
    rows: list[tuple[str, int]], day: str, expected: bool
) -> None:
    raws = [RawRow(i, [name, f"{day} {hour:02}:00"]) for i, (name, hour) in enumerate(rows, 2)]
    assert survey(raws, id_at=0, time_at=1).is_newest_first is expected


def test_times_that_cannot_be_compared_have_no_direction() -> None:
    times = ["2026-11-16T09:00Z", "2026-11-16 08:00", "soon"] * 4
    raws = [RawRow(line, ["a", at]) for line, at in enumerate(times)]
    assert not survey(raws, id_at=0, time_at=1).is_newest_first
