"""The report as an Excel workbook. Text of conversations stays text: no formula, no link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Literal

from cs_qa.estimate import Interval
from cs_qa.report.weekly import (
    DIMENSIONS,
    Dimension,
    Inspected,
    Scores,
    scores,
    scores_by,
)
from cs_qa.store.findings_in_force import FindingInForce
from cs_qa.store.results import Result

Say = Callable[[str], str]
Cell = str | int | float | datetime | None
Kind = Literal["text", "whole", "score", "share", "time"]

MAX_CELL = 32_767
"""Characters that Excel takes in a cell."""

_FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "whole": "0",
    "score": "0.0",
    "share": "0.0%",
    "time": "yyyy-mm-dd hh:mm",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, what its cells hold, and its width in characters."""

    title: str
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: columns and rows, a cell for each column."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def report_workbook(
    inspected: Inspected,
    *,
    about: Mapping[str, str],
    hidden: Collection[str] = frozenset(),
    _: Say = str,
) -> bytes:
    """Give the figures as an `.xlsx` file of the sheets Scores, Findings, Conversations, About.

    `about` becomes the rows of the sheet About. `hidden` are ids of conversations whose scores and
    findings the reader must not see yet. `_` translates headings.
    """
    findings = [each for each in inspected.findings if each.transcript_id not in hidden]
    sheets = (
        _scores_sheet(inspected, _),
        _findings_sheet(findings, inspected.results, _),
        _conversations_sheet(inspected.results, findings, hidden, _),
        Sheet(
            _("About"),
            (Column(_("What"), width=28), Column(_("Value"), width=100)),
            tuple(about.items()),
        ),
    )
    return write_workbook(sheets)


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Write sheets as an `.xlsx` file, headings frozen and filterable.

    Whatever a text begins with, its cell holds the text. Times are UTC.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(buffer, options) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {
            kind: book.add_format({"num_format": form, "valign": "top"})
            for kind, form in _FORMATS.items()
        }
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, column.width)
                page.write_string(0, place, column.title, heading)
            for line, row in enumerate(sheet.rows, 1):
                for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                    _write(page, line, place, cell, formats[column.kind])
            page.freeze_panes(1, 1)
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    return buffer.getvalue()


def _write(page: Any, line: int, place: int, cell: Cell, form: Any) -> None:
    if cell is None:
        page.write_blank(line, place, None, form)
    elif isinstance(cell, str):
        page.write_string(line, place, cell[:MAX_CELL], form)
    elif isinstance(cell, datetime):
        page.write_datetime(line, place, cell.astimezone(UTC).replace(tzinfo=None), form)
    else:
        page.write_number(line, place, cell, form)


def _scores_sheet(inspected: Inspected, _: Say) -> Sheet:
    columns = (
        Column(_("Group"), width=12),
        Column(_("Name"), width=20),
        Column(_("Conversations"), "whole"),
        Column(_("With a score"), "whole"),
        Column(_("Score in force"), "score"),
        Column(_("Critical failures"), "whole"),
        Column(_("Reviewed by people"), "whole"),
        Column(_("Random part reviewed"), "whole"),
        Column(_("People's estimate"), "score"),
        Column(_("95 % from"), "score"),
        Column(_("95 % to"), "score"),
        Column(_("Critical share, estimate"), "share"),
        Column(_("Critical 95 % from"), "share"),
        Column(_("Critical 95 % to"), "share"),
    )
    names = dimension_names(_)
    rows = [_scores_row(_("All"), scores(inspected), _("All"))]
    for dimension in DIMENSIONS:
        rows += [
            _scores_row(names[dimension], each, each.name or _("Unknown"))
            for each in scores_by(inspected, dimension)
        ]
    return Sheet(_("Scores"), columns, tuple(rows))


def dimension_names(_: Say = str) -> dict[Dimension, str]:
    """Name the dimensions that scores are grouped by."""
    return {
        "agent": _("Agent"),
        "team": _("Team"),
        "language": _("Language"),
        "channel": _("Channel"),
        "week": _("Week"),
    }


def _scores_row(group: str, row: Scores, name: str) -> tuple[Cell, ...]:
    return (
        group,
        name,
        row.conversations,
        row.scored,
        row.mean,
        row.critical,
        row.reviewed,
        row.estimated_from,
        *_limits(row.estimate),
        *_limits(row.critical_share),
    )


def _limits(interval: Interval | None) -> tuple[Cell, Cell, Cell]:
    if interval is None:
        return None, None, None
    return interval.estimate, interval.low, interval.high


def _findings_sheet(findings: Sequence[FindingInForce], results: Iterable[Result], _: Say) -> Sheet:
    columns = (
        Column(_("Conversation"), width=18),
        Column(_("Agent"), width=14),
        Column(_("Language")),
        Column(_("Criterion"), width=18),
        Column(_("Label"), width=18),
        Column(_("Turn"), "whole", 7),
        Column(_("Text"), width=60),
        Column(_("Explanation"), width=50),
        Column(_("Confidence"), "share"),
        Column(_("In force by")),
        Column(_("Person")),
    )
    about = {each.transcript_id: each for each in results}
    rows = tuple(
        (
            each.transcript_id,
            about[each.transcript_id].agent_id,
            about[each.transcript_id].language,
            each.criterion,
            each.label,
            each.turn + 1,
            each.text,
            each.explanation,
            each.confidence,
            each.source,
            each.by,
        )
        for each in findings
    )
    return Sheet(_("Findings"), columns, rows)


def _conversations_sheet(
    results: Iterable[Result],
    findings: Iterable[FindingInForce],
    hidden: Collection[str],
    _: Say,
) -> Sheet:
    columns = (
        Column(_("Conversation"), width=18),
        Column(_("Began (UTC)"), "time", 16),
        Column(_("Agent"), width=14),
        Column(_("Team"), width=14),
        Column(_("Language")),
        Column(_("Channel"), width=16),
        Column(_("Market")),
        Column(_("Score in force"), "score"),
        Column(_("Qualitative"), "score"),
        Column(_("Quantitative"), "score"),
        Column(_("Grade"), width=18),
        Column(_("Critical failures"), width=20),
        Column(_("Findings"), width=40),
        Column(_("Judgements by people"), "whole"),
    )
    labels: dict[str, list[str]] = {}
    for finding in findings:
        labels.setdefault(finding.transcript_id, []).append(finding.label)
    rows = tuple(
        (
            each.transcript_id,
            each.started_at,
            each.agent_id,
            each.team,
            each.language,
            each.channel,
            each.market,
            *(
                (None, None, None, _("hidden until you have reviewed it"), None, None, None)
                if each.transcript_id in hidden
                else _figures(each, labels.get(each.transcript_id, []))
            ),
        )
        for each in results
    )
    return Sheet(_("Conversations"), columns, rows)


def _figures(result: Result, labels: Iterable[str]) -> tuple[Cell, ...]:
    return (
        result.total,
        result.qualitative,
        result.quantitative,
        result.grade,
        ", ".join(result.critical_failures),
        ", ".join(labels),
        sum(each.source != "machine" for each in result.judgements),
    )
