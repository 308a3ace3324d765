from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text import normalise
from cs_qa.text.disguise import MAX_LENGTH, MAX_READINGS, readings

PLAIN = [
    "I'm sorry to hear that. Could you send me the order number, please?",
    "Your parcel (DHL, 2.5 kg) arrives on 2nd May at 10:30. Thanks!",
    "The pen is in the box. See you at 4pm, or call +49 30 1234567.",
    "Bonjour, j'ai bien reçu votre e-mail ; c'est noté, il n'y a pas de souci.",
    "Здравствуйте! Ваш заказ DHL уже в пути, 5 кг.",
    "亲，您好～我马上帮您查一下哦，请稍等！",
    "お客様、サーバーの件、確認いたします。",
    "네, 확인해 드릴게요 ㅎㅎ ㅠㅠ",
    "สวัสดีค่ะ ทำไมถึงยังไม่ได้รับสินค้าคะ",
    "مرحبًا، سأتحقق من طلبك حالًا.",
    "Teşekkürler, ılık su ile yıkayın.",
    "",
]


def found(text: str) -> list[str]:
    return [reading.text for reading in readings(text, normalise(text))]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_has_no_reading(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You 1d10t!", "you idiot!"),
        ("n.o.t m.y p.r.o.b.l.e.m", "not my problem"),
        ("not😀my😀problem", "not my problem"),
        ("nooooot my problem", "not my problem"),
        ("that's not my pro\nblem", "that's not my problem"),
        ("f*ck off", "fuck off"),
        ("idk", "i don't know"),
        ("🇮 🇩 🇮 🇴 🇹", "idiot"),
        ("ʇɥɐʇ ᴉs uoʇ", "that is not"),
        ("n\u0301o\u0308t", "not"),
        ("ıdıot", "idiot"),
        ("thếếếế", "thế"),
        ("иσт му ρяσвℓєм", "not my problem"),
        ("не м0и пр0блемы", "не мои проблемы"),
        ("不知道道道", "不知道"),
        ("这个不.知.道", "这个不知道"),
        ("ㅂㅏㅂㅗ", "바보"),
        ("バ力じゃないの", "ばかじゃないの"),
        ("ไ ม่ รู้", "ไม่รู้"),
    ],
)
def test_a_disguise_is_undone(text: str, expected: str) -> None:
    assert expected in found(text)


def test_what_was_folded_is_no_reading() -> None:
    text = "ａｂｃ 1d10t"
    assert normalise(text).text not in found(text)


def test_offsets_lead_to_the_disguised_words() -> None:
    text = "So n.o.t m.y job, ok"
    reading = readings(text, normalise(text))[0]
    start = reading.text.index("not my")
    first, last = reading.span(start, start + len("not my"))
    assert text[first:last] == "n.o.t m.y"


def test_long_texts_are_not_read_anew() -> None:
    assert found("1d10t " * MAX_LENGTH) == []


def test_there_is_a_limit_to_readings() -> None:
    assert (
        len(found("1 am l1k3 th1s! 1d10t st*pid sh1t loooool nooooo 1l1l1l1 i.d.i.o.t"))
        <= MAX_READINGS
    )


TRICKY = st.text(
    st.sampled_from("aIi1!$@0oO. -_*/\n\u200b\u0301不知道ばカ力ー한ㅂㅏㅋไม่ำقтоЖρ😀🇳ıʇ𝓃ℴ"),
    max_size=40,
)


@given(TRICKY)
def test_every_reading_has_its_way_back(text: str) -> None:
    for reading in readings(text, normalise(text)):
        offsets = list(reading.offsets)
        assert len(offsets) == len(reading.text) + 1
        assert offsets == sorted(offsets)
        assert offsets[0] == 0
        assert 0 <= offsets[-1] <= len(text)
        if reading.text:
            assert reading.span(0, len(reading.text)) == (0, len(text))


@given(TRICKY, st.data())
def test_spans_lie_in_the_text(text: str, data: st.DataObject) -> None:
    for reading in readings(text, normalise(text))[:3]:
        end = data.draw(st.integers(0, len(reading.text)))
        start = data.draw(st.integers(0, end))
        first, last = reading.span(start, end)
        assert 0 <= first <= last <= len(text)
