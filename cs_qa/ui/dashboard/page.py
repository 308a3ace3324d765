"""The dashboard: scores by group, their trend, what was found, and the conversations behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any

import streamlit as st

import cs_qa
from cs_qa.estimate import Interval
from cs_qa.report.random_part import speaking
from cs_qa.report.weekly import (
    DIMENSIONS,
    Dimension,
    Inspected,
    Scope,
    Scores,
    read_inspected,
    scores,
    value_of,
)
from cs_qa.report.workbook import dimension_names, report_workbook
from cs_qa.store import Store
from cs_qa.store.listing import provenances, unseen_transcripts
from cs_qa.ui import address, session
from cs_qa.ui.dashboard.evidence import draw_conversations
from cs_qa.ui.dashboard.groups import draw_findings, draw_groups, draw_trend, group_name
from cs_qa.ui.i18n import _, catalogue, language, number, percent
from cs_qa.ui.wording import UNKNOWN

# Long enough to spare the reading of every card at each click.
_TTL_S = 60
_ALL = "all"


def draw() -> None:
    """Draw the page over the week and filters that are chosen, the latest week at first."""
    everything = _inspected(session.database_url(), session.store())
    if not everything.results:
        session.draw_notice(
            _("No conversations yet"),
            _("Import conversations, or inspect a file into this database:"),
            "cs-qa inspect week.jsonl --db work/week.db",
        )
        return
    with st.container(key="dashboard-filters"):
        scope = _draw_scope(everything)
    inspected = everything.within(scope)
    if not inspected.results:
        st.info(
            _("No conversation matches these filters. Clear one."), icon=":material/filter_alt:"
        )
        return
    hidden = unseen_transcripts(session.store(), session.login())
    _draw_figures(inspected, scope, hidden)
    draw_groups(inspected, scope)
    draw_trend(everything.within(replace(scope, week=None)))
    draw_findings(inspected)
    st.markdown(f"#### {_('Conversations')}")
    draw_conversations(inspected, hidden)


@st.cache_resource(ttl=_TTL_S, show_spinner=False)
def _inspected(url: str, _store: Store) -> Inspected:  # noqa: ARG001 (the cache's key)
    return read_inspected(_store)


def _draw_scope(everything: Inspected) -> Scope:
    names = dimension_names(_)
    order: tuple[Dimension, ...] = ("week", *(each for each in DIMENSIONS if each != "week"))
    chosen: dict[Dimension, str | None] = {}
    for place, dimension in zip(st.columns(len(order), gap="small"), order, strict=True):
        values = sorted(
            {value for each in everything.results if (value := value_of(each, dimension))}
        )
        with place:
            chosen[dimension] = _select(dimension, names[dimension], values)
    return Scope(**chosen)


def _select(dimension: Dimension, title: str, values: list[str]) -> str | None:
    if dimension == "week":
        return _select_week(title, values[::-1])
    return address.selectbox(
        dimension,
        title,
        values,
        format_func=lambda value: group_name(dimension, value),
        key=f"dashboard-{dimension}",
        placeholder=_("All"),
    )


def _select_week(title: str, weeks: list[str]) -> str | None:
    options = [*weeks, _ALL]
    chosen = address.selectbox(
        "week",
        title,
        options,
        default=options[0],
        format_func=lambda week: _("All weeks") if week == _ALL else week,
        key="dashboard-week",
    )
    return None if chosen == _ALL else chosen


def _draw_figures(inspected: Inspected, scope: Scope, hidden: frozenset[str]) -> None:
    row = scores(inspected)
    told = sources(row, inspected)
    st.html(figures_html(row))
    left, right = st.columns([4, 1], gap="medium", vertical_alignment="center")
    with left:
        st.caption(told)
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            _("Export to Excel"),
            data=partial(
                workbook,
                inspected,
                scope,
                hidden,
                store=session.store(),
                login=session.login(),
                figures=told,
                _=_translator(),
            ),
            file_name=f"cs_qa-{scope.week or 'all'}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
        )


def figures_html(row: Scores) -> str:
    """Draw the four figures of all conversations together, as escaped HTML."""
    share = row.critical_share
    tiles = [
        (
            _("Conversations"),
            number(row.conversations, 0),
            _("{n} reviewed by people").format(n=number(row.reviewed, 0)),
        ),
        (
            _("Score in force"),
            number(row.mean),
            _("{people} by people, {machine} by machine").format(
                people=number(row.reviewed, 0), machine=number(row.conversations - row.reviewed, 0)
            ),
        ),
        (
            _("People's estimate"),
            number(row.estimate.estimate if row.estimate else None),
            interval_text(row.estimate)
            if row.estimate
            else _("too few: {n} of the random part reviewed").format(n=row.estimated_from),
        ),
        (
            _("Critical failures"),
            number(row.critical, 0),
            _("people's estimate {low} to {high}").format(
                low=percent(share.low, 1), high=percent(share.high, 1)
            )
            if share
            else _("no estimate yet"),
        ),
    ]
    drawn = "".join(
        f"<li><span>{escape(title)}</span><b>{escape(value)}</b><small>{escape(about)}</small></li>"
        for title, value, about in tiles
    )
    return f'<div class="cq-tiles"><ul>{drawn}</ul></div>'


def interval_text(interval: Interval) -> str:
    """Write an interval of scores with the number of conversations behind it."""
    return _("95 %: {low} to {high}, n = {n}").format(
        low=number(interval.low), high=number(interval.high), n=interval.n
    )


def sources(row: Scores, inspected: Inspected) -> str:
    """Say whose figures these are, and what the estimate speaks for."""
    parts = [
        _(
            "Score in force: people's decisions in {people} conversations, the machine's in the "
            "other {machine}; a full count, so it has no interval."
        ).format(people=row.reviewed, machine=row.conversations - row.reviewed),
        _(
            "People's estimate: finished reviews of the random part of the samples alone ({n} "
            "here); it is the mean that people would give all conversations."
        ).format(n=row.estimated_from),
    ]
    weeks = {value_of(each, "week") for each in inspected.results}
    without = sorted(filter(None, weeks - {each.week for each in speaking(inspected.draws)}))
    if without:
        parts.append(_("No sample, so no estimate, of: {weeks}.").format(weeks=", ".join(without)))
    return " ".join(parts)


def _translator() -> Callable[[str], str]:
    """Bind this session's language: the file is made when the session's script is over."""
    messages = catalogue(language())
    return lambda message: messages.get(message, (message,))[0]


def workbook(
    inspected: Inspected,
    scope: Scope,
    hidden: frozenset[str],
    *,
    store: Store,
    login: str,
    figures: str,
    _: Callable[[str], str],
) -> bytes:
    """Give what the page shows as an `.xlsx` file that says what it is made of, and by whom.

    `figures` says whose figures they are; `_` translates.
    """
    names = dimension_names(_)
    filters = [f"{names[each]}: {value}" for each in DIMENSIONS if (value := getattr(scope, each))]
    made = provenances(store, [each.scorecard_id for each in inspected.results])
    about = {
        _("Made (UTC)"): f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        _("Made by"): login,
        _("Filters"): "; ".join(filters) or _("none"),
        _("Figures"): figures,
        _("cs_qa"): cs_qa.__version__,
        _("Cards made by cs_qa"): _versions(made, "cs_qa"),
        _("Rubrics"): _versions(made, "rubric"),
        _("Policies"): _versions(made, "policy"),
        _("Models"): _models(made),
    }
    return report_workbook(inspected, about=about, hidden=hidden, _=_)


def _versions(made: Sequence[Mapping[str, Any]], name: str) -> str:
    return ", ".join(sorted({str(each[name]) for each in made if each.get(name)})) or UNKNOWN


def _models(made: Sequence[Mapping[str, Any]]) -> str:
    models = [each.get("models") or {} for each in made]
    named = {f"{name} {version}" for each in models for name, version in each.items()}
    return ", ".join(sorted(named)) or UNKNOWN
