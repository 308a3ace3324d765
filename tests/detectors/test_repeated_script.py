from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from cs_qa.detectors.repeated_script import RepeatedScript
from cs_qa.types import Likeness

PARCEL = "Your parcel is on its way and will reach you soon."
CHINESE = "您的包裹已经在路上了，预计明天送到您手上"
REFUND = "The refund was booked today, the bank needs a few days for it."
CASE = "Your case 4411 was handed to the service team, you will hear by 10/03."
LAMP = "Lamp L1 leaves our warehouse in Leeds on Monday by courier."
ADDRESS = "Please send it to Returns Desk, Mill Lane, Leeds, third door on the left."


def said(converse: Any, *turns: Any, language: str = "en") -> Any:
    """A conversation of agent texts, of ("customer", text[, sentiment]) in between."""
    rows = []
    for turn in turns:
        role, text, *mood = ("agent", turn) if isinstance(turn, str) else turn
        told = {"language": language} | ({"sentiment": mood[0]} if mood else {})
        rows.append((role, text, told))
    return converse(*rows, language=language)


def repeats(told: Any, **options: Any) -> list[tuple[int, int]]:
    (found,) = RepeatedScript(**options)([told])
    return [(each.span.turn, each.detail.earlier_turn) for each in found]


@pytest.mark.parametrize(
    ("first", "second", "repeated"),
    [
        (PARCEL, PARCEL, True),
        (PARCEL, PARCEL.upper() + " 🙂!!", True),
        (PARCEL, f"Dear customer, thank you for waiting. {PARCEL} Have a nice day!", True),
        (CASE, CASE.replace("4411", "4498").replace("10/03", "14/03"), True),
        (f"<NAME_1>, {PARCEL}", f"[NAME_2], {PARCEL}", True),
        (CHINESE, f"亲，{CHINESE}哦", True),
        (PARCEL, REFUND, False),
        ("I asked the depot for your box.", "The depot answered: your box leaves.", False),
        ("Yes, we do.", "Yes, we do.", False),
        ("123456789012345678", "123456789012345678", False),
        ("", "", False),
    ],
)
def test_the_same_script_again(converse: Any, first: str, second: str, repeated: bool) -> None:
    told = said(converse, first, second, language="zh" if first == CHINESE else "en")
    assert repeats(told) == ([(1, 0)] if repeated else [])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you for contacting us, have a nice day!", "en"),
        ("Is there anything else I can help you with today?", "en"),
        ("Ihre Sendungsnummer lautet 00340434161094.", "de"),
        ("Dieser Chat wird zu Schulungszwecken aufgezeichnet.", "de"),
        ("请问还有其他还可以帮到您的吗？祝您生活愉快，再见！", "zh"),
    ],
)
def test_duty_text_may_be_said_again(converse: Any, text: str, language: str) -> None:
    assert repeats(said(converse, text, text, language=language)) == []


def test_a_shop_adds_its_duty_text(converse: Any) -> None:
    told = said(converse, "Northwind Ltd, Leeds, company 77.", "Northwind Ltd, Leeds, company 77.")
    assert repeats(told) == [(1, 0)]
    assert repeats(told, duty=("Northwind Ltd, Leeds, company",)) == []


@pytest.mark.parametrize(
    ("between", "later", "repeated"),
    [
        (("customer", "And lamp L2?"), LAMP.replace("L1", "L2"), False),
        (("customer", "How about the other one?"), LAMP.replace("L1", "L2"), False),
        (("customer", "It is late.", "negative"), LAMP.replace("Leeds", "Leeds 7"), True),
        (("customer", "When, then??", "negative"), LAMP, True),
        (("customer", "Could you repeat that?"), LAMP, False),
        (("customer", "You repeat that again and again", "negative"), LAMP, True),
        (("customer", "And for York by bike"), LAMP.replace("Leeds", "York"), False),
    ],
)
def test_what_the_customer_asked_for_is_an_answer(
    converse: Any, between: Any, later: str, repeated: bool
) -> None:
    assert repeats(said(converse, LAMP, between, later)) == ([(2, 0)] if repeated else [])


def test_an_address_that_was_asked_for_again_is_an_answer(converse: Any) -> None:
    asked = ("customer", "What was the address?", "neutral")
    assert repeats(said(converse, ADDRESS, asked, ADDRESS)) == []
    assert repeats(said(converse, ADDRESS, ("customer", "Ok"), ADDRESS)) == [(2, 0)]


