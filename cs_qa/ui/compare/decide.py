"""Where two reviews differ: both side by side, and a lead's decision between or beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.store import Store
from cs_qa.store.adjudications import (
    SCORE_GAP,
    Disagreement,
    adjudicate,
    adjudications_of,
    disagreements,
)
from cs_qa.store.decisions import MAX_COMMENT, Decision
from cs_qa.store.review_rows import StoredReview
from cs_qa.store.second_reviews import preview_adjudication
from cs_qa.store.users import list_users
from cs_qa.store.viewing import ItemView, open_item
from cs_qa.types import CriterionName
from cs_qa.ui import session
from cs_qa.ui.compare.html import Side, change_html, evidence_card, sides_html
from cs_qa.ui.conversation import conversation_html
from cs_qa.ui.decision.content import judgement_of
from cs_qa.ui.decision.form import draw_form
from cs_qa.ui.i18n import _, ngettext
from cs_qa.ui.queue.rows import attempt, say
from cs_qa.ui.review.html import judged
from cs_qa.ui.wording import criterion_name, markdown

SHOWN = 50
"""Disagreements in the list; the next ones move up as they are decided."""

LIST_AND_REST = (1, 4)
"""Widths of a list and of what it opens."""


def draw_decide(store: Store, sample_id: int | None) -> None:
    """Draw the list of disagreements and the one that is open."""
    found = disagreements(store, session.login(), sample_id=sample_id)
    if not found:
        session.draw_notice(
            _("Nothing to decide"),
            _(
                "No two finished reviews differ by their verdict or by {gap} points. Progress "
                "shows which second reviews are still open."
            ).format(gap=f"{SCORE_GAP:g}"),
        )
        return
    opened = _opened(found)
    names = {each.id: each.name for each in list_users(store)}
    column, rest = st.columns(LIST_AND_REST, gap="medium")
    with column, st.container(key="compare-list", height=700, border=False):
        _draw_list(found, opened, names)
    with rest:
        try:
            view = open_item(store, opened.item_id, session.login())
        except CsQaError as error:
            session.notice(error)
            return
        _draw_item(store, view, opened, names)


def _opened(found: Sequence[Disagreement]) -> Disagreement:
    """The disagreement in the page's address, else the first of its item, else the first."""
    asked = st.query_params.get("item"), st.query_params.get("criterion")
    of_item = [each for each in found if str(each.item_id) == asked[0]]
    return next((each for each in of_item if each.criterion == asked[1]), (of_item or found)[0])


def _open(each: Disagreement) -> None:
    st.query_params.from_dict({"item": str(each.item_id), "criterion": each.criterion})


def _draw_list(found: Sequence[Disagreement], opened: Disagreement, names: dict[str, str]) -> None:
    st.caption(
        ngettext("{n} judgement to decide", "{n} judgements to decide", len(found)).format(
            n=len(found)
        )
    )
    with st.container(key="list", gap=None):
        for each in found[:SHOWN]:
            st.button(
                _label(each, names),
                key=f"differ-{each.item_id}-{each.criterion}",
                on_click=_open,
                args=(each,),
                type="secondary" if each == opened else "tertiary",
                width="stretch",
            )


def _label(each: Disagreement, names: dict[str, str]) -> str:
    told = (
        f"{markdown(names.get(user, user))} {markdown(judged(judgement))}"
        for user, judgement in zip(each.users, each.judgements, strict=True)
    )
    name = markdown(_(criterion_name(each.criterion)))
    return f"**{name}** {markdown(each.transcript_id)}  \n:small[:gray[{' / '.join(told)}]]"


def _draw_item(store: Store, view: ItemView, opened: Disagreement, names: dict[str, str]) -> None:
    sides = _sides(view, opened, names)
    machine = Side(_("Machine"), "", judgement_of(view.card, opened.criterion))
    conversation, panel = st.columns([1, 1], gap="medium")
    with conversation:
        st.markdown(f"#### {markdown(view.transcript_id)}")
        with st.container(key="compare-conversation", height=700, border=False):
            card = evidence_card(view.card, opened.criterion, [machine, *sides])
            st.html(conversation_html(card))
    with panel, st.container(key="compare-panel", height=700, border=False):
        st.markdown(f"#### {markdown(_(criterion_name(opened.criterion)))}")
        st.html(sides_html([*sides, machine]))
        if session.login() in opened.users:
            st.info(_("You reviewed this conversation, so another lead has to decide."))
            return
        expects = _last_adjudication(store, view.item_id)
        _draw_take_over(store, view.item_id, opened, sides, expects)
        _draw_own(store, view, opened.criterion, expects)


