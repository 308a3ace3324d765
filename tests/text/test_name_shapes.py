"""Where names begin and end, script by script."""

from __future__ import annotations

import pytest

from cs_qa.text.personal.name_shapes import (
    Span,
    arabic_name,
    cased_before,
    cased_name,
    korean_before,
    korean_name,
)
from cs_qa.text.personal.name_shapes_han import (
    chinese_before,
    chinese_name,
    japanese_before,
    japanese_name,
)
from cs_qa.text.personal.name_shapes_thai import thai_name


def cut(text: str, span: Span | None) -> str | None:
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("สมชาย ใจดี", False, "สมชาย ใจดี"),
        ("สมชายจะไป", False, "สมชาย"),
        ("สมชาย กก", True, "สมชาย"),
        ("บุญตา ศรีเมืองจะรับ", True, "บุญตา ศรีเมือง"),
        ("บุญตา ส่งของ", True, "บุญตา"),
        ("บุญตา ครับ", True, "บุญตา"),
        ("บุญตา", False, None),
        ("ศรีสวัสดิ์วงศ์ษาพรรณราย", True, None),  # longer than a name
        ("John Smith", True, "John Smith"),
        ("John Smith", False, None),
        ("ก", True, None),
        ("ขอคืน", True, None),
        ("บริษัทครับ", True, None),
        ("กับเบอร์โทร", True, None),
    ],
)
def test_thai(text: str, sure: bool, name: str | None) -> None:
    assert cut(text, thai_name(text, 0, sure=sure)) == name


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("王小明", True, "王小明"),
        ("王小明的", False, "王小明"),
        ("张伟要退款", False, "张伟"),
        ("欧阳建国", True, "欧阳建国"),
        ("李啊哈", True, "李啊哈"),
        ("王先生", True, "王"),
        ("王明先生", True, "王明"),
        ("李", True, None),
        ("王1", True, None),
        ("王的人", False, None),
        ("高兴得很", True, None),
        ("你好", True, None),
    ],
)
def test_chinese(text: str, sure: bool, name: str | None) -> None:
    assert cut(text, chinese_name(text, 0, sure=sure)) == name


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("王小明", "王小明"),
        ("王", "王"),
        ("李娜", "李娜"),
        ("谢谢", None),
        ("abc", None),
        ("", None),
    ],
)
def test_chinese_before_a_title(before: str, name: str | None) -> None:
    assert cut(before, chinese_before(f"{before}先生", len(before))) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("山田太郎です", "山田太郎"),
        ("スミス・ジョンです", "スミス・ジョン"),
        ("鈴木 一郎", "鈴木 一郎"),
        ("青空 花子", "青空 花子"),
        ("おはよう", None),
        ("皆様", None),
        ("田", None),
    ],
)
def test_japanese(text: str, name: str | None) -> None:
    assert cut(text, japanese_name(text, 0)) == name


@pytest.mark.parametrize(
    ("before", "said", "name"),
    [
        ("山田太郎", "様", "山田太郎"),
        ("田中", "さん", "田中"),
        ("スミス", "様", "スミス"),
        ("龍宮寺", "様", "龍宮寺"),  # in no list
        ("佐藤 花子", "と申します", "佐藤 花子"),
        ("龍宮寺", "です", None),
        ("株式会社田中", "です", None),
        ("ご担当者", "様", None),
        ("他店", "様", None),
        ("123", "様", None),
    ],
)
def test_japanese_before_a_title(before: str, said: str, name: str | None) -> None:
    assert cut(before, japanese_before(before + said, len(before), said)) == name


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("김민수입니다", True, "김민수"),
        ("김철수", False, "김철수"),
        ("남궁민수", True, "남궁민수"),
        ("김이에요", True, None),
        ("가나다", True, None),
        ("김밥", False, None),
        ("abc", True, None),
    ],
)
def test_korean(text: str, sure: bool, name: str | None) -> None:
    assert cut(text, korean_name(text, 0, sure=sure)) == name


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("김민수 ", "김민수"),
        ("박종민", "박종민"),
        ("김 ", "김"),
        ("김", None),
        ("담당자 ", None),
        ("가나다라마 ", None),
        ("하늘 ", None),
    ],
)
def test_korean_before_a_title(before: str, name: str | None) -> None:
    assert cut(before, korean_before(f"{before}고객", len(before))) == name


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("محمد العتيبي", False, "محمد العتيبي"),
        ("نورة بنت فهد القحطاني", True, "نورة بنت فهد القحطاني"),
        ("علي، شكرا", True, "علي"),
        ("زياد فهد", True, "زياد فهد"),
        ("كتاب جديد", False, None),
        ("الطلب", True, None),
        ("abc", True, None),
    ],
)
def test_arabic(text: str, sure: bool, name: str | None) -> None:
    assert cut(text, arabic_name(text, 0, sure=sure)) == name


@pytest.mark.parametrize(
    ("text", "sure", "name"),
    [
        ("Ann Lee", True, "Ann Lee"),
        ("ann", False, "ann"),
        ("maria lopez", False, "maria lopez"),
        ("John F. Kennedy called", True, "John F. Kennedy"),
        ("van der Berg", True, "van der Berg"),
        ("Maria de la Cruz", True, "Maria de la Cruz"),
        ("Dr. Anna Holm", True, "Anna Holm"),
        ("tuğba'nın paketi", False, "tuğba"),
        ("One Two Three Four Five Six", True, "One Two Three Four Five"),
        ("Bishop", True, "Bishop"),
        ("USA shop", True, None),
        ("I've", True, None),
        ("1234", True, None),
        ("lan", False, None),
        ("Carlo Rossi GmbH", True, None),
        ("Night Owl Store", True, None),
        ("Serviceteam", True, None),
        ("Kinderwelt-Team", True, None),
    ],
)
def test_scripts_with_capitals(text: str, sure: bool, name: str | None) -> None:
    assert cut(text, cased_name(text, 0, sure=sure)) == name


@pytest.mark.parametrize(
    ("before", "name"),
    [("call Ann Lee ", "Ann Lee"), ("Dear Maria Lopez ", "Maria Lopez"), ("the thing ", None)],
)
def test_capitals_before_a_word(before: str, name: str | None) -> None:
    assert cut(before, cased_before(f"{before}speaking", len(before))) == name
