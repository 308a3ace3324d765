"""How far the second reviews are."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.adjudications import disagreements
from cs_qa.store.second_reviews import SecondReview, SlotState, second_reviews
from cs_qa.store.users import list_users
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date_time, percent
from cs_qa.ui.wording import UNKNOWN


def draw_progress(store: Store, sample_id: int | None) -> None:
    """Draw counts and one row an item that two people review."""
    login = session.login()
    listed = second_reviews(store, login, sample_id=sample_id)
    if not listed:
        session.draw_notice(
            _("No second reviews yet"),
            _("A draw marks a share of its items for a second review. Draw a sample in Queue."),
        )
        return
    differ = Counter(each.item_id for each in disagreements(store, login, sample_id=sample_id))
    finished = sum(each.is_finished for each in listed)
    figures = {
        _("Items reviewed twice"): str(len(listed)),
        _("Both finished"): f"{finished} ({percent(finished / len(listed))})",
        _("First review open"): str(sum(each.slots[0].state != "done" for each in listed)),
        _("Second review open"): str(sum(each.slots[1].state != "done" for each in listed)),
        _("Judgements to decide"): str(sum(differ.values())),
    }
    for column, (name, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(name, value)
    names = {each.id: each.name for each in list_users(store)}
    st.dataframe(
        [_row(each, differ[each.item_id], names) for each in listed],
        hide_index=True,
        key="compare-progress",
    )


def _row(item: SecondReview, differing: int, names: dict[str, str]) -> dict[str, str]:
    first, second = item.slots
    return {
        _("Week"): item.week,
        _("Conversation"): item.transcript_id,
        _("Language"): item.language or UNKNOWN,
        _("Agent"): item.agent_id or UNKNOWN,
        _("First review"): _state(first, names),
        _("Second review"): _state(second, names),
        _("Result"): _result(item, differing),
    }


def _state(slot: SlotState, names: dict[str, str]) -> str:
    who = UNKNOWN if slot.user_id is None else names.get(slot.user_id, slot.user_id)
    if slot.state == "done":
        return f"{who}, {date_time(slot.done_at)}"
    return _("{name} reviews it").format(name=who) if slot.state == "claimed" else _("Open")


def _result(item: SecondReview, differing: int) -> str:
    if not item.is_finished:
        return UNKNOWN
    return _("{n} to decide").format(n=differing) if differing else _("Nothing to decide")