def _sides(view: ItemView, opened: Disagreement, names: dict[str, str]) -> list[Side]:
    rows: dict[int, StoredReview] = {
        row.slot: row for row in (*view.reviews, *view.others) if row.criterion == opened.criterion
    }
    sides = []
    for slot, (user, judgement) in enumerate(
        zip(opened.users, opened.judgements, strict=True), start=1
    ):
        row = rows.get(slot)
        title = _("First review") if slot == 1 else _("Second review")
        blind = _("blind") if row is not None and not row.shown_machine else ""
        about = ", ".join(part for part in (title, blind) if part)
        decision = None if row is None else row.decision
        sides.append(Side(names.get(user, user), about, judgement, decision))
    return sides


def _last_adjudication(store: Store, item_id: int) -> int | None:
    earlier = adjudications_of(store, item_id)
    return earlier[-1].id if earlier else None


def _draw_take_over(
    store: Store,
    item_id: int,
    opened: Disagreement,
    sides: Sequence[Side],
    expects: int | None,
) -> None:
    """One button a reviewer, under what that decision makes of the score in force."""
    key = f"{item_id}-{opened.criterion}-{expects}"
    st.text_area(
        _("Reason (needed)"),
        key=f"why-{key}",
        max_chars=MAX_COMMENT,
        height=68,
        placeholder=_("Why, for both reviewers to read"),
    )
    for place, (column, side) in enumerate(zip(st.columns(2), sides, strict=True)):
        decision = side.decision or Decision(
            criterion=cast("CriterionName", opened.criterion), action="confirm"
        )
        with column:
            _draw_effect(store, item_id, decision)
            st.button(
                _("{name} is right").format(name=markdown(side.name)),
                key=f"take-{place}-{key}",
                icon=":material/check:",
                on_click=_take_over,
                args=(item_id, decision, expects, f"why-{key}"),
                width="stretch",
            )


def _take_over(item_id: int, decision: Decision, expects: int | None, reason_key: str) -> None:
    reason = str(st.session_state.get(reason_key) or "").strip()
    attempt(_decide, item_id, decision, reason=reason, expects=expects)


def _draw_own(store: Store, view: ItemView, criterion: str, expects: int | None) -> None:
    key = f"adjudicate-{view.item_id}-{criterion}-{expects}"
    if not st.toggle(_("Decide otherwise"), key=f"own-{key}"):
        return
    decision = draw_form(
        view.card,
        cast("CriterionName", criterion),
        key=key,
        preview=lambda each: _draw_effect(store, view.item_id, each),
    )
    if decision is not None:
        reason = str(st.session_state.get(f"why-{view.item_id}-{criterion}-{expects}") or "")
        reason = reason.strip() or decision.comment
        attempt(_decide, view.item_id, decision, reason=reason, expects=expects)
        st.rerun()


def _draw_effect(store: Store, item_id: int, decision: Decision) -> None:
    before, after = preview_adjudication(store, item_id, session.login(), decision)
    name: str = decision.criterion
    scores: Any = [each.judgement(name)["score"] for each in (before, after)]
    pairs = [(_(criterion_name(name)), *scores), (_("Total"), before.total, after.total)]
    st.html(change_html(pairs))


def _decide(item_id: int, decision: Decision, *, reason: str, expects: int | None) -> None:
    stored = adjudicate(
        session.store(), item_id, session.login(), decision, reason=reason, expects=expects
    )
    st.query_params.clear()
    said = _("Decided: {criterion} of {transcript}.")
    say(said.format(criterion=_(criterion_name(stored.criterion)), transcript=stored.transcript_id))
