from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.mixed_language import MixedLanguage

WHERE = {
    "ko": "언제 와요",
    "ru": "Где заказ?",
    "es": "¿Dónde está mi pedido?",
    "de": "Wo ist mein Paket?",
    "zh": "什么时候发货",
    "ja": "まだですか",
    "en": "Where is it?",
}


def found(converse: Any, customer: tuple[str, str], agent: tuple[str, str], **about: Any) -> Any:
    told = converse(
        ("customer", customer[0], {"language": customer[1]}),
        ("agent", agent[0], {"language": agent[1]}),
        **about,
    )
    (findings,) = MixedLanguage()([told])
    return findings


@pytest.mark.parametrize(
    ("language", "text", "told", "part"),
    [
        ("de", "Es ist unterwegs. Please wait until tomorrow for it.", "de", "Please wait until"),
        ("de", "Wir haben your order verschickt and it will be there.", "en", "your order"),
        ("zh", "已经发货了。It will arrive in the next three days.", "zh", "It will arrive"),
        ("zh", "可以退货的。ご返品は七日以内にお願いします。", "zh", "ご返品は"),
        ("ja", "確認いたします。请您稍等一下，我马上查询。", "ja", "请您稍等"),
        ("en", "It is on its way. 请您耐心等待一下。", "zh", "请您耐心等待一下"),
        ("en", "I have checked it. Ваш заказ уже в пути к вам.", "en", "Ваш заказ"),
        ("en", "I checked. 고객님의 주문을 확인했습니다.", "en", "고객님의"),
        ("ko", "고객님, your package is currently on the way 입니다.", "en", "your package"),
        ("ru", "Заказ отправлен. You can track it on our website.", "ru", "You can track"),
        ("en", "I checked it.\nIhr Paket wird morgen zugestellt.\nThank you all.", "en", "Ihr"),
        ("es", "Su pedido ya salió. O seu pedido já saiu e você vai receber hoje.", "es", "O seu"),
        ("de", "Es ist da. Have a nice day!", "de", None),
        ("de", "Es ist da. Thank you, and please wait until tomorrow for it.", "de", "Thank"),
        ("zh", "这款 The North Face Base Camp Duffel 有货。", "zh", None),
        ("zh", "请点 Settings，再选 Allow all。", "en", None),
        ("de", "Er zeigt „Please contact your administrator now“ an, oder?", "de", None),
        ("en", "Return it to: 广东省深圳市南山区科技路8号", "en", None),
        ("en", "The shop is 深圳大疆创新科技", "en", None),
        ("en", "Drücken Sie auf den Knopf und halten Sie ihn.", "de", None),
        ("en", "ok", "und", None),
    ],
)
def test_a_part_in_another_language(
    converse: Any, language: str, text: str, told: str, part: str | None
) -> None:
    findings = found(converse, (WHERE[language], language), (text, told))
    assert [f.text.startswith(part or "-") for f in findings] == ([True] if part else [])


def test_a_customer_who_mixes_may_be_answered_mixed(converse: Any) -> None:
    text = "可以的。Your order will be out for delivery today."
    assert found(converse, ("Can check my order? 谢谢啊", "zh"), (text, "zh")) == []
    assert found(converse, ("谢谢啊，急用", "zh"), (text, "zh"))


def test_without_a_customer_the_turn_itself_says(converse: Any) -> None:
    text = "Es ist unterwegs. Please wait until tomorrow for it."
    assert found(converse, ("1", "und"), (text, "de"))


def test_two_official_languages_are_usual(converse: Any) -> None:
    text = "Ihr Paket ist da. Votre colis arrivera demain dans la matinée chez vous."
    (finding,) = found(converse, (WHERE["de"], "de"), (text, "de"), market="CH")
    (other,) = found(converse, (WHERE["de"], "de"), (text, "de"), market="DE")
    assert finding.confidence < 0.5 < other.confidence


def test_offering_another_language_is_no_mixing(converse: Any) -> None:
    text = "Ihr Paket ist da. Do you speak English or is it all right like this?"
    assert found(converse, (WHERE["de"], "de"), (text, "de")) == []
