"""Which letters belong together, with texts that were decoded wrongly beside right ones."""

from __future__ import annotations

import pytest

from cs_qa.readers.encodings.alphabets import plausibility, reads_as_utf8

GERMAN = "Schöne Grüße, wo ist mein Paket? Ich warte schon länger."
RUSSIAN = "Здравствуйте, где моя посылка? Жду уже две недели."
CHINESE = "您好，您的快递已经发出。"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (GERMAN, GERMAN.encode("cp1252").decode("cp1251")),
        (GERMAN, GERMAN.encode().decode("cp1252")),
        (RUSSIAN, RUSSIAN.encode("cp1251").decode("cp1252")),
        (RUSSIAN, RUSSIAN.encode("koi8-r").decode("cp866")),
        (
            "Dzień dobry, proszę o pomoc.",
            "Dzień dobry, proszę o pomoc.".encode("cp1250").decode("cp1252"),
        ),
    ],
)
def test_right_letters_are_likelier(text: str, wrong: str) -> None:
    assert plausibility(text) == pytest.approx(1.25)
    assert plausibility(wrong) < 1


def test_another_language_may_be_named() -> None:
    greek = "Καλησπέρα σας, πού είναι;"
    assert plausibility(greek) == 0.25
    assert plausibility(greek, language="el") == pytest.approx(1.2)
    assert plausibility("Per favore, dov'è il pacco?", language="cs") == pytest.approx(1.25)
    assert plausibility(greek, language="tlh") == 0.25


@pytest.mark.parametrize(
    ("text", "mixture", "expected"),
    [
        ("plain", "", 0.25),
        ("──── ¡¿ 😀", "wide", 0.25),
        ("縫uedo pagar?", "wide", 0.25),
        ("收到", "wide", 1.25),
        (f"{CHINESE} {RUSSIAN}", "wide", 1.15),
        (f"{CHINESE} {RUSSIAN} {'😀' * 40}", "wide", 1.15),
        ("Grüße à bientôt, mañana", "western", 1.15),
        (f"{CHINESE}────", "", 0.0),
        (f"{CHINESE}\x85\x86", "wide", 0.0),
        (f"{RUSSIAN}\ue000", "", 0.0),
    ],
)
def test_mixtures_and_garbage(text: str, mixture: str, expected: float) -> None:
    assert plausibility(text, mixture=mixture) == pytest.approx(expected)


def test_line_drawings_are_text_in_chinese() -> None:
    assert plausibility(f"{CHINESE}────", mixture="wide") > 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("ascii only", True),
        ("café, à Łódź", True),
        ("Где? Я.", True),
        ("مرحبا", True),
        ("שלום", True),
        ("Đơn hàng", True),
        ("图片", True),
        ("สวัสดี", True),
        ("ｱﾄﾞﾚｽ", True),
        ("½ × 3", True),
        ("图片".encode("gbk").decode(), False),
        ("模没".encode("gbk").decode(), False),
        ("ok图片".encode("gbk").decode(), False),
        ("ψ", True),
    ],
)
def test_letters_that_utf8_has(text: str, expected: bool) -> None:
    assert reads_as_utf8(text) is expected
