"""Words of the agent that are selected in the conversation, as a place in a turn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from cs_qa.store.decisions import AddedFinding
from cs_qa.ui.decision.content import Card

_HERE = Path(__file__).parent
_component: Any = None


def draw(card: Card, *, key: str) -> AddedFinding | None:
    """Give the words of an agent's turn that were selected last, without a label yet.

    The conversation has to be on the page, drawn by `conversation_html` for the same card. None
    where nothing is selected, what is selected is not the agent's, or it was used.
    """
    used = st.session_state.get(_used(key))
    result = _mounted()(key=key, data={"used": used}, on_selected_change=_nothing)
    selected: Mapping[str, Any] | None = result.selected
    if is_used(selected, used):
        return None
    return to_place(card, selected)


def use(key: str) -> None:
    """Let what is selected be offered no more, and take the selection off the page."""
    selected = getattr(st.session_state.get(key), "selected", None)
    if selected:
        st.session_state[_used(key)] = selected.get("at")


def is_used(selected: Mapping[str, Any] | None, used: Any) -> bool:
    """Tell whether a selection, which has its time as `at`, is the one that was used last."""
    return bool(selected) and used is not None and selected.get("at") == used  # type: ignore[union-attr]


def to_place(card: Card, selected: Mapping[str, Any] | None) -> AddedFinding | None:
    """Check what a browser says was selected against the text of its turn.

    Offsets count code points. Where a browser has counted otherwise, the words themselves decide
    when the turn has them once. Blanks at either end are left out.
    """
    if not selected:
        return None
    turn, start, words = selected.get("turn"), selected.get("start"), selected.get("text")
    if not (type(turn) is type(start) is int and isinstance(words, str)):
        return None
    if not 0 <= turn < len(card["turns"]) or card["turns"][turn]["role"] != "agent":
        return None
    text = card["turns"][turn]["text"]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    if start < 0 or text[start : start + len(words)] != words:
        if text.count(words) != 1:
            return None
        start = text.index(words)
    return AddedFinding("", turn, start, start + len(words)) if words else None


def _mounted() -> Any:
    # Registered at the first use: importing the page needs no running Streamlit.
    global _component
    if _component is None:
        script = (_HERE / "span_select.js").read_text(encoding="utf-8")
        _component = st.components.v2.component("cs_qa.span_select", js=script)
    return _component


def _used(key: str) -> str:
    return f"used-{key}"


def _nothing() -> None:
    """Streamlit keeps a component's state only where somebody listens to it."""
