"""Figures, judgements and comparisons of a review as escaped HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from cs_qa.store.adjudications import SCORE_GAP
from cs_qa.store.review_rows import StoredReview
from cs_qa.ui.decision.content import judgement_of
from cs_qa.ui.i18n import _
from cs_qa.ui.review.card import Change
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import (
    GRADE_NAMES,
    UNKNOWN,
    VERDICT_NAMES,
    certainty,
    criterion_name,
    in_words,
    label_kind,
    score,
)

Card = Mapping[str, Any]

_HEAD = ("total", "grade", "qualitative", "quantitative")
_PREVIEW = ("qualitative", "total", "grade")


def figures_html(change: Change) -> str:
    """Draw total, grade and halves; what the decisions changed with its value before."""
    return _changes(_figures(change, _HEAD), "cq-rv-figures")


def effect_html(change: Change, criterion: str, *, is_hidden: bool, why: str | None = None) -> str:
    """Draw what a decision would change: the criterion, and the figures where they are seen.

    `why` says why something of it does not change.
    """
    before, after = (judgement_of(card, criterion) for card in (change.before, change.after))
    pairs = [(_(criterion_name(criterion)), judged(before), judged(after))]
    if not is_hidden:
        pairs += _figures(change, _PREVIEW)
    told = f'<p class="cq-rv-why">{escape(why)}</p>' if why else ""
    return _changes(pairs, "cq-rv-effect") + told


def machine_html(judgement: Card, *, has_evidence: bool = True) -> str:
    """Draw what the machine says of one criterion: verdict, reason, and evidence if asked to."""
    confidence = judgement["confidence"]
    sure = "" if confidence is None else f" · {certainty(confidence)}"
    shown = judgement["findings"] if has_evidence else []
    findings = "".join(_finding(finding) for finding in shown)
    return (
        f'<div class="cq-card cq-rv-machine"><p><b>{escape(_("Machine"))}:</b> '
        f"{escape(judged(judgement))}{escape(sure)}</p>"
        f'<p class="cq-quiet" dir="auto">{escape(in_our_words(judgement["reason"]))}</p>'
        + (f'<ul class="cq-found">{findings}</ul>' if findings else "")
        + "</div>"
    )


def evidence_link_html(turn: int | None) -> str:
    """Draw the link to the evidence of what is judged now; it shows where that is out of sight."""
    if turn is None:
        return '<p class="cq-rv-evidence" hidden></p>'
    below = escape(_("Evidence in turn {n} below").format(n=turn + 1))
    above = escape(_("Evidence in turn {n} above").format(n=turn + 1))
    return (
        f'<p class="cq-rv-evidence" hidden><a href="#turn-{turn}" data-below="{below}" '
        f'data-above="{above}">{below}</a></p>'
    )


def comparison_html(
    machine: Card, mine: Mapping[str, StoredReview], others: Sequence[StoredReview]
) -> str:
    """Draw each criterion as the person, the machine and other reviewers judge it.

    A column that nobody filled is left out; a criterion on which they differ is marked.
    """
    columns = [
        (_("You"), {name: row.judgement for name, row in mine.items()}),
        (_("Machine"), {each["criterion"]: each for each in machine["judgements"]}),
        (_("Other reviewer"), {row.criterion: row.judgement for row in others}),
    ]
    columns = [(head, column) for head, column in columns if column]
    rows = "".join(
        _compared(each["criterion"], [column.get(each["criterion"]) for _head, column in columns])
        for each in machine["judgements"]
    )
    heads = "".join(f"<th>{escape(head)}</th>" for head, _column in columns)
    return (
        '<div class="cq-card"><table class="cq-figures cq-rv-compare">'
        f"<thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _compared(criterion: str, told: Sequence[Card | None]) -> str:
    differs = ' class="cq-rv-differs"' if _differ([each for each in told if each]) else ""
    cells = "".join(f"<td>{escape(judged(each) if each else UNKNOWN)}</td>" for each in told)
    return f"<tr{differs}><th>{escape(_(criterion_name(criterion)))}</th>{cells}</tr>"


def _differ(told: Sequence[Card]) -> bool:
    scores = [each["score"] for each in told if each["score"] is not None]
    is_far = bool(scores) and max(scores) - min(scores) >= SCORE_GAP
    return is_far or len({each["verdict"] for each in told}) > 1


def judged(judgement: Card) -> str:
    """Say a judgement in short, as plain text: "60 · Fail"."""
    verdict = judgement["verdict"]
    if verdict is None:
        return UNKNOWN
    name = _(VERDICT_NAMES.get(verdict, in_words(verdict)))
    return name if judgement["score"] is None else f"{score(judgement['score'])} · {name}"


def _figures(change: Change, names: Sequence[str]) -> list[tuple[str, str, str]]:
    return [
        (_(in_words(name)), _figure(name, change.before[name]), _figure(name, change.after[name]))
        for name in names
    ]


def _figure(name: str, value: Any) -> str:
    if name == "grade":
        return UNKNOWN if value is None else _(GRADE_NAMES.get(value, in_words(value)))
    return score(value)


def _changes(pairs: Sequence[tuple[str, str, str]], kind: str) -> str:
    return f'<dl class="cq-card {kind}">{"".join(_items(pairs))}</dl>'


def _items(pairs: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for name, before, after in pairs:
        was = "" if before == after else f"<s>{escape(before)}</s> → "
        yield f"<div><dt>{escape(name)}</dt><dd>{was}<b>{escape(after)}</b></dd></div>"


def _finding(finding: Card) -> str:
    label, turn = finding["label"], finding["turn"]
    return (
        f'<li><a href="#turn-{turn}"><span class="cq-chip cq-{label_kind(label)}">'
        f'{escape(_(in_words(label)))}</span> <q dir="auto">{escape(finding["text"])}</q></a> '
        f'<span class="cq-confidence">{escape(_("turn {n}").format(n=turn + 1))}, '
        f"{escape(certainty(finding['confidence']))}</span> "
        f"<bdi>{escape(in_our_words(finding['explanation']))}</bdi></li>"
    )
