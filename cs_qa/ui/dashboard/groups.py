"""Sections of the dashboard: scores by group, their trend, findings and criteria."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.estimate import Interval
from cs_qa.report.random_part import LEAST_REVIEWED, WIDEST
from cs_qa.report.weekly import (
    DIMENSIONS,
    Dimension,
    Inspected,
    Scope,
    Scores,
    by_criterion,
    by_label,
    scores_by,
)
from cs_qa.report.workbook import dimension_names
from cs_qa.ui.dashboard.charts import MOST_GROUPS, labels_chart, scores_chart, trend_chart
from cs_qa.ui.i18n import _, number, percent
from cs_qa.ui.wording import UNKNOWN, criterion_name, in_words


def draw_groups(inspected: Inspected, scope: Scope) -> None:
    """Draw the scores by the dimension that is chosen, as a chart and as a table."""
    names = dimension_names(_)
    st.markdown(f"#### {_('Scores')}")
    dimension: Dimension = (
        st.segmented_control(
            _("Group by"),
            [each for each in DIMENSIONS if each != "week" or scope.week is None],
            default="agent",
            format_func=names.__getitem__,
            key="dashboard-group",
            label_visibility="collapsed",
        )
        or "agent"
    )
    rows = scores_by(inspected, dimension)
    shown = rows[:MOST_GROUPS]
    chart, table = st.tabs([_("Chart"), _("Table")])
    with chart:
        st.altair_chart(
            scores_chart(
                shown, [group_name(dimension, row.name) for row in shown], names[dimension]
            ),
            width="stretch",
        )
        if len(rows) > len(shown):
            st.caption(
                _("The {n} lowest of {all}; the table has all.").format(n=len(shown), all=len(rows))
            )
    with table:
        _draw_scores_table(rows, dimension, names[dimension])
    st.caption(
        _(
            "No estimate where people reviewed fewer than {n} of the random part, or where its "
            "interval would be wider than {points} points."
        ).format(n=LEAST_REVIEWED, points=number(WIDEST, 0))
    )


def _draw_scores_table(rows: Sequence[Scores], dimension: Dimension, title: str) -> None:
    columns = {
        title: [group_name(dimension, row.name) for row in rows],
        _("Conversations"): [row.conversations for row in rows],
        _("Score in force"): [row.mean for row in rows],
        _("Reviewed by people"): [row.reviewed for row in rows],
        _("Random part reviewed"): [row.estimated_from for row in rows],
        _("People's estimate (95 %)"): [_estimate(row.estimate) for row in rows],
        _("Critical failures"): [row.critical for row in rows],
        _("Critical, people's estimate (95 %)"): [_share(row.critical_share) for row in rows],
    }
    st.dataframe(
        columns,
        hide_index=True,
        column_config={_("Score in force"): st.column_config.NumberColumn(format="%.1f")},
    )


def _estimate(found: Interval | None) -> str:
    if found is None:
        return UNKNOWN
    return f"{number(found.estimate)} ({number(found.low)}–{number(found.high)})"


def _share(found: Interval | None) -> str:
    if found is None:
        return UNKNOWN
    return f"{percent(found.estimate)} ({percent(found.low)}–{percent(found.high)})"


def draw_trend(inspected: Inspected) -> None:
    """Draw the scores week by week."""
    st.markdown(f"#### {_('Trend')}")
    weeks = [row for row in scores_by(inspected, "week") if row.name is not None]
    if len(weeks) > 1:
        st.altair_chart(trend_chart(weeks), width="stretch")
    else:
        st.caption(_("A trend needs two weeks of conversations; there is one so far."))


def draw_findings(inspected: Inspected) -> None:
    """Draw what was found, by label, and how the criteria were judged."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"#### {_('Findings by label')}")
        labels = by_label(inspected.findings)
        if labels:
            st.altair_chart(labels_chart(labels), width="stretch")
        else:
            st.caption(_("Nothing was found."))
    with right:
        st.markdown(f"#### {_('Criteria')}")
        rows = by_criterion(inspected.results)
        st.dataframe(
            {
                _("Criterion"): [_(criterion_name(row.criterion)) for row in rows],
                _("Mean"): [row.mean for row in rows],
                _("Scored"): [row.scored for row in rows],
                _("Failed"): [row.failed for row in rows],
                _("Unscored"): [row.unscored for row in rows],
                _("By people"): [row.by_people for row in rows],
            },
            hide_index=True,
            column_config={_("Mean"): st.column_config.NumberColumn(format="%.1f")},
        )


def group_name(dimension: Dimension, value: str | None) -> str:
    """Name a group for people."""
    if value is None:
        return _("Unknown")
    return _(in_words(value)) if dimension == "channel" else value
