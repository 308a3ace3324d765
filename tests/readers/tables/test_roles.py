from __future__ import annotations

from collections import Counter

import pytest

from cs_qa.readers.options import ReadOptions
from cs_qa.readers.tables.roles import ROLE_WORDS, RoleWords
from cs_qa.readers.wording import folded


def test_each_word_stands_for_one_role() -> None:
    known = Counter(folded(word) for words in ROLE_WORDS.values() for word in words)
    assert [word for word, times in known.items() if times > 1 or not word] == []


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("customer", "customer"),
        ("Visitor", "customer"),
        ("END-USER", "customer"),
        ("end_user", "customer"),
        ("inbound", "customer"),
        ("买家", "customer"),
        ("買家", "customer"),
        ("顾客", "customer"),
        ("お客様", "customer"),
        ("Operator", "agent"),
        ("outbound", "agent"),
        ("客服", "agent"),
        ("人工客服", "agent"),
        ("商家", "agent"),
        ("chat bot", "bot"),
        ("Virtual Assistant", "bot"),
        ("机器人", "bot"),
        ("智能客服", "bot"),
        ("自动回复", "bot"),
        ("System", "system"),
        ("note", "system"),
        ("系统消息", "system"),
        ("Zoe", "Zoe"),
        ("", ""),
        (" ", " "),
        (7, 7),
        (None, None),
    ],
)
def test_words_of_tables(word: object, role: object) -> None:
    assert RoleWords(ReadOptions()).role({"role": word}) == role


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        ({"role": "小美", "agent_id": "小美 "}, "agent"),
        ({"role": "tb123", "agent_id": "小美", "customer_id": "tb123"}, "customer"),
        ({"role": "tb123", "agent_id": "小美"}, "tb123"),
        ({"role": "tb123", "agent_id": 5, "customer_id": None}, "tb123"),
        ({"role": "Amy"}, "agent"),
        ({"role": "Kunde 2"}, "customer"),
        ({"role": "client"}, "agent"),
        ({"role": "agent", "customer_id": "agent"}, "agent"),
    ],
)
def test_names_and_own_words(cells: dict[str, object], role: str) -> None:
    options = ReadOptions(roles={"Kunde-2": "customer", "Client": "agent"}, agents=("Amy",))
    assert RoleWords(options).role(cells) == role
