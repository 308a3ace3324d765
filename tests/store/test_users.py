from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store, audit
from cs_qa.store.access import OPERATOR, User
from cs_qa.store.users import (
    add_user,
    list_users,
    password_hash,
    set_active,
    set_password_hash,
    set_role,
    user,
)
from tests.store.desk import NOON, add_people


def test_an_account_is_read_back_whatever_the_case_of_its_login(store: Store) -> None:
    added = add_user(
        store,
        " Ann@Shop.Example ",
        name=" Ann Lee ",
        role="inspector",
        by=OPERATOR,
        team="fr-1",
        now=NOON,
    )
    assert added == User("ann@shop.example", "Ann Lee", "inspector", None, "fr-1", True, NOON)
    assert user(store, "ANN@shop.example") == added
    assert user(store, "bob") is None


def test_the_list_has_everyone_by_login(store: Store) -> None:
    add_people(store)
    set_active(store, "bob", False, by="ada")
    listed = list_users(store)
    assert [each.id for each in listed] == ["ada", "amy", "ann", "bob", "lea"]
    assert [each.id for each in listed if not each.is_active] == ["bob"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"login": ""}, "cannot be a login"),
        ({"login": "a b"}, "cannot be a login"),
        ({"login": "-ann"}, "cannot be a login"),
        ({"login": "änn"}, "cannot be a login"),
        ({"login": OPERATOR}, "cannot be a login"),
        ({"login": "x" * 101}, "cannot be a login"),
        ({"login": "ANN"}, "is taken"),
        ({"name": "  "}, "1 to 200 characters, not 0"),
        ({"name": "x" * 201}, "1 to 200 characters, not 201"),
        ({"role": "boss"}, "no role 'boss'. Possible: inspector, lead, admin, agent"),
        ({"role": "operator"}, "no role 'operator'"),
        ({"role": "agent"}, "needs an agent id"),
    ],
)
def test_accounts_that_cannot_be(store: Store, change: dict[str, Any], message: str) -> None:
    add_people(store)
    wanted: dict[str, Any] = {"login": "eve", "name": "Eve", "role": "inspector"} | change
    with pytest.raises(InputError, match=message):
        add_user(store, **wanted, by="ada")
    assert len(list_users(store)) == 5


def test_a_role_is_changed(store: Store) -> None:
    add_people(store)
    assert set_role(store, "ann", "lead", by="ada").role == "lead"
    with pytest.raises(InputError, match="needs an agent id"):
        set_role(store, "ann", "agent", by="ada")
    assert set_role(store, "amy", "inspector", by="ada").role == "inspector"


def test_a_password_is_changed_by_its_owner_or_an_admin(store: Store) -> None:
    add_people(store)
    set_password_hash(store, "ann", "one", by="ann")
    assert password_hash(store, "Ann ") == "one"
    set_password_hash(store, "ann", "two", by="ada")
    assert password_hash(store, "ann") == "two"
    with pytest.raises(AccessError, match="bob may not manage users"):
        set_password_hash(store, "ann", "three", by="bob")
    assert password_hash(store, "ann") == "two"


def test_a_disabled_account_has_no_password(store: Store) -> None:
    add_people(store)
    set_password_hash(store, "ann", "one", by="ann")
    set_active(store, "ann", False, by="ada")
    assert password_hash(store, "ann") is None
    with pytest.raises(AccessError, match="is disabled"):
        set_password_hash(store, "ann", "two", by="ann")


def test_only_those_who_manage_users_change_accounts(store: Store) -> None:
    add_people(store)
    for by in ("ann", "lea", "amy", "nobody"):
        with pytest.raises(AccessError):
            add_user(store, "eve", name="Eve", role="admin", by=by)
        with pytest.raises(AccessError):
            set_role(store, by, "admin", by=by)
        with pytest.raises(AccessError):
            set_active(store, "ada", False, by=by)
    assert {each.id: each.role for each in list_users(store)}["ann"] == "inspector"


def test_unknown_accounts_are_said(store: Store) -> None:
    with pytest.raises(InputError, match="There is no account 'eve'"):
        set_role(store, "eve", "lead", by=OPERATOR)
    with pytest.raises(InputError, match="There is no account 'eve'"):
        set_active(store, "eve", False, by=OPERATOR)
    with pytest.raises(InputError, match="There is no account 'eve'"):
        set_password_hash(store, "eve", "one", by=OPERATOR)


def test_each_change_is_in_the_audit_log_without_passwords(store: Store) -> None:
    add_people(store)
    set_role(store, "ann", "lead", by="ada")
    set_active(store, "ann", False, by="ada")
    set_active(store, "ann", True, by="ada")
    set_password_hash(store, "ann", "secret", by="ann")
    rows = audit.entries(store, "ada", subject="user/ann")
    assert [(row.verb, row.user_id) for row in rows] == [
        ("set_password", "ann"),
        ("enable", "ada"),
        ("disable", "ada"),
        ("set_role", "ada"),
        ("add_user", OPERATOR),
    ]
    assert rows[3].detail == {"before": "inspector", "after": "lead"}
    assert "secret" not in str(rows)
    assert audit.verify(store).is_intact
