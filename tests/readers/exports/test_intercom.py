"""Intercom: conversations, lists, webhooks and the form of API 1.x."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cs_qa.errors import RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.types import Transcript

FIXTURES = Path(__file__).parent / "fixtures"


def read_all(path: Path, **options: Any) -> tuple[list[Transcript], list[RowError], list[str]]:
    errors: list[RowError] = []
    notes: list[str] = []
    found = list(
        read(path, on_error=errors.append, on_note=notes.append, options=ReadOptions(**options))
    )
    return found, errors, notes


def test_a_conversation_with_its_parts() -> None:
    [found], errors, notes = read_all(FIXTURES / "intercom_conversation.json")
    assert (errors, notes) == ([], [])
    assert [(turn.role, turn.text) for turn in found.turns] == [
        ("customer", "Hi, where is my parcel?"),
        ("bot", "I am a bot."),
        ("bot", "Let me look that up."),
        ("system", "Carrier lost it."),
        ("agent", "It was lost & we send a new one.\nSorry!"),
        ("customer", "OK"),
        ("customer", ""),
        ("agent", "Anything else, just write."),
    ]
    assert found.turns[0].at is not None
    assert found.turns[0].at.isoformat() == "2026-11-16T09:00:00+00:00"
    assert found.turns[3].extra == {"author_id": "274", "internal": True, "part_type": "note"}
    assert found.turns[6].extra == {"attachments": ["proof.jpg"]}
    assert (found.id, found.channel, found.language) == ("471", "live_chat", "en-GB")
    assert (found.customer_id, found.agent_id, found.team) == ("c-77", "274", "5017")
    assert found.urgency == "urgent"
    assert found.outcome is not None
    assert (found.outcome.csat, found.outcome.resolved) == (2, True)
    assert found.extra["tags"] == ["delivery"]
    assert found.extra["custom_attributes"] == {"Language": "en-GB", "Country": "GB"}


def test_a_list_says_that_it_lacks_parts() -> None:
    (first, second), errors, [note] = read_all(FIXTURES / "intercom_list.json")
    assert errors == []
    assert (len(first.turns), len(second.turns)) == (8, 1)
    assert "conversations without conversation_parts: 1" in note
    assert (second.channel, second.language, second.outcome) == ("whatsapp", None, None)
    assert second.customer_id == "l1"
    assert second.urgency == "general"


def test_a_webhook_holds_its_conversation() -> None:
    [found], errors, _ = read_all(FIXTURES / "intercom_webhooks.jsonl")
    assert errors == []
    assert (found.id, len(found.turns)) == ("471", 8)


def test_the_form_of_the_first_api() -> None:
    [found], errors, _ = read_all(FIXTURES / "intercom_v1.json")
    assert errors == []
    assert [(turn.role, turn.text) for turn in found.turns] == [
        ("customer", "Chcę zwrócić buty."),
        ("agent", "Oczywiście."),
    ]
    assert (found.agent_id, found.customer_id) == ("25", "536e")
    assert found.extra["subject"] == "Zwrot"


@pytest.mark.parametrize(
    ("author", "options", "role"),
    [
        ({"type": "user"}, {}, "customer"),
        ({"type": "contact"}, {}, "customer"),
        ({"type": "team"}, {}, "agent"),
        ({"type": "bot"}, {}, "bot"),
        ({"type": "admin", "from_ai_agent": True}, {}, "bot"),
        ({"type": "admin", "from_ai_agent": False}, {}, "agent"),
        ({"type": "admin", "email": "operator+x1@intercom.io"}, {}, "bot"),
        ({"type": "admin", "email": "operator@shop.example"}, {}, "agent"),
        ({"type": "workflow"}, {}, "system"),
        ({"type": "workflow"}, {"roles": {"Workflow": "bot"}}, "bot"),
        ({"type": "user", "name": "Eva"}, {"agents": ("eva",)}, "agent"),
        (None, {}, "system"),
    ],
)
def test_roles(tmp_path: Path, author: object, options: Any, role: str) -> None:
    source = {"type": "email", "delivered_as": "x", "body": "hi", "author": author}
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"id": 1, "source": source, "conversation_parts": {}}))
    [found], _, _ = read_all(path, **options)
    assert found.turns[0].role == role


def test_what_the_user_maps() -> None:
    columns = {"market": "custom_attributes.Country"}
    [found], _, _ = read_all(FIXTURES / "intercom_conversation.json", columns=columns)
    assert found.market == "GB"


@pytest.mark.parametrize(
    "value",
    [
        {"id": 1, "source": [], "conversation_parts": 5},
        {"id": 1, "source": {"body": 5}, "conversation_parts": {"conversation_parts": [1, {}]}},
        {"source": {"body": "x"}, "conversation_parts": {}},
        {"id": 1, "conversation_parts": [], "custom_attributes": [], "contacts": 4, "tags": 5},
        [],
        7,
    ],
)
def test_what_is_no_conversation_is_refused(tmp_path: Path, value: object) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([value]))
    errors: list[RowError] = []
    assert list(read(path, format="intercom", on_error=errors.append)) == []
    assert len(errors) == 1
    assert "item 1: " in str(errors[0])
