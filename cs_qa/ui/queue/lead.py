"""What leads do about the queue: draw a week's sample, release the claims of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from cs_qa.commands.sample import WeekDraw, draw_week
from cs_qa.errors import CsQaError
from cs_qa.sampling import SampleConfig
from cs_qa.store import Store
from cs_qa.store.assignments import release
from cs_qa.store.listing import claimed_slots, list_weeks
from cs_qa.store.users import list_users
from cs_qa.ui import session
from cs_qa.ui.i18n import _
from cs_qa.ui.queue.rows import attempt, lease_left, reason_name, say
from cs_qa.ui.wording import UNKNOWN, markdown, week_left


def draw_tools(store: Store) -> None:
    """Draw the buttons of those who may release claims or draw samples."""
    if session.may("release_any"):
        with st.popover(_("Claims"), icon=":material/lock_open:"):
            _draw_claims(store)
    if session.may("draw_sample"):
        with st.popover(_("Draw a sample"), icon=":material/casino:"):
            draw_form(store)


def _draw_claims(store: Store) -> None:
    now = datetime.now(UTC)
    names = {each.id: each.name for each in list_users(store)}
    login = session.login()
    claims = [each for each in claimed_slots(store, login, now=now) if each.user_id != login]
    if not claims:
        st.caption(_("Nobody else holds a review now."))
    for slot in claims:
        name = names.get(slot.user_id or "", UNKNOWN)
        with st.container(horizontal=True, vertical_alignment="center"):
            about = f"{slot.week} · {lease_left(slot.lease_until, now)}"
            st.markdown(
                f"**{markdown(name)}** · {markdown(slot.transcript_id)}  \n:small[:gray[{about}]]",
                width="stretch",
            )
            st.button(
                _("Release"),
                key=f"release-any-{slot.item_id}-{slot.slot}",
                on_click=attempt,
                args=(release, store, slot.item_id, slot.slot),
                kwargs={"by": login},
            )


def draw_form(store: Store) -> None:
    """Draw the form that draws a week's sample, as the command `cs-qa sample` does."""
    weeks = {each.week: each for each in list_weeks(store)}
    if not weeks:
        st.caption(_("No conversation has a time yet. Import some first."))
        return

    with st.form("draw-sample", border=False):
        week = st.selectbox(
            _("Week"),
            list(weeks),
            format_func=lambda week: week_left(weeks[week]),
            key="draw-week",
        )
        size = st.number_input(
            _("Size"), min_value=1, max_value=100_000, value=SampleConfig().size, key="draw-size"
        )
        seed = st.number_input(
            _("Seed"),
            min_value=0,
            value=None,
            placeholder=_("by chance"),
            help=_("The same seed draws the same sample from the same conversations."),
            key="draw-seed",
        )
        if st.form_submit_button(_("Draw"), type="primary"):
            _draw_week(store, week, int(size), None if seed is None else int(seed))


def _draw_week(store: Store, week: str, size: int, seed: int | None) -> None:
    try:
        drawn = draw_week(store, week, size, seed, session.login())
    except CsQaError as error:
        session.notice(error)
        return
    say(told(drawn))
    st.rerun()


def told(drawn: WeekDraw) -> str:
    """Say what a draw gave."""
    sample = drawn.sample
    parts = ", ".join(f"{reason_name(name)} {n}" for name, n in sorted(sample.parts.items()))
    text = _(
        "Drawn: {items} of {population} conversations of {week}, seed {seed} ({parts}). "
        "Blind: {blind}; reviewed twice: {twice}."
    ).format(
        items=len(sample.items),
        population=sample.population,
        week=drawn.week,
        seed=sample.seed,
        parts=parts,
        blind=sum(item.is_blind for item in sample.items),
        twice=sum(item.slots == 2 for item in sample.items),
    )
    return " ".join([text, *_short(sample.short_agents)])


def _short(agents: Sequence[str]) -> list[str]:
    if not agents:
        return []
    text = _("Too small for the minimum of these agents: {agents}.")
    return [text.format(agents=", ".join(agents))]
