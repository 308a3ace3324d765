"""The scorecard's figures as one block of escaped HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from cs_qa.rubric import Rubric
from cs_qa.types import CRITERIA
from cs_qa.ui.i18n import _, said
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import (
    GRADE_NAMES,
    UNKNOWN,
    VERDICT_NAMES,
    certainty,
    criterion_name,
    critical_name,
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
    "first_response_s": said("First response"),
    "avg_response_s": said("Average response"),
    "longest_wait_s": said("Longest wait"),
    "handling_time_s": said("Handling time"),
}
_SHARES = [
    ("replies_within_30s", said("Replies within 30 s"), "replies"),
    ("customer_messages_answered", said("Messages answered"), "customer_messages"),
]
_OUTCOMES = {
    "csat": said("CSAT (1–5)"),
    "resolved": said("Resolved"),
    "complaint": said("Complaint"),
}


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
        number = f'<span class="cq-number">{score(card["total"])}</span>'
        total = f"{number}<span>{_('of 100')}</span>{badge}"
    return f'<div class="cq-total">{total}</div>' + "".join(_half(card, name) for name in _HALVES)


def _grade(grade: str) -> str:
    return escape(_(GRADE_NAMES[grade]) if grade in GRADE_NAMES else in_words(grade))


def _why_no_total(card: Card) -> str:
    missing = [name for name in _HALVES if card[name] is None]
    title = f"<b>{_('No total:')}</b> "
    if len(missing) == len(_HALVES):
        return title + escape(_("neither half could be scored."))
    if missing == ["quantitative"]:
        return title + escape(_("the quantitative half is missing."))
    return title + escape(_("the qualitative half is missing."))


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
    return _alert(_("Critical failure:"), failed, _("The qualitative score is 0.")) + _alert(
        _("Could not be judged:"), unscored, _("The reasons stand below.")
    )


def _alert(title: str, criteria: Sequence[str], consequence: str) -> str:
    if not criteria:
        return ""
    names = escape(", ".join(critical_name(name) for name in criteria))
    return f'<p class="cq-alert"><b>{title}</b> {names}. {consequence}</p>'


def _criteria(card: Card) -> str:
    rubric = _rubric(card)
    weights = {} if rubric is None else {name: rubric.criterion(name).weight for name in CRITERIA}
    items = (_criterion(j, weights.get(j["criterion"])) for j in card["judgements"])
    return f'<h4>{_("Criteria")}</h4><ul class="cq-criteria">{"".join(items)}</ul>'


def _criterion(judgement: Mapping[str, Any], weight: float | None) -> str:
    verdict = judgement["verdict"]
    weighed = "" if weight is None else f'<span class="cq-quiet">{_weight(weight)}</span>'
    findings = "".join(_finding(finding) for finding in judgement["findings"])
    return (
        f'<li class="cq-v-{escape(verdict)}"><div class="cq-row">'
        f"<b>{escape(criterion_name(judgement['criterion']))}</b>{weighed}"
        f'<span class="cq-verdict">{escape(_verdict(verdict))}</span>'
        f'<span class="cq-score">{score(judgement["score"])}</span></div>'
        f'<p dir="auto">{escape(in_our_words(judgement["reason"]))}</p>'
        + (f'<ul class="cq-found">{findings}</ul>' if findings else "")
        + "</li>"
    )


def _finding(finding: Mapping[str, Any]) -> str:
    label, turn = finding["label"], finding["turn"]
    return (
        f'<li><a href="#turn-{turn}" title="{escape(_("Show turn {n}").format(n=turn + 1))}">'
        f'<span class="cq-chip cq-{label_kind(label)}">{escape(in_words(label))}</span> '
        f'<q dir="auto">{escape(finding["text"])}</q></a> '
        f'<span class="cq-confidence">{escape(_place(turn, finding["confidence"]))}</span>'
        "</li>"
    )


def _weight(weight: float) -> str:
    return _("weight {weight}").format(weight=f"{weight:g}")


def _verdict(verdict: str) -> str:
    return _(VERDICT_NAMES[verdict]) if verdict in VERDICT_NAMES else in_words(verdict)


def _place(turn: int, confidence: float) -> str:
    return _("turn {n}, {certainty}").format(n=turn + 1, certainty=certainty(confidence))


def _service(card: Card) -> str:
    rows = [*_service_figures(card["service"] or {}), *_outcomes(card.get("outcome") or {})]
    body = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}{_reason(reason)}</td></tr>"
        for name, value, reason in rows
    )
    if body:
        table = f'<table class="cq-figures">{body}</table>'
    else:
        nothing = _("No times and no outcome were given with this transcript.")
        table = f'<p class="cq-quiet">{escape(nothing)}</p>'
    return f"<h4>{_('Service')}</h4>{table}"


def _service_figures(service: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    reasons = service.get("reasons") or {}
    for key, name in _DURATIONS.items():
        if key in service:
            yield _(name), duration(service[key]), reasons.get(key)
    for key, name, whole in _SHARES:
        if key in service:
            yield _(name), share(service[key], service.get(whole)), reasons.get(key)
    if service.get("handovers"):
        yield _("Hand-overs"), str(service["handovers"]), None


def _outcomes(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str, None]]:
    for key, name in _OUTCOMES.items():
        value = outcome.get(key)
        if value is not None:
            yield _(name), _plain(value), None


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reason(reason: str | None) -> str:
    return f'<br><span class="cq-quiet">{escape(reason)}</span>' if reason else ""


def _provenance(card: Card) -> str:
    made = card["provenance"]
    models = ", ".join(made.get("models", {}).values())
    rows = {
        "cs_qa": made.get("cs_qa"),
        _("Rubric"): made.get("rubric"),
        _("Policy"): made.get("policy"),
        _("Models"): models,
        _("Detectors"): ", ".join(made.get("detectors", [])),
        _("Personal data"): _("not masked") if made.get("redacted") is False else _("masked"),
    }
    body = "".join(
        f"<tr><th>{name}</th><td>{escape(str(value or UNKNOWN))}</td></tr>"
        for name, value in rows.items()
    )
    return (
        f"<details><summary>{_('How this scorecard was made')}</summary>"
        f'<table class="cq-figures">{body}</table></details>'
    )
