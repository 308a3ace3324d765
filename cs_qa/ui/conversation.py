"""The conversation of a scorecard as one block of escaped HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from cs_qa.ui.highlight import Finding, highlight
from cs_qa.ui.i18n import _
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import (
    EMPATHY_LEVELS,
    certainty,
    criterion_name,
    day,
    duration,
    in_words,
    label_kind,
    time_of_day,
)

Card = Mapping[str, Any]
Turn = Mapping[str, Any]


def conversation_html(card: Card) -> str:
    """Draw the turns of a scorecard's JSON form: customer left, agent right, evidence marked.

    Turn n has the anchor `turn-n`. Everything from the card is escaped.
    """
    findings = findings_by_turn(card)
    waits = reply_waits(card["turns"])
    parts, shown_day = [], None
    for turn in card["turns"]:
        at = turn.get("at")
        if at and day(at) != shown_day:
            shown_day = day(at)
            parts.append(f'<li class="cq-day">{escape(shown_day)}</li>')
        index = turn["turn"]
        parts.append(_turn(turn, findings[index], waits.get(index)))
    return f'<ol class="cq-conversation">{"".join(parts)}</ol>'


def findings_by_turn(card: Card) -> dict[int, list[Finding]]:
    """The findings of every criterion by the turn they stand in, in order of their place."""
    of_turn: dict[int, list[Finding]] = defaultdict(list)
    for judgement in card["judgements"]:
        for finding in judgement["findings"]:
            of_turn[finding["turn"]].append({**finding, "criterion": judgement["criterion"]})
    for found in of_turn.values():
        found.sort(key=lambda f: (f["start"], -f["end"]))
    return of_turn


def reply_waits(turns: Sequence[Turn]) -> dict[int, float]:
    """Seconds that the customer waited for each reply, by the reply's turn.

    A wait runs from the first unanswered customer message to the next human agent's; without
    both times, or with a clock that runs backwards, it is left out.
    """
    return dict(_waits(turns))


def _waits(turns: Sequence[Turn]) -> Iterator[tuple[int, float]]:
    first_unanswered: Turn | None = None
    for turn in turns:
        if turn["role"] == "customer" and first_unanswered is None:
            first_unanswered = turn
        elif turn["role"] == "agent" and first_unanswered is not None:
            asked, answered = first_unanswered.get("at"), turn.get("at")
            first_unanswered = None
            if asked and answered:
                wait = datetime.fromisoformat(answered) - datetime.fromisoformat(asked)
                if wait.total_seconds() >= 0:
                    yield turn["turn"], wait.total_seconds()


def _turn(turn: Turn, findings: Sequence[Finding], wait: float | None) -> str:
    role: str = turn["role"]
    return (
        f'<li id="turn-{turn["turn"]}" class="cq-turn cq-role-{escape(role)}">'
        f'<div class="cq-meta">{" · ".join(_meta(turn, wait))}</div>'
        f'<div class="cq-bubble" dir="auto">{highlight(turn["text"], findings)}</div>'
        f"{_notes(findings)}</li>"
    )


def _meta(turn: Turn, wait: float | None) -> Iterator[str]:
    role: str = turn["role"]
    number, agent = turn["turn"], turn.get("agent_id")
    who = in_words(role)
    named = f" <bdi>{escape(agent)}</bdi>" if agent else ""
    yield f'<a href="#turn-{number}">{number + 1}</a> <b>{escape(who)}</b>{named}'
    if turn.get("at"):
        yield f"<time>{time_of_day(turn['at'])}</time>"
    if wait is not None:
        yield _("replied after {wait}").format(wait=duration(wait))
    yield from _heads(turn)


def _heads(turn: Turn) -> Iterator[str]:
    """Sentiment and empathy where they say something; what the reader set says so too."""
    sentiment, empathy, set_ = turn.get("sentiment"), turn.get("empathy"), turn.get("by_you")
    by_you = f" <em>{escape(_('by you'))}</em>"
    if sentiment and turn["role"] == "customer":
        mood = sentiment["label"]
        if set_ == "sentiment" or mood != "neutral":
            name = escape(in_words(mood).lower())
            named = f'<span class="cq-mood cq-{escape(mood)}">{name}</span>'
            yield named + (by_you if set_ == "sentiment" else "")
    if empathy and (set_ == "empathy" or empathy["level"] > 0):
        level = _("empathy: {level}").format(level=_(EMPATHY_LEVELS[empathy["level"]]))
        yield escape(level) + (by_you if set_ == "empathy" else "")


def _notes(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    return f'<ul class="cq-notes">{"".join(_note(finding) for finding in findings)}</ul>'


def _note(finding: Finding) -> str:
    label, criterion = finding["label"], criterion_name(finding["criterion"])
    detail = finding.get("detail") or {}
    earlier = detail.get("earlier_turn", detail.get("given_turn"))
    see = "" if earlier is None else _("See turn {n}").format(n=earlier + 1)
    link = f' <a href="#turn-{earlier}">{see}</a>' if see else ""
    advice = f" <i>{escape(detail['advice'])}</i>" if "advice" in detail else ""
    return (
        f'<li title="{escape(_found_by(criterion, finding["detector"]))}">'
        f'<span class="cq-chip cq-{label_kind(label)}">{escape(in_words(label))}</span> '
        f"<bdi>{escape(in_our_words(finding['explanation']))}</bdi>{advice} "
        f'<span class="cq-confidence">{certainty(finding["confidence"])}</span>{link}</li>'
    )


def _found_by(criterion: str, detector: str) -> str:
    return _("{criterion}, found by {detector}").format(criterion=criterion, detector=detector)
