"""Zendesk: tickets with comments, audits, conversation logs and chats, as its API and exports give.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cs_qa.errors import InputError
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
    with_columns,
)
from cs_qa.readers.exports.zendesk_chat import chat_row, is_chat, logged_turns
from cs_qa.readers.exports.zendesk_comments import People, Person, comment_turn
from cs_qa.readers.source import Source
from cs_qa.readers.values import kind, shown
from cs_qa.types import Transcript

__all__ = ["Zendesk"]

_LISTS = ("tickets", "chats")
_CHANNELS = {
    "api": "ticket",
    "chat": "live_chat",
    "help_center": "ticket",
    "messaging": "live_chat",
    "mobile": "ticket",
    "native_messaging": "live_chat",
    "twitter_dm": "twitter",
    "web": "ticket",
    "web_form": "ticket",
    "web_messaging": "live_chat",
}
_SATISFACTION = {"good": 5, "good_with_comment": 5, "bad": 1, "bad_with_comment": 1}
_KEPT = ("subject", "priority", "type", "status", "tags", "brand_id", "external_id", "created_at")
_TICKET_OF_ADDRESS = re.compile(r"/tickets/(\d+)/")


@dataclass(frozen=True, slots=True)
class Zendesk:
    """Reads tickets, their comments, audits or conversation logs, and chats."""

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """JSON with the keys of a ticket, of comments, of an audit or of a chat."""
        return is_export(
            head,
            ["requester_id", "submitter_id"],
            ["requester_id", "comments"],
            ["author_id", "html_body"],
            ["author_id", "plain_body"],
            ["author_id", "audit_id"],
            ["author_id", "audits"],
            ["zen:support:user_id"],
            ["zen:sunco:user_id"],
            ["history", "visitor"],
        )

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        export = _Export(source)
        yield from read_documents(source, export.rows, lists=_LISTS)
        export.tell_what_was_assumed()


class _Export:
    """What is known of one file beyond the ticket at hand."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._people = People(source.options)
        self._groups: dict[str, str] = {}
        self._is_loaded = False

    def rows(self, document: Document) -> Iterator[dict[str, object]]:
        """The contract's objects of a document: one each ticket or chat."""
        value = document.value
        if not isinstance(value, Mapping):
            raise InputError(
                f"{kind(value)}, not a JSON object of a ticket, its comments or a chat"
            )
        if document.list_name == "tickets" and not self._is_loaded:
            self._load_what_stands_beside()
        self._add(value)
        for row in self._rows(value):
            yield with_columns(row, dig(value, "ticket") or value, self._source.options.columns)

    def tell_what_was_assumed(self) -> None:
        """Say of whom the file does not tell what they are."""
        if assumed := self._people.assumed:
            some = ", ".join(sorted(assumed)[:5]) + (" …" if len(assumed) > 5 else "")
            self._source.note(
                f"it does not say what these authors are: {some}; not being the requester, they "
                "were taken as agents, those who get a copy as customers. Export the users too, "
                "or name the roles in a mapping file"
            )

    def _load_what_stands_beside(self) -> None:
        """Users and groups stand beside the tickets, often after them: read them first."""
        self._is_loaded = True
        around: Mapping[str, object] = {}
        for document in json_documents(quietly(self._source), lists=_LISTS):
            if document.around is not around:
                self._add(around)
                around = document.around
        self._add(around)

    def _add(self, value: Mapping[str, object]) -> None:
        for user in objects(value.get("users")):
            self._people.add(Person.of(user))
        for group in objects(value.get("groups")):
            if (name := name_of(group.get("id"))) is not None:
                self._groups[name] = text_of(group.get("name"))

    def _rows(self, value: Mapping[str, object]) -> Iterator[dict[str, object]]:
        ticket = value.get("ticket")
        ticket = ticket if isinstance(ticket, Mapping) else value
        if is_chat(value):
            yield chat_row(value)
        elif isinstance(value.get("audits"), list):
            yield from self._audited(value, ticket)
        elif isinstance(value.get("events"), list):
            yield self._ticket(ticket, self._name(ticket, value), logged_turns(value))
        else:
            comments = list(objects(value.get("comments"))) or _described(ticket)
            yield self._ticket(ticket, self._name(ticket, value), self._turns(comments, ticket))

    def _audited(
        self, value: Mapping[str, object], ticket: Mapping[str, object]
    ) -> Iterator[dict[str, object]]:
        comments: dict[str, list[Mapping[str, object]]] = {}
        for audit in objects(value.get("audits")):
            name = name_of(audit.get("ticket_id")) or self._name(ticket, value)
            shared = {key: audit.get(key) for key in ("author_id", "created_at", "via")}
            comments.setdefault(name, []).extend(
                {**shared, **event}
                for event in objects(audit.get("events"))
                if event.get("type") in ("Comment", "VoiceComment")
            )
        for name, own in comments.items():
            about = ticket if "requester_id" in ticket else {}
            if own:
                yield self._ticket(about, name, self._turns(own, about))

    def _turns(
        self, comments: list[Mapping[str, object]], ticket: Mapping[str, object]
    ) -> list[dict[str, object]]:
        requester = name_of(ticket.get("requester_id"))
        if requester is None:
            said = [c for c in comments if c.get("public") is not False]
            first = min(said, key=lambda c: text_of(c.get("created_at")), default=None)
            requester = None if first is None else name_of(first.get("author_id"))
        return [comment_turn(each, self._people, ticket, requester) for each in comments]

    def _name(self, ticket: Mapping[str, object], page: Mapping[str, object]) -> str:
        """The ticket's id; a page of comments has it only in the addresses of its neighbours."""
        if (name := name_of(ticket.get("id"))) is not None:
            return name
        links = page.get("links")
        for place in (page, links if isinstance(links, Mapping) else {}):
            for key in ("next_page", "previous_page", "next", "prev", "url"):
                if match := _TICKET_OF_ADDRESS.search(text_of(place.get(key))):
                    return match[1]
        return Path(self._source.name).stem

    def _ticket(
        self, ticket: Mapping[str, object], name: str, turns: list[dict[str, object]]
    ) -> dict[str, object]:
        if not turns:
            raise InputError(f"ticket {shown(name)} has no comments; export them with the ticket")
        channel = name_of(dig(ticket, "via", "channel"))
        rating = ticket.get("satisfaction_rating")
        priority = name_of(ticket.get("priority"))
        group = name_of(ticket.get("group_id"))
        outcome = known(
            csat=_SATISFACTION.get(text_of(dig(rating, "score"))),
            csat_comment=dig(rating, "comment"),
            resolved=True if ticket.get("status") in ("solved", "closed") else None,
        )
        return known(
            id=name,
            channel=_CHANNELS.get(channel or "", channel),
            customer_id=name_of(ticket.get("requester_id")),
            agent_id=name_of(ticket.get("assignee_id")),
            team=self._groups.get(group or "") or group,
            language=name_of(ticket.get("locale")),
            urgency=None if priority is None else "urgent" if priority == "urgent" else "general",
            turns=in_time_order(turns),
            outcome=outcome,
            via_channel=channel if channel in _CHANNELS else None,
            **{key: ticket.get(key) for key in _KEPT if ticket.get(key)},
        )


def _described(ticket: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The description of a ticket without comments: it is the text of the first one."""
    if not isinstance(ticket.get("description"), str):
        return []
    author = ticket.get("submitter_id") or ticket.get("requester_id")
    return [
        {
            "author_id": author,
            "body": ticket["description"],
            "created_at": ticket.get("created_at"),
        }
    ]