@pytest.mark.parametrize(
    ("language", "stalls"),
    [
        ("en", ["One moment please.", "Please hold on, I'm still checking.", "Let me check."]),
        ("zh", ["请稍等", "正在为您核实，请稍等哦", "亲，还在核实呢，请您耐心等待"]),
        ("es", ["Un momento, por favor.", "Lo estoy revisando.", "Espere un momento."]),
        ("pt", ["Um momento, por favor.", "Estou verificando.", "Aguarde um instante."]),
        ("fr", ["Un instant, je vérifie.", "Merci de patienter.", "Je vérifie toujours."]),
        ("de", ["Einen Moment bitte.", "Ich prüfe das gerade.", "Bitte noch etwas Geduld."]),
        ("it", ["Un attimo.", "Sto controllando.", "Attenda in linea, sto verificando."]),
        ("nl", ["Een momentje.", "Ik kijk het even na.", "Nog even geduld alstublieft."]),
        ("pl", ["Chwileczkę.", "Już sprawdzam.", "Proszę czekać, sprawdzam to."]),
        ("ru", ["Минутку.", "Проверяю информацию.", "Подождите, пожалуйста."]),
        ("tr", ["Bir dakika lütfen.", "Kontrol ediyorum.", "Lütfen bekleyin."]),
        ("ar", ["لحظة من فضلك", "جاري التحقق", "يرجى الانتظار"]),
        ("ja", ["少々お待ちください。", "ただいま確認しております。", "もう少々お待ちください。"]),
        ("ko", ["잠시만 기다려 주세요.", "확인 중입니다.", "조금만 더 기다려 주세요."]),
        ("th", ["รอสักครู่นะคะ", "กำลังตรวจสอบให้ค่ะ", "กรุณารอสักครู่ค่ะ"]),
        ("vi", ["Anh chờ một chút ạ.", "Em đang kiểm tra.", "Chị vui lòng đợi nhé."]),
        ("id", ["Mohon tunggu sebentar.", "Sedang kami cek.", "Masih kami periksa ya, Kak."]),
    ],
)
def test_stalling_is_a_repeat_from_the_third_time(
    converse: Any, language: str, stalls: list[str]
) -> None:
    told = said(converse, *stalls, language=language)
    assert [later for later, _ in repeats(told)] == [2]
    assert [later for later, _ in repeats(told, stalls_allowed=1)] == [1, 2]


def test_an_answer_ends_the_stalling(converse: Any) -> None:
    told = said(converse, "One moment.", "One moment.", LAMP, "One moment.", "One moment.")
    assert repeats(told) == []


def test_stalling_before_an_answer_is_not_the_answer(converse: Any) -> None:
    told = said(converse, f"One moment please. {PARCEL}", f"One moment please. {REFUND}")
    assert repeats(told) == []


def test_only_agent_turns_count(converse: Any) -> None:
    told = converse(
        ("customer", PARCEL), ("agent", PARCEL), ("bot", PARCEL), ("system", PARCEL),
        ("customer", PARCEL), ("agent", REFUND),
    )  # fmt: skip
    assert RepeatedScript()([told]) == [[]]


@pytest.mark.parametrize(
    ("texts", "how"),
    [
        ((PARCEL, PARCEL), "the same text as turn 1"),
        ((CASE, CASE.replace("4411", "4498")), "the script of turn 1 with other values"),
        ((PARCEL, PARCEL.replace("soon", "soon now")), "the script of turn 1, edited"),
        (("One moment.",) * 3, "only stalls once more, like turn 1"),
    ],
)
def test_a_finding_says_how_it_repeats(converse: Any, texts: tuple[str, ...], how: str) -> None:
    ((finding,),) = RepeatedScript()([said(converse, *texts)])
    assert finding.explanation == f"Sent again to the same customer: {how}."
    assert 0.35 <= finding.confidence <= 1
    assert finding.detail.similarity > 0.8


def test_the_vectors_tell_other_words_apart_from_other_news(converse: Any) -> None:
    """What letters leave open, the cosine to the likest turn decides."""
    first = "We passed your complaint to the shipping team, who will call you with news."
    other = "Our shippers have got your complaint now and call as soon as they hear more."

    def found(cosine: float) -> list[str]:
        told = said(converse, first, other)
        likest = dataclasses.replace(told.turns[1], likest=Likeness(0, cosine))
        told = dataclasses.replace(told, turns=(told.turns[0], likest))
        return [finding.explanation for finding in RepeatedScript()([told])[0]]

    assert found(0.85) == []
    assert found(0.99) == ["Sent again to the same customer: turn 1 in other words."]


def test_options_move_the_thresholds(converse: Any) -> None:
    edited = PARCEL.replace("on its way", "in the van")
    assert repeats(said(converse, PARCEL, edited), min_confidence=0.999) == []
    assert repeats(said(converse, "Yes, we do.", "Yes, we do.")) == []
    assert repeats(said(converse, "Yes, we do.", "Yes, we do."), min_letters=5) == [(1, 0)]
