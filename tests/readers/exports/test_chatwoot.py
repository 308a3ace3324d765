"""Chatwoot: conversations, lists, pages of messages and webhook events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cs_qa.errors import RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.types import Transcript

FIXTURES = Path(__file__).parent / "fixtures"


def read_all(path: Path, **options: Any) -> tuple[list[Transcript], list[RowError]]:
    errors: list[RowError] = []
    return list(read(path, on_error=errors.append, options=ReadOptions(**options))), errors


ROLES = ["customer", "bot", "system", "agent", "system", "bot", "bot", "customer", "bot"]


def test_a_conversation() -> None:
    [found], errors = read_all(FIXTURES / "chatwoot_conversation.json")
    assert errors == []
    assert [turn.role for turn in found.turns] == ROLES
    assert (found.id, found.channel, found.language) == ("38", "live_chat", "vi")
    assert (found.customer_id, found.agent_id, found.team) == ("61", "7", "vn")
    assert found.urgency == "urgent"
    assert found.extra["tags"] == ["ship"]
    assert found.outcome is not None
    assert (found.outcome.csat, found.outcome.resolved) == (4, True)
    assert found.outcome.extra == {"csat_comment": "ổn"}
    assert found.turns[3].agent_id == "7"
    assert found.turns[4].extra == {"author_id": "7", "internal": True}
    assert found.turns[7].extra == {"attachments": ["image"]}
    assert found.turns[0].at is not None
    assert found.turns[0].at.isoformat() == "2026-11-16T09:00:00+00:00"


def test_a_list_of_conversations() -> None:
    (first, second), errors = read_all(FIXTURES / "chatwoot_list.json")
    assert errors == []
    assert [turn.role for turn in first.turns] == ROLES
    assert (second.id, second.channel, second.outcome, second.urgency) == (
        "39", "whatsapp", None, None,
    )  # fmt: skip


def test_a_page_of_messages() -> None:
    [found], errors = read_all(FIXTURES / "chatwoot_messages.json")
    assert errors == []
    assert [turn.role for turn in found.turns] == ROLES
    assert (found.id, found.customer_id) == ("38", "61")


def test_webhook_events_are_put_together_though_conversations_alternate() -> None:
    (first, second), errors = read_all(FIXTURES / "chatwoot_webhooks.jsonl")
    assert errors == []
    assert [turn.text for turn in first.turns] == ["Где заказ?", "Уже едет"]
    assert [turn.text for turn in second.turns] == ["İade istiyorum", "Tabii ki"]
    assert (first.id, first.channel, first.agent_id) == ("50", "telegram", "7")
    assert all(turn.at for turn in (*first.turns, *second.turns))


def write_message(path: Path, message: dict[str, object]) -> Path:
    path.write_text(json.dumps({"conversation_id": 1, "inbox_id": 2, "content": "x", **message}))
    return path


@pytest.mark.parametrize(
    ("message", "options", "role"),
    [
        ({"message_type": 0}, {}, "customer"),
        ({"message_type": "incoming"}, {}, "customer"),
        ({"message_type": 1}, {}, "agent"),
        ({"message_type": 1, "sender_type": "User"}, {}, "agent"),
        ({"message_type": 1, "sender_type": "AgentBot"}, {}, "bot"),
        ({"message_type": 1, "sender": {"type": "captain_assistant"}}, {}, "bot"),
        ({"message_type": 1, "additional_attributes": {"campaign_id": 4}}, {}, "bot"),
        ({"message_type": 1, "private": True}, {}, "system"),
        ({"message_type": 2}, {}, "system"),
        ({"message_type": 3}, {}, "bot"),
        ({"message_type": 9}, {}, "system"),
        ({"message_type": None}, {}, "system"),
        ({"message_type": 0, "sender": {"id": 3}}, {"roles": {"3": "agent"}}, "agent"),
        ({"message_type": 0, "sender": {"name": "Eva"}}, {"agents": ("Eva",)}, "agent"),
    ],
)
def test_roles(tmp_path: Path, message: dict[str, object], options: Any, role: str) -> None:
    [found], _ = read_all(write_message(tmp_path / "x.json", message), **options)
    assert found.turns[0].role == role


def test_mail_and_deleted_messages(tmp_path: Path) -> None:
    message = {
        "message_type": 0,
        "content": "<p>Hi</p><blockquote>old</blockquote>",
        "content_type": "incoming_email",
        "content_attributes": {"deleted": True},
        "attachment": {"file_type": "file"},
    }
    [found], _ = read_all(write_message(tmp_path / "x.json", message))
    assert found.turns[0].text == "Hi\n> old"
    assert found.turns[0].extra == {
        "content_type": "incoming_email",
        "attachments": ["file"],
        "deleted": True,
    }


def test_what_the_user_maps() -> None:
    columns = {"market": "custom_attributes.order"}
    [found], _ = read_all(FIXTURES / "chatwoot_conversation.json", columns=columns)
    assert found.market == "A1"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"message_type": 0, "content": "x"}, "the message has no conversation_id"),
        ({"id": 4, "inbox_id": 2}, "neither a conversation with messages nor a message"),
        ({"id": 4, "inbox_id": 2, "messages": []}, "no turns"),
        ({"messages": [1, {"content": "x"}]}, 'no "id"'),
        (5, "a number, not a JSON object"),
        ({"conversation_id": 1, "message_type": 0, "content": None}, "no turns"),
    ],
)
def test_what_is_no_conversation_is_refused(tmp_path: Path, value: object, problem: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([value]))
    errors: list[RowError] = []
    assert list(read(path, format="chatwoot", on_error=errors.append)) == []
    assert problem in str(errors[0])
