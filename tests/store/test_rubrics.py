from __future__ import annotations

import pytest

from cs_qa.errors import AccessError, InputError, RubricError
from cs_qa.rubric import Rubric
from cs_qa.store import Store, audit
from cs_qa.store.access import OPERATOR
from cs_qa.store.rubrics import add_rubric, rubric
from tests.store.desk import NOON, add_people

OWN = Rubric.default().model_copy(update={"name": "shop", "pass_mark": 61.5})


def test_a_rubric_is_read_back_equal(store: Store) -> None:
    assert add_rubric(store, OWN, by=OPERATOR, now=NOON)
    assert rubric(store, "shop@1") == OWN


def test_the_same_rubric_again_adds_nothing(store: Store) -> None:
    add_rubric(store, OWN, by=OPERATOR)
    assert not add_rubric(store, OWN, by=OPERATOR)
    assert len(audit.entries(store, OPERATOR)) == 1


def test_another_rubric_of_the_same_name_and_version_is_refused(store: Store) -> None:
    add_rubric(store, OWN, by=OPERATOR)
    with pytest.raises(RubricError, match=r"has another rubric shop@1\. Give this one a new"):
        add_rubric(store, OWN.model_copy(update={"pass_mark": 10.0}), by=OPERATOR)
    assert rubric(store, "shop@1") == OWN


def test_the_default_needs_no_row(store: Store) -> None:
    assert rubric(store, Rubric.default().ref) == Rubric.default()


def test_a_rubric_that_the_store_has_not_is_said(store: Store) -> None:
    with pytest.raises(InputError, match="does not have the rubric shop@7"):
        rubric(store, "shop@7")


def test_admins_add_rubrics(store: Store) -> None:
    add_people(store)
    for login in ("ann", "lea", "amy"):
        with pytest.raises(AccessError, match="may not manage rubrics"):
            add_rubric(store, OWN, by=login)
    assert add_rubric(store, OWN, by="ada")
