"""Amazon Connect: calls and chats analysed by Contact Lens, and transcripts of chats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cs_qa.errors import RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.types import Transcript

FIXTURES = Path(__file__).parent / "fixtures"
CONTACT = "7d0c2f0e-52a1-4f7b-9a31-0d5b5c1f2a11"


def read_all(path: Path, **options: Any) -> tuple[list[Transcript], list[RowError], list[str]]:
    errors: list[RowError] = []
    notes: list[str] = []
    found = list(
        read(path, on_error=errors.append, on_note=notes.append, options=ReadOptions(**options))
    )
    return found, errors, notes


def read_value(tmp_path: Path, value: object, **options: Any) -> Any:
    path = tmp_path / f"{CONTACT}_analysis_2026-11-16T12_00_00Z.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return read_all(path, **options)


def test_a_call_without_a_beginning_has_offsets_and_no_times() -> None:
    [found], errors, [note] = read_all(FIXTURES / "contact_lens_voice.json")
    assert errors == []
    assert "calls that do not say when they began: 1" in note
    assert [(turn.role, turn.at) for turn in found.turns] == [
        ("agent", None),
        ("customer", None),
        ("agent", None),
    ]
    assert found.turns[1].extra == {"begin_ms": 2500, "end_ms": 6000, "sentiment": "NEGATIVE"}
    assert (found.id, found.channel, found.language) == (CONTACT, "phone", "pt-BR")
    assert found.extra["categories"] == ["Reembolso"]
    assert found.extra["summary"] == "Reembolso pedido."
    assert found.extra["redacted"] is True


def test_a_call_with_a_beginning_has_times() -> None:
    [found], errors, notes = read_all(FIXTURES / "contact_lens_voice_with_start.json")
    assert (errors, notes) == ([], [])
    times = [turn.at.isoformat() for turn in found.turns if turn.at]
    assert times == [
        "2026-11-16T12:00:00+00:00",
        "2026-11-16T12:00:02.500000+00:00",
        "2026-11-16T12:00:06.400000+00:00",
    ]


def test_an_analysis_that_failed_is_said_to_be_one() -> None:
    found, [error], _ = read_all(FIXTURES / "contact_lens_failed.json")
    assert found == []
    assert "JobStatus is 'FAILED': there is no transcript" in str(error)


@pytest.mark.parametrize(
    ("name", "contact", "language"),
    [
        ("contact_lens_chat.json", "c-1", "ko-KR"),
        ("contact_lens_get_transcript.json", "c-2", None),
    ],
)
def test_a_chat_in_either_order(name: str, contact: str, language: str | None) -> None:
    [found], errors, notes = read_all(FIXTURES / name)
    assert (errors, notes) == ([], [])
    assert [(turn.role, turn.text) for turn in found.turns] == [
        ("system", "상담원을 연결합니다."),
        ("bot", "무엇을 도와드릴까요?"),
        ("customer", "환불해 주세요."),
        ("agent", "네, **바로** 처리하겠습니다."),
        ("bot", "사유를 고르세요\n파손\n지연"),
        ("customer", ""),
        ("agent", "제가 돕겠습니다."),
    ]
    assert all(turn.at for turn in found.turns)
    assert (found.id, found.channel, found.language) == (contact, "live_chat", language)
    assert found.agent_id == "수진"
    assert found.turns[5].extra == {"attachments": ["영수증.png"]}
    assert found.turns[6].extra == {"participant_role": "SUPERVISOR"}


def test_segments_of_a_call_that_is_still_on() -> None:
    [found], errors, _ = read_all(FIXTURES / "contact_lens_segments.json")
    assert errors == []
    assert [(turn.role, turn.text) for turn in found.turns] == [
        ("agent", "Buongiorno."),
        ("customer", "Vorrei un rimborso."),
    ]
    assert found.id == "contact_lens_segments"


def test_the_contact_is_named_by_the_file_where_nothing_else_does(tmp_path: Path) -> None:
    item = {"ParticipantId": "CUSTOMER", "Content": "x"}
    [found], _, _ = read_value(tmp_path, {"Transcript": [item]})
    assert found.id == CONTACT


@pytest.mark.parametrize(
    ("item", "options", "role"),
    [
        ({"ParticipantRole": "CUSTOMER"}, {}, "customer"),
        ({"ParticipantRole": "AGENT"}, {}, "agent"),
        ({"ParticipantRole": "CUSTOM_BOT"}, {}, "bot"),
        ({"ParticipantRole": "SYSTEM", "DisplayName": "BOT"}, {}, "bot"),
        ({"ParticipantRole": "SYSTEM", "DisplayName": "SYSTEM_MESSAGE"}, {}, "system"),
        ({"ParticipantRole": "OTHER"}, {}, "system"),
        ({"ParticipantRole": "OTHER"}, {"roles": {"other": "agent"}}, "agent"),
        ({"ParticipantRole": "SYSTEM", "DisplayName": "Eva"}, {"agents": ("Eva",)}, "agent"),
        ({}, {}, "customer"),
    ],
)
def test_roles(tmp_path: Path, item: dict[str, object], options: Any, role: str) -> None:
    value = {
        "Participants": [{"ParticipantId": "p", "ParticipantRole": "CUSTOMER"}],
        "Transcript": [{"ParticipantId": "p", "Content": "x", **item}],
    }
    [found], _, _ = read_value(tmp_path, value, **options)
    assert found.turns[0].role == role


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/markdown", "**a**", "**a**"),
        ("application/json", "{broken", "{broken"),
        ("application/json", '{"data": 5}', '{"data": 5}'),
        ("application/json", '{"data": {"content": {"title": "a", "subtitle": "b"}}}', "a\nb"),
    ],
)
def test_contents(tmp_path: Path, content_type: str, content: str, text: str) -> None:
    item = {"ParticipantId": "CUSTOMER", "ContentType": content_type, "Content": content}
    [found], _, _ = read_value(tmp_path, {"Transcript": [item]})
    assert found.turns[0].text == text


@pytest.mark.parametrize(
    ("start", "offset", "has_time"),
    [
        ("2026-11-16T12:00:00Z", 5, True),
        (1_794_830_400, 5, True),
        ("2026-11-16T12:00:00", 5, False),
        ("today", 5, False),
        (None, 5, False),
        ("2026-11-16T12:00:00Z", "5", False),
        ("2026-11-16T12:00:00Z", True, False),
        ("2026-11-16T12:00:00Z", 1e300, False),
    ],
)
def test_beginnings(tmp_path: Path, start: object, offset: object, has_time: bool) -> None:
    item = {"ParticipantId": "CUSTOMER", "Content": "x", "BeginOffsetMillis": offset}
    value = {"ConnectedToSystemTimestamp": start, "Transcript": [item]}
    [found], _, _ = read_value(tmp_path, value)
    assert (found.turns[0].at is not None) is has_time


@pytest.mark.parametrize(
    "value",
    [5, {}, {"Transcript": 5}, {"Transcript": [5, {"Content": 4}]}, {"Segments": [{}, 3]}],
)
def test_what_is_no_contact_is_refused(tmp_path: Path, value: object) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([value]))
    errors: list[RowError] = []
    assert list(read(path, format="contact_lens", on_error=errors.append)) == []
    assert "item 1: " in str(errors[0])
