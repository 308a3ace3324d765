"""The help sheet of the page Review: its keys."""

from __future__ import annotations

import streamlit as st

from cs_qa.ui.i18n import _


def draw_help() -> None:
    """Draw the button that opens the sheet; ? presses it."""
    with (
        st.container(key="review-help", width="content"),
        st.popover("", icon=":material/keyboard:", help=_("Keys")),
    ):
        st.markdown(_sheet())


def _sheet() -> str:
    keys = (
        ("Y, Enter", _("Confirm the judgement")),
        ("O", _("Override it: labels, levels, verdict, reason, comment")),
        ("P, F, X", _("In a blind review: pass (100), fail (0), not applicable")),
        ("1 … 5", _("In the form: mark the selected words with a label")),
        ("Ctrl+Enter", _("In the form: save the decision")),
        ("Esc", _("Close the form; what was typed stays as a draft")),
        ("U", _("Undo the decision, or the last one; also when all is decided")),
        ("A", _("Confirm the rest")),
        ("J, K", _("Next and previous judgement")),
        ("N", _("Finish and open the next item")),
        ("?", _("This sheet")),
    )
    return "| | |\n|---|---|\n" + "\n".join(f"| `{key}` | {what} |" for key, what in keys)
