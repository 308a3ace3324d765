"""The page Settings: what judges, and who may do what."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cs_qa.ui import session, settings_lexicon, settings_packs, settings_rubric, settings_users
from cs_qa.ui.i18n import _

_PARTS: dict[str, tuple[Callable[[], str], Callable[[], None]]] = {
    "rubric": (lambda: _("Rubric"), settings_rubric.draw),
    "phrases": (lambda: _("Own phrases"), settings_lexicon.draw),
    "policies": (lambda: _("Policy packs"), settings_packs.draw),
    "users": (lambda: _("Users"), settings_users.draw),
}


def draw() -> None:
    """Draw the part of the settings that is chosen; its name is in the page's address."""
    st.markdown(f"### {_('Settings')}")
    if not (session.may("manage_rubrics") and session.may("manage_users")):
        session.draw_notice(_("Not for this account"), _("Settings are for admins."))
        return
    part = st.segmented_control(
        _("Part"),
        list(_PARTS),
        default="rubric",
        required=True,
        format_func=lambda name: _PARTS[name][0](),
        key="part",
        label_visibility="collapsed",
        bind="query-params",
    )
    _PARTS[part or "rubric"][1]()
