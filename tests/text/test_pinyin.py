from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text import normalise
from cs_qa.text.pinyin import homophone_fold, pinyin_key


def key(text: str) -> str:
    return pinyin_key(normalise(text)).text


@pytest.mark.parametrize(
    "text",
    [
        "bu zhi dao",
        "buzhidao",
        "bù zhī dào",
        "bu4zhi1dao4",
        "bu-zhi-dao",
        "布只到",
        "不zhi道",
        "Bu Zhi Dao",
    ],
)
def test_writings_of_one_sound_have_one_key(text: str) -> None:
    assert key(text) == key("不知道")


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("lü3 ke4", "旅客"),
        ("chóng fù", "重复"),
        ("shei", "谁"),
        ("mao3", "冇"),
        ("bu qing chu , qin", "不清楚,亲"),
    ],
)
def test_readings_and_signs(text: str, like: str) -> None:
    assert key(text) == key(like)


@pytest.mark.parametrize("text", ["iphone 15", "hello world", "xl", "123", ""])
def test_what_is_no_pinyin_stays(text: str) -> None:
    assert key(text) == text


def test_the_fold_gives_the_key() -> None:
    sounds = {other: first for first, others in homophone_fold().items() for other in others}
    assert "".join(sounds.get(c, c) for c in "不知道") == key("不知道")


def test_spans_lead_to_the_syllables() -> None:
    text = "亲 bu zhi dao 啊"
    found = pinyin_key(normalise(text))
    start = found.text.index(key("不知道"))
    first, last = found.span(start, start + 3)
    assert text[first:last].strip() == "bu zhi dao"


@given(st.text(st.sampled_from("不知道buzhidao1 '-,ü\u0304A\u200b！")))
def test_offsets_rise(text: str) -> None:
    found = pinyin_key(normalise(text))
    offsets = list(found.offsets)
    assert len(offsets) == len(found.text) + 1
    assert offsets == sorted(offsets)
    assert offsets[0] == 0
