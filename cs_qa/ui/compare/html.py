"""Judgements of several people side by side, and figures of agreement, as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cs_qa.store.decisions import REASONS, Decision, finding_id
from cs_qa.ui.i18n import _
from cs_qa.ui.review.html import judged
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import EMPATHY_LEVELS, UNKNOWN, in_words, label_kind, score

Card = Mapping[str, Any]

_QUOTED = 120
"""Characters of a finding that are shown; the conversation beside it has them all."""


@dataclass(frozen=True, slots=True)
class Side:
    """One who judged: name, what kind of review it was, the judgement, and the decision if any.

    `judgement` is in the card's JSON form.
    """

    name: str
    about: str
    judgement: Card
    decision: Decision | None = None


def sides_html(sides: Iterable[Side]) -> str:
    """Draw what each side made of one criterion, one column a side."""
    return f'<div class="cq-card cq-sides">{"".join(map(_side, sides))}</div>'


def evidence_card(card: Card, criterion: str, sides: Sequence[Side]) -> dict[str, Any]:
    """Give the card with the evidence of all sides for one criterion, and who marked it."""
    found: dict[str, dict[str, Any]] = {}
    who: dict[str, list[str]] = {}
    for side in sides:
        for finding in side.judgement["findings"]:
            name = finding_id(finding)
            found.setdefault(name, dict(finding))
            who.setdefault(name, []).append(side.name)
    marked = [
        {
            **finding,
            "explanation": f"{', '.join(who[name])}: {in_our_words(finding['explanation'])}",
        }
        for name, finding in found.items()
    ]
    return {**card, "judgements": [{"criterion": criterion, "findings": marked}]}


def change_html(pairs: Iterable[tuple[str, float | None, float | None]]) -> str:
    """Draw scores (0-100) by name, before and after; what stays the same once."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_was(before, after)}<b>{score(after)}</b></dd></div>"
        for name, before, after in pairs
    )
    return f'<dl class="cq-card cq-rv-effect">{items}</dl>'


def table_html(heads: Sequence[str], rows: Iterable[Sequence[str]], *, total: bool = True) -> str:
    """Draw a table of plain text, its first column naming the row; `total` sets off the last."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, *cells in rows
    )
    kind = "cq-grid cq-grid-total" if total else "cq-grid"
    return (
        f'<div class="cq-card"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def coefficient(value: float | None, interval: tuple[float, float] | None) -> str:
    """Write a coefficient of agreement with its interval, as plain text."""
    if value is None:
        return UNKNOWN
    if interval is None:
        return f"{value:.2f}"
    low, high = interval
    return f"{value:.2f} ({low:.2f} … {high:.2f})"


def _was(before: float | None, after: float | None) -> str:
    return "" if score(before) == score(after) else f"<s>{score(before)}</s> → "


def _side(side: Side) -> str:
    parts = [
        f"<p><b>{escape(side.name)}</b></p>",
        f'<p class="cq-quiet">{escape(side.about)}</p>',
        f'<p class="cq-side-{escape(str(side.judgement["verdict"]))}">'
        f"{escape(judged(side.judgement))}</p>",
        _findings(side.judgement["findings"]),
    ]
    if side.decision is not None:
        parts += [_turns(side.decision), _why(side.decision)]
    return f"<section>{''.join(parts)}</section>"


def _findings(findings: Sequence[Card]) -> str:
    items = "".join(
        f'<li><a href="#turn-{each["turn"]}"><span class="cq-chip cq-{label_kind(each["label"])}">'
        f"{escape(_(in_words(each['label'])))}</span> "
        f'<q dir="auto">{escape(_clipped(each["text"]))}</q></a> '
        f'<span class="cq-quiet">{escape(_("turn {n}").format(n=each["turn"] + 1))}</span></li>'
        for each in findings
    )
    return f'<ul class="cq-found">{items}</ul>' if items else ""


def _clipped(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()}…"


def _turns(decision: Decision) -> str:
    told = [(turn, EMPATHY_LEVELS[level]) for turn, level in decision.levels]
    told += [(turn, str(label)) for turn, label in decision.sentiments]
    items = "".join(
        f'<li><a href="#turn-{turn}">{escape(_("turn {n}").format(n=turn + 1))}</a>: '
        f"{escape(_(in_words(value)))}</li>"
        for turn, value in told
    )
    return f'<ul class="cq-found">{items}</ul>' if items else ""


def _why(decision: Decision) -> str:
    reason = "" if decision.reason_code is None else _(REASONS[decision.reason_code])
    said = [part for part in (reason, decision.comment) if part]
    return "".join(f'<p class="cq-quiet" dir="auto">{escape(part)}</p>' for part in said)
