"""The page of inspected transcripts: list, conversation, scorecard."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from cs_qa.errors import StoreError
from cs_qa.store import Store, open_store
from cs_qa.ui.conversation import conversation_html
from cs_qa.ui.filters import Facets, draw_filters
from cs_qa.ui.launch import DATABASE_VARIABLE
from cs_qa.ui.listing import draw_list
from cs_qa.ui.scorecard import Card, scorecard_html
from cs_qa.ui.wording import in_words, markdown

_STYLE = Path(__file__).parent / "style.css"
# Long enough to spare a count over all transcripts at each click.
_FACETS_TTL_S = 30


def draw() -> None:
    """Draw the page over the database that $CS_QA_DB names."""
    st.html(_STYLE)
    url = os.environ.get(DATABASE_VARIABLE, "").strip()
    if not url:
        _draw_notice("No database is chosen", "Start this page with one:", "cs-qa review --db URL")
        return
    try:
        _draw_over(url)
    except StoreError as error:
        st.error(markdown(str(error)), icon=":material/database_off:")


def _draw_over(url: str) -> None:
    store = _store(url)
    if not store.count():
        _draw_notice(
            "No transcripts yet",
            "The database is there and empty. Inspect a file into it, then reload this page:",
            "cs-qa inspect week.jsonl --db work/week.db",
        )
        return
    with st.sidebar:
        where, order = draw_filters(_facets(url, store))
        opened = draw_list(store, where, order)
    if opened is None:
        _draw_notice("Nothing to show", "No transcript matches the search and filters.")
        return
    card = store.scorecard(opened)
    if card is None:
        _draw_notice("No such transcript", f"The database has none with the id {opened!r}.")
        return
    _draw_transcript(card)


@st.cache_resource(show_spinner=False)
def _store(url: str) -> Store:
    return open_store(url, create=False)


@st.cache_data(ttl=_FACETS_TTL_S, show_spinner=False)
def _facets(url: str, _store: Store) -> Facets:  # noqa: ARG001 (the key of the cache)
    return _store.facets()


def _draw_transcript(card: Card) -> None:
    about = [
        f"{len(card['turns'])} turns",
        *(card.get(name) for name in ("agent_id", "team", "language", "market")),
        in_words(card["channel"]) if card.get("channel") else None,
    ]
    conversation, figures = st.columns([3, 2], gap="medium")
    with conversation:
        st.markdown(f"#### {markdown(card['transcript_id'])}")
        st.caption(" · ".join(markdown(part) for part in about if part))
        with st.container(key="conversation", height=700, border=False):
            st.html(conversation_html(card))
    with figures, st.container(key="scorecard", height=780, border=False):
        st.html(scorecard_html(card))


def _draw_notice(title: str, text: str, command: str | None = None) -> None:
    with st.container(key="notice", horizontal_alignment="left"):
        st.markdown(f"#### {markdown(title)}")
        st.markdown(markdown(text))
        if command:
            st.code(command, language="bash")
