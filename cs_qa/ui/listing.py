"""The list of transcripts that match, one page at a time."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from cs_qa.store import Order, Store, TranscriptFilter, TranscriptRow
from cs_qa.ui.i18n import _, ngettext, number
from cs_qa.ui.wording import UNKNOWN, in_words, markdown, score, summary

PAGE_SIZE = 20


def draw_list(
    store: Store,
    where: TranscriptFilter,
    order: Order,
    *,
    hidden: Collection[str] = frozenset(),
) -> str | None:
    """Draw one page of the list; return the id of the transcript that is open.

    That is the one in the page's address, else the first of the list. Of those that are `hidden`,
    since their reviewer is still to judge them blind, no score and no finding is told.
    """
    matching = store.count(where)
    if not matching:
        st.info(
            _("No transcript matches. Clear the search or a filter."),
            icon=":material/filter_alt:",
        )
        return _in_address()
    pages = -(-matching // PAGE_SIZE)
    counted = ngettext("{n} transcript", "{n} transcripts", matching)
    st.caption(counted.format(n=number(matching, 0)))
    # Another search starts on its first page, since its key is another.
    key = f"page-{order}-{where}"
    page = min(st.session_state.get(key, 1), pages)
    rows = store.transcripts(where, order=order, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    opened = _in_address() or rows[0].id
    with st.container(key="list", gap=None):
        for row in rows:
            _draw_row(row, is_open=row.id == opened, is_hidden=row.id in hidden)
    if pages > 1:
        st.pagination(pages, key=key, max_visible_pages=5)
    return opened


def _in_address() -> str | None:
    return st.query_params.get("transcript")


def _open(transcript_id: str) -> None:
    st.query_params["transcript"] = transcript_id


def _draw_row(row: TranscriptRow, *, is_open: bool, is_hidden: bool) -> None:
    st.button(
        row_label(row, is_hidden=is_hidden),
        key=f"open-{row.id}",
        on_click=_open,
        args=(row.id,),
        type="secondary" if is_open else "tertiary",
        width="stretch",
        wrap=True,
    )


def row_label(row: TranscriptRow, *, is_hidden: bool = False) -> str:
    """What the list says of a transcript, as escaped Markdown of two lines."""
    channel = in_words(row.channel) if row.channel else None
    about = [row.agent_id, row.language, channel]
    second = " · ".join(markdown(part) for part in about if part)
    if is_hidden:
        return f"**{markdown(row.id)}**  \n:small[:gray[{second or UNKNOWN}]]"
    found = summary(row.labels)
    return (
        f"{_score_badge(row)} **{markdown(row.id)}**{_flags(row)}  \n"
        f":small[:gray[{second or UNKNOWN}]]" + (f"  \n:small[{markdown(found)}]" if found else "")
    )


def _score_badge(row: TranscriptRow) -> str:
    colour = {"excellent": "green", "pass": "blue", "needs_improvement": "orange"}
    return f":{colour.get(row.grade or '', 'gray')}-badge[{score(row.total)}]"


def _flags(row: TranscriptRow) -> str:
    critical = f" :red-badge[{_('Critical')}]" if row.critical_failures else ""
    return critical + (f" :gray-badge[{_('Unscored')}]" if row.is_unscored else "")
