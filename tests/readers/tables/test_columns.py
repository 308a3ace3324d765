from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import pytest

from cs_qa.errors import InputError
from cs_qa.readers.tables.columns import COLUMNS, TIME_OF_DAY, name_columns, rename_keys
from cs_qa.readers.tables.headers import DATES, HEADERS, TIMES_OF_DAY, rank_of
from cs_qa.readers.wording import folded

NEEDED = ["id", "role", "text"]


def names(found: list[str], mapping: Mapping[str, str] | None = None) -> list[str]:
    return list(name_columns(found, mapping or {}, source="t.csv").names)


def test_each_header_means_one_thing() -> None:
    known = Counter(folded(name) for names in HEADERS.values() for name in names)
    assert [name for name, times in known.items() if times > 1 or not name] == []
    assert set(HEADERS) <= set(COLUMNS)
    meant = {rank_of(name) for name in (*DATES, *TIMES_OF_DAY)}
    assert {found[0] for found in meant if found is not None} == {"at"}


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("Conversation ID", "id"),
        ("conversation_id", "id"),
        ("conversationId", "id"),
        ("\ufeffChat-ID:", "id"),
        ("会话ID", "id"),
        ("會話編號", "id"),
        ("ｓｅｓｓｉｏｎ　ｉｄ", "id"),
        ("Gesprächs-ID", "id"),
        ("대화 ID", "id"),
        ("Sent At", "at"),
        ("发送时间（北京时间）", "at"),
        ("Time (UTC)", "at"),
        ("送信日時", "at"),
        ("Sender Type", "role"),
        ("direction", "role"),
        ("發送方", "role"),
        ("Message Body", "text"),
        ("聊天内容：", "text"),
        ("Nachricht", "text"),
        ("Agent Name", "agent_id"),
        ("接待客服", "agent_id"),
        ("买家昵称", "customer_id"),
        ("滿意度", "csat"),
        ("渠道", "channel"),
        ("国家/站点", "market"),
        ("技能组", "team"),
        ("语言", "language"),
        ("是否解决", "resolved"),
        ("是否投诉", "complaint"),
        ("问题类型", "contact_reason"),
        ("订单金额", "order_value"),
        ("币种", "currency"),
        ("是否下单", "converted"),
    ],
)
def test_headers_of_exports(header: str, ours: str) -> None:
    found = [header, *(name for name in NEEDED if name != ours)]
    columns = name_columns(found, {}, source="t.csv")
    assert columns.names[0] == ours
    assert columns.is_guessed


@pytest.mark.parametrize("header", ["备注", "subject", "status", "user", "name", "id2", "", "---"])
def test_other_headers_keep_their_name(header: str) -> None:
    columns = name_columns([*NEEDED, header], {}, source="t.csv")
    assert list(columns.names) == [*NEEDED, header]
    assert not columns.is_guessed


@pytest.mark.parametrize(
    ("found", "mapping", "expected"),
    [
        (["id", "chat id", "role", "text"], {}, ["id", "chat id", "role", "text"]),
        (["id", "sender", "sender type", "text"], {}, ["id", "sender", "role", "text"]),
        (["id", "body", "message", "role"], {}, ["id", "body", "text", "role"]),
        (["id", "body", "message", "role"], {"text": "body"}, ["id", "text", "message", "role"]),
        (["id", "sender", "sender type", "text"], {"role": "sender"},
         ["id", "role", "sender type", "text"]),
        (["id", "role", "text", "date", "sent at"], {}, [*NEEDED, "date", "at"]),
        (["id", "role", "text", "Date", "Time"], {}, [*NEEDED, "at", TIME_OF_DAY]),
        (["id", "role", "text", "时间", "日期"], {}, [*NEEDED, TIME_OF_DAY, "at"]),
        (["id", "role", "text", "date", "time", "at"], {}, [*NEEDED, "date", "time", "at"]),
        (["id", "role", "text", "date", "time"], {"at": "time"}, [*NEEDED, "date", "at"]),
        (["id", "role", "text", "date", "日期"], {}, [*NEEDED, "at", "日期"]),
        (["message", "message", "id", "role"], {}, ["text", "message", "id", "role"]),
    ],
)  # fmt: skip
def test_the_better_of_two_columns(
    found: list[str], mapping: dict[str, str], expected: list[str]
) -> None:
    assert names(found, mapping) == expected


def test_the_preview_shows_what_was_understood() -> None:
    found = ["Chat ID", "Sender", "Sender Type", "Message", "Note", "csat"]
    columns = name_columns(found, {}, source="t.csv")
    assert columns.preview(["7", "Ana", "Visitor", "x" * 99]).split("\n") == [
        "the columns are taken for",
        "  'Chat ID' -> id, as in '7'",
        "  'Sender Type' -> role, as in 'Visitor'",
        f"  'Message' -> text, as in '{'x' * 39}…'",
        "  'csat' -> csat",
        "  kept as extra: 'Sender' (not role), 'Note'",
        "  to change it: --column OURS=THEIRS, or a mapping file with --mapping",
    ]
    assert "as in '2026-11-16 09:03:00'\n" in columns.preview([datetime(2026, 11, 16, 9, 3)])
    assert "kept" not in name_columns(["Chat", "role", "text"], {}, source="t").preview([])


def test_a_column_that_is_missing() -> None:
    with pytest.raises(InputError, match="has no column 'text'"):
        names(["id", "role", "x"])
    with pytest.raises(InputError, match="has no column 'body'"):
        names(["id", "role", "message"], {"text": "body"})
    with pytest.raises(InputError, match="two columns text"):
        names(["id", "role", "text", "Text"])


def test_words_for_roles_in_nested_rows() -> None:
    row = {"id": 1, "turns": [{"role": "Berater "}, {"role": "x"}, {"role": 5}, {}, 3]}
    renamed = rename_keys(row, {}, {"berater": "agent"})
    assert renamed == {"id": 1, "turns": [{"role": "agent"}, {"role": "x"}, {"role": 5}, {}, 3]}
    assert rename_keys(row, {}) is row
    assert rename_keys(3, {}, {"berater": "agent"}) == 3
