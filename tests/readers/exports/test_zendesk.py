"""Zendesk: each documented form gives the conversation that it holds."""

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


def read_value(tmp_path: Path, value: object, **options: Any) -> Any:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return read_all(path, **options)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in transcript.turns]


def test_tickets_with_comments_as_json_lines() -> None:
    (first, second, third), errors, _ = read_all(FIXTURES / "zendesk_tickets.jsonl")
    assert errors == []
    assert said(first) == [
        ("customer", "Bonjour,\n\nmon colis n'est pas arrivé."),
        ("system", "Client fidèle, merci de vérifier."),
        ("agent", "Nous vérifions auprès du transporteur.\n> mon colis n'est pas arrivé."),
        ("bot", "Votre demande est close."),
    ]
    assert (first.id, first.channel, first.team, first.urgency) == (
        "35436",
        "email",
        "81",
        "urgent",
    )
    assert (first.customer_id, first.agent_id) == ("501", "701")
    assert first.extra["tags"] == ["livraison", "vip"]
    assert first.extra["subject"] == "Colis perdu"
    assert first.outcome is not None
    assert (first.outcome.csat, first.outcome.resolved) == (5, True)
    assert first.outcome.extra == {"csat_comment": "Merci !"}
    assert first.turns[0].extra == {"attachments": ["suivi.png"]}
    assert first.turns[1].extra == {"author_id": "701", "internal": True}
    assert (first.turns[1].agent_id, first.turns[2].agent_id) == (None, "701")
    assert first.turns[2].at is not None
    assert first.turns[2].at.isoformat() == "2026-11-16T09:15:42+00:00"
    assert second.outcome is None  # offered, not answered; open
    assert (second.urgency, second.channel) == ("general", "ticket")
    assert said(third) == [("customer", "收到的杯子是碎的。")]
    assert (third.channel, third.urgency) == ("live_chat", None)


def test_who_gets_a_copy_is_a_customer_and_the_assumption_is_told() -> None:
    (_, second, _), _, [note] = read_all(FIXTURES / "zendesk_tickets.jsonl")
    assert [role for role, _ in said(second)] == ["customer", "agent", "customer"]
    assert "does not say what these authors are: 503, 702;" in note


def test_a_page_with_users_and_groups_behind_the_tickets() -> None:
    (first, second), errors, notes = read_all(FIXTURES / "zendesk_page.json")
    assert (errors, notes) == ([], [])
    assert first.team == "Livraison FR"
    assert [role for role, _ in said(second)] == ["customer", "agent", "customer"]


def test_a_page_of_comments_takes_its_ticket_from_the_address_and_its_order_from_the_clock() -> (
    None
):
    ([transcript], errors, notes) = read_all(FIXTURES / "zendesk_comments.json")
    assert (errors, notes) == ([], [])
    assert transcript.id == "35436"
    assert [role for role, _ in said(transcript)] == ["customer", "system", "agent"]


def test_comments_alone_are_named_after_the_file(tmp_path: Path) -> None:
    page = json.loads((FIXTURES / "zendesk_comments.json").read_text(encoding="utf-8"))
    [transcript], _, notes = read_value(tmp_path, {"comments": page["comments"]})
    assert transcript.id == "export"
    assert [role for role, _ in said(transcript)] == ["customer", "system", "agent"]
    assert "701" in notes[0]


def test_a_ticket_beside_its_comments() -> None:
    [transcript], errors, _ = read_all(FIXTURES / "zendesk_ticket.json")
    assert errors == []
    assert (transcript.id, transcript.customer_id) == ("35437", "502")
    assert said(transcript)[0] == ("customer", "Wo ist mein Geld?")


def test_audits_give_their_comments() -> None:
    [transcript], errors, _ = read_all(FIXTURES / "zendesk_audits.json")
    assert errors == []
    assert transcript.id == "47"
    assert said(transcript) == [("customer", "¿Dónde está mi pedido?"), ("agent", "Llega mañana.")]
    assert all(turn.at for turn in transcript.turns)


def test_audits_beside_their_ticket(tmp_path: Path) -> None:
    audits = json.loads((FIXTURES / "zendesk_audits.json").read_text(encoding="utf-8"))["audits"]
    ticket = {"id": 47, "requester_id": 601, "submitter_id": 601, "status": "closed"}
    for value in ({"ticket": ticket, "audits": audits[:2]}, {**ticket, "audits": audits[:2]}):
        [transcript], _, _ = read_value(tmp_path, value)
        assert transcript.outcome is not None
        assert transcript.outcome.resolved is True


def test_a_conversation_log() -> None:
    [transcript], errors, notes = read_all(FIXTURES / "zendesk_conversation_log.json")
    assert (errors, notes) == ([], [])
    assert transcript.id == "123"
    assert [role for role, _ in said(transcript)] == ["bot", "customer", "system", "agent"]
    assert transcript.turns[1].extra == {"attachments": ["写真.jpg"]}
    assert transcript.turns[3].text == "承知しました。\nお送りします。"


def test_chats_and_offline_messages() -> None:
    (chat, left), errors, _ = read_all(FIXTURES / "zendesk_chats.json")
    assert errors == []
    assert [role for role, _ in said(chat)] == ["bot", "customer", "agent", "customer", "agent"]
    assert (chat.channel, chat.team, chat.customer_id) == ("live_chat", "Soporte", "10.v")
    assert chat.outcome is not None
    assert chat.outcome.csat == 1
    assert chat.turns[4].extra == {"attachments": ["guia.pdf"]}
    assert said(left) == [("customer", "ยังไม่ได้รับของ")]


