"""What is said after something was saved, or was found not to hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from cs_qa.ui.wording import markdown

_KEY = "settings-told"


def tell(message: str, warnings: Sequence[str] = ()) -> None:
    """Draw the page anew, with this said once above it."""
    st.session_state[_KEY] = (message, tuple(warnings))
    st.rerun()


def draw_told() -> None:
    """Draw what `tell` left."""
    message, warnings = st.session_state.pop(_KEY, ("", ()))
    if message:
        st.success(markdown(message), icon=":material/check:")
    if warnings:
        st.warning(_listed(warnings))


def draw_problems(text: str) -> None:
    """Draw what a check found wrong, a line each."""
    st.error(_listed(line for line in text.splitlines() if line.strip()))


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)
