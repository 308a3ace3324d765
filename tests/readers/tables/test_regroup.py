"""Rows of one id that stand apart: one conversation, the same again, or refused by name."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import InputError, RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.readers.tables import regroup
from cs_qa.readers.tables.raw import RawRow
from cs_qa.readers.tables.regroup import by_id

Rows = Sequence[tuple[str, ...]]


def read_rows(
    folder: Path, header: str, rows: Rows, *, timezone: str | None = "UTC"
) -> tuple[dict[str, list[str]], list[RowError]]:
    path = folder / "t.csv"
    path.write_text("\n".join([header, *map(",".join, rows)]), encoding="utf-8")
    errors: list[RowError] = []
    options = ReadOptions(timezone=timezone)
    found = list(read(path, options=options, on_error=errors.append))
    return {t.id: [turn.text for turn in t.turns] for t in found}, errors


def at(name: str, text: str, clock: str) -> tuple[str, ...]:
    return (name, "bot", text, f"2026-11-16 {clock}" if clock else "")


AGAIN = "id 'a' begins again in line 4 with other content than in line 2"
BLOCKS: list[tuple[str, Rows, list[str] | str]] = [
    (
        "goes on",
        [at("a", "1", "9:00"), at("b", "x", "9:01"), at("a", "2", "9:02")],
        ["1", "2"],
    ),
    (
        "goes on in the same second",
        [at("a", "1", "9:00"), at("b", "x", "9:00"), at("a", "2", "9:00")],
        ["1", "2"],
    ),
    (
        "the same again",
        [at("a", "1", "9:00"), at("a", "2", "9:02"), at("b", "x", "9:01"), at("a", "1", "9:00"),
         at("a", "2", "9:02")],
        ["1", "2"],
    ),
    (
        "the same again in one minute",
        [at("a", "1", "9:00"), at("a", "2", "9:00"), at("b", "x", "9:00"), at("a", "1", "9:00"),
         at("a", "2", "9:00")],
        ["1", "2"],
    ),
    (
        "the whole file again",
        [at("a", "1", "9:00"), at("b", "x", "9:00"), at("a", "2", "9:01"), at("a", "1", "9:00"),
         at("b", "x", "9:00"), at("a", "2", "9:01")],
        ["1", "2"],
    ),
    (
        "thrice the same",
        [row for _ in range(3) for row in (at("a", "1", "9:00"), at("b", "x", "9:01"))],
        ["1", "1", "1"],
    ),
    (
        "goes back",
        [at("a", "1", "9:10"), at("b", "x", "9:11"), at("a", "2", "9:02")],
        AGAIN,
    ),
    (
        "a part of it again",
        [at("a", "1", "9:00"), at("b", "x", "9:01"), at("a", "1", "8:00"), at("a", "2", "9:02")],
        AGAIN,
    ),
    (
        "a block without times",
        [at("a", "1", "9:00"), at("b", "x", "9:01"), at("a", "2", "")],
        AGAIN,
    ),
    (
        "times with and without an offset",
        [at("a", "1", "9:00+01:00"), at("b", "x", "9:01"), at("a", "2", "9:02")],
        ["1", "2"],
    ),
    (
        "no times",
        [at("a", "1", ""), at("b", "x", ""), at("a", "2", "")],
        "id 'a' comes back after another in line 4 (it began in line 2), and neither times nor",
    ),
    (
        "no times, the same again",
        [at("a", "1", ""), at("b", "x", ""), at("a", "1", "")],
        ["1"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"), [pytest.param(r, e, id=name) for name, r, e in BLOCKS]
)
def test_blocks_of_one_id(tmp_path: Path, rows: Rows, expected: list[str] | str) -> None:
    found, errors = read_rows(tmp_path, "id,role,text,at", rows)
    assert "b" in found
    if isinstance(expected, list):
        assert (found["a"], errors) == (expected, [])
    else:
        [error] = errors
        assert expected in str(error)
        assert "a" not in found


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "2", "3", "4"], ["w", "x", "y", "z"]),
        (["3", "4", "1", "2"], ["y", "z", "w", "x"]),
        (["1", "2", "2", "3"], None),
        (["1", "2", "", "3"], None),
    ],
)
def test_turn_numbers(tmp_path: Path, numbers: list[str], expected: list[str] | None) -> None:
    rows = [("a", "bot", text, n) for text, n in zip("wxyz", numbers, strict=True)]
    rows.insert(2, ("b", "bot", "b", "1"))
    found, errors = read_rows(tmp_path, "id,role,text,turn", rows)
    assert found.get("a") == expected
    assert len(errors) == (expected is None)


def test_a_repeated_hour_goes_on(tmp_path: Path) -> None:
    rows = [
        ("a", "bot", "1", "2026-10-25 02:50"),
        ("b", "bot", "x", "2026-10-25 02:55"),
        ("a", "bot", "2", "2026-10-25 02:10"),
    ]
    found, errors = read_rows(tmp_path, "id,role,text,at", rows, timezone="Europe/Paris")
    assert (found["a"], errors) == (["1", "2"], [])
    _, errors = read_rows(tmp_path, "id,role,text,at", rows, timezone=None)
    assert "begins again in line 4" in str(errors[0])


def test_mixed_offsets_without_a_zone_do_not_go_on(tmp_path: Path) -> None:
    rows = [at("a", "1", "9:00+01:00"), at("b", "x", "9:01"), at("a", "2", "9:02")]
    _, [error] = read_rows(tmp_path, "id,role,text,at", rows, timezone=None)
    assert "begins again in line 4" in str(error)


@pytest.mark.parametrize("zone", ["UTC", "Mars/Base"])
def test_the_zone_of_the_row(tmp_path: Path, zone: str) -> None:
    rows = [(*at(n, n, f"9:0{i}"), zone) for i, n in enumerate("aba")]
    found, errors = read_rows(tmp_path, "id,role,text,at,timezone", rows)
    assert (found["a"], errors) == (["a", "a"], [])


def test_dates_of_an_unknown_order_go_on_in_both(tmp_path: Path) -> None:
    rows = [(n, "bot", n, written) for n, written in zip("aba", ["3/4/2026 9:00"] * 3, strict=True)]
    found, errors = read_rows(
        tmp_path, "id,role,text,at", [*rows[:2], (*rows[2][:3], "4/4/2026 9:00")]
    )
    assert (found["a"], [str(e) for e in errors]) == (["a"] * 2, [])
    _, [error] = read_rows(
        tmp_path, "id,role,text,at", [*rows[:2], (*rows[2][:3], "2/5/2026 9:00")]
    )
    assert "begins again" in str(error)


conversations = st.lists(st.integers(1, 5), min_size=1, max_size=8)


@given(conversations, st.randoms(use_true_random=False))
def test_any_mixture_by_time_gives_the_same_transcripts(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], mix: random.Random
) -> None:
    turns = [number for number, count in enumerate(counts) for _ in range(count)]
    mix.shuffle(turns)
    rows = [at(f"t{n}", str(i), f"{9 + i // 60}:{i % 60:02}") for i, n in enumerate(turns)]
    found, errors = read_rows(tmp_path_factory.getbasetemp(), "id,role,text,at", rows)
    assert errors == []
    assert list(found) == list(dict.fromkeys(f"t{n}" for n in turns))
    for name, texts in found.items():
        assert texts == [str(i) for i, n in enumerate(turns) if f"t{n}" == name]


def rows_of(*ids: str | None) -> list[RawRow]:
    return [
        RawRow(line, [name or "", "x"] if name != "cut" else ["cu"], None if name else "torn")
        for line, name in enumerate(ids, start=2)
    ]


def test_many_rows_without_an_id_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regroup, "MAX_HELD", 2)
    groups = by_id(rows_of("a", "b", None, None, None, "b", "a"), 0, source="t")
    assert [[place for place, _ in group] for group in groups] == [[0, 6], [1, 4, 5], [2], [3]]


def test_nothing_is_left_in_the_temporary_folder() -> None:
    before = set(Path(gettempdir()).glob("cs_qa-*"))
    groups = by_id(rows_of("a", "b", "a"), 0, source="t")
    next(groups)
    assert len(set(Path(gettempdir()).glob("cs_qa-*")) - before) >= 1
    groups.close()  # type: ignore[attr-defined]
    assert set(Path(gettempdir()).glob("cs_qa-*")) <= before


def test_a_full_disk_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = regroup._store

    def store(db: sqlite3.Connection, rows: object) -> None:
        db.execute("PRAGMA page_size=512")
        db.execute("PRAGMA max_page_count=6")
        real(db, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(regroup, "_store", store)
    rows = [RawRow(line, [f"t{line % 9}", "x" * 900]) for line in range(99)]
    with pytest.raises(InputError, match=r"t: its rows are not in the order of their ids.*TMPDIR"):
        list(by_id(rows, 0, source="t"))
