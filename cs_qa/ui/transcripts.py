"""The page of inspected transcripts: list, conversation, scorecard."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.listing import unseen_transcripts
from cs_qa.store.viewing import open_transcript
from cs_qa.ui import session
from cs_qa.ui.conversation import conversation_html
from cs_qa.ui.filters import Facets, draw_filters
from cs_qa.ui.i18n import _, ngettext
from cs_qa.ui.listing import draw_list
from cs_qa.ui.scorecard import Card, scorecard_html
from cs_qa.ui.wording import in_words, markdown

# Long enough to spare a count over all transcripts at each click.
_FACETS_TTL_S = 30


def draw() -> None:
    """Draw the page: every transcript for those who may read all, else one's own."""
    who = session.user()
    own = None if who is None or session.may("read_all") else who.agent_id
    store = session.store()
    if not store.count():
        session.draw_notice(
            _("No transcripts yet"),
            _("The database is there and empty. Inspect a file into it, then reload this page:"),
            "cs-qa inspect week.jsonl --db work/week.db",
        )
        return
    with st.sidebar:
        where, order = draw_filters(_facets(session.database_url(), own, store))
        where = where if own is None else replace(where, agent_id=own)
        opened = draw_list(store, where, order, hidden=unseen_transcripts(store, session.login()))
    if opened is None:
        session.draw_notice(
            _("Nothing to show"), _("No transcript matches the search and filters.")
        )
    elif store.scorecard(opened) is None:
        session.draw_notice(
            _("No such transcript"),
            _("The database has none with the id {id}.").format(id=repr(opened)),
        )
    else:
        _draw_transcript(open_transcript(store, opened, session.login()))


@st.cache_data(ttl=_FACETS_TTL_S, show_spinner=False)
def _facets(url: str, own: str | None, _store: Store) -> Facets:  # noqa: ARG001 (the cache's key)
    return {} if own is not None else _store.facets()


def _draw_transcript(card: Card) -> None:
    about = [
        ngettext("{n} turn", "{n} turns", len(card["turns"])).format(n=len(card["turns"])),
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
