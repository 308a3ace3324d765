"""The form in which a person decides one judgement: in a review, an adjudication, an appeal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast, get_args

import streamlit as st

from cs_qa.store.decisions import (
    LABELS,
    LEVELS,
    MAX_COMMENT,
    REASONS,
    Action,
    Decision,
    DecisionError,
    HandVerdict,
)
from cs_qa.types import SENTIMENTS, CriterionName
from cs_qa.ui import session
from cs_qa.ui.decision import keys
from cs_qa.ui.decision.content import (
    EMPTY,
    Card,
    Content,
    judgement_of,
    machine_value,
    marked_turns,
    possible_turns,
    suggested_reason,
    to_decision,
)
from cs_qa.ui.decision.evidence import draw_added, draw_findings, turn_words
from cs_qa.ui.i18n import _
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import EMPATHY_LEVELS, VERDICT_NAMES, in_words, markdown


def draw_form(
    card: Card,
    criterion: CriterionName,
    *,
    key: str,
    action: Action = "override",
    draft: Mapping[str, Any] | None = None,
    on_draft: Callable[[Content], None] | None = None,
    preview: Callable[[Decision], None] | None = None,
    on_close: Callable[[], None] | None = None,
) -> Decision | None:
    """Draw the form; return the decision in the run in which it is saved, else None.

    `card` is a scorecard's JSON form; where the machine's view is hidden it is the blank one and
    the `action` "judge". Evidence is marked in the conversation of the same card, which the page
    draws with `conversation_html`. `key` names the form: it has to change with the item, the
    criterion and the last decision, so that what was typed for one is never saved for another.
    `draft` is what a draft kept of the content; `on_draft` is called with the content when it has
    changed. `preview` draws what a valid decision would change; it may raise DecisionError.
    `on_close` is what the button that closes the form does; without it there is none.
    """
    kept = {**EMPTY, **(draft or {})}
    keys.draw(key=f"keys-{key}")
    with st.container(key=f"form-{key}", gap="small"):
        content = {
            "added": draw_added(card, criterion, kept, key),
            "findings": draw_findings(judgement_of(card, criterion), criterion, kept, key),
            "turns": _draw_turns(card, criterion, kept, key),
            **_draw_by_hand(criterion, kept, key),
        }
        content |= _draw_why(card, criterion, {**EMPTY, **content}, kept, key, action)
        if on_draft is not None and content != kept:
            on_draft(content)
        made = partial(to_decision, card, criterion, content, action=action)
        with st.container(key=f"foot-{key}", gap="small"):
            return _draw_foot(made, key, preview, on_close, is_begun=content != EMPTY)


def _draw_foot(
    made: Callable[[], Decision],
    key: str,
    preview: Callable[[Decision], None] | None,
    on_close: Callable[[], None] | None,
    *,
    is_begun: bool,
) -> Decision | None:
    """Draw what stays in sight however long the form is: its effect, and the button that saves."""
    effect = st.container(key=f"effect-{key}")
    is_saved = _draw_save(key, on_close)
    with effect:
        try:
            decision = made()
            if preview is not None:
                preview(decision)
        except DecisionError as error:
            if is_saved:
                session.notice(error)
            else:
                st.caption(
                    markdown(in_our_words(str(error)))
                    if is_begun
                    else _("Its effect is shown here.")
                )
            return None
    return decision if is_saved else None


def _draw_save(key: str, on_close: Callable[[], None] | None) -> bool:
    with st.container(horizontal=True, gap="small"):
        is_saved: bool = st.button(
            _("Save decision"),
            key=f"save-{key}",
            type="primary",
            icon=":material/check:",
            shortcut="Ctrl+Enter",
        )
        if on_close is not None:
            st.button(
                _("Close"),
                key=f"close-{key}",
                type="tertiary",
                shortcut="Esc",
                on_click=on_close,
            )
    return is_saved


def _draw_turns(card: Card, criterion: CriterionName, kept: Content, key: str) -> dict[str, Any]:
    """Empathy levels or sentiments: of the turns that count, and of others that are chosen."""
    possible = possible_turns(card, criterion)
    if not possible:
        return {}
    shown = marked_turns(card, criterion)
    others = [turn for turn in possible if turn not in shown]
    if others:
        before = [turn for turn in others if str(turn) in kept["turns"]]
        shown = shown + st.multiselect(
            _("More turns to judge"),
            others,
            default=before,
            format_func=lambda turn: turn_words(card, turn),
            key=f"turns-{key}",
            placeholder=_("Choose turns"),
        )
    options: tuple[Any, ...] = LEVELS if criterion == "empathy" else SENTIMENTS
    values = {}
    for turn in sorted(shown):
        machine = machine_value(card, criterion, turn)
        value = st.segmented_control(
            markdown(turn_words(card, turn)),
            options,
            default=kept["turns"].get(str(turn), machine),
            format_func=_value_name,
            key=f"turn-{turn}-{key}",
        )
        if value is not None and (value != machine or turn in others):
            values[str(turn)] = value
    return values


def _value_name(value: int | str) -> str:
    return _(in_words(value if isinstance(value, str) else EMPATHY_LEVELS[value]))


def _draw_by_hand(criterion: CriterionName, kept: Content, key: str) -> Content:
    """Verdict and score by hand; what the rubric can work out needs neither."""
    left, right = st.columns([2, 1], gap="small", vertical_alignment="bottom")
    is_judged = criterion in LABELS or criterion in ("empathy", "sentiment")
    title = _("Verdict, instead of the rubric's") if is_judged else _("Verdict")
    verdict = left.segmented_control(
        title,
        get_args(HandVerdict),
        default=kept["verdict"],
        format_func=lambda name: _(VERDICT_NAMES[name]),
        key=f"verdict-{key}",
    )
    score = right.number_input(
        _("Score"),
        min_value=0.0,
        max_value=100.0,
        step=5.0,
        value=kept["score"],
        format="%g",
        placeholder="0–100",
        key=f"score-{key}",
    )
    return {"verdict": verdict, "score": score}


def _draw_why(
    card: Card,
    criterion: CriterionName,
    content: Content,
    kept: Content,
    key: str,
    action: Action,
) -> Content:
    reason = None
    if action == "override":
        codes = list(REASONS)
        suggested = suggested_reason(card, criterion, content)
        reason = st.selectbox(
            _("Reason"),
            codes,
            index=codes.index(kept["reason"]) if kept["reason"] in codes else None,
            format_func=lambda code: _(REASONS[code]),
            placeholder=_(REASONS[suggested]) if suggested else _("Choose a reason"),
            key=f"reason-{key}",
        )
    comment = st.text_area(
        _("Comment"),
        value=kept["comment"],
        max_chars=MAX_COMMENT,
        height=68,
        key=f"comment-{key}",
    )
    return {"reason": reason, "comment": cast("str | None", comment) or ""}
