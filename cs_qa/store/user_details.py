"""What an account says of its person: name, agent id and team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from cs_qa.errors import InputError
from cs_qa.store import audit
from cs_qa.store.access import User, find_user, permitted
from cs_qa.store.desk_schema import users
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, writing
from cs_qa.store.users import MAX_NAME_LENGTH


def set_details(
    store: Store,
    login: str,
    *,
    name: str,
    agent_id: str | None,
    team: str | None,
    by: str,
    now: datetime | None = None,
) -> User:
    """Change name, agent id and team of an account; blank texts count as none.

    Raises AccessError when `by` may not manage users; InputError for an unknown account, a name
    that cannot be, or a user of the role agent left without an agent id.
    """
    at, login = moment(now), login.strip().lower()
    after = {"name": name.strip(), "agent_id": _told(agent_id), "team": _told(team)}
    if not after["name"]:
        raise InputError(f"A name has 1 to {MAX_NAME_LENGTH} characters, not 0.")
    for value in after.values():
        if value is not None and len(value) > MAX_NAME_LENGTH:
            raise InputError(
                f"A name, agent id or team has at most {MAX_NAME_LENGTH} characters, "
                f"not {len(value)}."
            )
    with writing(store, f"The account {login}") as connection:
        permitted(connection, by, "manage_users")
        user = find_user(connection, login)
        if user is None:
            raise InputError(f"There is no account {login!r}. Add it, or check the spelling.")
        if user.role == "agent" and after["agent_id"] is None:
            raise InputError(
                "A user of the role agent needs an agent id: whose conversations to see."
            )
        before = {key: getattr(user, key) for key in after}
        if before == after:
            return user
        connection.execute(update(users).where(users.c.id == login).values(after))
        audit.record(
            connection,
            user_id=by,
            verb="set_details",
            subject=f"user/{login}",
            at=at,
            detail={"before": before, "after": after},
        )
        changed = find_user(connection, login)
    return changed or user


def _told(text: str | None) -> str | None:
    return (text or "").strip() or None
