"""The page Review: one item of the queue, its conversation, and a decision on each judgement."""

from __future__ import annotations

import streamlit as st

from cs_qa.errors import AccessError, CsQaError, InputError
from cs_qa.store import Store, queue
from cs_qa.store.viewing import ItemView, open_item
from cs_qa.ui import session
from cs_qa.ui.conversation import Card, conversation_html
from cs_qa.ui.i18n import _, language
from cs_qa.ui.queue import filter as queue_filter
from cs_qa.ui.review import cursor, keys
from cs_qa.ui.review.card import compared_card, first_evidence, reviewed_card
from cs_qa.ui.review.html import evidence_link_html
from cs_qa.ui.review.panel import draw_panel
from cs_qa.ui.wording import in_words, markdown


def draw() -> None:
    """Draw the page: the item in its address, else the next of the queue."""
    _draw_desk()


@st.fragment
def _draw_desk() -> None:
    """Draw what a key press redraws; the rest of the page stays as it is."""
    try:
        store, login = session.store(), session.login()
        item_id = _item(store, login)
        if item_id is None:
            _draw_done()
            return
        _draw_item(store, open_item(store, item_id, login), login)
    except CsQaError as error:
        cursor.draw_message()
        session.notice(error)
        if st.query_params.get("item"):
            st.button(_("Open the next item"), key="next-after-error", on_click=cursor.leave)


def _draw_done() -> None:
    if not queue_filter.in_address():
        session.draw_notice(
            _("All done"),
            _("No item is open to you. Draw a sample on the page Queue, or come back later."),
        )
        return
    session.draw_notice(_("All done"), _("No other item matches the filter of the queue."))
    st.button(_("Go on without the filter"), key="clear-filter", on_click=queue_filter.clear)


def _item(store: Store, login: str) -> int | None:
    """Give the item to draw, claimed where it can be; None where nothing is left."""
    asked = st.query_params.get("item")
    if asked is None:
        item_id = queue_filter.next_item(store, login)
        if item_id is None:
            return None
        st.query_params["item"] = str(item_id)
    elif asked.isascii() and asked.isdigit() and len(asked) <= 15:
        item_id = int(asked)
    else:
        raise InputError(
            _("There is no item {asked}. Open one from the queue.").format(asked=asked)
        )
    if cursor.item() != item_id:
        _claim(store, item_id, login)
        cursor.enter(item_id, queue.count_queue(store))
    return item_id


def _claim(store: Store, item_id: int, login: str) -> None:
    """Claim an item that is opened by its address, before anything of it is shown.

    Who cannot claim it may still see it: as its finisher, or as a lead.
    """
    try:
        queue.claim(store, item_id, login)
    except AccessError:
        return


def _draw_item(store: Store, view: ItemView, login: str) -> None:
    card = reviewed_card(view)
    present = cursor.present(view)
    turn = first_evidence(card, present)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _draw_about(view)
        with st.container(key="review-conversation", height=700, border=False):
            st.html(_conversation(view, compared_card(view) if view.is_finished else card))
            st.html(evidence_link_html(turn))
    with right, st.container(key="review-panel", height=780, border=False, gap="small"):
        cursor.draw_message()
        draw_panel(store, view, card, present, login)
    keys.draw(item=view.item_id, turn=turn, shown=f"{view.item_id}-{present}-{view.last_review}")


def _conversation(view: ItemView, card: Card) -> str:
    """Give the conversation's HTML, made again only when the evidence in it has changed."""
    found = cursor.current()
    evidence = [each["findings"] for each in card["judgements"]]
    values = [(turn["empathy"], turn["sentiment"]) for turn in card["turns"]]
    made_of = (view.item_id, view.is_finished, language(), evidence, values)
    if found is None:
        return conversation_html(card)
    if found.conversation is None or found.conversation[0] != made_of:
        found.conversation = (made_of, conversation_html(card))
    return found.conversation[1]


def _draw_about(view: ItemView) -> None:
    card = view.card
    about = [
        _("{n} turns").format(n=len(card["turns"])),
        *(card.get(name) for name in ("agent_id", "language", "market")),
        in_words(card["channel"]) if card.get("channel") else None,
    ]
    details = " · ".join(markdown(part) for part in about if part)
    st.markdown(f"**{markdown(view.transcript_id)}** :gray[:small[{details}]]")
