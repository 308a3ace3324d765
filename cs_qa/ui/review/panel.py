"""The right side of the page Review: figures, the judgements, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.decisions import REASONS, Decision
from cs_qa.store.review_rows import StoredReview
from cs_qa.store.viewing import ItemView
from cs_qa.types import CriterionName
from cs_qa.ui.decision.content import judgement_of
from cs_qa.ui.i18n import _
from cs_qa.ui.review import cursor
from cs_qa.ui.review.blind import draw_score, draw_verdicts
from cs_qa.ui.review.card import Change, decided, last_decided
from cs_qa.ui.review.form import draw_review_form, has_draft
from cs_qa.ui.review.help import draw_help
from cs_qa.ui.review.html import comparison_html, figures_html, judged, machine_html
from cs_qa.ui.scorecard import scorecard_html
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import criterion_name, markdown

Card = Mapping[str, Any]


def draw_panel(store: Store, view: ItemView, card: Card, present: str | None, login: str) -> None:
    """Draw the panel; `card` is the view's with the decisions so far, `present` what is open."""
    seen = cursor.of(view)
    if not view.is_hidden:
        st.html(figures_html(Change(view.card, card)))
    _draw_why(view)
    if seen is None:
        _draw_closed(view)
    else:
        _draw_tools(view, seen, present)
        with st.container(key="review-rows", gap=None):
            for judgement in card["judgements"]:
                criterion = judgement["criterion"]
                _draw_row(view, judgement, is_open=criterion == present)
                if criterion == present:
                    with st.container(key="review-present", border=True, gap="small"):
                        _draw_present(store, view, seen, criterion, login)
    if not view.is_hidden:
        scorecard = st.expander(
            _("Scorecard with these decisions"),
            icon=":material/fact_check:",
            key="review-scorecard",
            on_change="rerun",
        )
        if scorecard.open:
            scorecard.html(scorecard_html(card))


def _draw_why(view: ItemView) -> None:
    found = cursor.current()
    parts = [_("Item {n}").format(n=view.item_id)]
    if found is not None:
        parts.append(
            _("{done} of {total} done").format(done=found.counts.done, total=found.counts.total)
        )
    if view.is_hidden:
        parts.append(_("Blind: the machine's view appears when you have finished."))
    elif view.explanation:
        parts.append(in_our_words(view.explanation))
    st.caption(" · ".join(markdown(part) for part in parts))


def _draw_closed(view: ItemView) -> None:
    if view.slot is None:
        st.info(_("You do not review this item. What others decided of it stands here."))
    else:
        st.success(_("Finished. Your decisions are in force."), icon=":material/check_circle:")
    st.html(comparison_html(view.card, decided(view), view.others))
    with st.container(horizontal=True):
        st.button(
            _("Next item"),
            key=f"next-{view.item_id}",
            type="primary",
            shortcut="N",
            on_click=cursor.leave_item,
            args=(view.item_id,),
        )
        draw_help()


def _draw_tools(view: ItemView, seen: cursor.Seen, present: str | None) -> None:
    left = len(view.undecided)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if left:
            st.markdown(_("{n} to decide").format(n=left))
        else:
            _draw_finish(view, seen)
        if left and not view.is_hidden:
            st.button(
                _("Confirm the rest"),
                key=f"rest-{seen.key}",
                shortcut="A",
                on_click=cursor.confirm_rest,
                args=(seen,),
            )
        if present is None:
            _draw_undo(view, seen, None)
        _draw_moves(view, present)
        draw_help()


def _draw_finish(view: ItemView, seen: cursor.Seen) -> None:
    st.button(
        _("Finish and compare") if view.is_hidden else _("Finish and next"),
        key=f"finish-{seen.key}",
        type="primary",
        shortcut="N",
        on_click=cursor.finish,
        args=(seen,),
        kwargs={"stays": view.is_hidden},
    )


