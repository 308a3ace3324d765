"""Raise an appeal: the conversation, the judgement, what is wrong with it and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.appeal_views import Appealable, appealable, appealed_criteria
from cs_qa.store.appeals import WINDOW, raise_appeal
from cs_qa.store.decisions import MAX_COMMENT
from cs_qa.store.viewing import open_transcript
from cs_qa.ui import session
from cs_qa.ui.appeals.words import criterion_or_card
from cs_qa.ui.decision.content import judgement_of
from cs_qa.ui.i18n import _, date_time
from cs_qa.ui.queue.rows import attempt, say
from cs_qa.ui.review.html import judged
from cs_qa.ui.wording import markdown, score


def draw_raise(store: Store, *, is_expanded: bool) -> None:
    """Draw the form of a new appeal over the conversations that can still be appealed."""
    with st.expander(_("New appeal"), expanded=is_expanded, icon=":material/gavel:"):
        possible = appealable(store, session.login())
        if not possible:
            st.caption(
                _(
                    "No conversation can be appealed now. The time for it is {days} days after the "
                    "first review, or after the score."
                ).format(days=WINDOW.days)
            )
            return
        chosen = _draw_conversation(possible)
        if chosen is not None:
            _draw_reason(store, chosen)


def _draw_conversation(possible: Sequence[Appealable]) -> Appealable | None:
    asked = st.query_params.get("transcript")
    ids = [each.transcript_id for each in possible]
    if asked is not None and asked not in ids:
        st.caption(_("{id} cannot be appealed any more.").format(id=markdown(asked)))
    return st.selectbox(
        _("Conversation"),
        possible,
        index=ids.index(asked) if asked in ids else None,
        format_func=_conversation_name,
        placeholder=_("Choose a conversation"),
        key="appeal-conversation",
    )


def _conversation_name(each: Appealable) -> str:
    told = _("{id}, total {total}, until {until}")
    return told.format(id=each.transcript_id, total=score(each.total), until=date_time(each.until))


def _draw_reason(store: Store, chosen: Appealable) -> None:
    card = open_transcript(store, chosen.transcript_id, session.login())
    gone = appealed_criteria(store, chosen.transcript_id)
    names: list[str | None] = [None, *(each["criterion"] for each in card["judgements"])]
    left = [name for name in names if name not in gone]
    if not left:
        st.caption(_("Everything in this conversation was appealed before; the answers hold."))
        return

    def told(name: str | None) -> str:
        value = score(card["total"]) if name is None else judged(judgement_of(card, name))
        return f"{criterion_or_card(name)}: {value}"

    with st.form(f"raise-{chosen.transcript_id}", border=False):
        place = st.selectbox(
            _("Judgement"),
            range(len(left)),
            format_func=lambda index: told(left[index]),
            key=f"appeal-criterion-{chosen.transcript_id}-{len(gone)}",
        )
        text = st.text_area(
            _("What is wrong with it, and why"),
            max_chars=MAX_COMMENT,
            height=100,
            key=f"appeal-text-{chosen.transcript_id}-{len(gone)}",
        )
        if st.form_submit_button(_("Raise the appeal"), type="primary"):
            attempt(_raise, store, chosen.transcript_id, left[place], text)
            st.rerun()


def _raise(store: Store, transcript_id: str, criterion: str | None, text: str) -> None:
    raised = raise_appeal(store, transcript_id, session.login(), text, criterion=criterion)
    st.query_params.from_dict({"appeal": str(raised.id)})
    say(_("Your appeal is raised. A lead answers it here."))
