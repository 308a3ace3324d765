from __future__ import annotations

import sys
import time
from typing import Any

import pytest
from argon2 import PasswordHasher

from cs_qa.errors import AccessError, CsQaError, InputError, StoreError
from cs_qa.store import Store, audit, passwords
from cs_qa.store.access import OPERATOR
from cs_qa.store.passwords import hash_password, is_password, set_password
from cs_qa.store.users import password_hash, set_active, set_password_hash
from tests.store.desk import add_people

PASSWORD = "three small words"
WEAK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    add_people(store)


def test_a_password_is_known_again_and_no_other_is(store: Store) -> None:
    set_password(store, "Ann", PASSWORD, by="ann")
    assert is_password(store, " ANN ", PASSWORD)
    for other in ("", PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], PASSWORD + "x" * 1000):
        assert not is_password(store, "ann", other)
    assert not is_password(store, "bob", PASSWORD)


def test_who_is_disabled_unknown_or_without_password_has_none(store: Store) -> None:
    set_password(store, "ann", PASSWORD, by=OPERATOR)
    set_active(store, "ann", False, by=OPERATOR)
    # The last one is what the hash that stands for nobody was made of.
    for password in (PASSWORD, "", "correct horse battery staple"):
        for login in ("ann", "bob", "eve", ""):
            assert not is_password(store, login, password)


def test_how_a_letter_is_typed_does_not_matter(store: Store) -> None:
    set_password(store, "ann", "cafe\u0301 creme 47", by="ann")
    assert is_password(store, "ann", "caf\u00e9 creme 47")
    assert not is_password(store, "ann", "cafe creme 47")


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "10 to 200 characters, not 0"),
        ("123456789", "not 9"),
        ("word " * 41, "not 205"),
        ("abcabcabcabc", "at least 4 different"),
        ("Ann@Shop.Example", "is not the login"),
        ("three small \ud800", "half a character"),
    ],
)
def test_passwords_that_cannot_be(store: Store, password: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        hash_password(password, login="ann@shop.example ")
    assert not is_password(store, "ann", password)


def test_the_longest_password_counts_in_full(store: Store) -> None:
    longest = "abcde" * 40
    set_password(store, "ann", longest, by="ann")
    assert is_password(store, "ann", longest)
    assert not is_password(store, "ann", longest + "f")


def test_hashes_are_salted_argon2id() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_only_admins_and_oneself_set_a_password(store: Store) -> None:
    set_password(store, "ann", PASSWORD, by="ada")
    with pytest.raises(AccessError):
        set_password(store, "ann", "another small sentence", by="lea")
    assert is_password(store, "ann", PASSWORD)


def test_an_old_hash_is_renewed_once(store: Store) -> None:
    set_password_hash(store, "ann", WEAK.hash(PASSWORD), by=OPERATOR)
    assert not is_password(store, "ann", "wrong words here")
    assert is_password(store, "ann", PASSWORD)
    renewed = password_hash(store, "ann")
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=65536")
    assert is_password(store, "ann", PASSWORD)
    assert password_hash(store, "ann") == renewed
    verbs = [entry.verb for entry in audit.entries(store, OPERATOR, subject="user/ann")]
    assert verbs.count("rehash_password") == 1


def test_a_password_changed_meanwhile_is_not_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password_hash(store, "ann", WEAK.hash(PASSWORD), by=OPERATOR)
    new, renew = hash_password("another small sentence"), passwords._rehash

    def slowly(*arguments: Any) -> None:
        set_password_hash(store, "ann", new, by=OPERATOR)
        renew(*arguments)

    monkeypatch.setattr(passwords, "_rehash", slowly)
    assert is_password(store, "ann", PASSWORD)
    assert password_hash(store, "ann") == new


def test_a_right_password_counts_though_its_hash_cannot_be_renewed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(passwords, "_rehash", full)
    set_password_hash(store, "ann", WEAK.hash(PASSWORD), by=OPERATOR)
    assert is_password(store, "ann", PASSWORD)


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken"])
def test_a_damaged_hash_lets_nobody_in(store: Store, stored: str) -> None:
    set_password_hash(store, "ann", stored, by=OPERATOR)
    assert not is_password(store, "ann", stored)


def test_no_account_takes_as_long_as_a_wrong_password(store: Store) -> None:
    def seconds(login: str) -> float:
        began = time.perf_counter()
        is_password(store, login, "wrong words here")
        return time.perf_counter() - began

    set_password(store, "ann", PASSWORD, by=OPERATOR)
    known = min(seconds("ann") for _ in range(3))
    assert min(seconds("eve") for _ in range(3)) > known / 3


def test_without_argon2_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(CsQaError, match=r"pip install 'cs-qa\[ui\]'"):
        hash_password(PASSWORD)
