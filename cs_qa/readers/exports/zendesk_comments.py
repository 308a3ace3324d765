"""Comments of a Zendesk ticket -> turns, and who their authors are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cs_qa.readers.exports.html_text import html_text
from cs_qa.readers.exports.nested import known, name_of, objects, text_of, time_of, told_role
from cs_qa.readers.options import ReadOptions
from cs_qa.types import Role

__all__ = ["People", "Person", "attachment_names", "comment_turn"]

# The author of what Zendesk itself sends: triggers, automations, bots.
_SYSTEM_AUTHOR = "-1"
_ROLES: dict[str, Role] = {"end-user": "customer", "agent": "agent", "admin": "agent"}
_QUOTED = ("<blockquote", "gmail_quote", "yahoo_quoted")


class Person(NamedTuple):
    """A user of the account, as far as it is known."""

    id: str | None
    name: str
    role: str

    @classmethod
    def of(cls, user: Mapping[str, object]) -> Person:
        """The person that a user object describes."""
        role = text_of(user.get("role"))
        if not role and isinstance(user.get("is_staff"), bool):
            role = "agent" if user["is_staff"] else "end-user"
        return cls(name_of(user.get("id")), text_of(user.get("name")), role)


class People:
    """The users that a file names. `assumed` collects the ids whose role it does not tell."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._people: dict[str, Person] = {}
        self.assumed: set[str] = set()

    def add(self, person: Person) -> None:
        """Remember a user."""
        if person.id is not None:
            self._people[person.id] = person

    def role(
        self, comment: Mapping[str, object], ticket: Mapping[str, object], requester: str | None
    ) -> Role:
        """What the author of a comment is, by the user's word, the file's, else by the ticket."""
        author = name_of(comment.get("author_id")) or ""
        person = self._person(author, comment)
        if role := told_role(self._options, author, person.name, person.role):
            return role
        if author == _SYSTEM_AUTHOR:
            return "bot"
        if author and author == requester:
            return "customer"
        return _ROLES.get(person.role) or self._assume(author, ticket)

    def _person(self, author: str, comment: Mapping[str, object]) -> Person:
        embedded = comment.get("author")
        found = Person.of(embedded) if isinstance(embedded, Mapping) else None
        return self._people.get(author) or found or Person(author, "", "")

    def _assume(self, author: str, ticket: Mapping[str, object]) -> Role:
        if author and author != name_of(ticket.get("assignee_id")):
            self.assumed.add(author)
        copied = ticket.get("email_cc_ids")
        gets_copy = isinstance(copied, list) and author in map(name_of, copied)
        return "customer" if gets_copy else "agent"


def comment_turn(
    comment: Mapping[str, object],
    people: People,
    ticket: Mapping[str, object],
    requester: str | None,
) -> dict[str, object]:
    """The turn of a comment; a private one was not said to the customer and is the system's."""
    role = people.role(comment, ticket, requester)
    author = name_of(comment.get("author_id"))
    is_internal = comment.get("public") is False
    kind = comment.get("type")
    return {
        "role": "system" if is_internal else role,
        "text": _body(comment),
        **known(
            at=time_of(comment.get("created_at")),
            agent_id=author if role == "agent" and not is_internal else None,
            author_id=author if is_internal or role == "bot" else None,
            internal=True if is_internal else None,
            type=kind if kind != "Comment" else None,
            attachments=attachment_names(comment),
        ),
    }


def attachment_names(message: Mapping[str, object]) -> list[str]:
    """The file names of what is attached."""
    return [
        name
        for each in objects(message.get("attachments"))
        if (name := text_of(each.get("file_name")) or text_of(each.get("name")))
    ]


def _body(comment: Mapping[str, object]) -> str:
    markup = text_of(comment.get("html_body"))
    plain = text_of(comment.get("plain_body"))
    # Plain text has lost which lines are quoted.
    if markup and (not plain or any(sign in markup for sign in _QUOTED)):
        return html_text(markup)
    return plain.replace("&nbsp;", " ").strip() or text_of(comment.get("body")).strip()
