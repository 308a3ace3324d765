"""Intercom: conversations of its API 2.x (1.x too), of lists, webhooks and exports as JSON lines.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/models/conversation_parts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cs_qa.errors import InputError
from cs_qa.readers.exports.html_text import html_text
from cs_qa.readers.exports.json_documents import Document, is_export, read_documents
from cs_qa.readers.exports.nested import (
    dig,
    known,
    name_of,
    objects,
    text_of,
    time_of,
    told_role,
    with_columns,
)
from cs_qa.readers.options import ReadOptions
from cs_qa.readers.source import Source
from cs_qa.readers.values import kind
from cs_qa.types import Role, Transcript

__all__ = ["Intercom"]

_LISTS = ("conversations", "data")
_CHANNELS = {"conversation": "live_chat", "phone_call": "phone", "phone_switch": "phone"}
_ROLES: dict[str, Role] = {
    "user": "customer",
    "lead": "customer",
    "contact": "customer",
    "admin": "agent",
    "team": "agent",
    "bot": "bot",
}
_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
# Intercom's own bot writes as a teammate with an address of this kind.
_OPERATOR = re.compile(r"operator\+[^@]*@intercom\.io")


@dataclass(frozen=True, slots=True)
class Intercom:
    """Reads conversations with their parts."""

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """JSON with the keys of a conversation."""
        return is_export(
            head, ["conversation_parts"], ["delivered_as", "source"], ["conversation_message"]
        )

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        without_parts = 0

        def rows(document: Document) -> Iterator[dict[str, object]]:
            nonlocal without_parts
            value = document.value
            if isinstance(value, Mapping) and isinstance(value.get("item"), Mapping):
                value = value["item"]
            if not isinstance(value, Mapping):
                raise InputError(f"{kind(value)}, not a JSON object of a conversation")
            without_parts += "conversation_parts" not in value
            yield with_columns(_row(value, source.options), value, source.options.columns)

        yield from read_documents(source, rows, lists=_LISTS)
        if without_parts:
            source.note(
                f"conversations without conversation_parts: {without_parts}; only the message that "
                "began them was read. Lists do not give the parts: retrieve each conversation"
            )


def _row(value: Mapping[str, object], options: ReadOptions) -> dict[str, object]:
    custom = value.get("custom_attributes")
    first = _first(value)
    channel = name_of(first.get("type")) if "delivered_as" in first else None
    outcome = known(
        csat=dig(value, "conversation_rating", "rating"),
        csat_comment=dig(value, "conversation_rating", "remark"),
        resolved=True if value.get("state") == "closed" or value.get("open") is False else None,
    )
    return known(
        id=name_of(value.get("id")),
        channel=_CHANNELS.get(channel or "", channel),
        customer_id=_customer(value),
        agent_id=_assigned(value, "admin_assignee_id", "admin"),
        team=_assigned(value, "team_assignee_id", "team"),
        language=_language(custom),
        urgency={"priority": "urgent", "not_priority": "general"}.get(
            text_of(value.get("priority"))
        ),
        turns=list(_turns(value, first, options)),
        outcome=outcome,
        subject=html_text(text_of(value.get("title")) or text_of(first.get("subject"))),
        state=value.get("state"),
        tags=[name for tag in _listed(value, "tags") if (name := name_of(tag.get("name")))],
        custom_attributes=known(**custom) if isinstance(custom, dict) else None,
        created_at=time_of(value.get("created_at")),
    )


def _first(value: Mapping[str, object]) -> Mapping[str, object]:
    first = value.get("source") or value.get("conversation_message")
    return first if isinstance(first, Mapping) else {}


def _turns(
    value: Mapping[str, object], first: Mapping[str, object], options: ReadOptions
) -> Iterator[dict[str, object]]:
    opening = {"created_at": value.get("created_at"), "part_type": "comment", **first}
    for part in (opening, *_listed(value, "conversation_parts")):
        files = [name for file in objects(part.get("attachments")) if (name := _name(file))]
        if text_of(part.get("body")).strip() or files:
            yield _turn(part, files, options)


def _turn(part: Mapping[str, object], files: list[str], options: ReadOptions) -> dict[str, object]:
    role = _role(part.get("author"), options)
    part_type = text_of(part.get("part_type"))
    is_internal = part_type.startswith("note")
    author = name_of(dig(part, "author", "id"))
    return {
        "role": "system" if is_internal else role,
        "text": html_text(text_of(part.get("body"))),
        **known(
            at=time_of(part.get("created_at")),
            agent_id=author if role == "agent" and not is_internal else None,
            author_id=author if is_internal else None,
            internal=True if is_internal else None,
            part_type=part_type if part_type != "comment" else None,
            attachments=files,
        ),
    }


def _role(author: object, options: ReadOptions) -> Role:
    word = text_of(dig(author, "type"))
    email = text_of(dig(author, "email"))
    name = name_of(dig(author, "name"))
    if told := told_role(options, name_of(dig(author, "id")), name, email, word):
        return told
    if dig(author, "from_ai_agent") is True or _OPERATOR.fullmatch(email):
        return "bot"
    return _ROLES.get(word, "system")


def _customer(value: Mapping[str, object]) -> str | None:
    contact = next(iter(_listed(value, "contacts")), None) or value.get("user")
    return name_of(dig(contact, "external_id")) or name_of(dig(contact, "id"))


def _assigned(value: Mapping[str, object], key: str, old_type: str) -> str | None:
    name = name_of(value.get(key))
    if name is None and dig(value, "assignee", "type") == old_type:
        name = name_of(dig(value, "assignee", "id"))
    return None if name == "0" else name


def _language(custom: object) -> str | None:
    """The code in an attribute called language; a language's name is left in the attributes."""
    for key, value in custom.items() if isinstance(custom, Mapping) else ():
        if key.lower() == "language" and _LANGUAGE_CODE.fullmatch(text_of(value)):
            return text_of(value)
    return None


def _listed(value: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    """The objects of a list that stands under its own key: `{"tags": {"tags": [...]}}`."""
    found = value.get(key)
    return objects(dig(found, key) if isinstance(found, Mapping) else found)


def _name(file: Mapping[str, object]) -> str:
    return text_of(file.get("name")) or text_of(file.get("filename"))
