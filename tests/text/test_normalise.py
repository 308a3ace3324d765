from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cs_qa.text import Normalised, normalise
from cs_qa.text.confusables import unmixed

normalisation = import_module("cs_qa.text.normalise")

TRICKY = st.text(
    st.sampled_from(
        "aI \n\u00a0!?&;#3x\u0131\u0130\u011f\u0301\u0307\u0323\u200b\u00ad\ufe0f\u064b"
        "\u0640\u0627\u1112\u1161\u11ab\uff76\uff9e\ufb01\u00df\u2026\u3000\u201c\u2014"
        "\u0e33\u0e48\u3131\U0001f600\ud800\x00好"
    )
)
SIGNS = " \n!?.,;#3'\u00a0\u2019\u2014\u2026\u3001\u3002\uff01\u0301\u0323\u200b\U0001f600"
SCRIPTS = {
    script: "".join(map(chr, (c for block in blocks for c in range(*block))))
    for script, blocks in {
        "Latin": [
            (0x41, 0x5B),
            (0xC0, 0x250),
            (0x1E00, 0x1F00),
            (0xFB00, 0xFB07),
            (0x24B6, 0x24EA),
        ],
        "Cyrillic": [(0x400, 0x530)],
        "Han and kana": [(0x3041, 0x3097), (0x30A1, 0x30FB), (0x4E00, 0x9FFF), (0xFF66, 0xFFA0)],
        "Arabic": [(0x620, 0x6D4), (0xFE80, 0xFEFD)],
        "Thai": [(0xE01, 0xE3B), (0xE40, 0xE5C)],
        "Hangul": [(0x1100, 0x1200), (0xAC00, 0xD7A4), (0x3131, 0x3164), (0xFFA1, 0xFFBF)],
    }.items()
}
TEXTS = st.one_of(st.text(st.characters()), TRICKY, st.builds("{}&lt;{}".format, TRICKY, TRICKY))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Not My Problem", "not my problem"),
        ("Ｎｏｔ　ＭＹ", "not my"),
        ("line\r\nbreak\u2028here\ttoo", "line break here too"),
        ("no\u200bt m\u00ady\ufeff", "not my"),
        ("“so” ‘it’ «is» 「了」", '"so" \'it\' "is" "了"'),
        ("a—b–c−d", "a-b-c-d"),
        ("what???  no!!!", "what? no!"),
        ("?!?! ...", "?!?! ..."),
        ("&lt;b&gt; it&#39;s &amp;amp;", "<b> it's &amp;"),
        ("AT&T &nosuchentity; &", "at&t &nosuchentity; &"),
        ("مـــرحبًا", "مرحبا"),
        ("Straße ﬁne", "strasse fine"),
        ("e\u0301 E\u0301", "é é"),
        ("&#1;", ""),
        ("ｶﾞｷﾞ", "がぎ"),
        ("バカ サービス", "ばか さーびす"),
        ("\u1112\u1161\u11ab", "한"),
        ("ㅋㅋㅋ ㅠㅠ", "ㅋㅋㅋ ㅠㅠ"),
        ("İSTANBUL", "istanbul"),
        ("YAŞIYORUM sık", "yaşıyorum sık"),
        ("Hi Ayşe, I will", "hi ayşe, i will"),
        ("a\x00b\x07", "ab"),
        ("a\ud800b", "a\ud800b"),
        ("l33t p.r.o.b", "l33t p.r.o.b"),  # the stronger tier's work, not this one's
        ("nоt mу рroblem", "not my problem"),  # Cyrillic letters in Latin words
        ("Где мой заказ DHL?", "где мой заказ dhl?"),
        ("Καλημέρα", "καλημέρα"),
        ("b̶a̶d̶ z̷a̷l̷", "bad zal"),
        ("ṅȯt", "not"),
        ("é ü ą ệ ñ ș đ ø", "é ü ą ệ ñ ș đ ø"),
        ("à̶ người̷", "à người"),
        ("за́мок йод ёж", "замок йод ёж"),
        ("𝓃ℴ𝓉 ⓝⓞⓣ 🅝🅞🅣 🄽🄾🅃 ⒩⒪⒯ ɴᴏᴛ", "not not not not not not"),
        ("ʇou ɐɔǝ", "tou ace"),
        ("這不關我的事 気 ⻓ ⼈", "这不关我的事 气 长 人"),
        ("ی ک ہ ٱ", "ي ك ه ا"),
        ("𝚤f ﬁ", "if fi"),
        ("&#110&#111&#x74;", "not"),
        ("ไม่รู้ ทำ", "ไม่รู้ ท\u0e4d\u0e32"),
        ("🇫🇷 1️⃣ ❤️", "🇫🇷 1 ❤"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("Oh NOT mine", "not", "NOT"),
        ("Oh N\u200bO\u200bT\u200b mine", "not", "N\u200bO\u200bT\u200b"),
        ("so   BAD !", "bad", "BAD"),
        ("so   bad", "so b", "so   b"),
        ("ﬁne", "f", "ﬁ"),
        ("ﬁne", "i", "ﬁ"),
        ("aﬁne", "af", "aﬁ"),
        ("cafe\u0301 x", "é", "e\u0301"),
        ("&lt;b&gt;", ">", "&gt;"),
        ("x &quot;no&quot;", '"no"', "&quot;no&quot;"),
        ("no!!! x", "no!", "no!!!"),
        ("สวัสดีค่ะ", "ดี", "ดี"),
        ("\u200bﬁne", "f", "\u200bﬁ"),
        ("&#1;ﬁne", "f", "&#1;ﬁ"),
    ],
)
def test_spans_lead_back_to_the_original(text: str, found: str, original: str) -> None:
    normalised = normalise(text)
    start = normalised.text.index(found)
    first, last = normalised.span(start, start + len(found))
    assert text[first:last] == original


