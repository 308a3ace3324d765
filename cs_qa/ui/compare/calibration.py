"""Calibration: inspectors judge the same conversations blind, then compare their scores."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.store import Store
from cs_qa.store.access import MAY
from cs_qa.store.calibration import close_session, list_sessions
from cs_qa.store.calibration_draw import MAX_ITEMS, MIN_PARTICIPANTS, add_session
from cs_qa.store.calibration_results import CalibrationProgress, calibration_progress
from cs_qa.store.calibration_rows import CalibrationSession
from cs_qa.store.listing import list_weeks
from cs_qa.store.users import list_users
from cs_qa.ui import session
from cs_qa.ui.compare.judge import draw_judging
from cs_qa.ui.compare.results import draw_results
from cs_qa.ui.i18n import _, date
from cs_qa.ui.queue.rows import attempt, say
from cs_qa.ui.wording import markdown, week_left

_SIZE = 10


def draw_calibration(store: Store) -> None:
    """Draw the sessions: to judge for who takes part, to compare once they are closed."""
    login = session.login()
    sessions = list_sessions(store, login)
    head, tools = st.columns([3, 2], gap="medium", vertical_alignment="center")
    if session.may("draw_sample"):
        with tools, st.popover(_("New calibration"), icon=":material/add:"):
            _draw_new(store)
    if not sessions:
        _draw_empty()
        return
    with head:
        opened = _draw_choice(sessions)
    progress = calibration_progress(store, opened.id, login)
    names = {each.id: each.name for each in list_users(store)}
    is_open = opened.closed_at is None
    _draw_progress(progress, names)
    if is_open and login in opened.participants:
        draw_judging(store, opened.id)
        return
    if is_open:
        _draw_close(store, opened)
    draw_results(store, opened, names)


def _draw_empty() -> None:
    if session.may("draw_sample"):
        text = _(
            "Draw conversations of a week with New calibration. Every inspector judges them "
            "without the machine's view; then you compare the scores."
        )
    else:
        text = _("You take part in no calibration. A lead makes one and names who takes part.")
    session.draw_notice(_("No calibration yet"), text)


def _draw_choice(sessions: Sequence[CalibrationSession]) -> CalibrationSession:
    asked = st.query_params.get("session")
    ids = [str(each.id) for each in sessions]
    chosen: CalibrationSession = st.selectbox(
        _("Session"),
        sessions,
        index=ids.index(asked) if asked in ids else 0,
        format_func=_session_name,
        key=f"calibration-of-{','.join(ids)}-{asked}",
        label_visibility="collapsed",
    )
    if asked is not None and str(chosen.id) != asked:
        st.query_params.from_dict({"session": str(chosen.id)})
    return chosen


def _session_name(each: CalibrationSession) -> str:
    told = _("{week}: {n} conversations, made on {date}, {state}")
    state = _("open") if each.closed_at is None else _("closed")
    return told.format(week=each.week, n=each.size, date=date(each.made_at.date()), state=state)


def _draw_progress(progress: CalibrationProgress, names: dict[str, str]) -> None:
    if progress.session.closed_at is not None:
        return
    told = (
        _("{name}: {n} of {total}").format(
            name=markdown(names.get(login, login)), n=done, total=progress.to_judge
        )
        for login, done in progress.judged.items()
    )
    st.caption(" · ".join(told))


def _draw_close(store: Store, opened: CalibrationSession) -> None:
    if session.may("draw_sample"):
        st.button(
            _("Close the session"),
            key=f"close-{opened.id}",
            icon=":material/lock:",
            help=_("Nobody can judge in it any more, and all who took part see the results."),
            on_click=attempt,
            args=(close_session, store, opened.id, session.login()),
        )


def _draw_new(store: Store) -> None:
    weeks = {each.week: each for each in list_weeks(store)}
    people = {
        each.id: each for each in list_users(store) if each.is_active and each.role in MAY["review"]
    }
    if not weeks or len(people) < MIN_PARTICIPANTS:
        st.caption(
            _("A calibration needs conversations with a time, and two people who may review.")
        )
        return

    with st.form("new-calibration", border=False):
        week = st.selectbox(
            _("Week"),
            list(weeks),
            format_func=lambda week: week_left(weeks[week]),
            key="calibration-week",
        )
        size = st.number_input(
            _("Conversations"),
            min_value=1,
            max_value=MAX_ITEMS,
            value=_SIZE,
            key="calibration-size",
        )
        chosen = st.multiselect(
            _("Who takes part"),
            list(people),
            default=[login for login, each in people.items() if each.role == "inspector"],
            format_func=lambda login: people[login].name,
            key="calibration-people",
        )
        if st.form_submit_button(_("Draw"), type="primary"):
            _make(store, week, int(size), chosen)


def _make(store: Store, week: str, size: int, participants: Sequence[str]) -> None:
    try:
        made = add_session(store, week, size=size, by=session.login(), participants=participants)
    except CsQaError as error:
        session.notice(error)
        return
    st.query_params.from_dict({"session": str(made.id)})
    say(
        _("Drawn: {n} conversations of {week} for {people} people.").format(
            n=made.size, week=made.week, people=len(made.participants)
        )
    )
    st.rerun()
