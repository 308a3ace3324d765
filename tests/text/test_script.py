from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text.script import conversation_han_script, han_script


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("你们什么时候发货？", "Hans"),
        ("请问可以开发票吗", "Hans"),
        ("你們什麼時候出貨？", "Hant"),
        ("請問可以開發票嗎", "Hant"),
        ("呢件貨幾時到呀？唔該", "Hant"),
        ("退款", None),
        ("好的", None),
        ("干里后面台只", None),
        ("", None),
        ("ok 👍 12345", None),
        ("主頁写着 return policy", None),
        ("這裡写的", "Hant"),
        ("发票 發票 发货", "Hans"),
        ("iPhone 的充電器", "Hant"),
        ("超好の、請問還有嗎", "Hant"),
        ("商品がまだ届いていません。対応をお願いします", None),
        ("国際便の返品について", None),
        ("배송 언제 와요", None),
    ],
)
def test_forms(text: str, form: str | None) -> None:
    assert han_script(text) == form


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ([], None),
        (["好的", "退款"], None),
        (["好的", "請稍等"], "Hant"),
        (["請稍等", "请稍等，马上处理"], "Hans"),
        (["謝謝", "谢谢"], None),
        (["はい、国際便です", "謝謝"], "Hant"),
    ],
)
def test_conversations(texts: list[str], form: str | None) -> None:
    assert conversation_han_script(texts) == form
    assert conversation_han_script(reversed(texts)) == form


def test_only_the_beginning_of_a_text_is_read() -> None:
    assert han_script("好" * 2_000 + "謝") is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert han_script(text) in ("Hans", "Hant", None)
