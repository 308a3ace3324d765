"""The form of a decision on the page Review: with its draft, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from cs_qa.rubric import Rubric
from cs_qa.store import Store, drafts, rubrics
from cs_qa.store.decisions import Decision
from cs_qa.store.viewing import ItemView
from cs_qa.types import CriterionName
from cs_qa.ui import session
from cs_qa.ui.decision.content import EMPTY, Content
from cs_qa.ui.decision.form import draw_form
from cs_qa.ui.review import cursor
from cs_qa.ui.review.card import change_by
from cs_qa.ui.review.html import effect_html
from cs_qa.ui.review.unmoved import why_unmoved


def has_draft(store: Store, seen: cursor.Seen, criterion: str, login: str) -> bool:
    """Tell whether the person has begun to fill in the form of this judgement."""
    return criterion in _drafts(store, seen, login)


def draw_review_form(
    store: Store, view: ItemView, seen: cursor.Seen, criterion: str, login: str
) -> None:
    """Draw the form of a judgement; saved, the decision is stored and the next one opens."""
    kept = _drafts(store, seen, login)

    def keep(content: Content) -> None:
        rest = {name: each for name, each in kept.items() if name != criterion}
        begun = {} if content == EMPTY else {criterion: content}
        _save(store, seen, login, rest | begun)

    def preview(decision: Decision) -> None:
        rubric = _rubric(session.database_url(), store, view.card)
        change = change_by(view, decision, rubric)
        why = why_unmoved(change, decision, rubric)
        st.html(effect_html(change, criterion, is_hidden=view.is_hidden, why=why))

    decision = draw_form(
        view.card,
        cast("CriterionName", criterion),
        key=f"{seen.key}-{criterion}",
        action="judge" if view.is_hidden else "override",
        draft=kept.get(criterion),
        on_draft=keep,
        preview=preview,
        on_close=cursor.close_form,
    )
    if decision is not None:
        if cursor.submit(seen, decision):
            keep(dict(EMPTY))
        st.rerun()


def _drafts(store: Store, seen: cursor.Seen, login: str) -> Mapping[str, Any]:
    found = drafts.draft(store, seen.item, seen.slot, login)
    return {} if found is None else found.content


def _save(store: Store, seen: cursor.Seen, login: str, content: Mapping[str, Any]) -> None:
    if content:
        drafts.save_draft(store, seen.item, seen.slot, login, content)
    else:
        drafts.discard_draft(store, seen.item, seen.slot, login)


def _rubric(url: str, store: Store, card: Mapping[str, Any]) -> Rubric:
    return _read_rubric(url, card["provenance"]["rubric"], store)


@st.cache_resource(show_spinner=False)
def _read_rubric(url: str, ref: str, _store: Store) -> Rubric:  # noqa: ARG001 (the cache's key)
    return rubrics.rubric(_store, ref)
