"""The queue's filter: in the address of the pages Queue and Review, and kept between them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.assignments import Assignment
from cs_qa.store.listing import FIELDS, Field, ListedSlot, SlotFilter, held_slots, open_slots
from cs_qa.store.queue import claim, claim_next
from cs_qa.store.samples import StoredSample, list_samples

NAMES = ("sample", *FIELDS)
"""What the address calls the parts of the filter."""

_KEPT = "queue_filter"


def sample_name(sample: StoredSample) -> str:
    """Name a sample in an address: its week, and its number from the second draw on."""
    return sample.week if sample.number == 1 else f"{sample.week}.{sample.number}"


def in_address() -> dict[str, str]:
    """Give the parts of the filter that the address has."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def keep() -> None:
    """Remember the filter of the address for the pages that are opened without one."""
    st.session_state[_KEPT] = in_address()


def restore() -> Mapping[str, str]:
    """Put the filter that was kept into an address without one; give what stands there then."""
    if not in_address():
        st.query_params.update(st.session_state.get(_KEPT, {}))
    return in_address()


def clear() -> None:
    """Forget the filter."""
    st.session_state.pop(_KEPT, None)
    for name in NAMES:
        st.query_params.pop(name, None)


def next_item(store: Store, login: str) -> int | None:
    """Give the next item that the filter lets through: one in hand, else a newly claimed one."""
    asked = restore()
    fields = {name: asked[name] for name in FIELDS if name in asked}
    held = [slot for slot in held_slots(store, login) if _matches(slot, fields)]
    if held:
        return held[0].item_id
    claimed = claim_first(store, login, SlotFilter(sample_id=_sample_id(store, asked), **fields))
    return None if claimed is None else claimed.item_id


def claim_first(store: Store, login: str, where: SlotFilter) -> Assignment | None:
    """Claim the first open slot of those that a filter lets through."""
    if where == SlotFilter(sample_id=where.sample_id):
        return claim_next(store, login, sample_id=where.sample_id)
    first = open_slots(store, login, where, limit=1)
    return claim(store, first[0].item_id, login) if first else None


def _matches(slot: ListedSlot, fields: Mapping[Field, str]) -> bool:
    return all(getattr(slot, name) == value for name, value in fields.items())


def _sample_id(store: Store, asked: Mapping[str, str]) -> int | None:
    if "sample" not in asked:
        return None
    found = (each.id for each in list_samples(store) if sample_name(each) == asked["sample"])
    return next(found, None)
