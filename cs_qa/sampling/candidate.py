"""What a sample is drawn from, and why one candidate needs reading more than another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cs_qa.sampling.config import Dimension

CRITICAL = 100.0
COMPLAINT = 50.0
INACCURATE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One conversation with its current scorecard; None is not known.

    `total` is 0-100. `uncertainty` is 0 (the machine is sure) to 1 (it might as well guess), and
    `lowest_confidence` 0.5-1 that of its least sure judgement; `uncertainty_of` gives both.
    """

    transcript_id: str
    scorecard_id: int
    agent: str | None = None
    language: str | None = None
    channel: str | None = None
    total: float | None = None
    grade: str | None = None
    is_critical: bool = False
    complaint: bool = False
    has_inaccurate_policy: bool = False
    lowest_confidence: float | None = None
    uncertainty: float | None = None
    at: datetime | None = None

    def value(self, dimension: Dimension) -> str | None:
        """Give the candidate's value of a dimension; a day is ISO 8601 in UTC."""
        return _VALUES[dimension](self)


_VALUES: dict[Dimension, Callable[[Candidate], str | None]] = {
    "agent": lambda candidate: candidate.agent,
    "language": lambda candidate: candidate.language,
    "channel": lambda candidate: candidate.channel,
    "grade": lambda candidate: candidate.grade,
    "day": lambda candidate: _day(candidate.at),
}


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).date().isoformat()


def risk_points(candidate: Candidate) -> dict[str, float]:
    """Say what a candidate's risk score is made of: points by cause, without the zeros.

    100 for a critical failure, 50 for a complaint, 30 for an inaccurate statement about a policy,
    and what the total lacks to 100.
    """
    points = {
        "critical failure": CRITICAL * candidate.is_critical,
        "complaint": COMPLAINT * candidate.complaint,
        "inaccurate policy statement": INACCURATE * candidate.has_inaccurate_policy,
        "total below 100": 0.0 if candidate.total is None else 100.0 - candidate.total,
    }
    return {cause: value for cause, value in points.items() if value > 0}


def risk_score(candidate: Candidate) -> float:
    """Give the risk score, 0-280: the sum of `risk_points`.

    >>> risk_score(Candidate(transcript_id="t1", scorecard_id=1, total=60.0, complaint=True))
    90.0
    """
    return sum(risk_points(candidate).values())


def uncertainty_of(confidences: Mapping[str, Iterable[float]]) -> tuple[float, float] | None:
    """Give uncertainty and lowest confidence of a scorecard; None where nothing was judged.

    `confidences` holds, by criterion that was judged, the confidences (0-1) of its judgement and
    findings. A confidence c is as uncertain as it is close to 0.5: 1 - |2c - 1|. A criterion is
    as uncertain as the least sure of them, the scorecard as its criteria are on average.

    >>> uncertainty_of({"empathy": [0.5], "banned_phrases": [1.0, 0.75]})
    (0.75, 0.5)
    """
    doubts = [
        max(1 - abs(2 * confidence - 1) for confidence in own)
        for own in map(list, confidences.values())
        if own
    ]
    if not doubts:
        return None
    return sum(doubts) / len(doubts), 1 - max(doubts) / 2
