"""What a training gave: comparison, verdict, changed grades, doubtful labels; and the history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.nn.registry import Registry
from cs_qa.store import Store
from cs_qa.train import taking_over
from cs_qa.types import BANNED_LABELS
from cs_qa.ui import session, transcripts
from cs_qa.ui.i18n import _, date_time, ngettext, number, percent
from cs_qa.ui.learning_jobs import Training
from cs_qa.ui.learning_tables import changed_rows, comparison_rows
from cs_qa.ui.wording import EMPATHY_LEVELS, criterion_name, in_words, markdown

SHOWN_CHANGES = 100
SHOWN_HISTORY = 10
_COMPARISON_PX = (175, 60, 60, 60, 80, 125, 220)
_HINT_TEXT_PX = 600

Json = Mapping[str, Any]


def draw_result(store: Store, trained: Training, hidden: Collection[str]) -> None:
    """Draw the comparison of a new version with its parent, and the button that takes it.

    Of conversations that are `hidden` from the reader nothing is shown.
    """
    result: Json = trained.progress.result or {}
    st.markdown(f"#### {_('New version')}: {markdown(result['version'])}")
    st.caption(
        _("Trained from {parent} by {name} on {date}.").format(
            parent=markdown(result["parent"]), name=markdown(trained.by), date=date_time(trained.at)
        )
    )
    is_better = result["verdict"] == "better"
    if is_better:
        st.success(
            _("Better than {parent} on your reviews, and nowhere shown to be worse.").format(
                parent=markdown(result["parent"])
            ),
            icon=":material/check_circle:",
        )
    else:
        st.warning(_("Refused. The table says why."), icon=":material/block:")
    rows = comparison_rows(result["comparison"])
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            name: st.column_config.Column(width=px)
            for name, px in zip(rows, _COMPARISON_PX, strict=True)
        },
        key="learning-comparison",
    )
    _draw_shadow(result["shadow"], hidden)
    _draw_promotion(store, result, is_better=is_better)


def _draw_shadow(shadow: Json, hidden: Collection[str]) -> None:
    changes = shadow["changes"]
    shown = [each for each in changes if each["transcript_id"] not in hidden]
    told = ngettext(
        "{n} of {total} past conversations would get another grade.",
        "{n} of {total} past conversations would get another grade.",
        len(changes),
    )
    st.markdown(
        markdown(told.format(n=number(len(changes), 0), total=number(shadow["conversations"], 0)))
    )
    if shown:
        with st.expander(_("Which ones")):
            st.dataframe(
                changed_rows(shown[:SHOWN_CHANGES]), hide_index=True, key="learning-changes"
            )


def _draw_promotion(store: Store, result: Json, *, is_better: bool) -> None:
    name, _at, version = result["version"].partition("@")
    in_use = Registry.in_use().version(name)
    if in_use == version:
        st.caption(_("It is in use."))
        return
    if f"{name}@{in_use}" != result["parent"]:
        st.caption(
            _("It was compared with {parent}, which is no longer in use. Train again.").format(
                parent=markdown(result["parent"])
            )
        )
        return
    st.button(
        _("Take it into use"),
        type="primary",
        icon=":material/published_with_changes:",
        disabled=not is_better,
        help=_(
            "Imports use it from now on. Past scores and reviews stay as they are, and the version "
            "can be taken back."
        ),
        key="learning-promote",
        on_click=_attempt,
        args=(_promote, store, version),
    )


def draw_history(store: Store) -> None:
    """Draw which versions were in use, and the way back."""
    registry = Registry.in_use()
    history = registry.user.history() if registry.user else []
    st.markdown(f"#### {_('Versions in use so far')}")
    if not history:
        st.caption(_("The version that came with cs_qa has always been in use."))
        return
    for change in reversed(history[-SHOWN_HISTORY:]):
        text = (
            _("{before} → {after}, rolled back")
            if change.action == "rollback"
            else _("{before} → {after}")
        )
        told = text.format(before=change.before["heads"], after=change.after["heads"])
        told += f" {_('(against the comparison)')}" if change.forced else ""
        at = date_time(datetime.fromisoformat(change.at))
        st.markdown(f"{markdown(told)}  \n:small[:gray[{markdown(at)}]]")
    st.button(
        _("Roll back"),
        icon=":material/undo:",
        help=_("Take into use again what was there before the last change."),
        key="learning-rollback",
        disabled=not registry.may_roll_back("heads"),
        on_click=_attempt,
        args=(_roll_back, store),
    )


def draw_hints(hints: Sequence[Json]) -> None:
    """Draw the labels that deserve a second look, with the way to the conversation of one."""
    st.markdown(f"#### {_('Labels that deserve a second look')}")
    st.caption(
        _(
            "A model that never saw these conversations would say something else. Nothing was "
            "changed; a lead may look again."
        )
    )
    if not hints:
        st.caption(_("None."))
        return
    chosen = st.dataframe(
        _hint_rows(hints),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={_("Text"): st.column_config.Column(width=_HINT_TEXT_PX)},
        key="learning-hints",
    )
    rows = chosen["selection"]["rows"]
    if rows and rows[0] < len(hints):
        st.page_link(
            st.Page(transcripts.draw, url_path="transcripts"),
            label=_("Open the conversation"),
            icon=":material/forum:",
            query_params={"transcript": hints[rows[0]]["transcript_id"]},
        )
    else:
        st.caption(_("Choose a row to open its conversation."))


def _hint_rows(hints: Sequence[Json]) -> dict[str, list[Any]]:
    return {
        _("Conversation"): [each["transcript_id"] for each in hints],
        _("Turn"): [each["turn"] + 1 for each in hints],
        _("Criterion"): [criterion_name(each["criterion"]) for each in hints],
        _("Reviewer"): [each["reviewer"] for each in hints],
        _("Given"): [_label(each["given"]) for each in hints],
        _("Suggested"): [_label(each["suggested"]) for each in hints],
        _("Chance that it is right"): [percent(each["probability"]) for each in hints],
        _("Text"): [each["text"] for each in hints],
    }


def _label(name: str) -> str:
    """Name a label: a banned one or its absence, a level of empathy, or a sentiment."""
    bare = name.removeprefix("not ")
    if bare != name and bare in BANNED_LABELS:
        return _("not: {label}").format(label=in_words(bare))
    return _(EMPATHY_LEVELS[int(name)]) if name.isdecimal() else in_words(name)


def _promote(store: Store, version: str, *, by: str) -> object:
    return taking_over.promote(store, Registry.in_use(), version, by=by)


def _roll_back(store: Store, *, by: str) -> object:
    return taking_over.rollback(store, Registry.in_use(), by=by)


def _attempt(act: Callable[..., object], *arguments: object) -> None:
    try:
        act(*arguments, by=session.login())
    except CsQaError as error:
        session.notice(error)
