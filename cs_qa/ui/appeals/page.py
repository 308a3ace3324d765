"""Appeals: an agent objects to a judgement, a lead answers, both see what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.store import Store
from cs_qa.store.appeal_views import open_appeal
from cs_qa.store.appeals import State, StoredAppeal, list_appeals
from cs_qa.store.users import list_users
from cs_qa.ui import session
from cs_qa.ui.appeals.decide import draw_appeal
from cs_qa.ui.appeals.raising import draw_raise
from cs_qa.ui.appeals.words import about, state_name
from cs_qa.ui.compare.decide import LIST_AND_REST
from cs_qa.ui.i18n import _, date
from cs_qa.ui.queue.rows import draw_said
from cs_qa.ui.wording import markdown

_STATES: tuple[State, ...] = ("open", "upheld", "partly", "rejected")
SHOWN = 50
"""Appeals in the list, the newest first; a state narrows it."""


def draw() -> None:
    """Draw the page: the list, the appeal that is open, and a new one for who may raise it."""
    store = session.store()
    appeals = list_appeals(store, session.login())[::-1]
    draw_said()
    if session.may("raise_appeal"):
        draw_raise(store, is_expanded=not appeals or "transcript" in st.query_params)
    if not appeals:
        _draw_empty()
        return
    names = {each.id: each.name for each in list_users(store)}
    column, rest = st.columns(LIST_AND_REST, gap="medium")
    with column, st.container(key="compare-list", height=700, border=False):
        listed = _draw_states(appeals)
        opened = _opened(listed)
        _draw_list(listed, opened, names)
    with rest:
        _draw_opened(store, opened.id, names)


def _draw_empty() -> None:
    text = (
        _("Choose a conversation above, and say what is wrong with its judgement and why.")
        if session.may("raise_appeal")
        else _("Agents raise appeals against judgements of their own conversations.")
    )
    session.draw_notice(_("No appeals yet"), text)


def _draw_states(appeals: Sequence[StoredAppeal]) -> list[StoredAppeal]:
    counts = {state: sum(each.state == state for each in appeals) for state in _STATES}
    state = st.pills(
        _("State"),
        [name for name, count in counts.items() if count],
        format_func=lambda name: f"{state_name(name)} {counts[name]}",
        key="appeal-state",
        label_visibility="collapsed",
    )
    # A state that nothing is in any more may still be chosen.
    return [each for each in appeals if state == each.state] or list(appeals)


def _opened(listed: Sequence[StoredAppeal]) -> StoredAppeal:
    """The appeal in the page's address, else the oldest that is open, else the newest."""
    asked = st.query_params.get("appeal")
    waiting = [each for each in listed if each.state == "open"]
    first = waiting[-1] if waiting else listed[0]
    return next((each for each in listed if str(each.id) == asked), first)


def _open(appeal_id: int) -> None:
    st.query_params.from_dict({"appeal": str(appeal_id)})


def _draw_list(listed: Sequence[StoredAppeal], opened: StoredAppeal, names: dict[str, str]) -> None:
    with st.container(key="list", gap=None):
        for each in listed[:SHOWN]:
            who = names.get(each.raised_by, each.raised_by)
            told = f"{state_name(each.state)} · {who} · {date(each.raised_at.date())}"
            st.button(
                f"**{markdown(each.transcript_id)}** {markdown(about(each))}  \n"
                f":small[:gray[{markdown(told)}]]",
                key=f"appeal-{each.id}",
                on_click=_open,
                args=(each.id,),
                type="secondary" if each == opened else "tertiary",
                width="stretch",
            )


def _draw_opened(store: Store, appeal_id: int, names: dict[str, str]) -> None:
    try:
        view = open_appeal(store, appeal_id, session.login())
    except CsQaError as error:
        session.notice(error)
        return
    draw_appeal(store, view, names)
