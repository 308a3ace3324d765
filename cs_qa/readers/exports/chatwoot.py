"""Chatwoot: conversations with messages, pages of messages, and webhook events.

https://www.chatwoot.com/docs/product/features/webhooks
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cs_qa.errors import InputError
from cs_qa.readers.exports.html_text import html_text
from cs_qa.readers.exports.json_documents import (
    Document,
    is_export,
    json_documents,
    quietly,
    read_documents,
)
from cs_qa.readers.exports.nested import (
    dig,
    in_time_order,
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

__all__ = ["Chatwoot"]

_LISTS = ("payload", "data")
_MESSAGE_TYPES = {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}
_ROLES: dict[str, Role] = {
    "incoming": "customer",
    "outgoing": "agent",
    "activity": "system",
    "template": "bot",
}
_CHANNELS = {
    "api": "api",
    "email": "email",
    "facebookpage": "facebook",
    "twilio": "sms",
    "twiliosms": "sms",
    "twitterprofile": "twitter",
    "voice": "phone",
    "webwidget": "live_chat",
}


@dataclass(frozen=True, slots=True)
class Chatwoot:
    """Reads conversations; messages that stand alone are put together by their conversation."""

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """JSON with the keys of a conversation or of messages."""
        return is_export(
            head,
            ["message_type", "inbox_id"],
            ["message_type", "conversation_id"],
            ["message_type", "content_attributes"],
            ["messages", "inbox_id"],
        )

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        return read_documents(source, _Conversations(source).rows, lists=_LISTS)


@dataclass(slots=True)
class _Open:
    """A conversation whose messages are still coming."""

    about: dict[str, object] = field(default_factory=dict)
    messages: list[Mapping[str, object]] = field(default_factory=list)


class _Conversations:
    """The conversations of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: dict[str, _Open] = {}
        self._left: Counter[str] | None = None

    def rows(self, document: Document) -> Iterator[dict[str, object]]:
        """The contract's objects that a document completes."""
        value = document.value
        if not isinstance(value, Mapping):
            raise InputError(f"{kind(value)}, not a JSON object of a conversation or a message")
        if _is_message(value):
            yield from self._message(value, document.around)
        elif isinstance(value.get("messages"), list):
            yield self._row(value, list(objects(value["messages"])))
        elif "event" not in value:
            raise InputError("neither a conversation with messages nor a message")

    def _message(
        self, message: Mapping[str, object], around: Mapping[str, object]
    ) -> Iterator[dict[str, object]]:
        if self._left is None:
            self._left = _message_counts(self._source)
        name = _conversation(message)
        if name is None:
            raise InputError("the message has no conversation_id; export it with its conversation")
        conversation = self._open.setdefault(name, _Open())
        conversation.messages.append(message)
        for about in (around, message.get("conversation")):
            if isinstance(about, Mapping):
                conversation.about.update(about)
        self._left[name] -= 1
        if self._left[name] <= 0:
            del self._open[name]
            about = {"inbox_id": message.get("inbox_id"), **conversation.about, "id": name}
            yield self._row(about, _newest_version(conversation.messages))

    def _row(
        self, about: Mapping[str, object], messages: list[Mapping[str, object]]
    ) -> dict[str, object]:
        options = self._source.options
        turns = [_turn(m, options) for m in messages if _is_said(m)]
        return with_columns(_row(about, messages, in_time_order(turns)), about, options.columns)


def _message_counts(source: Source) -> Counter[str]:
    """How many messages of each conversation the file has: the last of them completes it."""
    values = (document.value for document in json_documents(quietly(source), lists=_LISTS))
    messages = (v for v in values if isinstance(v, Mapping) and _is_message(v))
    return Counter(name for message in messages if (name := _conversation(message)))


def _is_message(value: Mapping[str, object]) -> bool:
    return "message_type" in value and "messages" not in value


def _conversation(message: Mapping[str, object]) -> str | None:
    about = message.get("conversation")
    return (
        name_of(message.get("conversation_id"))
        or name_of(dig(about, "display_id"))
        or name_of(dig(about, "id"))
    )


