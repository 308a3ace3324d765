"""The scorecard's figures as one block of escaped HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from cs_qa.rubric import Rubric
from cs_qa.types import CRITERIA
from cs_qa.ui.wording import (
    GRADE_NAMES,
    UNKNOWN,
    VERDICT_NAMES,
    certainty,
    criterion_name,
    duration,
    in_words,
    label_kind,
    percent,
    score,
    share,
)

Card = Mapping[str, Any]

_HALVES = ("quantitative", "qualitative")
_DURATIONS = {
    "first_response_s": "First response",
    "avg_response_s": "Average response",
    "longest_wait_s": "Longest wait",
    "handling_time_s": "Handling time",
}
_SHARES = [
    ("replies_within_30s", "Replies within 30 s", "replies"),
    ("customer_messages_answered", "Messages answered", "customer_messages"),
]
_OUTCOMES = {"csat": "CSAT (1–5)", "resolved": "Resolved", "complaint": "Complaint"}


def scorecard_html(card: Card) -> str:
    """Draw total, halves, criteria with their findings, service figures and provenance."""
    parts = [_total(card), _alerts(card), _criteria(card), _service(card), _provenance(card)]
    return f'<div class="cq-card">{"".join(parts)}</div>'


def _rubric(card: Card) -> Rubric | None:
    """The rubric that judged, for its weights; None unless it is the one that ships."""
    rubric = Rubric.default()
    return rubric if card["provenance"].get("rubric") == rubric.ref else None


def _total(card: Card) -> str:
    grade = card["grade"]
    badge = f'<span class="cq-grade cq-g-{escape(grade)}">{_grade(grade)}</span>' if grade else ""
    if card["total"] is None:
        total = f'<p class="cq-quiet">{_why_no_total(card)}</p>'
    else:
        total = f'<span class="cq-number">{score(card["total"])}</span><span>of 100</span>{badge}'
    return f'<div class="cq-total">{total}</div>' + "".join(_half(card, name) for name in _HALVES)


def _grade(grade: str) -> str:
    return escape(GRADE_NAMES.get(grade, in_words(grade)))


def _why_no_total(card: Card) -> str:
    missing = [name for name in _HALVES if card[name] is None]
    if len(missing) == len(_HALVES):
        return "<b>No total:</b> neither half could be scored."
    return f"<b>No total:</b> the {' '.join(missing)} half is missing."


def _half(card: Card, name: str) -> str:
    value, rubric = card[name], _rubric(card)
    weight = "" if rubric is None else f" {percent(getattr(rubric.weights, name))}"
    bar = "" if value is None else f'<i style="width:{min(100.0, max(0.0, value)):.1f}%"></i>'
    return (
        f'<div class="cq-half"><span>{in_words(name)}<span class="cq-quiet">{weight}</span></span>'
        f'<span class="cq-bar">{bar}</span>'
        f"<b>{score(value)}</b></div>"
    )


def _alerts(card: Card) -> str:
    failed = card["critical_failures"]
    unscored = [j["criterion"] for j in card["judgements"] if j["verdict"] == "unscored"]
    return _alert("Critical failure", failed, "The qualitative score is 0.") + _alert(
        "Could not be judged", unscored, "The reasons stand below."
    )


def _alert(title: str, criteria: Sequence[str], consequence: str) -> str:
    if not criteria:
        return ""
    names = escape(", ".join(criterion_name(name) for name in criteria))
    return f'<p class="cq-alert"><b>{title}:</b> {names}. {consequence}</p>'


def _criteria(card: Card) -> str:
    rubric = _rubric(card)
    weights = {} if rubric is None else {name: rubric.criterion(name).weight for name in CRITERIA}
    items = (_criterion(j, weights.get(j["criterion"])) for j in card["judgements"])
    return f'<h4>Criteria</h4><ul class="cq-criteria">{"".join(items)}</ul>'


def _criterion(judgement: Mapping[str, Any], weight: float | None) -> str:
    verdict = judgement["verdict"]
    weighed = "" if weight is None else f'<span class="cq-quiet">weight {weight:g}</span>'
    findings = "".join(_finding(finding) for finding in judgement["findings"])
    return (
        f'<li class="cq-v-{escape(verdict)}"><div class="cq-row">'
        f"<b>{escape(criterion_name(judgement['criterion']))}</b>{weighed}"
        f'<span class="cq-verdict">{escape(VERDICT_NAMES.get(verdict, in_words(verdict)))}</span>'
        f'<span class="cq-score">{score(judgement["score"])}</span></div>'
        f'<p dir="auto">{escape(judgement["reason"])}</p>'
        + (f'<ul class="cq-found">{findings}</ul>' if findings else "")
        + "</li>"
    )


def _finding(finding: Mapping[str, Any]) -> str:
    label, turn = finding["label"], finding["turn"]
    return (
        f'<li><a href="#turn-{turn}" title="Show turn {turn + 1}">'
        f'<span class="cq-chip cq-{label_kind(label)}">{escape(in_words(label))}</span> '
        f'<q dir="auto">{escape(finding["text"])}</q></a> '
        f'<span class="cq-confidence">turn {turn + 1}, {certainty(finding["confidence"])}</span>'
        "</li>"
    )


def _service(card: Card) -> str:
    rows = [*_service_figures(card["service"] or {}), *_outcomes(card.get("outcome") or {})]
    body = "".join(
        f"<tr><th>{name}</th><td>{escape(value)}{_reason(reason)}</td></tr>"
        for name, value, reason in rows
    )
    table = f'<table class="cq-figures">{body}</table>' if body else _NO_SERVICE
    return f"<h4>Service</h4>{table}"


_NO_SERVICE = '<p class="cq-quiet">No times and no outcome were given with this transcript.</p>'


def _service_figures(service: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    reasons = service.get("reasons") or {}
    for key, name in _DURATIONS.items():
        if key in service:
            yield name, duration(service[key]), reasons.get(key)
    for key, name, whole in _SHARES:
        if key in service:
            yield name, share(service[key], service.get(whole)), reasons.get(key)
    if service.get("handovers"):
        yield "Hand-overs", str(service["handovers"]), None


def _outcomes(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str, None]]:
    for key, name in _OUTCOMES.items():
        value = outcome.get(key)
        if value is not None:
            yield name, _plain(value), None


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reason(reason: str | None) -> str:
    return f'<br><span class="cq-quiet">{escape(reason)}</span>' if reason else ""


def _provenance(card: Card) -> str:
    made = card["provenance"]
    models = ", ".join(f"{name} {version}" for name, version in made.get("models", {}).items())
    rows = {
        "cs_qa": made.get("cs_qa"),
        "Rubric": made.get("rubric"),
        "Policy": made.get("policy"),
        "Models": models,
        "Detectors": ", ".join(made.get("detectors", [])),
        "Personal data": "not masked" if made.get("redacted") is False else "masked",
    }
    body = "".join(
        f"<tr><th>{name}</th><td>{escape(str(value or UNKNOWN))}</td></tr>"
        for name, value in rows.items()
    )
    return (
        "<details><summary>How this scorecard was made</summary>"
        f'<table class="cq-figures">{body}</table></details>'
    )
