"""Who may do what: one table of verbs and roles, asked inside the transaction that acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, select

from cs_qa.errors import AccessError
from cs_qa.store.desk_schema import users
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading

AccountRole = Literal["inspector", "lead", "admin", "agent"]
Role = Literal["inspector", "lead", "admin", "agent", "operator"]
Verb = Literal[
    "review",
    "draw_sample",
    "release_any",
    "adjudicate",
    "raise_appeal",
    "decide_appeal",
    "read_own",
    "read_all",
    "read_audit",
    "import_files",
    "manage_models",
    "manage_users",
    "manage_rubrics",
]

ACCOUNT_ROLES: tuple[AccountRole, ...] = get_args(AccountRole)

OPERATOR = "(operator)"
"""Whoever runs a command on the database itself; no account can have this login."""

MAY: Mapping[Verb, frozenset[Role]] = {
    "review": frozenset({"inspector", "lead", "admin"}),
    "draw_sample": frozenset({"lead", "admin", "operator"}),
    "release_any": frozenset({"lead", "admin", "operator"}),
    "adjudicate": frozenset({"lead", "admin"}),
    "raise_appeal": frozenset({"agent", "lead", "admin"}),
    "decide_appeal": frozenset({"lead", "admin"}),
    "read_own": frozenset({"agent"}),
    "read_all": frozenset({"lead", "admin", "operator"}),
    "read_audit": frozenset({"lead", "admin", "operator"}),
    "import_files": frozenset({"lead", "admin", "operator"}),
    "manage_models": frozenset({"lead", "admin", "operator"}),
    "manage_users": frozenset({"admin", "operator"}),
    "manage_rubrics": frozenset({"admin", "operator"}),
}


@dataclass(frozen=True, slots=True)
class User:
    """An account. `agent_id` says whose conversations are this person's own."""

    id: str
    name: str
    role: Role
    agent_id: str | None = None
    team: str | None = None
    is_active: bool = True
    created_at: datetime | None = None


USER_COLUMNS = (
    users.c.id,
    users.c.name,
    users.c.role,
    users.c.agent_id,
    users.c.team,
    users.c.is_active,
    users.c.created_at,
)


def to_user(row: Row[*tuple[Any, ...]]) -> User:
    """Make a `User` of a row of `USER_COLUMNS`."""
    return User(**row._mapping)


def find_user(connection: Connection, user_id: str) -> User | None:
    """Read an account by its login, None where there is none."""
    row = connection.execute(select(*USER_COLUMNS).where(users.c.id == user_id)).one_or_none()
    return None if row is None else to_user(row)


def permitted(connection: Connection, user_id: str, verb: Verb) -> User:
    """Return the account that acts, within the caller's transaction.

    Raises AccessError when there is no such account, it is disabled, or its role may not `verb`.
    """
    user = _actor(connection, user_id)
    if user.role not in MAY[verb]:
        roles = ", ".join(sorted(MAY[verb] - {"operator"}))
        raise AccessError(
            f"{user.id} may not {verb.replace('_', ' ')} as {user.role}. Possible for the roles: "
            f"{roles}. Ask one of them, or an admin to change the role."
        )
    return user


def require(store: Store, user_id: str, verb: Verb) -> User:
    """Return the account that acts, as `permitted` does, in a transaction of its own.

    Raises AccessError; StoreError when the database cannot be read.
    """
    with reading(store) as connection:
        return permitted(connection, user_id, verb)


def _actor(connection: Connection, user_id: str) -> User:
    if user_id == OPERATOR:
        return User(OPERATOR, "operator", "operator")
    user = find_user(connection, user_id)
    if user is None:
        raise AccessError(f"There is no account {user_id!r}. Ask an admin to add it.")
    if not user.is_active:
        raise AccessError(f"The account {user_id!r} is disabled. Ask an admin to enable it.")
    return user