def _newest_version(messages: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Each message once, as it was last sent: a webhook tells of its changes too."""
    newest = {
        name_of(message.get("id")) or index: message for index, message in enumerate(messages)
    }
    return list(newest.values())


def _row(
    about: Mapping[str, object],
    messages: list[Mapping[str, object]],
    turns: list[dict[str, object]],
) -> dict[str, object]:
    meta = about.get("meta")
    more = about.get("additional_attributes")
    priority = text_of(about.get("priority"))
    channel = text_of(dig(meta, "channel")) or text_of(about.get("channel"))
    short = channel.removeprefix("Channel::").lower()
    outcome = known(
        **_survey(about, messages), resolved=True if about.get("status") == "resolved" else None
    )
    return known(
        id=name_of(about.get("display_id")) or name_of(about.get("id")),
        channel=_CHANNELS.get(short, short),
        customer_id=_customer(about, messages),
        agent_id=name_of(dig(meta, "assignee", "id")) or name_of(about.get("assignee_id")),
        team=name_of(dig(meta, "team", "name")) or name_of(about.get("team_id")),
        language=name_of(dig(more, "conversation_language")),
        urgency=None if not priority else "urgent" if priority == "urgent" else "general",
        turns=turns,
        outcome=outcome,
        subject=dig(more, "mail_subject"),
        tags=about.get("labels"),
        status=about.get("status"),
        inbox_id=about.get("inbox_id"),
        custom_attributes=about.get("custom_attributes"),
        created_at=time_of(about.get("created_at")),
    )


def _customer(about: Mapping[str, object], messages: list[Mapping[str, object]]) -> str | None:
    written = (dig(m, "sender", "id") for m in messages if _message_type(m) == "incoming")
    return (
        name_of(dig(about, "meta", "sender", "id"))
        or name_of(about.get("contact_id"))
        or name_of(dig(about, "meta", "contact_id"))
        or next((name for value in written if (name := name_of(value))), None)
    )


def _survey(about: Mapping[str, object], messages: list[Mapping[str, object]]) -> dict[str, object]:
    answers = [
        dig(m, "content_attributes", "submitted_values", "csat_survey_response") for m in messages
    ]
    answers.append(about.get("csat_survey_response"))
    answer = next((a for a in reversed(answers) if isinstance(a, Mapping)), None)
    return {"csat": dig(answer, "rating"), "csat_comment": dig(answer, "feedback_message")}


def _is_said(message: Mapping[str, object]) -> bool:
    return bool(text_of(message.get("content")).strip() or _files(message))


def _turn(message: Mapping[str, object], options: ReadOptions) -> dict[str, object]:
    role = _role(message, options)
    is_internal = message.get("private") is True
    author = name_of(dig(message, "sender", "id")) or name_of(message.get("sender_id"))
    text = text_of(message.get("content"))
    content_type = name_of(message.get("content_type"))
    return {
        "role": "system" if is_internal else role,
        "text": html_text(text) if content_type == "incoming_email" else text,
        **known(
            at=time_of(message.get("created_at")),
            agent_id=author if role == "agent" and not is_internal else None,
            author_id=author if is_internal else None,
            internal=True if is_internal else None,
            content_type=content_type if content_type != "text" else None,
            attachments=_files(message),
            deleted=True if dig(message, "content_attributes", "deleted") is True else None,
        ),
    }


def _role(message: Mapping[str, object], options: ReadOptions) -> Role:
    sender = message.get("sender")
    word = text_of(dig(sender, "type")) or text_of(message.get("sender_type"))
    name = name_of(dig(sender, "name"))
    if told := told_role(options, name_of(dig(sender, "id")), name, word):
        return told
    role = _ROLES.get(_message_type(message), "system")
    if role == "agent" and (word.lower() not in ("", "user") or _is_automatic(message)):
        return "bot"
    return role


def _is_automatic(message: Mapping[str, object]) -> bool:
    return bool(
        dig(message, "content_attributes", "automation_rule_id")
        or dig(message, "additional_attributes", "campaign_id")
    )


def _message_type(message: Mapping[str, object]) -> str:
    word = name_of(message.get("message_type")) or ""
    return _MESSAGE_TYPES.get(word, word)


def _files(message: Mapping[str, object]) -> list[str]:
    attached = [*objects(message.get("attachments"))]
    if isinstance(one := message.get("attachment"), Mapping):
        attached.append(one)
    return [text_of(each.get("file_type")) or "file" for each in attached]
