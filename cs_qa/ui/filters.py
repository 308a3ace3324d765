"""The search and filters over the list; each is kept in the page's address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cs_qa.store import ORDERS, Order, TranscriptFilter
from cs_qa.ui.wording import GRADE_NAMES, in_words

Facets = Mapping[str, Mapping[str, int]]

_ORDER_NAMES: dict[Order, str] = {
    "attention": "Critical first, then lowest score",
    "lowest": "Lowest score",
    "highest": "Highest score",
    "newest": "Newest",
    "oldest": "Oldest",
}
_SELECTS = {
    "label": "Finding",
    "grade": "Grade",
    "agent_id": "Agent",
    "team": "Team",
    "language": "Language",
    "channel": "Channel",
    "market": "Market",
}
# The page's address carries these names; they are part of shared links.
_KEYS = {"agent_id": "agent"}


def draw_filters(facets: Facets) -> tuple[TranscriptFilter, Order]:
    """Draw search, order and filters; return what they say."""
    text = st.text_input(
        "Search",
        key="search",
        placeholder="Words, transcript or agent",
        label_visibility="collapsed",
        icon=":material/search:",
        bind="query-params",
    )
    chosen = [name for name in _SELECTS if _KEYS.get(name, name) in st.query_params]
    title = f"Filters ({len(chosen)})" if chosen else "Filters"
    with st.expander(title, key="filters", icon=":material/tune:"):
        left, right = st.columns(2, gap="small")
        values = {}
        for position, name in enumerate(_SELECTS):
            with right if position % 2 else left:
                values[name] = _select(name, facets.get(name, {}))
    shown = st.pills(
        "Show only",
        ["critical", "unscored"],
        selection_mode="multi",
        format_func=in_words,
        key="only",
        label_visibility="collapsed",
        bind="query-params",
    )
    order = st.selectbox(
        "Order",
        ORDERS,
        format_func=lambda name: _ORDER_NAMES[name],
        key="order",
        label_visibility="collapsed",
        bind="query-params",
    )
    where = TranscriptFilter(
        text=text or "",
        only_critical="critical" in shown,
        only_unscored="unscored" in shown,
        **values,
    )
    return where, order


def _select(name: str, counts: Mapping[str, int]) -> str | None:
    title = _SELECTS[name]
    value: str | None = st.selectbox(
        title,
        list(counts),
        index=None,
        format_func=lambda option: _shown(name, option),
        key=_KEYS.get(name, name),
        placeholder="Any",
        disabled=not counts,
        bind="query-params",
    )
    return value


def _shown(name: str, option: str) -> str:
    if name == "grade":
        return GRADE_NAMES.get(option, in_words(option))
    return in_words(option) if name in {"label", "channel"} else option
