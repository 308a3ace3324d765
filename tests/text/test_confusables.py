from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text.confusables import (
    arabic_variants,
    cyrillic_variants,
    faux_latin,
    latin_variant,
    unmixed,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nоt mу рrоblеm", "not my problem"),  # Cyrillic letters
        ("ΝΟΤ ΜΥ ΡRΟΒLΕΜ", "NOT MY PROBLEM"),  # Greek ones
        ("рор Problem", "pop Problem"),  # a whole word of them in a Latin text
        ("xopoшo", "хорошо"),  # Latin letters in a Russian word
        ("Нет, xвaтит", "Нет, хватит"),
        ("Ꮮᴏck", "Lock"),
        ("pr𝛂blem", "prablem"),
        ("n\u200bоt", "n\u200bot"),
        ("wei𝛃", "weiß"),
        ("bấ𝚝 ⲥẩn", "bấ𝚝 cẩn"),
        # what stays
        ("plain", "plain"),
        ("Где мой заказ?", "Где мой заказ?"),
        ("Заказ DHL, нет в наличии", "Заказ DHL, нет в наличии"),
        ("Wi-Fi роутер", "Wi-Fi роутер"),
        ("SMSками", "SMSками"),
        ("Καλημέρα σας", "Καλημέρα σας"),
        ("60×90 cm", "60×90 cm"),
        ("العربية OK", "العربية OK"),
        ("二〇二六年", "二〇二六年"),
    ],
)
def test_words_of_mixed_scripts(text: str, expected: str) -> None:
    assert unmixed(text) == expected


@given(st.text(st.sampled_from("aoeptxABCаоерхтвГдΑοβ １ⅠʙᎪ.× \u200b\u0301")))
def test_the_length_stays(text: str) -> None:
    assert len(unmixed(text)) == len(text)


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя АО.,"))
def test_russian_text_stays(text: str) -> None:
    assert unmixed(text) == text


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        *map(tuple, ("ᴀa", "ɴn", "ɐa", "ʇt", "ɔc", "ɟf", "🅐a", "🅱b", "⒜a", "ɡg", "ƀb", "ḃb", "ɩi")),
        *map(tuple, ("ññ", "đđ", "łł", "øø", "ơơ", "șș", "ǎǎ", "ệệ", "ßß", "əə", "ŋŋ")),
    ],
)
def test_letters_that_we_do_not_write(letter: str, expected: str) -> None:
    assert latin_variant(letter) == expected


def test_letters_of_other_cyrillic_alphabets_have_russian_ones() -> None:
    variants = cyrillic_variants()
    assert [variants[c] for c in "ѝҽүӡ"] == list("йеуз")
    assert not set(variants) & set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњџђћ")


def test_persian_letters_have_arabic_ones() -> None:
    variants = arabic_variants()
    assert [variants[c] for c in "یکہھە"] == list("يكههه")
    assert not set(variants) & set("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى")


@pytest.mark.parametrize(
    ("word", "expected"), [("ρяσвℓєм", "problem"), ("му", "my"), ("съезд", None), ("", "")]
)
def test_borrowed_shapes(word: str, expected: str | None) -> None:
    assert faux_latin(word) == expected
