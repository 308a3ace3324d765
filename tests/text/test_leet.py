from __future__ import annotations

import pytest

from cs_qa.text import Normalised
from cs_qa.text.leet import shortened, unleeted, unmasked


def plain(text: str) -> Normalised:
    return Normalised(text, range(len(text) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("you 1d10t", "you idiot"),
        ("$tup!d", "stupid"),
        ("n0t my pr0b13m", "not my problem"),
        ("th@t i$ 4 joke", "that is a joke"),
        ("your 1oss", "your loss"),
        ("n0+ now", "not now"),
        ("н3 зн@ю", "не знаю"),
        ("м0и пр0б", "мои проб"),
    ],
)
def test_digits_and_signs_for_letters(text: str, expected: str) -> None:
    assert expected in [reading.text for reading in unleeted(plain(text))]


@pytest.mark.parametrize(
    "text",
    [
        "it weighs 5kg and costs 20 €!",
        "on 2nd may at 10am, iphone15, mp3, a4",
        "order ab123456c",
        "write to help@shop.example",
        "no! yes!!",
        "14:30 - 16:00",
        "",
    ],
)
def test_amounts_codes_and_addresses_stay(text: str) -> None:
    assert unleeted(plain(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nooooot", ["not", "noot"]),
        ("stuuupid addresss", ["stupid address", "stupid addres"]),
        ("不知道道道", ["不知道", "不知道道"]),
        ("รู้้้", ["รู้"]),
        ("ば\u30fc\u30fcか", ["ば\u30fcか", "ばか"]),
        ("ㅋㅋㅋㅋ", []),
        ("good address", []),
    ],
)
def test_stretched_letters(text: str, expected: list[str]) -> None:
    found = [reading.text for reading in shortened(plain(text))]
    assert set(expected) <= set(found)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("f*ck", "fuck"), ("st#pid", "stupid"), ("бл*ть", "блять")],
)
def test_masked_vowels(text: str, expected: str) -> None:
    assert expected in [reading.text for reading in unmasked(plain(text))]


def test_bold_type_hides_nothing() -> None:
    assert unmasked(plain("*bold* # 5")) == []
