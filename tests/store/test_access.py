from __future__ import annotations

from typing import get_args

import pytest

from cs_qa.errors import AccessError
from cs_qa.store import Store
from cs_qa.store.access import MAY, OPERATOR, Verb, require
from cs_qa.store.users import set_active
from tests.store.desk import add_people

# By verb, the people of `add_people` who may; everyone else is refused.
ALLOWED: dict[str, set[str]] = {
    "review": {"ann", "bob", "lea", "ada"},
    "draw_sample": {"lea", "ada", OPERATOR},
    "release_any": {"lea", "ada", OPERATOR},
    "adjudicate": {"lea", "ada"},
    "raise_appeal": {"amy", "lea", "ada"},
    "decide_appeal": {"lea", "ada"},
    "read_own": {"amy"},
    "read_all": {"lea", "ada", OPERATOR},
    "read_audit": {"lea", "ada", OPERATOR},
    "import_files": {"lea", "ada", OPERATOR},
    "manage_models": {"lea", "ada", OPERATOR},
    "manage_users": {"ada", OPERATOR},
    "manage_rubrics": {"ada", OPERATOR},
}
EVERYONE = ("ann", "bob", "lea", "ada", "amy", OPERATOR)


def test_every_verb_has_its_roles() -> None:
    assert set(MAY) == set(get_args(Verb)) == set(ALLOWED)


def test_who_may_what(store: Store) -> None:
    add_people(store)
    for verb, allowed in ALLOWED.items():
        for login in EVERYONE:
            if login in allowed:
                assert require(store, login, verb).id == login  # type: ignore[arg-type]
            else:
                with pytest.raises(AccessError, match="may not"):
                    require(store, login, verb)  # type: ignore[arg-type]


def test_a_refusal_says_who_may(store: Store) -> None:
    add_people(store)
    with pytest.raises(
        AccessError, match=r"ann may not draw sample as inspector.*roles: admin, lead\."
    ):
        require(store, "ann", "draw_sample")


@pytest.mark.parametrize("login", ["nobody", "", "Ann", "operator"])
def test_a_login_that_nobody_has_may_nothing(store: Store, login: str) -> None:
    add_people(store)
    with pytest.raises(AccessError, match="There is no account"):
        require(store, login, "review")


def test_a_disabled_account_may_nothing_until_it_is_enabled(store: Store) -> None:
    add_people(store)
    set_active(store, "ann", False, by="ada")
    with pytest.raises(AccessError, match="is disabled"):
        require(store, "ann", "review")
    set_active(store, "ann", True, by="ada")
    assert require(store, "ann", "review").is_active
