from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cs_qa.detectors.locale_form import LocaleForm
from cs_qa.rubric import Rubric
from cs_qa.score import judge


def found(
    converse: Any, market: str | None, language: str, text: str, customer: str = "?", **options: Any
) -> Any:
    tag = options.pop("tag", None)
    at = options.pop("at", None)
    told = converse(
        ("customer", customer, {"language": language}),
        ("agent", text, {"language": language}),
        market=market,
    )
    turns = tuple(replace(turn, at=at) for turn in told.transcript.turns)
    told = replace(told, transcript=replace(told.transcript, turns=turns, language=tag))
    (findings,) = LocaleForm(**options)([told])
    return findings


@pytest.mark.parametrize(
    ("market", "language", "text", "span"),
    [
        ("TW", "zh", "您的订单将发货", "订单将发货"),
        ("CN", "zh", "您的訂單將發貨", "訂單將發貨"),
        ("TW", "zh", "您的訂單將出貨", None),
        ("CN", "zh", "好的", None),
        ("CN", "zh", "您的車到了", None),
        (None, "zh", "您的訂單將發貨", None),
        ("BR", "pt", "Contacte-nos pelo telemóvel", "Contacte-nos"),
        ("PT", "pt", "Receberá no celular", "celular"),
        ("PT", "pt", "Receberá no telemóvel", None),
        ("BR", "pt", "O comboio e a encomenda", None),
        (None, "pt", "Receberá no celular", None),
        ("MX", "es", "Vuestro ordenador llega", "Vuestro"),
        ("DE", "de", "Das macht 1,299.00 € heute", "1,299.00 €"),
        ("DE", "de", "Das macht 12.50€.", "12.50€"),
        ("DE", "de", "Das macht 1,299 € heute", "1,299 €"),
        ("DE", "de", "1.299,00 €, 49 Euro, € 4,90, 1.299 €, Version 2.5", None),
        ("GB", "en", "It is £1.299,00 today", "£1.299,00"),
        ("GB", "en", "It is £1,299.00 or 20 GBP", None),
        ("KW", "ar", "السعر KWD 1.250 فقط", None),
        ("XK", "en", "It is €1.299,00 today", None),
        ("US", "en", "It is 100$ today", "100$"),
        ("CN", "zh", "一共３０元", "３０元"),
        ("GB", "en", "It arrives on 12/25/2026.", "12/25/2026"),
        ("GB", "en", "It arrives by 12/25, the ratio is 16/25", "12/25"),
        ("US", "en", "It arrives on 25/12/2026.", "25/12/2026"),
        ("US", "en", "It arrives on 12/25/2026, 24/7, on 03/04/2026, 2026-12-25, on 45/46", None),
        ("CA", "en", "On 25/12/2026 or 12/25/2026", None),
        ("JP", "ja", "25/12/2026に届きます", "25/12/2026"),
        ("JP", "ja", "12/25に届きます", None),
        ("DE", "de", "Am 25.12.26 und 25/12/26", None),
        ("DE", "de", "Holen Sie ihn ab, du brauchst Ihnen nichts", "du"),
        ("DE", "de", "Sie sagt: „du bist da“. Nehmen Sie es.", None),
        ("FR", "fr", "Vous pouvez, je te donne ton code", "ton"),
        ("FR", "fr", "Tu peux garder ton colis", None),
        ("GB", "en", "The color is gray", None),
        ("US", "und", "12.50 €", None),
    ],
)
def test_forms_of_other_markets(
    converse: Any, market: str | None, language: str, text: str, span: str | None
) -> None:
    shown = [finding.text for finding in found(converse, market, language, text)]
    assert shown == ([span] if span else [])


def test_what_the_customer_writes_is_never_wrong(converse: Any) -> None:
    assert found(converse, "HK", "zh", "我们会发货", "什么时候发货") == []
    assert found(converse, "BR", "pt", "Qual é o telemóvel?", "O meu telemóvel avariou") == []
    assert found(converse, "DE", "de", "Ja, 12.50 € sind es", "Sind es 12.50 €?") == []


def test_the_declared_script_and_region_stand_in_for_the_market(converse: Any) -> None:
    assert found(converse, None, "zh", "您的订单将发货", tag="zh-Hant")
    assert found(converse, None, "zh", "您的订单将发货", tag="zh_TW")
    assert found(converse, None, "zh", "您的訂單將發貨", tag="zh-Hans")
    assert found(converse, None, "pt", "Receberá no celular", tag="pt-PT")


def test_the_customers_script_stands_in_for_both(converse: Any) -> None:
    assert found(converse, None, "zh", "您的订单将发货", "請問什麼時候出貨")


def test_a_date_that_can_be_read_two_ways_is_told_by_the_day(converse: Any) -> None:
    at = datetime(2026, 3, 28, tzinfo=UTC)
    (finding,) = found(converse, "GB", "en", "It arrives on 04/03/2026.", at=at)
    assert "month/day" in finding.explanation
    assert found(converse, "US", "en", "It arrives on 04/03/2026.", at=at) == []
    (day,) = found(converse, "US", "en", "It arrives on 03/04.", at=at)
    assert "day/month" in day.explanation
    far = datetime(2026, 9, 1, tzinfo=UTC)
    assert found(converse, "GB", "en", "It arrives on 04/03/2026.", at=far) == []


def test_spelling_is_an_option(converse: Any) -> None:
    assert found(converse, "GB", "en", "The color is gray", spelling=True)
    assert found(converse, "US", "en", "The color is gray", spelling=True) == []


def test_what_is_unsure_is_shown_and_does_not_count(converse: Any) -> None:
    told = converse(
        ("customer", "Hallo, wo ist es?", {"language": "de"}),
        ("agent", "Holen Sie ihn ab, du darfst.", {"language": "de"}),
        language="de",
    )
    (findings,) = LocaleForm()([told])
    judged = judge("language", told, findings, rubric=Rubric.default())
    assert (judged.score, len(judged.findings)) == (100.0, 1)
    sure = [replace(finding, confidence=0.5) for finding in findings]
    assert judge("language", told, sure, rubric=Rubric.default()).score == 90.0


def test_a_sign_of_another_market_is_hardly_a_fault(converse: Any) -> None:
    (finding,) = found(converse, "DE", "de", "In den USA sind das $12.50")
    assert finding.confidence < 0.5
