"""Judging in one step where the machine's view is hidden: a verdict by key, or a score."""

from __future__ import annotations

import streamlit as st

from cs_qa.store.decisions import Decision, HandVerdict
from cs_qa.types import CriterionName
from cs_qa.ui.i18n import _, said
from cs_qa.ui.review import cursor

_BY_HAND: tuple[tuple[HandVerdict, str, str], ...] = (
    ("pass", said("Pass (100)"), "P"),
    ("fail", said("Fail (0)"), "F"),
    ("not_applicable", said("Not applicable"), "X"),
)
"""Verdicts with the score that each of them alone counts as, and their keys."""


def draw_verdicts(seen: cursor.Seen, criterion: CriterionName) -> None:
    """Draw a button a verdict."""
    for verdict, name, key in _BY_HAND:
        st.button(
            _(name),
            key=f"judge-{verdict}-{seen.key}-{criterion}",
            shortcut=key,
            on_click=cursor.decide,
            args=(seen, Decision(criterion=criterion, action="judge", verdict=verdict)),
        )


def draw_score(seen: cursor.Seen, criterion: CriterionName) -> None:
    """Draw a field for a score between the verdicts; Enter in it gives the score."""
    key = f"score-{seen.key}-{criterion}"
    with (
        st.form(f"by-{key}", border=False),
        st.container(horizontal=True, gap="small", vertical_alignment="bottom"),
    ):
        st.number_input(
            _("Score"),
            min_value=0.0,
            max_value=100.0,
            step=5.0,
            value=None,
            format="%g",
            placeholder="0–100",
            key=key,
            width=160,
        )
        st.form_submit_button(
            _("Give this score"),
            key=f"give-{key}",
            on_click=cursor.give_score,
            args=(seen, criterion, key),
        )