def test_senders_of_chats_that_name_none(tmp_path: Path) -> None:
    history = [
        {"type": "chat.msg", "msg": "1", "nick": "visitor:7"},
        {"type": "chat.msg", "msg": "2", "nick": "agent:8"},
        {"type": "chat.triggered", "msg": "3", "name": "Shop"},
        {"type": "chat.msg", "msg": "4", "name": "Eva"},
        {"type": "chat.msg", "msg": "5"},
    ]
    chat = {"id": "c", "visitor": {"name": "Jo"}, "history": history}
    [transcript], _, _ = read_value(tmp_path, chat)
    assert [t.role for t in transcript.turns] == ["customer", "agent", "bot", "agent", "customer"]


@pytest.mark.parametrize(
    ("author", "options", "role"),
    [
        ({"author_id": 1}, {}, "customer"),
        ({"author_id": 2}, {}, "agent"),
        ({"author_id": 2, "public": False}, {}, "system"),
        ({"author_id": 2}, {"roles": {"2": "customer"}}, "customer"),
        ({"author_id": -1}, {}, "bot"),
        ({"author_id": -1, "public": False}, {}, "system"),
        ({"author_id": 3, "author": {"id": 3, "role": "end-user"}}, {}, "customer"),
        ({"author_id": 3, "author": {"id": 3, "is_staff": True}}, {}, "agent"),
        ({"author_id": 3, "author": {"id": 3, "is_staff": False}}, {}, "customer"),
        ({"author_id": 1, "author": {"name": "Eva"}}, {"agents": ("Eva",)}, "agent"),
        ({"author_id": 3, "author": {"role": "Berater"}}, {"roles": {"berater": "agent"}}, "agent"),
    ],
)
def test_roles(tmp_path: Path, author: dict[str, object], options: Any, role: str) -> None:
    ticket = {"id": 5, "requester_id": 1, "submitter_id": 1, "comments": [{**author, "body": "x"}]}
    [transcript], _, _ = read_value(tmp_path, ticket, **options)
    assert transcript.turns[0].role == role


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        ({"plain_body": "a", "html_body": "<p>b</p>", "body": "c"}, "a"),
        ({"html_body": "<p>b</p>", "body": "c"}, "b"),
        ({"body": " c "}, "c"),
        ({"plain_body": "a q", "html_body": "a<blockquote>q</blockquote>"}, "a\n> q"),
        ({"plain_body": None, "html_body": 5, "body": []}, ""),
    ],
)
def test_bodies(tmp_path: Path, comment: dict[str, object], text: str) -> None:
    comments = [{"author_id": 1, **comment}]
    ticket = {"id": 5, "requester_id": 1, "submitter_id": 1, "comments": comments}
    [transcript], _, _ = read_value(tmp_path, ticket)
    assert transcript.turns[0].text == text


def test_what_the_user_maps(tmp_path: Path) -> None:
    ticket = json.loads((FIXTURES / "zendesk_ticket.json").read_text(encoding="utf-8"))
    ticket["ticket"]["custom_fields"] = [{"id": 7, "value": "DE"}, {"id": 8, "value": "late"}]
    columns = {
        "market": "custom_fields.7.value",
        "contact_reason": "custom_fields.8.value",
        "language": "custom_fields.9.value",
        "text": "subject",
    }
    [transcript], _, _ = read_value(tmp_path, ticket, columns=columns)
    assert transcript.market == "DE"
    assert transcript.language is None
    assert transcript.outcome is not None
    assert transcript.outcome.contact_reason == "late"


def test_what_cannot_be_used_costs_only_itself(tmp_path: Path) -> None:
    good = {"id": 1, "requester_id": 1, "submitter_id": 1, "description": "x"}
    bare = {"id": 2, "requester_id": 1, "submitter_id": 1}
    other = {**good, "description": "y"}
    found, errors, _ = read_value(tmp_path, [good, bare, 5, good, other, {**good, "id": 3}])
    assert [t.id for t in found] == ["1", "3"]
    assert [e.problem.partition(": ")[0] for e in errors] == ["item 2", "item 3", "item 5"]
    assert "ticket '2' has no comments" in errors[0].problem
    assert "a number, not a JSON object" in errors[1].problem
    assert "already that of item 1, with other content" in errors[2].problem


@pytest.mark.parametrize(
    "value",
    [
        {"comments": 5, "users": [1], "audits": "x", "ticket": []},
        {"comments": [1, None, {"author_id": []}], "via": 3, "satisfaction_rating": 9},
        {"audits": [{"ticket_id": {}, "events": {}}]},
        {"audits": [{"events": [{"type": "Comment"}]}]},
        {"events": [{"content": {}, "author": 1}, 4], "links": 2},
        {"history": [{"type": "chat.msg"}, 1], "agent_ids": 5, "visitor": 4},
        {"type": "offline_msg"},
        {"email_cc_ids": "x", "comments": [{"author_id": 9}], "tags": {"a": 1}},
    ],
)
def test_wrong_types_are_no_accident(tmp_path: Path, value: dict[str, object]) -> None:
    base = {"requester_id": 1, "submitter_id": 2, **value}
    path = tmp_path / "export.json"
    path.write_text(json.dumps(base), encoding="utf-8")
    errors: list[RowError] = []
    found = list(read(path, format="zendesk", on_error=errors.append))
    assert len(found) + len(errors) <= 1
    assert all("\n" not in str(error) for error in errors)
