from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cs_qa.detectors.language_mismatch import LanguageMismatch

GERMAN = ("Wo bleibt mein Paket denn?", "de")
ENGLISH = ("Let me look into that for you.", "en")


def flagged(converse: Any, *said: tuple[str, tuple[str, str | None]], **options: Any) -> list[int]:
    told = converse(*((role, text, {"language": code}) for role, (text, code) in said))
    (found,) = LanguageMismatch(**options)([told])
    return [finding.span.turn for finding in found]


@pytest.mark.parametrize(
    ("customer", "agent", "wrong"),
    [
        (GERMAN, ENGLISH, True),
        (GERMAN, GERMAN, False),
        (GERMAN, ("We look into it", "und"), False),
        (GERMAN, ("We look into it", None), False),
        (("12345", "und"), ENGLISH, False),
        (GERMAN, ("Hello there", "en"), False),
        (GERMAN, ("Hello 123456789 !!!!!", "en"), False),
        (GERMAN, ("Hello [NAME_1], [ORDER_NO_12] [EMAIL]", "en"), False),
        (GERMAN, ("您好", "zh"), False),
        (GERMAN, ("您好，请稍等", "zh"), True),
        (("您好", "zh"), ("안녕하세요", "ko"), True),
    ],
)
def test_an_answer_in_another_language(
    converse: Any, customer: tuple[str, str], agent: tuple[str, str | None], wrong: bool
) -> None:
    assert flagged(converse, ("customer", customer), ("agent", agent)) == ([1] if wrong else [])


def test_an_agent_who_speaks_first_is_not_at_fault(converse: Any) -> None:
    assert flagged(converse, ("agent", ENGLISH), ("customer", GERMAN)) == []


def test_an_agent_may_stay_with_any_language_the_customer_wrote(converse: Any) -> None:
    said = [("customer", GERMAN), ("customer", ENGLISH), ("agent", GERMAN), ("agent", ENGLISH)]
    assert flagged(converse, *said) == []


def test_bot_and_system_are_not_judged_and_set_no_language(converse: Any) -> None:
    said = [("bot", GERMAN), ("system", GERMAN), ("agent", ENGLISH), ("customer", GERMAN)]
    assert flagged(converse, *said, ("bot", ENGLISH), ("system", ENGLISH)) == []


def test_the_explanation_names_the_customers_latest_language(converse: Any) -> None:
    french = {"language": "fr"}
    told = converse(
        ("customer", "Où est mon colis ?", french),
        ("customer", GERMAN[0], {"language": "de"}),
        ("customer", "Où est mon colis ?", french),
        ("agent", ENGLISH[0], {"language": "en"}),
    )
    ((finding,),) = LanguageMismatch(confidence=0.8)([told])
    assert finding.explanation == "Answers in en; the customer writes fr."
    assert finding.confidence == 0.8


def test_the_least_length_is_an_option(converse: Any) -> None:
    said = [("customer", GERMAN), ("agent", ("Hello there", "en"))]
    assert flagged(converse, *said, min_letters=10) == [1]


def said(converse: Any, *turns: tuple[str, str, str | None], language: str | None = None) -> Any:
    told = converse(
        *((role, text, {"language": code}) for role, text, code in turns), language=None
    )
    told = replace(told, transcript=replace(told.transcript, language=language))
    (found,) = LanguageMismatch()([told])
    return [(finding.span.turn, finding.confidence) for finding in found]


ASKS = ("customer", *GERMAN)
ANSWERS = ("agent", "Your parcel arrives tomorrow morning.", "en")
IN_GERMAN = ("agent", "Ihr Paket kommt morgen früh an.", "de")


@pytest.mark.parametrize(
    ("request_", "agent", "wrong"),
    [
        ("English please", ANSWERS, False),
        ("English please", IN_GERMAN, True),
        ("Can you write in English?", ANSWERS, False),
        ("Do you speak English?", ANSWERS, False),
        ("Do you speak English?", IN_GERMAN, False),
        ("Sprechen Sie Englisch?", ANSWERS, False),
        ("请说英文", ANSWERS, False),
        ("英語でお願いします", ANSWERS, False),
        ("English", ANSWERS, False),
        ("Ist die Anleitung auf Englisch?", ANSWERS, True),
        ("有没有英文版的网站", ANSWERS, True),
    ],
)
def test_a_language_that_is_asked_for(
    converse: Any, request_: str, agent: tuple[str, str, str], wrong: bool
) -> None:
    asked = ("customer", request_, "de")
    assert bool(said(converse, ASKS, asked, agent)) == wrong


def test_a_long_message_is_no_request(converse: Any) -> None:
    asked = ("customer", "English please " + "und " * 100, "de")
    assert said(converse, ASKS, asked, ANSWERS)


def test_an_agent_may_offer_another_language(converse: Any) -> None:
    offer = ("agent", "Is it ok if I answer in English?", "en")
    assert said(converse, ASKS, offer, ("customer", "Ja", "de"), ANSWERS) == []


def test_an_agent_follows_a_customer_who_switches(converse: Any) -> None:
    once = ("customer", "Thanks, when will it be here then?", "en")
    long = ("customer", "Thank you, and when will it be delivered to my house now?", "en")
    short = ("customer", "Ok, thanks", "en")
    first = (ASKS, IN_GERMAN)
    assert said(converse, *first, short, IN_GERMAN) == []
    assert said(converse, *first, once, IN_GERMAN) == [(3, 0.45)]
    assert said(converse, *first, long, IN_GERMAN) == [(3, 0.6)]
    assert said(converse, *first, once, ANSWERS, once, IN_GERMAN) == [(5, 0.6)]


def test_the_declared_language_stands_in_for_a_customer_who_says_little(converse: Any) -> None:
    nothing = ("customer", "12345", "und")
    assert said(converse, nothing, ANSWERS, language="de-AT") == [(1, 0.6)]
    assert said(converse, nothing, ANSWERS, language="sv") == []
    assert said(converse, ("customer", "Hallo", "nl"), IN_GERMAN) == []
    assert said(converse, ("customer", "almak ist", "de"), ANSWERS, language="en") == []


def test_what_is_quoted_or_garbled_says_nothing(converse: Any) -> None:
    quotes = ("customer", 'Er zeigt "Please contact your administrator" an', "en")
    assert said(converse, quotes, IN_GERMAN) == []
    assert said(converse, ASKS, ("agent", "“Please contact us all now”", "en")) == []
    assert (
        said(converse, ("customer", "在吗，请问", "zh"), ("agent", "浣犲ソ锛岃绋嶇瓑", "ja")) == []
    )


def test_a_turn_that_mixes_is_not_wrong_as_a_whole(converse: Any) -> None:
    mixes = ("agent", "Ihr Paket ist unterwegs. We will let you know more of it soon.", "en")
    assert said(converse, ASKS, mixes) == []


def test_names_hardly_tell_a_language(converse: Any) -> None:
    assert said(converse, ASKS, ("agent", "Kleber Krisalp, Debica Frigo, Nokian", "pt")) == [
        (1, 0.45)
    ]


def test_findings_advise(converse: Any) -> None:
    told = converse(
        ("customer", GERMAN[0], {"language": "de"}), ("agent", ENGLISH[0], {"language": "en"})
    )
    ((finding,),) = LanguageMismatch()([told])
    assert "Answer in de" in finding.detail.advice
