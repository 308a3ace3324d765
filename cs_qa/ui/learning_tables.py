"""The tables of the page Learning, as columns of texts and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cs_qa.train.counts import Counts
from cs_qa.train.gate import GateReport, GateRow
from cs_qa.train.overview import Corrected
from cs_qa.ui.i18n import _, language_name, percent, said
from cs_qa.ui.wording import CRITERION_NAMES, GRADE_NAMES, UNKNOWN, criterion_name, score

Columns = dict[str, list[Any]]
Json = Mapping[str, Any]

_PARTS = {"shop": said("Reviews: {name}"), "seed": said("Seed data: {name}")}
_WHOLES = {"overall": said("overall"), "false alarms": said("false alarms")}
_PROBLEMS = {
    r"too few held-out reviews to tell": said("Too few reviews to tell"),
    r"not shown to be better": said("Not shown to be better"),
    r"may be worse by more than (?P<margin>[\d.]+)": said("May be worse by more than {margin}"),
    r"worse": said("Worse"),
    r"raises more": said("Raises more"),
    r"may raise more, by over (?P<margin>[\d.]+)": said("May raise more, by over {margin}"),
}
"""Why a line of the comparison refuses a version, as `cs_qa.train.promote` says it."""


def label_rows(labels: Counts, new: Counts) -> Columns:
    """Count labels by criterion and language, and those since the version in use was made."""
    keys = [(criterion, lang) for criterion, by_lang in labels.items() for lang in by_lang]
    return {
        _("Criterion"): [criterion_name(criterion) for criterion, _lang in keys],
        _("Language"): [language_name(lang) for _criterion, lang in keys],
        _("Labels"): [labels[criterion][lang] for criterion, lang in keys],
        _("New"): [new.get(criterion, {}).get(lang, 0) for criterion, lang in keys],
    }


def corrected_rows(corrected: Sequence[Corrected]) -> Columns:
    """Show how often people changed the machine's judgement, by criterion and language."""
    return {
        _("Criterion"): [criterion_name(each.criterion) for each in corrected],
        _("Language"): [language_name(each.lang) for each in corrected],
        _("Judged by people"): [each.judged for each in corrected],
        _("Changed"): [each.changed for each in corrected],
        _("Share"): [percent(each.share) for each in corrected],
    }


def gate_rows(report: GateReport) -> Columns:
    """Show each reviewer on each criterion: whether the labels are used, and why."""
    rows = report.table
    shares = [row.agreement for row in rows]
    return {
        _("Reviewer"): [row.reviewer for row in rows],
        _("Criterion"): [criterion_name(row.criterion) for row in rows],
        _("Labels"): [
            _("used") if report.accepts(row.criterion, row.reviewer) else _("left out")
            for row in rows
        ],
        _("Why"): [_why(row) for row in rows],
        _("Agreement"): [percent(each.estimate if each else None) for each in shares],
        _("Compared labels"): [each.labels if each else 0 for each in shares],
        _("Conversations"): [each.conversations if each else 0 for each in shares],
    }


def _why(row: GateRow) -> str:
    if row.state == "refused" and row.surely_more is not None and row.surely_more > 0:
        return _("About {wrong} wrong, the others {others}").format(
            wrong=percent(row.wrong), others=percent(row.others_wrong)
        )
    if row.state == "refused":
        return _("Others agree too seldom")
    if row.state == "accepted":
        return _("Others agree")
    return _("Nobody reviewed the same") if row.agreement is None else _("Too few to tell")


def comparison_rows(lines: Sequence[Json]) -> Columns:
    """Show the comparison of the new version with the one in use, line by line."""
    return {
        "": [line_name(line["name"]) for line in lines],
        _("Labels"): [line["labels"] for line in lines],
        _("In use"): [_figure(line["champion"]) for line in lines],
        _("New"): [_figure(line["challenger"]) for line in lines],
        _("Difference"): [_signed(line["difference"]) for line in lines],
        _("95 % interval"): [_interval(line["interval"]) for line in lines],
        _("Refused because"): [problem(line) for line in lines],
    }


def line_name(name: str) -> str:
    """Name a line of the comparison, such as "shop: overall" or "seed: th"."""
    part, _colon, of = name.partition(": ")
    return _(_PARTS[part]).format(name=_of(of))


def problem(line: Json) -> str:
    """Say why a line refuses the new version; "" where it does not."""
    told = line["problem"].removeprefix(f"{line['name']}: ").partition(" (")[0]
    for pattern, form in _PROBLEMS.items():
        if found := re.fullmatch(pattern, told):
            return _(form).format(**found.groupdict())
    return str(told)


def changed_rows(changes: Sequence[Json]) -> Columns:
    """Show the conversations that would get another grade."""

    def told(figures: Json) -> str:
        grade = GRADE_NAMES.get(figures["grade"])
        return f"{_(grade) if grade else UNKNOWN} ({score(figures['total'])})"

    return {
        _("Conversation"): [each["transcript_id"] for each in changes],
        _("Now"): [told(each["before"]) for each in changes],
        _("With the new version"): [told(each["after"]) for each in changes],
    }


def _of(name: str) -> str:
    if name in _WHOLES:
        return _(_WHOLES[name])
    return criterion_name(name) if name in CRITERION_NAMES else language_name(name)


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:+.3f}"


def _interval(limits: Sequence[float] | None) -> str:
    if limits is None:
        return UNKNOWN
    low, high = map(_signed, limits)
    return _("{low} to {high}").format(low=low, high=high)
