from __future__ import annotations

import pytest

from cs_qa.text import Normalised, normalise
from cs_qa.text.abbreviations import abbreviation_hint, spelt_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IDK, ask them", "i don't know, ask them"),
        ("jsp moi", "je ne sais pas moi"),
        ("хз где", "не знаю где"),
        ("ㅁㄹ", "몰라"),
        ("这个bzd啊", "这个不知道啊"),
        ("مادري", "ما أدري"),
        ("氏ね", "死ね"),
    ],
)
def test_abbreviations_are_spelt_out(text: str, expected: str) -> None:
    found = [reading.text for reading in spelt_out(normalise(text))]
    assert normalise(expected).text in found


@pytest.mark.parametrize("text", ["kidk", "the idkit", "ㅋㅋㅁㄹㅋ", "хзм", "", "plain"])
def test_not_inside_words(text: str) -> None:
    assert spelt_out(normalise(text)) == []


def test_each_language_has_its_own_reading() -> None:
    found = {reading.text for reading in spelt_out(normalise("nmp"))}
    assert {"not my problem", "nicht mein problem", "niet mijn probleem"} <= found


def test_offsets_lead_to_the_abbreviation() -> None:
    reading = spelt_out(Normalised("well idk", range(9)))[0]
    assert reading.span(5, len(reading.text)) == (5, 8)


@pytest.mark.parametrize(
    ("text", "expected"), [("so idk.", True), ("亲bzd啊", True), ("kidk", False)]
)
def test_the_hint_stands_where_one_stands(text: str, expected: bool) -> None:
    import re2

    assert bool(re2.search(abbreviation_hint(), text)) is expected
