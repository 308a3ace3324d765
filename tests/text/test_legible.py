from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text.legible import legible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nоt mу рrоblеm", "not my problem"),  # Cyrillic letters in Latin words
        ("Этo нe мoи пpoблeмы", "Это не мои проблемы"),  # and the other way round
        ("nο ιdea", "no idea"),  # Greek ones
        ("not\u200b my\u2060 prob\u00adlem", "not my problem"),
        ("prob\u200dlem", "problem"),
        ("不\u200b知道", "不知道"),
        ("n\u0336o\u0336t my job", "not my job"),
        ("ᴍʏ job", "my job"),
        ("I don&#39;t know &amp; don&#x2019;t care", "I don't know & don’t care"),
        ("&#1101;то не мои", "это не мои"),
    ],
)
def test_what_hides_words_is_undone(text: str, expected: str) -> None:
    assert legible(text).casefold() == expected.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "AT&T, R&D; a & b;",
        "Where is it? Café, naïve, Ærø, łódź, İstanbul, đơn hàng",
        "Размер M, ok? USB-кабель, заказ B2B-0097, e-mail",
        "Μια ερώτηση: πότε;",
        "👨\u200d👩\u200d👧 1️⃣ ❤\ufe0f",
        "می\u200cخواهم",
        "شكرا\u200f (ok)",
        "ｏｋ ＡＢＣ",
        "5 µm, 20 Ω",
        "พัสดุ ส่งแล้ว",
        "취소해 주세요",
    ],
)
def test_ordinary_text_comes_back_as_it_is(text: str) -> None:
    assert legible(text) == text


@given(st.text())
def test_it_is_read_once(text: str) -> None:
    once = legible(text)
    assert len(once) <= len(text)
    assert isinstance(once, str)
