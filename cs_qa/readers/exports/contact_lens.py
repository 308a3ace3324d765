"""Amazon Connect: analysis files of Contact Lens for calls and chats, and transcripts of chats.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html
https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files-chat.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cs_qa.errors import InputError
from cs_qa.readers.exports.json_documents import Document, is_export, read_documents
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
from cs_qa.readers.values import kind, shown
from cs_qa.types import Role, Transcript

__all__ = ["ContactLens"]

_CHANNELS = {"VOICE": "phone", "CHAT": "live_chat", "EMAIL": "email"}
_ROLES: dict[str, Role] = {
    "CUSTOMER": "customer",
    "AGENT": "agent",
    "SUPERVISOR": "agent",
    "CUSTOM_BOT": "bot",
    "SYSTEM": "system",
}
# Names under which the bots of a flow write, whose role is SYSTEM.
_BOT_NAMES = ("bot", "lex")
_STARTS = ("ConnectedToSystemTimestamp", "InitiationTimestamp")
_CONTACT_OF_FILE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContactLens:
    """Reads contacts; a call has clock times only where the file says when it began."""

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """JSON with the keys of an analysis or of a transcript."""
        return is_export(
            head,
            ["Transcript", "ParticipantRole"],
            ["Transcript", "ParticipantId"],
            ["Segments", "ParticipantRole"],
            ["Participants", "JobStatus"],
            ["JobStatus", "CustomerMetadata"],
        )

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        without_start = 0

        def rows(document: Document) -> Iterator[dict[str, object]]:
            nonlocal without_start
            value = document.value
            if not isinstance(value, Mapping):
                raise InputError(f"{kind(value)}, not a JSON object of a contact")
            row = _row(value, source)
            turns = row.get("turns")
            without_start += any("begin_ms" in turn for turn in objects(turns))
            yield with_columns(row, value, source.options.columns)

        yield from read_documents(source, rows)
        if without_start:
            source.note(
                f"calls that do not say when they began: {without_start}; their turns have no time "
                "(begin_ms and end_ms count from the beginning). Add InitiationTimestamp of the "
                "contact record to the object"
            )


def _row(value: Mapping[str, object], source: Source) -> dict[str, object]:
    items = list(_items(value))
    if not items and value.get("JobStatus") not in (None, "COMPLETED"):
        raise InputError(f"JobStatus is {shown(value['JobStatus'])}: there is no transcript")
    about = value.get("ConversationCharacteristics")
    is_chat = any("AbsoluteTime" in item for item in items)
    channel = text_of(value.get("Channel")) or ("CHAT" if is_chat else "VOICE")
    turns = list(_turns(items, value, source.options))
    return known(
        id=_contact(value, items, source),
        channel=_CHANNELS.get(channel, channel.lower()),
        customer_id=name_of(value.get("CustomerId")),
        agent_id=name_of(dig(value, "Agent", "Username")) or name_of(dig(value, "AgentInfo", "Id")),
        team=name_of(dig(value, "Queue", "Name")) or name_of(dig(value, "QueueInfo", "Name")),
        language=_language(value),
        turns=in_time_order(turns),
        categories=dig(value, "Categories", "MatchedCategories"),
        summary=dig(about, "ContactSummary", "PostContactSummary", "Content"),
        redacted=True if dig(value, "ContentMetadata", "Output") == "Redacted" else None,
    )


def _items(value: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from objects(value.get("Transcript"))
    for segment in objects(value.get("Segments")):
        if isinstance(item := segment.get("Transcript"), Mapping):
            yield item


def _contact(value: Mapping[str, object], items: list[Mapping[str, object]], source: Source) -> str:
    named = (
        dig(value, "CustomerMetadata", "ContactId"),
        value.get("ContactId"),
        items[0].get("ContactId") if items else None,
        value.get("InitialContactId"),
    )
    if name := next((name for each in named if (name := name_of(each))), None):
        return name
    stem = Path(source.name).stem
    match = _CONTACT_OF_FILE.match(stem)
    return match[0] if match else stem


def _language(value: Mapping[str, object]) -> str | None:
    return (
        name_of(value.get("LanguageCode"))
        or name_of(dig(value, "Configuration", "LanguageLocale"))
        or name_of(dig(value, "StreamingSettings", "LanguageCode"))
    )


def _turns(
    items: list[Mapping[str, object]], value: Mapping[str, object], options: ReadOptions
) -> Iterator[dict[str, object]]:
    roles = {
        name: text_of(each.get("ParticipantRole"))
        for each in objects(value.get("Participants"))
        if (name := name_of(each.get("ParticipantId")))
    }
    start = _start(value)
    for item in items:
        files = [text_of(file.get("AttachmentName")) for file in objects(item.get("Attachments"))]
        text = _content(item)
        if item.get("Type") != "EVENT" and (text or files):
            participant = name_of(item.get("ParticipantId")) or ""
            word = text_of(item.get("ParticipantRole")) or roles.get(participant, participant)
            yield _turn(item, text, files, _role(item, word, options), word, start)


def _turn(
    item: Mapping[str, object],
    text: str,
    files: list[str],
    role: Role,
    word: str,
    start: datetime | None,
) -> dict[str, object]:
    clock = time_of(item.get("AbsoluteTime")) or _after(start, item.get("BeginOffsetMillis"))
    return {
        "role": role,
        "text": text,
        **known(
            at=clock,
            agent_id=name_of(item.get("DisplayName")) if role == "agent" else None,
            begin_ms=None if clock else item.get("BeginOffsetMillis"),
            end_ms=None if clock else item.get("EndOffsetMillis"),
            sentiment=item.get("Sentiment"),
            participant_role=word if word == "SUPERVISOR" else None,
            attachments=files,
        ),
    }


def _role(item: Mapping[str, object], word: str, options: ReadOptions) -> Role:
    name = text_of(item.get("DisplayName"))
    if told := told_role(options, name_of(item.get("ParticipantId")), name, word):
        return told
    if word == "SYSTEM" and name.lower() in _BOT_NAMES:
        return "bot"
    return _ROLES.get(word, "system")


def _content(item: Mapping[str, object]) -> str:
    content = text_of(item.get("Content")).strip()
    if item.get("ContentType") in (None, "text/plain", "text/markdown"):
        return content
    try:
        shown_as = dig(json.loads(content), "data", "content")
    except (ValueError, RecursionError):
        return content
    titles = (shown_as, *objects(dig(shown_as, "elements")))
    lines = [text_of(dig(each, key)) for each in titles for key in ("title", "subtitle")]
    return "\n".join(line for line in lines if line) or content


def _start(value: Mapping[str, object]) -> datetime | None:
    places = (value, value.get("CustomerMetadata"), value.get("ContactRecord"))
    for key in _STARTS:
        for place in places:
            try:
                start = datetime.fromisoformat(text_of(time_of(dig(place, key))))
            except ValueError:
                continue
            return start if start.tzinfo else None
    return None


def _after(start: datetime | None, offset_ms: object) -> str | None:
    if start is None or isinstance(offset_ms, bool) or not isinstance(offset_ms, int | float):
        return None
    try:
        return (start + timedelta(milliseconds=offset_ms)).isoformat()
    except (OverflowError, ValueError):
        return None