@pytest.mark.parametrize(
    "text", ["Plain text.", "Где посылка", "不知道，亲！", "ไม่รู้ค่ะ", "Ça Être", "몰라요"]
)
def test_plain_text_keeps_identity_offsets_without_a_copy(text: str) -> None:
    assert normalise(text).offsets == range(len(text) + 1)


COMMON = "aIzéÉßñąĄıİğđƠợйЖЁсоخاًกำ่あアｱ한不體，。！？“”«» \u3000\n&?!😀…"


@given(st.text(st.sampled_from(COMMON)))
def test_the_short_way_for_simple_texts_is_the_long_one(text: str) -> None:
    assert normalisation._fold(text) == normalisation._fold_any(text)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 4)])
def test_a_range_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(IndexError, match="0 <= start <= end <= length"):
        normalise("abc").span(start, end)


def test_an_empty_range_stays_empty() -> None:
    assert normalise("ﬁne").span(2, 2) == (1, 1)


@given(TEXTS)
def test_offsets_rise_from_the_start_to_the_end(text: str) -> None:
    normalised = normalise(text)
    offsets = list(normalised.offsets)
    assert len(offsets) == len(normalised.text) + 1
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
    assert not normalised.text or offsets[-1] == len(text)


@given(TEXTS)
def test_the_whole_comes_from_the_whole(text: str) -> None:
    normalised = normalise(text)
    expected = (0, len(text)) if normalised.text else (0, 0)
    assert normalised.span(0, len(normalised.text)) == expected


@given(TEXTS, st.data())
def test_a_span_of_the_original_holds_what_was_matched(text: str, data: st.DataObject) -> None:
    normalised = normalise(text)
    end = data.draw(st.integers(0, len(normalised.text)))
    start = data.draw(st.integers(0, end))
    first, last = normalised.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert (first < last) == (start < end)
    if "&" not in text and "I" not in text and unmixed(text) == text:
        part = normalised.text[start:end]
        assert part.strip() in normalise(text[first:last]).text


@given(TEXTS)
def test_the_answer_never_changes(text: str) -> None:
    assert normalise(text) == normalise(text)


@given(
    st.one_of(
        st.text(st.sampled_from([*letters, *SIGNS])) for letters in map(list, SCRIPTS.values())
    )
)
@example("\u00b5\ufb00")  # a micro sign beside a ligature
@example("\uffbd\uffcf")  # half-width jamo
def test_what_is_written_in_one_script_folds_once(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


def test_results_are_values() -> None:
    assert normalise("Ab") == Normalised("ab", range(3))
    assert len({normalise("Ab"), normalise("aB")}) == 1
