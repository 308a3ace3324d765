"""One appeal: what was said, the conversation, the answer, and the scores before and after."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import cast, get_args

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.appeal_views import AppealView, preview_appeal
from cs_qa.store.appeals import Outcome, StoredAppeal, decide_appeal
from cs_qa.store.decisions import MAX_COMMENT, Decision
from cs_qa.types import CriterionName
from cs_qa.ui import session
from cs_qa.ui.appeals.words import about, state_name
from cs_qa.ui.compare.html import Side, change_html, sides_html
from cs_qa.ui.conversation import conversation_html
from cs_qa.ui.decision.form import draw_form
from cs_qa.ui.i18n import _, date_time
from cs_qa.ui.queue.rows import attempt, say
from cs_qa.ui.wording import criterion_name, markdown


def draw_appeal(store: Store, view: AppealView, names: dict[str, str]) -> None:
    """Draw an appeal beside its conversation, with the answer or, for a lead, the form of it."""
    appeal = view.appeal
    conversation, panel = st.columns([1, 1], gap="medium")
    with conversation:
        st.markdown(f"#### {markdown(appeal.transcript_id)}")
        with st.container(key="compare-conversation", height=700, border=False):
            st.html(conversation_html(_shown_card(view)))
    with panel, st.container(key="compare-panel", height=700, border=False):
        st.markdown(f"#### {markdown(about(appeal))}")
        st.html(appeal_html(appeal, names))
        if appeal.criterion is not None and appeal.state == "open":
            in_force = view.before.judgement(appeal.criterion)
            st.html(sides_html([Side(_("Judgement in force"), "", in_force)]))
        if appeal.state != "open":
            st.html(change_html(_figures(view, _decided(appeal))))
        elif not session.may("decide_appeal"):
            st.html(change_html(_figures(view, None)))
            st.info(_("A lead has yet to answer."))
        elif view.refusal:
            st.html(change_html(_figures(view, None)))
            st.info(markdown(view.refusal))
        else:
            _draw_answer(store, view)


def appeal_html(appeal: StoredAppeal, names: dict[str, str]) -> str:
    """Draw what was said, by whom and when: the appeal, then its answer."""
    parts = [_said(_("Appeal"), appeal.raised_by, date_time(appeal.raised_at), appeal.text, names)]
    if appeal.decided_by is not None:
        title = state_name(appeal.state)
        when = date_time(appeal.decided_at)
        parts.append(_said(title, appeal.decided_by, when, appeal.answer or "", names))
    return f'<div class="cq-card cq-said">{"".join(parts)}</div>'


def _said(title: str, login: str, when: str, text: str, names: dict[str, str]) -> str:
    who = names.get(login, login)
    return (
        f'<section><p><b>{escape(title)}</b> <span class="cq-quiet">{escape(who)}, '
        f'{escape(when)}</span></p><p dir="auto">{escape(text)}</p></section>'
    )


def _shown_card(view: AppealView) -> dict[str, object]:
    """The card with the evidence of what is appealed only."""
    wanted = view.appeal.criterion
    judgements = [each for each in view.card["judgements"] if wanted in (None, each["criterion"])]
    return {**view.card, "judgements": judgements}


_Scores = dict[str | None, float | None]


def _decided(appeal: StoredAppeal) -> _Scores:
    """What an answered appeal changed: the total, and the score where it was of one judgement."""
    scores: _Scores = {}
    if appeal.decisions:
        scores[None] = appeal.total_after
    if len(appeal.decisions) == 1:
        scores[appeal.decisions[0].criterion] = appeal.score_after
    return scores


def _figures(
    view: AppealView, after: _Scores | None
) -> list[tuple[str, float | None, float | None]]:
    """Scores by name, before and after; without `after`, those in force."""
    after = after or {}
    names = [name for name in after if name is not None]
    names = names or [name for name in [view.appeal.criterion] if name is not None]
    pairs = [(name, view.before.judgement(name)["score"]) for name in names]
    told = [(_(criterion_name(name)), was, after.get(name, was)) for name, was in pairs]
    total = view.before.total
    return [*told, (_("Total"), total, after.get(None, total))]


def _draw_answer(store: Store, view: AppealView) -> None:
    """The outcome, what it changes through the shared form, and the answer."""
    appeal = view.appeal
    outcome: Outcome | None = st.segmented_control(
        _("Outcome"),
        get_args(Outcome),
        format_func=state_name,
        key=f"outcome-{appeal.id}",
        label_visibility="collapsed",
    )
    decisions: list[Decision] = []
    if outcome in ("upheld", "partly"):
        decisions = _draw_decisions(store, view)
    else:
        st.html(change_html(_figures(view, None)))
    st.text_area(
        _("Answer to the agent"),
        key=f"answer-{appeal.id}",
        max_chars=MAX_COMMENT,
        height=100,
    )
    st.button(
        _("Answer the appeal"),
        key=f"decide-{appeal.id}",
        type="primary",
        icon=":material/gavel:",
        disabled=outcome is None or (outcome != "rejected" and not decisions),
        on_click=_answer,
        args=(store, appeal.id, outcome, tuple(decisions)),
    )


def _answer(store: Store, appeal_id: int, outcome: Outcome, decisions: Sequence[Decision]) -> None:
    answer = str(st.session_state.get(f"answer-{appeal_id}") or "")
    attempt(_decide, store, appeal_id, outcome, answer, decisions)


def _decide(
    store: Store, appeal_id: int, outcome: Outcome, answer: str, decisions: Sequence[Decision]
) -> None:
    decide_appeal(store, appeal_id, session.login(), outcome, answer=answer, decisions=decisions)
    st.query_params.from_dict({"appeal": str(appeal_id)})
    st.session_state.pop(_kept_key(appeal_id), None)
    say(_("The appeal is answered."))


def _kept_key(appeal_id: int) -> str:
    return f"appeal-decisions-{appeal_id}"


def _take_back(kept: dict[str, Decision], name: str) -> None:
    kept.pop(name, None)


def _draw_decisions(store: Store, view: AppealView) -> list[Decision]:
    """The decisions made so far, one a judgement, and the form that makes another."""
    kept: dict[str, Decision] = st.session_state.setdefault(_kept_key(view.appeal.id), {})
    for name in list(kept):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":green-badge[{markdown(_(criterion_name(name)))}] {_('is changed')}")
            st.button(
                _("Take back"),
                key=f"take-back-{view.appeal.id}-{name}",
                type="tertiary",
                on_click=_take_back,
                args=(kept, name),
            )
    criterion = _draw_criterion(view, kept)
    if criterion is None:
        _draw_preview(store, view, list(kept.values()))
        return list(kept.values())
    decision = draw_form(
        view.card,
        cast("CriterionName", criterion),
        key=f"appeal-{view.appeal.id}-{criterion}",
        preview=lambda each: _draw_preview(store, view, [*kept.values(), each]),
    )
    if decision is not None:
        kept[criterion] = decision
        st.rerun()
    return list(kept.values())


def _draw_criterion(view: AppealView, kept: dict[str, Decision]) -> str | None:
    """The judgement that the form is about, None where none is left or chosen."""
    if view.appeal.criterion is not None:
        return None if view.appeal.criterion in kept else view.appeal.criterion
    left = [each["criterion"] for each in view.card["judgements"] if each["criterion"] not in kept]
    chosen: str | None = st.selectbox(
        _("Judgement to change"),
        left,
        index=None,
        format_func=lambda name: _(criterion_name(name)),
        placeholder=_("Choose a judgement"),
        key=f"appeal-which-{view.appeal.id}-{len(left)}",
    )
    return chosen


def _draw_preview(store: Store, view: AppealView, decisions: Sequence[Decision]) -> None:
    if not decisions:
        st.html(change_html(_figures(view, None)))
        return
    after = preview_appeal(store, view.appeal.id, session.login(), decisions)
    scores: _Scores = {
        each.criterion: after.judgement(each.criterion)["score"] for each in decisions
    }
    st.html(change_html(_figures(view, {**scores, None: after.total})))
