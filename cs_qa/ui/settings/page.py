"""The page Settings: what judges, and who may do what."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cs_qa.ui import address, session
from cs_qa.ui.i18n import _
from cs_qa.ui.settings import lexicon, packs, rubric, users

_PARTS: dict[str, tuple[Callable[[], str], Callable[[], None]]] = {
    "rubric": (lambda: _("Rubric"), rubric.draw),
    "phrases": (lambda: _("Own phrases"), lexicon.draw),
    "policies": (lambda: _("Policy packs"), packs.draw),
    "users": (lambda: _("Users"), users.draw),
}


def draw() -> None:
    """Draw the part of the settings that is chosen; its name is in the page's address."""
    st.markdown(f"### {_('Settings')}")
    if not (session.may("manage_rubrics") and session.may("manage_users")):
        session.draw_notice(_("Not for this account"), _("Settings are for admins."))
        return
    part = address.segmented(
        "part",
        _("Part"),
        list(_PARTS),
        default="rubric",
        format_func=lambda name: _PARTS[name][0](),
        key="settings-part",
        label_visibility="collapsed",
    )
    _PARTS[part][1]()
