"""Accounts of the review desk: add, change, disable, list. Nobody is deleted."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from cs_qa.errors import InputError
from cs_qa.store import audit
from cs_qa.store.access import (
    ACCOUNT_ROLES,
    USER_COLUMNS,
    AccountRole,
    User,
    find_user,
    permitted,
    to_user,
)
from cs_qa.store.desk_schema import users
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing

MAX_NAME_LENGTH = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")


def add_user(
    store: Store,
    login: str,
    *,
    name: str,
    role: AccountRole,
    by: str,
    agent_id: str | None = None,
    team: str | None = None,
    password_hash: str | None = None,
    now: datetime | None = None,
) -> User:
    """Add an account; case does not matter in a login.

    `agent_id` says which conversations are this person's own, and a user of the role agent needs
    one. Raises AccessError when `by` may not manage users, InputError when the login is taken or
    a value cannot be used, StoreError when the database cannot be written.
    """
    at, login = moment(now), _login(login)
    row = {
        "id": login,
        "name": _name(name),
        "role": _role(role, agent_id),
        "agent_id": agent_id,
        "team": team,
        "is_active": True,
        "created_at": at,
    }
    with writing(store, f"The account {login}") as connection:
        permitted(connection, by, "manage_users")
        if find_user(connection, login) is not None:
            raise InputError(f"The login {login!r} is taken. Choose another one.")
        connection.execute(insert(users), row | {"password_hash": password_hash})
        _record(connection, "add_user", login, by=by, at=at, detail=row)
        return _known(connection, login)


def set_role(
    store: Store, login: str, role: AccountRole, *, by: str, now: datetime | None = None
) -> User:
    """Change what an account may do, from now on.

    Raises AccessError when `by` may not manage users, InputError for an unknown account or role.
    """
    at = moment(now)
    with writing(store, f"The role of {login}") as connection:
        permitted(connection, by, "manage_users")
        user = _known(connection, login)
        change = {"role": _role(role, user.agent_id)}
        _change(connection, user, change)
        detail = {"before": user.role, "after": role}
        _record(connection, "set_role", user.id, by=by, at=at, detail=detail)
        return _known(connection, login)


def set_active(
    store: Store, login: str, is_active: bool, *, by: str, now: datetime | None = None
) -> User:
    """Disable an account, or enable it again; what the person did stays theirs.

    Raises AccessError when `by` may not manage users, InputError for an unknown account.
    """
    at = moment(now)
    with writing(store, f"The account {login}") as connection:
        permitted(connection, by, "manage_users")
        user = _known(connection, login)
        _change(connection, user, {"is_active": is_active})
        _record(connection, "enable" if is_active else "disable", user.id, by=by, at=at, detail={})
        return _known(connection, login)


def set_password_hash(
    store: Store, login: str, password_hash: str, *, by: str, now: datetime | None = None
) -> None:
    """Store the hash of a password, of one's own account or as one who manages users.

    Raises AccessError when `by` is neither, InputError for an unknown account.
    """
    at = moment(now)
    with writing(store, f"The password of {login}") as connection:
        user = _known(connection, login)
        if by != user.id or not user.is_active:
            permitted(connection, by, "manage_users")
        _change(connection, user, {"password_hash": password_hash})
        _record(connection, "set_password", user.id, by=by, at=at, detail={})


def password_hash(store: Store, login: str) -> str | None:
    """Read the hash to check a password against, None where nobody may log in with one."""
    stored = select(users.c.password_hash).where(users.c.id == login.strip().lower())
    with reading(store) as connection:
        return connection.execute(stored.where(users.c.is_active)).scalar()


def user(store: Store, login: str) -> User | None:
    """Read an account, None where there is none."""
    with reading(store) as connection:
        return find_user(connection, login.strip().lower())


def list_users(store: Store) -> list[User]:
    """List every account, disabled ones too, by login."""
    with reading(store) as connection:
        rows = connection.execute(select(*USER_COLUMNS).order_by(users.c.id)).all()
    return [to_user(row) for row in rows]


def _login(login: str) -> str:
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InputError(
            f"{login!r} cannot be a login. Possible: a letter or digit, then up to 99 of "
            "a-z 0-9 . _ @ + -"
        )
    return login


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise InputError(f"A name has 1 to {MAX_NAME_LENGTH} characters, not {len(name)}.")
    return name


def _role(role: str, agent_id: str | None) -> str:
    if role not in ACCOUNT_ROLES:
        raise InputError(f"There is no role {role!r}. Possible: {', '.join(ACCOUNT_ROLES)}.")
    if role == "agent" and not agent_id:
        raise InputError("A user of the role agent needs an agent id: whose conversations to see.")
    return role


def _known(connection: Connection, login: str) -> User:
    found = find_user(connection, login.strip().lower())
    if found is None:
        raise InputError(f"There is no account {login!r}. Add it, or check the spelling.")
    return found


def _change(connection: Connection, user: User, values: dict[str, Any]) -> None:
    connection.execute(update(users).where(users.c.id == user.id).values(values))


def _record(
    connection: Connection, verb: str, login: str, *, by: str, at: datetime, detail: dict[str, Any]
) -> None:
    audit.record(connection, user_id=by, verb=verb, subject=f"user/{login}", at=at, detail=detail)
