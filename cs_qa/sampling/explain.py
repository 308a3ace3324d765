"""One sentence an item: why it is in the sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from cs_qa.sampling.candidate import Candidate, risk_points
from cs_qa.sampling.config import Dimension
from cs_qa.sampling.strata import Stratum

NAMED_AT_MOST = 3


def explain_random(stratum: Stratum) -> str:
    """Explain an item of the random part by the stratum that it stands for."""
    about = "".join(
        f" {_WORDINGS[dimension](values)}" for dimension, values in stratum.values.items()
    )
    return (
        f"Random part: {stratum.drawn} of {_conversations(len(stratum.members))}{about}; "
        f"chance {stratum.probability:.3g}."
    )


def explain_minimum(agent: str, *, drawn: int, left: int) -> str:
    """Explain an item that an agent's minimum asked for, drawn at random from those left."""
    return (
        f"Minimum part: the random part has too few conversations of agent {agent}; "
        f"{drawn} of the other {left} drawn at random."
    )


def explain_risk(candidate: Candidate) -> str:
    """Explain an item of the risk part by its points."""
    points = risk_points(candidate)
    if not points:
        return "Risk part: no sign of risk; it fills the sample."
    told = " + ".join(f"{cause} {value:.4g}" for cause, value in points.items())
    return f"Risk part: score {sum(points.values()):.4g} = {told}."


def explain_uncertainty(candidate: Candidate) -> str:
    """Explain an item of the uncertainty part; its uncertainty must be known."""
    lowest = candidate.lowest_confidence
    least = "" if lowest is None else f"; the least sure judgement has confidence {lowest:.2f}"
    return f"Uncertainty part: uncertainty {candidate.uncertainty:.2f} of 1{least}."


def _conversations(count: int) -> str:
    return "1 conversation" if count == 1 else f"{count} conversations"


def _of_agents(values: Sequence[str | None]) -> str:
    if len(values) > NAMED_AT_MOST:
        return f"of {len(values)} agents"
    return f"of agent{'s' * (len(values) > 1)} {_listed(values, str, 'agents', 'unknown')}"


def _listed(
    values: Sequence[str | None], name: Callable[[str], str], plural: str, unknown: str
) -> str:
    """Name up to three values, count more."""
    if len(values) > NAMED_AT_MOST:
        return f"{len(values)} {plural}"
    names = [unknown if value is None else name(value) for value in values]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _language_name(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _spelled(name: str) -> str:
    return name.replace("_", " ")


def _day(text: str) -> str:
    return "{0.day} {0:%B}".format(date.fromisoformat(text))


_WORDINGS: dict[Dimension, Callable[[Sequence[str | None]], str]] = {
    "agent": _of_agents,
    "language": lambda values: (
        f"in {_listed(values, _language_name, 'languages', 'an unknown language')}"
    ),
    "channel": lambda values: f"by {_listed(values, _spelled, 'channels', 'an unknown channel')}",
    "grade": lambda values: f"graded {_listed(values, _spelled, 'grades', 'not at all')}",
    "day": lambda values: f"of {_listed(values, _day, 'days', 'no known day')}",
}
