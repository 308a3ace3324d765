from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.store.rows import canonical, fold, plain
from cs_qa.store.schema import storable


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (3, 3),
        (2.5, 2.5),
        (float("inf"), None),
        (None, None),
        ("a\x00", "a�"),
        ((1, [2]), [1, [2]]),
        ({1: date(2026, 11, 16)}, {"1": "2026-11-16"}),
        (datetime(2026, 11, 16, tzinfo=UTC), "2026-11-16T00:00:00+00:00"),
        (Decimal("1.5"), "1.5"),
    ],
)
def test_plain(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_canonical_is_one_form() -> None:
    assert (
        canonical({"b": (1,), "a": "é"}) == canonical({"a": "é", "b": [1]}) == '{"a":"é","b":[1]}'
    )


@given(st.text(alphabet=st.characters(codec=None)))
def test_storable_keeps_length_and_encodes(text: str) -> None:
    stored = storable(text)
    assert len(stored) == len(text)
    assert "\x00" not in stored
    stored.encode()


@pytest.mark.parametrize(("a", "b"), [("ＤＨＬ", "dhl"), ("e\u0301", "é"), ("STRASSE", "straße")])
def test_fold_makes_equal(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_fold_keeps_apart() -> None:
    assert fold("é") != fold("e")
