"""A participant's judgements in a calibration: one conversation, one criterion at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.calibration import CalibrationView, items_of, judge, open_calibration
from cs_qa.store.decisions import Decision
from cs_qa.types import CriterionName
from cs_qa.ui import session
from cs_qa.ui.conversation import conversation_html
from cs_qa.ui.decision.form import draw_form
from cs_qa.ui.i18n import _
from cs_qa.ui.queue.rows import attempt
from cs_qa.ui.review.html import judged
from cs_qa.ui.wording import criterion_name, markdown


def draw_judging(store: Store, session_id: int) -> None:
    """Draw the items of an open session and the one that is judged now."""
    login = session.login()
    views = [open_calibration(store, item.id, login) for item in items_of(store, session_id, login)]
    opened = _opened(views)
    if all(not view.undecided for view in views):
        st.success(
            _("You have judged everything. The results show once all have, or a lead closes it."),
            icon=":material/check:",
        )
    column, conversation, panel = st.columns([1, 2, 2], gap="medium")
    with column, st.container(key="compare-list", height=700, border=False):
        _draw_list(session_id, views, opened)
    with conversation:
        st.markdown(f"#### {markdown(opened.item.transcript_id)}")
        with st.container(key="compare-conversation", height=700, border=False):
            st.html(conversation_html(opened.card))
    with panel, st.container(key="compare-panel", height=700, border=False):
        _draw_panel(store, opened)


def _opened(views: Sequence[CalibrationView]) -> CalibrationView:
    """The item in the page's address, else the first that is not judged, else the first."""
    asked = st.query_params.get("item")
    left = [view for view in views if view.undecided]
    return next((view for view in views if str(view.item.id) == asked), (left or views)[0])


def _open(session_id: int, item_id: int) -> None:
    st.query_params.from_dict({"session": str(session_id), "item": str(item_id)})


def _draw_list(session_id: int, views: Sequence[CalibrationView], opened: CalibrationView) -> None:
    with st.container(key="list", gap=None):
        for view in views:
            done = len(view.reviews)
            told = _("{n} of {total} judged").format(n=done, total=done + len(view.undecided))
            st.button(
                f"**{markdown(view.item.transcript_id)}**  \n:small[:gray[{told}]]",
                key=f"calibrate-{view.item.id}",
                icon=":material/check:" if not view.undecided else None,
                on_click=_open,
                args=(session_id, view.item.id),
                type="secondary" if view is opened else "tertiary",
                width="stretch",
            )


def _draw_panel(store: Store, view: CalibrationView) -> None:
    names = [each["criterion"] for each in view.card["judgements"]]
    # The key changes with each judgement, so that the next criterion opens.
    key = f"{view.item.id}-{view.last_review}"
    criterion: str = st.pills(
        _("Criterion"),
        names,
        default=view.undecided[0] if view.undecided else names[0],
        required=True,
        format_func=lambda name: _criterion(view, name),
        key=f"criterion-{key}",
        wrap=True,
        label_visibility="collapsed",
    )
    own = view.reviews.get(criterion)
    if own is not None:
        told = _("You judged: {judgement}. Judge again to replace it.")
        st.caption(markdown(told.format(judgement=judged(own.judgement))))
    decision = draw_form(
        view.card, cast("CriterionName", criterion), key=f"{key}-{criterion}", action="judge"
    )
    if decision is not None:
        attempt(_judge, store, view, decision)
        st.rerun()


def _criterion(view: CalibrationView, name: str) -> str:
    mark = "✓ " if name in view.reviews else ""
    return f"{mark}{_(criterion_name(name))}"


def _judge(store: Store, view: CalibrationView, decision: Decision) -> None:
    judge(store, view.item.id, session.login(), decision, expects=view.last_review)
    if set(view.undecided) == {decision.criterion}:
        # The item is done: the first that is not judged opens.
        st.query_params.from_dict({"session": str(view.item.session_id)})
