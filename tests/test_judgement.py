"""What the shipped models make of plain cases; the only tests that depend on their quality."""

from __future__ import annotations

from typing import Any

import pytest

from cs_qa.batch import Inspector
from cs_qa.types import Scorecard, Transcript, Turn

QUESTION = {
    "zh": "我的包裹到哪里了？",
    "en": "Where is my parcel?",
    "de": "Wo ist mein Paket?",
    "ja": "荷物は今どこですか？",
    "ar": "أين طردي؟",
}
DEFLECTION = {
    "zh": "我怎么知道？不关我的事。",
    "en": "How should I know? Not my problem.",
    "de": "Woher soll ich das wissen? Nicht mein Problem.",
    "ja": "知りませんよ。私には関係ありません。",
    "ar": "وكيف لي أن أعرف؟ هذه ليست مشكلتي.",
}
POLITE = {
    "zh": "您好，您的包裹已经发出，预计明天送达，感谢您的耐心等待。",
    "en": "Your parcel left our warehouse this morning and should reach you tomorrow.",
    "de": "Ihr Paket hat heute unser Lager verlassen und kommt voraussichtlich morgen an.",
    "ja": "お荷物は本日発送いたしました。明日お届けの予定でございます。",
    "ar": "شكرا لانتظاركم، غادر طردكم المستودع صباح اليوم ومن المتوقع أن يصلكم غدا بإذن الله.",
}
THANKS = {
    "zh": "太好了，非常感谢你的帮助！",
    "en": "Great, thank you so much for your help!",
    "de": "Super, vielen Dank für Ihre Hilfe!",
    "ja": "助かりました、本当にありがとうございます！",
    "ar": "رائع، شكرا جزيلا على مساعدتك!",
}
ANGER = {
    "zh": "太差劲了，等了三周还没收到，我非常生气！",
    "en": "This is terrible. Three weeks and still nothing, I am furious!",
    "de": "Das ist eine Frechheit. Drei Wochen und immer noch nichts, ich bin stinksauer!",
    "ja": "ひどすぎます。三週間待っても届かない。本当に腹が立ちます！",
    "ar": "هذا سيئ جدا. ثلاثة أسابيع ولم يصل شيء، أنا غاضب للغاية!",
}

pytestmark = pytest.mark.usefixtures("models")
in_each_language = pytest.mark.parametrize("language", QUESTION)


def inspected(*said: tuple[Any, str]) -> Scorecard:
    turns = tuple(Turn(role, text) for role, text in said)
    (card,) = Inspector().inspect_all([Transcript("t1", turns)])
    return card


@in_each_language
def test_shirking_is_deflecting(language: str) -> None:
    card = inspected(("customer", QUESTION[language]), ("agent", DEFLECTION[language]))
    assert "deflecting" in {each.label for each in card.judgement("banned_phrases").findings}
    assert card.judgement("banned_phrases").score != 100


@in_each_language
def test_an_ordinary_polite_reply_is_not_flagged(language: str) -> None:
    card = inspected(("customer", QUESTION[language]), ("agent", POLITE[language]))
    assert card.findings == ()
    assert card.judgement("banned_phrases").score == 100
    assert card.judgement("politeness").verdict == "pass"


@in_each_language
def test_customers_are_never_flagged(language: str) -> None:
    card = inspected(("customer", DEFLECTION[language]), ("agent", POLITE[language]))
    assert 0 not in {finding.span.turn for finding in card.findings}


@in_each_language
@pytest.mark.parametrize(("said", "label"), [(THANKS, "positive"), (ANGER, "negative")])
def test_the_customers_sentiment(language: str, said: dict[str, str], label: str) -> None:
    (turn,) = inspected(("customer", said[language])).annotated.turns
    assert turn.sentiment is not None
    assert turn.sentiment.label == label


@in_each_language
def test_the_language_of_the_conversation(language: str) -> None:
    card = inspected(("customer", QUESTION[language]), ("agent", POLITE[language]))
    assert card.annotated.language == language
    assert card.judgement("language").score == 100


@pytest.mark.parametrize(
    "mail",
    [
        "Thank you, it leaves today.\n-----Original Message-----\nFrom: A\nYou idiots, get lost!",
        "Thank you, it leaves today.\nOn Tue, 3 Nov 2026 Jane wrote:\nWhy didn't you read my mail?",
        "> You idiots, how should I know?\nThank you for your mail, it leaves today.",
    ],
)
def test_mail_that_is_quoted_is_not_held_against_the_agent(mail: str) -> None:
    assert inspected(("customer", "Where is it?"), ("agent", mail)).findings == ()


def test_a_declared_language_that_is_none_of_ours_is_taken_at_its_word() -> None:
    said = (Turn("customer", "Var är mitt paket?"), Turn("agent", "Jag ska kolla upp det direkt."))
    (card,) = Inspector.default().inspect([Transcript("t", said, language="sv")])
    assert card.judgement("language").findings == ()
    assert {turn.language for turn in card.annotated.turns} == {"sv"}


def test_a_customer_whose_language_cannot_be_told_fails_no_agent() -> None:
    card = inspected(("customer", "मेरा पार्सल कहाँ है?"), ("agent", "It leaves the warehouse today."))
    assert card.judgement("language").verdict == "not_applicable"