def _draw_moves(view: ItemView, present: str | None) -> None:
    names = [each["criterion"] for each in view.card["judgements"]]
    at = names.index(present) if present in names else len(names)
    moves = (
        ("K", ":material/keyboard_arrow_up:", at - 1, _("Previous judgement")),
        ("J", ":material/keyboard_arrow_down:", at + 1, _("Next judgement")),
    )
    for key, icon, to, name in moves:
        st.button(
            "",
            key=f"move-{key}-{view.item_id}",
            icon=icon,
            shortcut=key,
            help=name,
            disabled=not 0 <= to < len(names),
            on_click=cursor.choose,
            args=(view.item_id, names[min(max(to, 0), len(names) - 1)]),
        )


def _draw_row(view: ItemView, judgement: Card, *, is_open: bool) -> None:
    criterion = judgement["criterion"]
    row = decided(view).get(criterion)
    st.button(
        f"**{markdown(_(criterion_name(criterion)))}** :gray[{markdown(judged(judgement))}]",
        key=f"open-{view.item_id}-{criterion}",
        icon=_icon(view, criterion, row),
        type="secondary" if is_open else "tertiary",
        width="stretch",
        on_click=cursor.choose,
        args=(view.item_id, criterion),
    )


def _icon(view: ItemView, criterion: str, row: StoredReview | None) -> str:
    if row is not None:
        name = "check_circle" if row.action == "confirm" else "edit"
    else:
        name = "radio_button_unchecked" if criterion in view.undecided else "remove"
    return f":material/{name}:"


def _draw_present(
    store: Store, view: ItemView, seen: cursor.Seen, criterion: CriterionName, login: str
) -> None:
    found = cursor.current()
    is_form_open = found is not None and found.is_form_open
    row = decided(view).get(criterion)
    if not view.is_hidden:
        machine = judgement_of(view.card, criterion)
        st.html(machine_html(machine, has_evidence=not is_form_open))
    if undone := cursor.undone():
        st.markdown(_("**Undone:** {decision}").format(decision=undone))
    if row is not None:
        st.markdown(_("**You:** {decision}").format(decision=_told(row)))
    if is_form_open:
        draw_review_form(store, view, seen, criterion, login)
        return
    with st.container(horizontal=True, gap="small"):
        if view.is_hidden:
            draw_verdicts(seen, criterion)
        else:
            _draw_confirm(seen, criterion, row)
        st.button(
            _("Evidence and levels") if view.is_hidden else _("Override"),
            key=f"override-{seen.key}-{criterion}",
            icon=":material/edit:",
            shortcut="O",
            on_click=cursor.open_form,
            args=(view.item_id, criterion),
        )
        _draw_undo(view, seen, criterion)
    if view.is_hidden:
        draw_score(seen, criterion)
    if has_draft(store, seen, criterion, login):
        st.caption(_("A draft of yours is kept. Press O to go on with it."))


def _draw_confirm(seen: cursor.Seen, criterion: CriterionName, row: StoredReview | None) -> None:
    st.button(
        _("Confirm"),
        key=f"confirm-{seen.key}-{criterion}",
        type="primary",
        icon=":material/check:",
        shortcut="Y",
        disabled=row is not None and row.action == "confirm",
        on_click=cursor.decide,
        args=(seen, Decision(criterion=criterion, action="confirm")),
    )


def _draw_undo(view: ItemView, seen: cursor.Seen, criterion: str | None) -> None:
    """Draw the button that takes back the decision on a criterion, else the last one."""
    rows = decided(view)
    is_own = criterion in rows
    undone = criterion if is_own else last_decided(view.reviews)
    if undone is None:
        return
    name = _(criterion_name(undone))
    st.button(
        _("Undo") if is_own or criterion is None else _("Undo the last"),
        key=f"undo-{seen.key}-{criterion}",
        icon=":material/undo:",
        shortcut="U",
        help=name,
        on_click=cursor.undo,
        args=(seen, undone, f"{markdown(name)}, {_told(rows[undone])}"),
    )


def _told(row: StoredReview) -> str:
    """Say what the reviewer decided, as Markdown."""
    if row.action == "confirm":
        return _("confirmed")
    parts = [judged(row.judgement)] if row.judgement else []
    parts += (
        [_(REASONS[row.decision.reason_code])] if row.decision and row.decision.reason_code else []
    )
    parts += [row.comment] if row.comment else []
    return markdown(" · ".join(parts))
