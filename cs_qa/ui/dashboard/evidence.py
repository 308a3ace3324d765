"""The drill-down: which conversations make the figures, and the evidence of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

import streamlit as st

from cs_qa.report.weekly import Inspected
from cs_qa.store.findings_in_force import FindingInForce
from cs_qa.store.results import InForce, Result
from cs_qa.ui import transcripts
from cs_qa.ui.i18n import _, number, percent
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import (
    GRADE_NAMES,
    UNKNOWN,
    VERDICT_NAMES,
    criterion_name,
    critical_name,
    in_words,
    label_kind,
    markdown,
)

_TABLE_PX = 420


def draw_conversations(inspected: Inspected, hidden: Collection[str]) -> None:
    """Draw the conversations as a table, with the evidence of the one that is chosen.

    Of those that are `hidden` from the reader no score and no finding is shown.
    """
    label = st.selectbox(
        _("With a finding"),
        sorted({each.label for each in inspected.findings if each.transcript_id not in hidden}),
        index=None,
        format_func=lambda name: _(in_words(name)),
        placeholder=_("Any or none"),
        key="dashboard-label",
        width=320,
    )
    shown = _with_label(inspected, label, hidden)
    if not shown:
        st.caption(_("No conversation matches. Clear a filter."))
        return
    table, evidence = st.columns([3, 2], gap="medium")
    with table:
        place = _chosen(_draw_table(shown, hidden))
    with evidence:
        if place is None or place >= len(shown):
            st.caption(_("Choose a row to see its evidence."))
        elif shown[place].transcript_id in hidden:
            st.caption(_("You review this one without the machine's view. Finish that first."))
        else:
            _draw_evidence(shown[place], inspected.findings)


def _with_label(inspected: Inspected, label: str | None, hidden: Collection[str]) -> list[Result]:
    """Give the conversations, the critical and the lowest first."""
    results: Iterable[Result] = inspected.results
    if label is not None:
        ids = {each.transcript_id for each in inspected.findings if each.label == label}
        results = (each for each in results if each.transcript_id in ids - set(hidden))
    return sorted(results, key=lambda each: _order(each, is_hidden=each.transcript_id in hidden))


def _order(result: Result, *, is_hidden: bool) -> tuple[bool, bool, float, str]:
    """Sort what is hidden to the end, where its place tells nothing."""
    known = not is_hidden and result.total is not None
    total = result.total if known and result.total is not None else 101.0
    return is_hidden, not (known and result.critical_failures), total, result.transcript_id


def _draw_table(results: Sequence[Result], hidden: Collection[str]) -> Any:
    rows = [_row(each, is_hidden=each.transcript_id in hidden) for each in results]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return st.dataframe(
        columns,
        key="dashboard-conversations",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=min(_TABLE_PX, 40 + 35 * len(rows)),
        column_config={
            _("Score"): st.column_config.NumberColumn(format="%.1f"),
            _("Conversation"): st.column_config.TextColumn(pinned=True),
            _("Began (UTC)"): st.column_config.DatetimeColumn(format="YYYY-MM-DD"),
        },
    )


def _row(result: Result, *, is_hidden: bool) -> dict[str, Any]:
    people = sum(each.source != "machine" for each in result.judgements)
    return {
        _("Conversation"): result.transcript_id,
        _("Score"): None if is_hidden else result.total,
        _("By"): "" if is_hidden else (_("People") if people else _("Machine")),
        _("Grade"): "" if is_hidden or not result.grade else _grade(result.grade),
        _("Agent"): result.agent_id,
        _("Language"): result.language,
        _("Channel"): _(in_words(result.channel)) if result.channel else None,
        _("Began (UTC)"): result.started_at,
    }


def _grade(grade: str) -> str:
    return _(GRADE_NAMES.get(grade, in_words(grade)))


def _chosen(event: Any) -> int | None:
    rows = event.selection.rows
    return int(rows[0]) if rows else None


def _draw_evidence(result: Result, findings: Iterable[FindingInForce]) -> None:
    own = [each for each in findings if each.transcript_id == result.transcript_id]
    st.markdown(f"##### {markdown(result.transcript_id)}")
    st.page_link(
        st.Page(transcripts.draw, url_path="transcripts"),
        label=_("Open the conversation"),
        icon=":material/forum:",
        query_params={"transcript": result.transcript_id},
    )
    with st.container(height=_TABLE_PX, border=False, key="dashboard-evidence"):
        st.html(evidence_html(result, own))


def evidence_html(result: Result, findings: Sequence[FindingInForce]) -> str:
    """Draw the judgements in force with their findings and who decided, as escaped HTML."""
    items = "".join(
        _judgement(each, [one for one in findings if one.criterion == each.criterion])
        for each in result.judgements
    )
    failed = ", ".join(critical_name(name) for name in result.critical_failures)
    alert = _("Critical failure: {criteria}").format(criteria=failed) if failed else ""
    return (
        '<div class="cq-card">'
        f'<div class="cq-total"><span class="cq-number">{number(result.total)}</span>'
        f"<span>{escape(_('of 100'))}</span></div>"
        + (f'<p class="cq-alert">{escape(alert)}</p>' if alert else "")
        + f'<ul class="cq-criteria">{items}</ul></div>'
    )


def _judgement(judgement: InForce, findings: Sequence[FindingInForce]) -> str:
    found = "".join(map(_finding, findings))
    verdict = VERDICT_NAMES.get(judgement.verdict, in_words(judgement.verdict))
    return (
        f'<li class="cq-v-{escape(judgement.verdict)}"><div class="cq-row">'
        f"<b>{escape(_(criterion_name(judgement.criterion)))}</b>"
        f'<span class="cq-quiet">{escape(_decided_by(judgement))}</span>'
        f'<span class="cq-verdict">{escape(_(verdict))}</span>'
        f'<span class="cq-score">{number(judgement.score)}</span></div>'
        + (f'<ul class="cq-found">{found}</ul>' if found else "")
        + "</li>"
    )


def _decided_by(judgement: InForce) -> str:
    return {
        "machine": _("machine"),
        "review": _("review by {user}"),
        "adjudication": _("adjudicated by {user}"),
        "appeal": _("appeal decided by {user}"),
    }[judgement.source].format(user=judgement.by or UNKNOWN)


def _finding(finding: FindingInForce) -> str:
    place = _("turn {n}").format(n=finding.turn + 1)
    if finding.confidence is not None:
        place += ", " + _("{share} sure").format(share=percent(finding.confidence))
    explanation = (
        f'<br><span class="cq-quiet" dir="auto">{escape(in_our_words(finding.explanation))}</span>'
        if finding.explanation
        else ""
    )
    return (
        f'<li><span class="cq-chip cq-{label_kind(finding.label)}">'
        f"{escape(_(in_words(finding.label)))}</span> "
        f'<q dir="auto">{escape(finding.text)}</q> '
        f'<span class="cq-confidence">{escape(place)}</span>{explanation}</li>'
    )
