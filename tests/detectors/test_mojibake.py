from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.mojibake import Mojibake


def found(converse: Any, *said: tuple[str, str]) -> list[tuple[str, str]]:
    (findings,) = Mojibake()([converse(*said)])
    return [(finding.text, finding.explanation) for finding in findings]


@pytest.mark.parametrize(
    ("text", "broken", "meant"),
    [
        ("Votre colis a Ã©tÃ© expÃ©diÃ©.", "Ã©tÃ© expÃ©diÃ©", "été expédié"),
        ("We donâ€™t have it", "donâ€™t", "don’t"),
        ("ï»¿Hello", "ï»¿", ""),
        ("ä½ å¥½ï¼Œ请稍等", "å¥½ï¼Œ", "好，"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚, ваш", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("РџСЂРёРІРµС‚, заказ", "РџСЂРёРІРµС‚", "Привет"),
        ("Ïðèâåò!", "Ïðèâåò", "Привет"),
        ("Äú¶©µ¥ÒÑ·¢»õ，", "Äú¶©µ¥ÒÑ·¢»õ", "您订单已发货"),
        ("浣犲ソ，", "浣犲ソ", "你好"),
        ("縺薙ｓ縺ｫ縺｡縺ｯ、お待ち", "縺薙ｓ縺ｫ縺｡縺ｯ", "こんにちは"),
        ("ì•ˆë…•í•˜ì„¸ìš” 고객님", "ì•ˆë…•í•˜ì„¸ìš”", "안녕하세요"),
        ("订单锟斤拷锟斤拷", "锟斤拷锟斤拷", ""),
        ("F\ufffdr Sie", "\ufffd", ""),
        ("Ready&nbsp;now", "&nbsp;", ""),
        ("It&#39;s", "&#39;", "'"),
        (r"\u4f60\u597d，", r"\u4f60\u597d", "你好"),
        ("ma=C3=B1ana", "=C3=B1", "ñ"),
        ("caf%C3%A9", "%C3%A9", "é"),
    ],
)
def test_broken_encoding(converse: Any, text: str, broken: str, meant: str) -> None:
    ((shown, explanation), *_) = found(converse, ("agent", text))
    assert shown.startswith(broken)
    assert meant in explanation


@pytest.mark.parametrize(
    "text",
    [
        "NÃO, ATENÇÃO: größer, déçue, Noël, à bientôt, ½ prix, 1.º",
        "« À bientôt » – « ÇA VA ? »",
        "Dạ em chào anh, đơn hàng đã được gửi rồi ạ.",
        "ŞİĞÜÇÖ güncelleme, zażółć gęślą jaźń",
        "繝の字。您好，您的订单已发货，请耐心等待。",
        "ééééé! nãããão",
        "ÀÉÈÙÇ",
        "Мы РСТ проверим. Россия, СССР, РФ",
        "AT&T, H&M, R&D; a=20, b=30; 100%",
        r"C:\users\u0042",
        "https://example.com/?q=%E4%BD%A0&amp;x=1",
        "The “Ã©” you see is an error",
        "=C3=28 \\xc3",
    ],
)
def test_sound_text(converse: Any, text: str) -> None:
    assert [each for each in found(converse, ("agent", text)) if "escape" not in each[1]] == []


def test_damage_on_both_sides_is_the_channels(converse: Any) -> None:
    said = ("customer", "Itâ€™s broken")
    assert found(converse, said, ("agent", "We donâ€™t know&nbsp;yet"))[0][0] == "&nbsp;"


def test_escaped_signs_do_not_count_alone(converse: Any) -> None:
    ((finding,),) = Mojibake()([converse(("agent", "Menu -&gt; Orders"))])
    assert finding.confidence < 0.5
