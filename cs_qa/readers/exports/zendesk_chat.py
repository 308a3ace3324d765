"""Chats and conversation logs of Zendesk -> the contract's objects and turns.

https://developer.zendesk.com/api-reference/live-chat/chat-api/chats/
https://developer.zendesk.com/api-reference/ticketing/tickets/conversation_log/
"""

from __future__ import annotations

from collections.abc import Mapping

from cs_qa.readers.exports.html_text import html_text
from cs_qa.readers.exports.nested import (
    dig,
    in_time_order,
    known,
    name_of,
    objects,
    text_of,
    time_of,
)
from cs_qa.readers.exports.zendesk_comments import attachment_names
from cs_qa.types import Role

__all__ = ["chat_row", "is_chat", "logged_turns"]

_SENDERS: dict[str, Role] = {
    "visitor": "customer",
    "agent": "agent",
    "trigger": "bot",
    "bot": "bot",
    "system": "system",
}
_AUTHORS: dict[str, Role] = {
    "user": "customer",
    "end-user": "customer",
    "agent": "agent",
    "bot": "bot",
}
_SAID = ("chat.msg", "chat.file", "chat.triggered")


def is_chat(value: Mapping[str, object]) -> bool:
    """Whether an object is a chat or a message left while nobody was online."""
    return isinstance(value.get("history"), list) or value.get("type") == "offline_msg"


def chat_row(chat: Mapping[str, object]) -> dict[str, object]:
    """The contract's object of a chat."""
    agents = chat.get("agent_ids")
    rating = {"good": 5, "bad": 1}.get(text_of(chat.get("rating")))
    return known(
        id=name_of(chat.get("id")),
        channel="live_chat",
        customer_id=name_of(dig(chat, "visitor", "id")),
        agent_id=name_of(agents[0]) if isinstance(agents, list) and agents else None,
        team=name_of(chat.get("department_name")) or name_of(chat.get("department_id")),
        turns=in_time_order(_chat_turns(chat)),
        outcome=known(csat=rating, csat_comment=chat.get("comment")),
        tags=chat.get("tags"),
        missed=chat.get("missed") or None,
        zendesk_ticket_id=chat.get("zendesk_ticket_id"),
    )


def _chat_turns(chat: Mapping[str, object]) -> list[dict[str, object]]:
    if chat.get("type") == "offline_msg":
        said = known(at=time_of(chat.get("timestamp")))
        return [{"role": "customer", "text": text_of(chat.get("message")), **said}]
    visitor = text_of(dig(chat, "visitor", "name"))
    return [
        _chat_turn(event, visitor)
        for event in objects(chat.get("history"))
        if event.get("type") in _SAID
    ]


def _chat_turn(event: Mapping[str, object], visitor: str) -> dict[str, object]:
    role = _sender(event, visitor)
    file = dig(event, "attachment", "name") if event.get("type") == "chat.file" else None
    return {
        "role": role,
        "text": text_of(event.get("msg")),
        **known(
            at=time_of(event.get("timestamp")),
            agent_id=name_of(event.get("agent_id")) if role == "agent" else None,
            attachments=[file] if file else None,
        ),
    }


def _sender(event: Mapping[str, object], visitor: str) -> Role:
    kind = text_of(event.get("sender_type")) or text_of(event.get("nick")).partition(":")[0]
    if role := _SENDERS.get(kind.lower()):
        return role
    if event.get("type") == "chat.triggered":
        return "bot"
    is_visitor = not name_of(event.get("agent_id")) and event.get("name") in (visitor, None)
    return "customer" if is_visitor else "agent"


def logged_turns(page: Mapping[str, object]) -> list[dict[str, object]]:
    """The turns of a page of a ticket's conversation log."""
    return [
        _logged_turn(event)
        for event in objects(page.get("events"))
        if isinstance(event.get("content"), Mapping)
    ]


def _logged_turn(event: Mapping[str, object]) -> dict[str, object]:
    role = _AUTHORS.get(text_of(dig(event, "author", "type")), "system")
    author = name_of(dig(event, "author", "zen:support:user_id"))
    is_internal = dig(event, "metadata", "public") is False
    text = text_of(dig(event, "content", "text"))
    return {
        "role": "system" if is_internal else role,
        "text": text or html_text(text_of(dig(event, "content", "body"))),
        **known(
            at=time_of(event.get("created_at")),
            agent_id=author if role == "agent" and not is_internal else None,
            author_id=author if is_internal else None,
            internal=True if is_internal else None,
            attachments=attachment_names(event),
        ),
    }
