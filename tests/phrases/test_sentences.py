import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.phrases.sentences import sentence_ends


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hello. Not my job! Bye.", ["Hello.", "Not my job!", "Bye."]),
        ("It costs 2.50 EUR, e.g. by card. Why?", ["It costs 2.50 EUR, e.g. by card.", "Why?"]),
        ("Am 3. Mai z. B. um 9 Uhr. Danke", ["Am 3. Mai z. B. um 9 Uhr.", "Danke"]),
        ("您好。哪个？什么！", ["您好。", "哪个？", "什么！"]),
        ("好的亲~您稍等～", ["好的亲~", "您稍等～"]),
        ("要3~5天到哦", ["要3~5天到哦"]),
        ('He said "No." Then left', ['He said "No."', "Then left"]),
        ("لا أعرف؟ اسأل البنك", ["لا أعرف؟", "اسأل البنك"]),
        ("ไม่ทราบค่ะ ถามขนส่งเองนะคะ", ["ไม่ทราบค่ะ", "ถามขนส่งเองนะคะ"]),
        ("one\ntwo\n\nthree", ["one", "two", "three"]),
        ("www.shop.example is up", ["www.shop.example is up"]),
        ("Wait... what", ["Wait...", "what"]),
        ("Order 20.", ["Order 20."]),
        # closing quotes of all languages belong to the sentence, opening ones to the next
        ("Er rief „Nein!“ Dann ging er.", ["Er rief „Nein!“", "Dann ging er."]),
        ("Er rief ‚Nein.‘ Dann ging er.", ["Er rief ‚Nein.‘", "Dann ging er."]),
        ("Er rief »Nein.« Dann ging er.", ["Er rief »Nein.«", "Dann ging er."]),
        ("Il a dit « Non. » Puis rien.", ["Il a dit « Non. »", "Puis rien."]),
        ("Il a dit «Non.» Puis rien.", ["Il a dit «Non.»", "Puis rien."]),
        ("Он сказал: „Нет.“ Потом ушёл.", ["Он сказал: „Нет.“", "Потом ушёл."]),
        ("Ja. »Nein« sagte er.", ["Ja.", "»Nein« sagte er."]),
        ("他说。“不知道。”走了", ["他说。", "“不知道。”", "走了"]),
        ("「嫌です。」と言った", ["「嫌です。」", "と言った"]),
        ("《不行。》〈好。〉走", ["《不行。》", "〈好。〉", "走"]),
        ("", [""]),
    ],
)
def test_text_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    ends = sentence_ends(text)
    starts = [0, *ends[:-1]]
    assert [text[a:b].strip() for a, b in zip(starts, ends, strict=True)] == sentences


@given(st.text())
def test_ends_cover_the_text_once(text: str) -> None:
    ends = sentence_ends(text)
    assert ends == sorted(set(ends))
    assert ends[-1] == len(text)
