"""The search and filters over the list; each is kept in the page's address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cs_qa.store import ORDERS, Order, TranscriptFilter
from cs_qa.ui import address
from cs_qa.ui.i18n import _, said
from cs_qa.ui.wording import GRADE_NAMES, in_words

Facets = Mapping[str, Mapping[str, int]]

_ORDER_NAMES: dict[Order, str] = {
    "attention": said("Critical first, then lowest score"),
    "lowest": said("Lowest score"),
    "highest": said("Highest score"),
    "newest": said("Newest"),
    "oldest": said("Oldest"),
}
_SELECTS = {
    "label": said("Finding"),
    "grade": said("Grade"),
    "agent_id": said("Agent"),
    "team": said("Team"),
    "language": said("Language"),
    "channel": said("Channel"),
    "market": said("Market"),
}
# The page's address carries these names; they are part of shared links.
_KEYS = {"agent_id": "agent"}


def draw_filters(facets: Facets) -> tuple[TranscriptFilter, Order]:
    """Draw search, order and filters; return what they say."""
    text = st.text_input(
        _("Search"),
        key="search",
        placeholder=_("Words, transcript or agent"),
        label_visibility="collapsed",
        icon=":material/search:",
        bind="query-params",
    )
    chosen = [name for name in _SELECTS if _KEYS.get(name, name) in st.query_params]
    title = _("Filters ({n})").format(n=len(chosen)) if chosen else _("Filters")
    with st.expander(title, key="filters", icon=":material/tune:"):
        left, right = st.columns(2, gap="small")
        values = {}
        for position, name in enumerate(_SELECTS):
            with right if position % 2 else left:
                values[name] = _select(name, facets.get(name, {}))
    shown = address.pills(
        "only",
        _("Show only"),
        ["critical", "unscored"],
        format_func=in_words,
        key="only",
        label_visibility="collapsed",
    )
    order = address.selectbox(
        "order",
        _("Order"),
        ORDERS,
        default=ORDERS[0],
        format_func=lambda name: _(_ORDER_NAMES[name]),
        key="order",
        label_visibility="collapsed",
    )
    where = TranscriptFilter(
        text=text or "",
        only_critical="critical" in shown,
        only_unscored="unscored" in shown,
        **values,
    )
    return where, order or ORDERS[0]


def _select(name: str, counts: Mapping[str, int]) -> str | None:
    title = _(_SELECTS[name])
    return address.selectbox(
        _KEYS.get(name, name),
        title,
        list(counts),
        format_func=lambda option: _shown(name, option),
        key=_KEYS.get(name, name),
        placeholder=_("Any"),
        disabled=not counts,
    )


def _shown(name: str, option: str) -> str:
    if name == "grade":
        return _(GRADE_NAMES[option]) if option in GRADE_NAMES else in_words(option)
    return in_words(option) if name in {"label", "channel"} else option
