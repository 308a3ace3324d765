from __future__ import annotations

import pytest

from cs_qa.text import Normalised
from cs_qa.text.shapes import composed_jamo, doubtful_letters, is_undotted, plain_letters


def plain(text: str) -> Normalised:
    return Normalised(text, range(len(text) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇳 🇴 🇹", "n o t"),
        ("ne\u0301ve\u0336r", "never"),
        ("иσт му ρяσвℓєм", "not my problem"),
        ("ıdıot", "idiot"),
        ("バ力", "バカ"),
        ("不エ作", "不工作"),
        ("ばーか すご〜い", "ばか すごい"),
        # what stays
        ("Где DHL?", "Где DHL?"),
        ("ılık çay", "ılık çay"),
        ("サービス工場", "サービス工場"),
        ("サーバー", "サーバー"),
        ("não", "não"),
    ],
)
def test_what_can_only_be_a_letter(text: str, expected: str) -> None:
    assert plain_letters(plain(text)).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ӏd", ["ld", "id"]),
        ("probIem", ["problem", "probiem"]),
        ("Is it", ["Is it"]),
        ("uoʇ", ["uoʇ", "noʇ"]),
    ],
)
def test_letters_that_can_be_two(text: str, expected: list[str]) -> None:
    assert [reading.text for reading in doubtful_letters(plain(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("ıdıot", True), ("ılık su", True), ("ağır", False)]
)
def test_the_i_without_dot(text: str, expected: bool) -> None:
    assert is_undotted(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ㅂㅏㅂㅗ", "바보"),
        ("ㅁㅗㄹㄹㅏㅇㅛ", "몰라요"),
        ("ㅋㅋ ㅠㅠ ㅗ", "ㅋㅋ ㅠㅠ ㅗ"),
        ("ㄴㅏㄸㅗ", "나또"),
    ],
)
def test_korean_letters_are_put_together(text: str, expected: str) -> None:
    assert composed_jamo(plain(text)).text == expected
