"""How the page says things: names of labels and criteria, scores, waits, times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from cs_qa.store.listing import Week
from cs_qa.ui.i18n import _, long_date, number, said
from cs_qa.ui.i18n import percent as localised_percent

CRITERION_NAMES = {
    "sentiment": said("Sentiment"),
    "banned_phrases": said("Banned phrases"),
    "repeated_scripts": said("Repeated scripts"),
    "empathy": said("Empathy"),
    "policy_accuracy": said("Policy accuracy"),
    "language": said("Language"),
    "politeness": said("Politeness"),
}
GRADE_NAMES = {
    "excellent": said("Excellent"),
    "pass": said("Pass"),
    "needs_improvement": said("Needs improvement"),
}
VERDICT_NAMES = {
    "pass": said("Pass"),
    "fail": said("Fail"),
    "not_applicable": said("Not applicable"),
    "unscored": said("Unscored"),
}
EMPATHY_LEVELS = (said("none"), said("formulaic"), said("specific"))
UNKNOWN = "–"

# The gravest first. Families of labels share a colour; the label's text tells them apart.
LABEL_KINDS = {
    "hostile": "hostile",
    "accusatory": "accusatory",
    "rhetorical": "rhetorical",
    "deflecting": "deflecting",
    "repeat_request": "repeat",
    "repeated_script": "repeat",
    "inaccurate": "inaccurate",
    "unsupported": "inaccurate",
    "language_mismatch": "language",
    "placeholder": "language",
    "mojibake": "language",
    "mixed_language": "language",
    "locale_form": "language",
    "accurate": "accurate",
}


def label_kind(label: str) -> str:
    """The colour family of a label; labels of third parties share `other`."""
    return LABEL_KINDS.get(label, "other")


def in_words(name: str) -> str:
    """Write an identifier as words.

    >>> in_words("repeat_request")
    'Repeat request'
    """
    return _(name.replace("_", " ").strip().capitalize())


IN_WORDS = (
    said("Hostile"),
    said("Accusatory"),
    said("Rhetorical"),
    said("Deflecting"),
    said("Repeat request"),
    said("Repeated script"),
    said("Inaccurate"),
    said("Unsupported"),
    said("Accurate"),
    said("Language mismatch"),
    said("Placeholder"),
    said("Mojibake"),
    said("Mixed language"),
    said("Locale form"),
    said("Quantitative"),
    said("Qualitative"),
    said("Live chat"),
    said("Email"),
    said("Social"),
    said("Phone"),
    said("Marketplace message"),
    said("Critical"),
    said("Random"),
    said("Risk"),
    said("Uncertainty"),
    said("Minimum"),
    said("Calibration"),
    said("Inspector"),
    said("Lead"),
    said("Admin"),
    said("Agent"),
    said("Customer"),
    said("Bot"),
    said("System"),
    said("Positive"),
    said("Neutral"),
    said("Negative"),
    said("Open"),
    said("Upheld"),
    said("Partly"),
    said("Rejected"),
    said("Pass mark"),
    said("Least confidence"),
    said("Weights"),
    said("Least total of a grade"),
    said("Weight"),
    said("Deductions"),
    said("Deduction"),
    said("Levels"),
    said("None"),
    said("Formulaic"),
    said("Specific"),
    said("Last turn weight"),
    said("Change weight"),
    said("Last turn"),
    said("Better or same"),
    said("One step worse"),
    said("Two steps worse"),
    said("Score 0 at the target times"),
    said("Worst CSAT"),
    said("Best CSAT"),
    said("CSAT"),
    said("No complaint"),
    said("Targets"),
    said("Urgent"),
    said("General"),
    said("Whatsapp"),
    said("Default"),
    said("Languages"),
    said("Markets"),
    said("Strong"),
    said("Weak"),
    said("Anywhere"),
    said("Sentence"),
    said("inspector"),
    said("lead"),
    said("admin"),
    said("agent"),
)
"""Identifiers that `in_words` meets, as it writes them: so that they have a translation."""


def criterion_name(name: str) -> str:
    """Name a criterion for people."""
    return _(CRITERION_NAMES[name]) if name in CRITERION_NAMES else in_words(name)


def critical_name(failure: str) -> str:
    """Name a critical failure, `criterion: label`, or a criterion alone.

    >>> critical_name("banned_phrases: hostile")
    'Banned phrases: Hostile'
    """
    criterion, _colon, label = failure.partition(": ")
    return ": ".join(filter(None, (criterion_name(criterion), label and in_words(label))))


def score(value: float | None) -> str:
    """Write a score of 0-100 with at most one decimal; a dash when there is none.

    >>> score(72.0), score(72.54), score(None)
    ('72', '72.5', '–')
    """
    return UNKNOWN if value is None else f"{round(value, 1):g}"


def percent(probability: float) -> str:
    """Write a probability of 0-1 as a percentage.

    >>> percent(0.934)
    '93%'
    """
    return localised_percent(probability)


def certainty(confidence: float) -> str:
    """Say how sure a finding is (0-1); rounded down, for 100 % is said of certainties alone.

    >>> certainty(0.9987)
    '99% sure'
    """
    return _("{percent}% sure").format(percent=int(confidence * 100 + 1e-9))


def duration(seconds: float | None) -> str:
    """Write seconds in the units in which people think of a wait.

    >>> [duration(s) for s in (0.4, 14, 134, 3900, 180_000, None)]
    ['0.4 s', '14 s', '2 min 14 s', '1 h 5 min', '2 d 2 h', '–']
    """
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return _("{n} s").format(n=f"{round(seconds, 1):g}")
    whole = round(seconds)
    if whole < 60:
        return _("{n} s").format(n=whole)
    units = [(86_400, _("{n} d")), (3_600, _("{n} h")), (60, _("{n} min")), (1, _("{n} s"))]
    first = next(i for i, (size, _) in enumerate(units) if whole >= size)
    large, small = units[first], units[first + 1]
    rest = whole % large[0] // small[0]
    start = large[1].format(n=whole // large[0])
    return f"{start} {small[1].format(n=rest)}" if rest else start


def share(part: float | None, whole: float | None) -> str:
    """Write a share with its two numbers.

    >>> share(4, 5), share(0, 0), share(None, 5)
    ('4 of 5 (80%)', '–', '–')
    """
    if part is None or not whole:
        return UNKNOWN
    return _("{part} of {whole} ({percent})").format(
        part=f"{part:g}", whole=f"{whole:g}", percent=percent(part / whole)
    )


def week_left(week: Week) -> str:
    """Name a week with how many of its conversations no sample holds.

    >>> week_left(Week("2026-W46", conversations=40, drawn=30))
    '2026-W46: 10 of 40 not drawn yet'
    """
    return _("{week}: {left} of {n} not drawn yet").format(
        week=week.week,
        left=number(week.conversations - week.drawn, 0),
        n=number(week.conversations, 0),
    )


def time_of_day(at: str | None) -> str:
    """The clock time of an ISO 8601 time, as the place's clock showed it; "" when unknown."""
    return datetime.fromisoformat(at).strftime("%H:%M:%S") if at else ""


def day(at: str) -> str:
    """The day of an ISO 8601 time.

    >>> day("2026-11-16T09:00:12+01:00")
    'Monday, 16 November 2026'
    """
    return long_date(datetime.fromisoformat(at).date())


def markdown(text: str) -> str:
    r"""Escape text so that Markdown shows it as it is, on one line.

    >>> markdown("**a**\n:red[b]")
    '\\*\\*a\\*\\* \\:red\\[b\\]'
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def summary(counts: Mapping[str, int], *, limit: int = 2) -> str:
    """Name the gravest findings of a transcript; what is accurate needs no attention.

    >>> summary({"deflecting": 2, "accurate": 3, "hostile": 1, "mojibake": 1})
    'Hostile, Deflecting ×2, +1'
    """
    gravity = list(LABEL_KINDS)
    labels = sorted(
        (label for label in counts if label_kind(label) != "accurate"),
        key=lambda label: gravity.index(label) if label in gravity else len(gravity),
    )
    named = [
        in_words(label) + (f" ×{counts[label]}" if counts[label] > 1 else "")
        for label in labels[:limit]
    ]
    return ", ".join([*named, f"+{len(labels) - limit}"] if len(labels) > limit else named)
