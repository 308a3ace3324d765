"""The `users` commands: accounts of the review desk, by whoever runs the database.

A password is asked for on the terminal or read from standard input; never an argument, which
other users of the system could read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cs_qa.errors import InputError

if TYPE_CHECKING:
    from cs_qa.store import Store
    from cs_qa.store.access import AccountRole, User

users_app = typer.Typer(name="users", no_args_is_help=True, help="Accounts of the review desk.")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Such as ann or ann@shop.example.")]
Database = Annotated[
    str, typer.Option("--db", metavar="URL", envvar="CS_QA_DB", help="Database (or set CS_QA_DB).")
]
RoleName = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="One of: inspector, lead, admin, agent.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]

_MAX_LINE = 10_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@users_app.command("add")
def add(
    login: Login,
    role: RoleName,
    db: Database,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the person; else the login.")
    ] = None,
    agent_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Whose conversations an account of role agent sees."),
    ] = None,
    team: Annotated[str | None, typer.Option(metavar="TEAM", help="The person's team.")] = None,
    password_stdin: FromStdin = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="For people whom a company account signs in.")
    ] = False,
) -> None:
    """Add an account; the password is asked for twice. A missing database is made."""
    from cs_qa.store import open_store
    from cs_qa.store.access import OPERATOR
    from cs_qa.store.passwords import hash_password
    from cs_qa.store.users import add_user

    if password_stdin and no_password:
        raise InputError("--password-stdin and --no-password: give one of them.")
    wanted, hashed = _role(role), None
    with open_store(db) as store:
        _refuse_taken(store, login)
        if not no_password:
            hashed = hash_password(read_password(from_stdin=password_stdin), login=login)
        user = add_user(
            store,
            login,
            name=name or login,
            role=wanted,
            by=OPERATOR,
            agent_id=agent_id,
            team=team,
            password_hash=hashed,
        )
    typer.echo(f"Added {user.id} as {user.role}.")


@users_app.command("list")
def list_all(db: Database) -> None:
    """List the accounts: login, role, state, name, agent id and team, parted by tabs."""
    from cs_qa.store import open_store
    from cs_qa.store.users import list_users

    with open_store(db, create=False) as store:
        for user in list_users(store):
            typer.echo("\t".join(_columns(user)))


@users_app.command("disable")
def disable(login: Login, db: Database) -> None:
    """Keep an account out from now on; what the person did stays."""
    _set_active(db, login, False)


@users_app.command("enable")
def enable(login: Login, db: Database) -> None:
    """Let a disabled account in again."""
    _set_active(db, login, True)


@users_app.command("password")
def password(login: Login, db: Database, password_stdin: FromStdin = False) -> None:
    """Set a new password; it is asked for twice."""
    from cs_qa.store import open_store
    from cs_qa.store.access import OPERATOR
    from cs_qa.store.passwords import set_password

    with open_store(db, create=False) as store:
        user = _known(store, login)
        set_password(store, user.id, read_password(from_stdin=password_stdin), by=OPERATOR)
    typer.echo(f"Set a new password for {user.id}.")


@users_app.command("role")
def role(login: Login, role: RoleName, db: Database) -> None:
    """Change what an account may do."""
    from cs_qa.store import open_store
    from cs_qa.store.access import OPERATOR
    from cs_qa.store.users import set_role

    with open_store(db, create=False) as store:
        user = set_role(store, login, _role(role), by=OPERATOR)
    typer.echo(f"{user.id} is now {user.role}.")


def read_password(*, from_stdin: bool) -> str:
    """Ask for a password twice on the terminal, or read one line of standard input.

    Raises InputError where there is neither a terminal nor a line.
    """
    if from_stdin:
        line = sys.stdin.readline(_MAX_LINE).rstrip("\r\n")
        if not line:
            raise InputError("--password-stdin: standard input is empty. Give the password there.")
        return line
    if not sys.stdin.isatty():
        raise InputError(
            "There is no terminal to ask for the password on. Give it to standard input with "
            "--password-stdin."
        )
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def _set_active(db: str, login: str, is_active: bool) -> None:
    from cs_qa.store import open_store
    from cs_qa.store.access import OPERATOR
    from cs_qa.store.users import set_active

    with open_store(db, create=False) as store:
        user = set_active(store, login, is_active, by=OPERATOR)
    typer.echo(f"{'Enabled' if is_active else 'Disabled'} {user.id}.")


def _role(name: str) -> AccountRole:
    from cs_qa.store.access import ACCOUNT_ROLES

    for each in ACCOUNT_ROLES:
        if name == each:
            return each
    raise InputError(f"There is no role {name!r}. Possible: {', '.join(ACCOUNT_ROLES)}.")


def _refuse_taken(store: Store, login: str) -> None:
    """Say that a login is taken before anybody types a password twice."""
    from cs_qa.store.users import user

    if user(store, login) is not None:
        raise InputError(f"The login {login.strip().lower()!r} is taken. Choose another one.")


def _known(store: Store, login: str) -> User:
    from cs_qa.store.users import user

    found = user(store, login)
    if found is None:
        raise InputError(f"There is no account {login!r}. Add it, or check the spelling.")
    return found


def _columns(user: User) -> Iterator[str]:
    state = "active" if user.is_active else "disabled"
    for text in (user.id, user.role, state, user.name, user.agent_id or "", user.team or ""):
        yield _CONTROLS.sub(" ", text)
