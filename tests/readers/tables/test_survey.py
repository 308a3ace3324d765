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
