from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, audit
from cs_qa.store.user_details import set_details
from cs_qa.store.users import user
from tests.store.desk import add_people


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    add_people(store)


def test_details_are_changed_and_blanks_are_none(store: Store) -> None:
    changed = set_details(store, " ANN ", name=" Ann B ", agent_id="a7", team=" ", by="ada")
    assert (changed.name, changed.agent_id, changed.team) == ("Ann B", "a7", None)
    assert user(store, "ann") == changed
    last = audit.entries(store, "ada")[0]
    assert (last.verb, last.subject) == ("set_details", "user/ann")
    assert last.detail["before"] == {"name": "Ann", "agent_id": None, "team": None}
    assert last.detail["after"] == {"name": "Ann B", "agent_id": "a7", "team": None}


def test_the_same_details_again_are_no_change(store: Store) -> None:
    before = audit.head(store)
    set_details(store, "ann", name="Ann", agent_id="", team=None, by="ada")
    assert audit.head(store) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "1 to 200 characters, not 0"),
        ({"name": "x" * 201}, "at most 200 characters, not 201"),
        ({"team": "x" * 201}, "at most 200 characters"),
        ({"login": "eve"}, "There is no account 'eve'"),
        ({"login": "amy", "agent_id": " "}, "needs an agent id"),
    ],
)
def test_details_that_cannot_be(store: Store, change: dict[str, Any], message: str) -> None:
    wanted: dict[str, Any] = {"login": "ann", "name": "Ann", "agent_id": None, "team": None}
    with pytest.raises(InputError, match=message):
        set_details(store, **wanted | change, by="ada")


@pytest.mark.parametrize("by", ["ann", "lea", "amy", "nobody"])
def test_only_those_who_manage_users_change_details(store: Store, by: str) -> None:
    with pytest.raises(AccessError):
        set_details(store, "ann", name="Eve", agent_id=None, team=None, by=by)
