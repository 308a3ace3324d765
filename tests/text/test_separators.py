from __future__ import annotations

import pytest

from cs_qa.text import Normalised
from cs_qa.text.separators import joined, split_at_signs, unbroken


def plain(text: str) -> Normalised:
    return Normalised(text, range(len(text) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i d i o t", "idiot"),
        ("you i.d.i.o.t!", "you idiot!"),
        ("n.o.t m.y p.r.o.b", "not my prob"),
        ("n o t   m y   j o b", "not my job"),
        ("n.o.t. .m.y. .j.o.b", "not my job"),
        ("n😀o😉t😀 😀m❤️y", "not my"),
        ("w.h.y.?", "why?"),
        ("d.o.n.'.t b.e", "don't be"),
        ("w h y ,   m e ?", "why, me?"),
        ("l ' a i r", "l'air"),
        ("i-t---i-s", "it-is"),
        ("н-е м-о-ё", "не моё"),
        ("ل-ي-س م-ش-ك-ل-ت-ن-ا", "ليس مشكلتنا"),
        ("몰.라.요", "몰라요"),
        ("不 知 道", "不知道"),
        ("这个不.知.道啊", "这个不知道啊"),
        ("不😀知😀道", "不知道"),
        ("滚.蛋", "滚蛋"),
        ("は 、 ど れ ?", "は、どれ?"),
        ("ไ ม่ รู้", "ไม่รู้"),
        ("อี.เ.ว.ร", "อีเวร"),
        ("ใ จ เ ย็ น   ห น่ อ ย", "ใจเย็น หน่อย"),
        ("not my prob\nlem", "not my problem"),
        ("prob-\nlem", "problem"),
        ("不知\n道", "不知道"),
        ("で、\nなにか", "で、なにか"),
        # what stays
        ("the pen is", "the pen is"),
        ("see plan a, b or c", "see plan a, b or c"),
        ("好的 亲", "好的 亲"),
        ("Thanks.\nKind regards", "Thanks.\nKind regards"),
        ("Thanks\nAnna", "Thanks\nAnna"),
        ("5.5.2", "5.5.2"),
    ],
)
def test_gaps_between_single_letters(text: str, expected: str) -> None:
    assert joined(plain(text)).text == expected


def test_line_breaks_alone() -> None:
    assert unbroken(plain("n o t pro\nblem")).text == "n o t problem"


def test_signs_inside_words_are_dropped_or_spaces() -> None:
    assert [r.text for r in split_at_signs(plain("not_my_pro❤blem"))] == [
        "notmyproblem",
        "not my pro blem",
    ]
    assert [r.text for r in split_at_signs(plain("*no* sign"))] == ["*no* sign"]


def test_a_span_covers_what_was_between() -> None:
    text = "so n.o.t m.y job"
    found = joined(plain(text))
    start = found.text.index("not my")
    first, last = found.span(start, start + len("not my"))
    assert text[first:last] == "n.o.t m.y"
