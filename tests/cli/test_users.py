"""The commands that manage accounts, and how they come by a password."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cs_qa.commands import users
from cs_qa.commands.users import read_password, users_app
from cs_qa.errors import CsQaError, InputError, StoreError
from cs_qa.store import audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.store.passwords import is_password
from cs_qa.store.users import user

PASSWORD = "three small words"

Run = Callable[..., Result]


@pytest.fixture
def db(tmp_path: Path) -> str:
    return str(tmp_path / "week.db")


@pytest.fixture
def run(db: str) -> Run:
    def invoke(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(users_app, [*arguments, "--db", db], input=stdin)

    return invoke


@pytest.fixture
def added(run: Run) -> Run:
    run("add", "Ann", "--role", "inspector", "--password-stdin", stdin=PASSWORD)
    return run


def error(result: Result) -> str:
    assert isinstance(result.exception, CsQaError), result.output
    return str(result.exception)


def test_an_account_is_added_with_its_password(run: Run, db: str) -> None:
    result = run(
        *("add", "Ann", "--role", "agent", "--name", "Ann Lee", "--agent-id", "a1"),
        *("--team", "fr", "--password-stdin"),
        stdin=f"{PASSWORD}\r\nmore\n",
    )
    assert result.output == "Added ann as agent.\n"
    with open_store(db) as store:
        assert is_password(store, "ann", PASSWORD)
        found = user(store, "ann")
        assert found is not None
        assert (found.name, found.role, found.agent_id, found.team) == (
            "Ann Lee", "agent", "a1", "fr",
        )  # fmt: skip


def test_an_account_may_go_without_password(run: Run, db: str) -> None:
    assert run("add", "ann@x.org", "--role", "lead", "--no-password").exit_code == 0
    with open_store(db) as store:
        assert not is_password(store, "ann@x.org", "")


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["add", "bob", "--role", "boss"], PASSWORD, "no role 'boss'. Possible: inspector"),
        (["add", "bob", "--role", "operator"], PASSWORD, "no role 'operator'"),
        (["add", "bob", "--role", "lead", "--password-stdin"], "short", "10 to 200 characters"),
        (["add", "bob", "--role", "lead", "--password-stdin"], "", "standard input is empty"),
        (["add", "bob", "--role", "lead", "--password-stdin"], "\nx", "standard input is empty"),
        (["add", "bob", "--role", "lead"], PASSWORD, "no terminal .* --password-stdin"),
        (["add", "b b", "--role", "lead", "--no-password"], "", "cannot be a login"),
        (["add", "bob", "--role", "agent", "--no-password"], "", "needs an agent id"),
        (["add", "ANN", "--role", "lead"], PASSWORD, "login 'ann' is taken"),
        (
            ["add", "bob", "--role", "lead", "--no-password", "--password-stdin"],
            PASSWORD,
            "give one of them",
        ),
        (["password", "eve", "--password-stdin"], PASSWORD, "no account 'eve'"),
        (["password", "ann"], PASSWORD, "no terminal"),
        (["role", "ann", "--role", "boss"], "", "no role 'boss'"),
        (["role", "eve", "--role", "lead"], "", "no account 'eve'"),
        (["disable", "eve"], "", "no account 'eve'"),
        (["enable", "eve"], "", "no account 'eve'"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    added: Run, db: str, arguments: list[str], stdin: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        raise added(*arguments, stdin=stdin).exception or AssertionError
    with open_store(db) as store:
        assert len(audit.entries(store, OPERATOR)) == 1


def test_no_password_is_an_argument() -> None:
    for command in ("add", "password"):
        result = CliRunner().invoke(users_app, [command, "--help"], terminal_width=200)
        assert "--password-stdin" in result.output
        assert "--password " not in result.output


def test_accounts_are_disabled_enabled_and_given_roles(added: Run, db: str) -> None:
    assert added("disable", "ANN").output == "Disabled ann.\n"
    with open_store(db) as store:
        assert not is_password(store, "ann", PASSWORD)
    assert added("enable", "ann").output == "Enabled ann.\n"
    assert added("role", "ann", "--role", "lead").output == "ann is now lead.\n"
    with open_store(db) as store:
        assert is_password(store, "ann", PASSWORD)
        verbs = [entry.verb for entry in audit.entries(store, OPERATOR, subject="user/ann")]
    assert verbs == ["set_role", "enable", "disable", "add_user"]


def test_a_new_password_replaces_the_old_one(added: Run, db: str) -> None:
    other = "quatre petits mots"
    assert added("password", "ann", "--password-stdin", stdin=other).exit_code == 0
    with open_store(db) as store:
        assert is_password(store, "ann", other)
        assert not is_password(store, "ann", PASSWORD)


def test_the_list_is_a_line_an_account(added: Run) -> None:
    added("add", "bob", "--role", "lead", "--name", "B\x1b[31m\tb\u202e", "--no-password")
    added("disable", "bob")
    assert added("list").output == (
        "ann\tinspector\tactive\tAnn\t\t\nbob\tlead\tdisabled\tB [31m b \t\t\n"
    )


@pytest.mark.parametrize("command", [["list"], ["disable", "ann"], ["role", "a", "--role", "lead"]])
def test_only_add_makes_a_database(run: Run, db: str, command: list[str]) -> None:
    assert isinstance(run(*command).exception, StoreError)
    assert not Path(db).exists()


def test_the_terminal_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def prompt(text: str, **options: Any) -> str:
        asked.update(options, text=text)
        return PASSWORD

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(users.typer, "prompt", prompt)
    assert read_password(from_stdin=False) == PASSWORD
    assert asked["hide_input"]
    assert asked["confirmation_prompt"]
