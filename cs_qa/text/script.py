"""Which form of Chinese characters a text is in: Simplified or Traditional."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

__all__ = ["HanScript", "conversation_han_script", "han_script"]

HanScript = Literal["Hans", "Hant"]
"""The subtags of BCP 47: zh-Hans, zh-Hant."""

_MAX_LENGTH = 2_000
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")


def han_script(text: str) -> HanScript | None:
    """Tell Simplified from Traditional Chinese by the characters that only one form writes.

    The form of most of these characters; None where there are none or as many of both, and for
    Japanese, which mixes forms. Only the first 2,000 characters of a text are read.

    >>> han_script("请问什么时候发货"), han_script("請問什麼時候出貨"), han_script("好的")
    ('Hans', 'Hant', None)
    """
    return conversation_han_script((text,))


def conversation_han_script(texts: Iterable[str]) -> HanScript | None:
    """Tell the form of Chinese that most of the telling characters of all texts are in.

    Give one side's turns to learn what that side writes: a Taiwanese customer and an agent who
    answers in Simplified are two conversations in one.

    >>> conversation_han_script(["好的", "謝謝", "发票"])
    'Hant'
    """
    simplified = traditional = 0
    for text in texts:
        start = text[:_MAX_LENGTH]
        found = [sum(map(form.__contains__, start)) for form in _telling_characters()]
        if sum(found) > len(_KANA.findall(start)):
            simplified += found[0]
            traditional += found[1]
    if simplified == traditional:
        return None
    return "Hans" if simplified > traditional else "Hant"


@cache
def _telling_characters() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that only Simplified writes, and those that only Traditional writes."""
    file = resources.files("cs_qa") / "data" / "characters" / "han_forms.txt"
    lines = file.read_text("utf-8").splitlines()
    simplified, traditional = (line for line in lines if not line.startswith("#"))
    return frozenset(simplified), frozenset(traditional)
