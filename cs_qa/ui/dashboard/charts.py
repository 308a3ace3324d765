"""Charts of the dashboard: scores with intervals, trend, findings by label.

Colours are Okabe and Ito's; shapes and titles tell apart what colours do. Nothing is computed
here but places on a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import streamlit as st

from cs_qa.report.weekly import LabelCount, Scores
from cs_qa.ui.i18n import _
from cs_qa.ui.wording import in_words

MOST_GROUPS = 30
"""Groups that a chart shows; the table has all."""

_ROW_PX = 30
_AROUND_PX = 110
_TREND_PX = 340
_LABEL_PX = 240


@dataclass(frozen=True, slots=True)
class _Colours:
    machine: str
    people: str


_LIGHT = _Colours("#767f89", "#0072b2")
_DARK = _Colours("#9aa7b4", "#56b4e9")


def scores_chart(rows: Sequence[Scores], names: Sequence[str], title: str) -> alt.LayerChart:
    """Draw each group's score in force and people's estimate with its 95 % interval.

    `names` are the rows' names for people; the rows' order is the chart's.
    """
    labels = [f"{name} ({row.conversations})" for name, row in zip(names, rows, strict=True)]
    group = alt.Y(
        "group:N",
        sort=labels,
        title=_("{dimension} (conversations)").format(dimension=title),
        axis=alt.Axis(labelLimit=_LABEL_PX, labelOverlap=False),
    )
    marked = _marked(rows, labels)
    across = {"y": group, "yOffset": alt.YOffset("kind:N", scale=_kinds(0.6))}
    whiskers = [
        _rule(marked).encode(x=alt.X("low:Q"), x2="high:Q", **across),
        _end(marked, "vertical").encode(x=alt.X("low:Q"), **across),
        _end(marked, "vertical").encode(x=alt.X("high:Q"), **across),
    ]
    points = _points(marked).encode(x=_score(alt.X), **across)
    return alt.layer(*whiskers, points).properties(height=_ROW_PX * len(rows) + _AROUND_PX)


def trend_chart(rows: Sequence[Scores]) -> alt.LayerChart:
    """Draw the score in force and people's estimate with its 95 % interval, week by week."""
    weeks = [row.name or "" for row in rows]
    week = alt.X("group:O", sort=weeks, title=_("Week (UTC)"), axis=alt.Axis(labelAngle=0))
    marked = _marked(rows, weeks)
    across = {"x": week, "xOffset": alt.XOffset("kind:N", scale=_kinds(1))}
    whiskers = [
        _rule(marked).encode(y=alt.Y("low:Q"), y2="high:Q", **across),
        _end(marked, "horizontal").encode(y=alt.Y("low:Q"), **across),
        _end(marked, "horizontal").encode(y=alt.Y("high:Q"), **across),
    ]
    points = _points(marked).encode(y=_score(alt.Y), **across)
    in_force = [each for each in marked if not each["estimated"]]
    line = (
        alt.Chart(alt.Data(values=in_force))
        .mark_line(color=_colours().machine, strokeWidth=1.5)
        .encode(y=_score(alt.Y), **across)
    )
    return alt.layer(line, *whiskers, points).properties(height=_TREND_PX)


def labels_chart(rows: Sequence[LabelCount]) -> alt.Chart:
    """Draw how often each label was found, the machine's word apart from people's."""
    machine, people = _("Machine, not reviewed"), _("People's reviews")
    values = [
        {
            "label": _(in_words(row.label)),
            "findings": count,
            "by": by,
            "conversations": row.conversations,
        }
        for row in rows
        for by, count in ((people, row.by_people), (machine, row.by_machine))
    ]
    colours = _colours()
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y(
                "label:N",
                sort=[_(in_words(row.label)) for row in rows],
                title=_("Label"),
                axis=alt.Axis(labelLimit=_LABEL_PX, labelOverlap=False),
            ),
            x=alt.X("findings:Q", title=_("Findings"), axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "by:N",
                title=_("In force by"),
                scale=alt.Scale(domain=[people, machine], range=[colours.people, colours.machine]),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("by:N", sort="descending"),
            tooltip=[
                alt.Tooltip("label:N", title=_("Label")),
                alt.Tooltip("by:N", title=_("In force by")),
                alt.Tooltip("findings:Q", title=_("Findings")),
                alt.Tooltip("conversations:Q", title=_("Conversations")),
            ],
        )
        .properties(height=_ROW_PX * len(rows) + _AROUND_PX)
    )


def _marked(rows: Sequence[Scores], names: Sequence[str]) -> list[dict[str, Any]]:
    """Give a value a mark: the score in force of each row, and the estimate where there is one."""
    marked: list[dict[str, Any]] = []
    for row, name in zip(rows, names, strict=True):
        if row.mean is not None:
            figures = {"score": round(row.mean, 2), "n": row.scored}
            marked.append({"group": name, "kind": _in_force(), "estimated": False, **figures})
        if (found := row.estimate) is not None:
            figures = {"score": round(found.estimate, 2), "n": row.estimated_from}
            limits = {"low": round(found.low, 2), "high": round(found.high, 2)}
            marked.append(
                {"group": name, "kind": _estimated(), "estimated": True, **figures, **limits}
            )
    return marked


def _in_force() -> str:
    return _("Score in force, all conversations")


def _estimated() -> str:
    return _("People's estimate, 95 % interval")


def _kinds(padding: float) -> alt.Scale:
    return alt.Scale(domain=[_in_force(), _estimated()], paddingOuter=padding)


def _score(channel: Any) -> Any:
    return channel(
        "score:Q",
        title=_("Score (0–100)"),
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(values=list(range(0, 101, 10))),
    )


def _rule(marked: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(_estimates(marked)).mark_rule(color=_colours().people, strokeWidth=2)


def _end(marked: list[dict[str, Any]], orient: Literal["horizontal", "vertical"]) -> alt.Chart:
    return alt.Chart(_estimates(marked)).mark_tick(
        color=_colours().people, thickness=2, size=10, orient=orient
    )


def _estimates(marked: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=[each for each in marked if each["estimated"]])


def _points(marked: list[dict[str, Any]]) -> alt.Chart:
    colours = _colours()
    kinds = [_in_force(), _estimated()]
    return (
        alt.Chart(alt.Data(values=marked))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[colours.machine, colours.people]),
                legend=alt.Legend(orient="top", labelLimit=_LABEL_PX * 2),
            ),
            shape=alt.Shape(
                "kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])
            ),
            tooltip=[
                alt.Tooltip("kind:N", title=_("Figure")),
                alt.Tooltip("score:Q", title=_("Score"), format=".1f"),
                alt.Tooltip("low:Q", title=_("95 % from"), format=".1f"),
                alt.Tooltip("high:Q", title=_("95 % to"), format=".1f"),
                alt.Tooltip("n:Q", title=_("Conversations")),
            ],
        )
    )


def _colours() -> _Colours:
    return _DARK if st.context.theme.type == "dark" else _LIGHT
