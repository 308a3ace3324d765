from __future__ import annotations

import pytest

from cs_qa.errors import AccessError, InputError
from cs_qa.store import Store
from cs_qa.store.assignments import held_by
from cs_qa.store.drafts import MAX_LENGTH, discard_draft, draft, save_draft
from cs_qa.store.queue import claim_next
from cs_qa.store.samples import StoredItem
from tests.store.desk import NOON, add_people, draw, minutes


@pytest.fixture
def item(store: Store) -> StoredItem:
    """An item that ann holds."""
    add_people(store)
    drawn = draw(store, 1)[0]
    claim_next(store, "ann", now=NOON)
    return drawn


def test_the_last_draft_is_read_back_by_its_author_alone(store: Store, item: StoredItem) -> None:
    save_draft(store, item.id, 1, "ann", {"comment": "a"}, now=NOON)
    saved = save_draft(store, item.id, 1, "ann", {"comment": "b\x00", "n": (1,)}, now=minutes(5))
    assert draft(store, item.id, 1, "ann") == saved
    assert (saved.content, saved.saved_at) == ({"comment": "b�", "n": [1]}, minutes(5))
    assert draft(store, item.id, 1, "bob") is None
    assert draft(store, item.id, 2, "ann") is None


def test_saving_renews_the_lease(store: Store, item: StoredItem) -> None:
    save_draft(store, item.id, 1, "ann", {}, now=minutes(20))
    assert held_by(store, "ann")[0].lease_until == minutes(50)


def test_a_draft_stays_with_its_author_when_the_claim_is_lost(
    store: Store, item: StoredItem
) -> None:
    save_draft(store, item.id, 1, "ann", {"comment": "mine"}, now=NOON)
    claim_next(store, "bob", now=minutes(30))
    save_draft(store, item.id, 1, "bob", {"comment": "his"}, now=minutes(31))
    with pytest.raises(AccessError, match="ann does not hold slot 1"):
        save_draft(store, item.id, 1, "ann", {"comment": "late"}, now=minutes(32))
    kept = [draft(store, item.id, 1, login) for login in ("ann", "bob")]
    assert [each.content["comment"] for each in kept if each] == ["mine", "his"]


def test_a_draft_is_discarded(store: Store, item: StoredItem) -> None:
    save_draft(store, item.id, 1, "ann", {}, now=NOON)
    discard_draft(store, item.id, 1, "bob")
    assert draft(store, item.id, 1, "ann") is not None
    discard_draft(store, item.id, 1, "ann")
    assert draft(store, item.id, 1, "ann") is None
    discard_draft(store, item.id, 1, "ann")


def test_a_draft_has_its_limit(store: Store, item: StoredItem) -> None:
    most = MAX_LENGTH - len('{"comment":""}')
    save_draft(store, item.id, 1, "ann", {"comment": "x" * most}, now=NOON)
    with pytest.raises(InputError, match="at most 200,000 characters"):
        save_draft(store, item.id, 1, "ann", {"comment": "x" * (most + 1)}, now=NOON)
