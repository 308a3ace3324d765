"""Findings to judgements to a scorecard: pure functions of evidence, figures and a rubric.

No model, clock or file is touched here, so another rubric re-judges the same evidence at no cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cs_qa.judges import JUDGES
from cs_qa.rubric import Rubric
from cs_qa.types import (
    CRITERIA,
    AnnotatedTranscript,
    CriterionName,
    Finding,
    Judgement,
    Outcome,
    Provenance,
    Scorecard,
    Service,
    Verdict,
)

Failures = Mapping[CriterionName, str]
"""Criteria that could not be judged, with the reason."""


def score(
    annotated: AnnotatedTranscript,
    findings: Sequence[Finding],
    service: Service | None,
    *,
    rubric: Rubric,
    provenance: Provenance,
    failures: Failures | None = None,
) -> Scorecard:
    """Judge one transcript by every criterion and put the scores together."""
    failed = failures or {}
    judgements = tuple(
        _unscored(name, failed[name], findings)
        if name in failed
        else judge(name, annotated, findings, rubric=rubric)
        for name in CRITERIA
    )
    critical = critical_failures(judgements, rubric)
    qualitative = qualitative_score(judgements, rubric, critical)
    transcript = annotated.transcript
    quantitative = quantitative_score(
        service,
        transcript.outcome,
        rubric,
        target_s=rubric.quantitative.target_s(transcript.channel, transcript.urgency),
    )
    total = total_score(qualitative, quantitative, rubric)
    return Scorecard(
        annotated=annotated,
        judgements=judgements,
        service=service,
        qualitative=qualitative,
        quantitative=quantitative,
        total=total,
        grade=None
        if total is None
        else rubric.grade(total, language=annotated.language, market=transcript.market),
        critical_failures=critical,
        provenance=provenance,
    )


def judge(
    name: CriterionName,
    annotated: AnnotatedTranscript,
    findings: Iterable[Finding],
    *,
    rubric: Rubric,
) -> Judgement:
    """Judge one criterion by its findings and by what the models say of the turns."""
    own = tuple(finding for finding in findings if finding.criterion == name)
    counted = [f for f in own if f.confidence >= rubric.min_confidence_for(name, f.label)]
    value, reason, confidence = JUDGES[name](annotated, counted, rubric)
    if value is None:
        return Judgement(name, None, "not_applicable", None, reason, own)
    transcript = annotated.transcript
    mark = rubric.pass_mark_for(name, language=annotated.language, market=transcript.market)
    shown = _round(value)
    verdict: Verdict = "pass" if shown >= mark else "fail"
    return Judgement(name, shown, verdict, _round(confidence, 4), reason, own)


def critical_failures(judgements: Iterable[Judgement], rubric: Rubric) -> tuple[str, ...]:
    """Name the critical labels that were found, each once, as `criterion: label`."""
    failures = []
    for judgement in judgements:
        name = judgement.criterion
        critical: Sequence[str] = getattr(rubric.criterion(name), "critical_labels", ())
        for finding in judgement.findings:
            counts = finding.confidence >= rubric.min_confidence_for(name, finding.label)
            if counts and finding.label in critical:
                failures.append(f"{name}: {finding.label}")
    return tuple(dict.fromkeys(failures))


def qualitative_score(
    judgements: Iterable[Judgement], rubric: Rubric, critical: Sequence[str] = ()
) -> float | None:
    """Weighted mean of the criteria that apply (0-100); 0 after a critical failure.

    None when a criterion that carries weight could not be judged, or when none applies.
    """
    parts = []
    for judgement in judgements:
        weight = rubric.criterion(judgement.criterion).weight
        if judgement.verdict == "unscored" and weight:
            return 0.0 if critical else None
        if judgement.score is not None:
            parts.append((judgement.score, weight))
    mean = _weighted_mean(parts)
    return 0.0 if critical and mean is not None else mean


def quantitative_score(
    service: Service | None, outcome: Outcome | None, rubric: Rubric, *, target_s: float
) -> float | None:
    """Weighted mean (0-100) of response times against `target_s` and of the outcome.

    What is not known leaves the mean; None when nothing is known.
    """
    numbers = rubric.quantitative
    weights = numbers.weights

    def speed(wait_s: float | None) -> float | None:
        if wait_s is None:
            return None
        over = (wait_s - target_s) / (target_s * (numbers.zero_at - 1))
        return 100 * min(1.0, max(0.0, 1 - over))

    known = service or Service()
    ended = outcome or Outcome()
    replies, quick = known.replies, known.replies_within_30s
    csat_range = numbers.csat_best - numbers.csat_worst
    parts = [
        (speed(known.first_response_s), weights.first_response),
        (speed(known.avg_response_s), weights.average_response),
        (
            100 * quick / replies if replies and quick is not None else None,
            weights.replies_within_30s,
        ),
        (
            None
            if ended.csat is None
            else 100 * min(1.0, max(0.0, (ended.csat - numbers.csat_worst) / csat_range)),
            weights.csat,
        ),
        (None if ended.resolved is None else 100.0 * ended.resolved, weights.resolved),
        (None if ended.complaint is None else 100.0 * (not ended.complaint), weights.no_complaint),
    ]
    return _weighted_mean([(value, weight) for value, weight in parts if value is not None])


def total_score(
    qualitative: float | None, quantitative: float | None, rubric: Rubric
) -> float | None:
    """Both halves by their weights; None, never invented, when a half that counts is missing."""
    weights = rubric.weights
    halves = [(qualitative, weights.qualitative), (quantitative, weights.quantitative)]
    if any(value is None and weight for value, weight in halves):
        return None
    return _weighted_mean([(value, weight) for value, weight in halves if value is not None])


def _unscored(name: CriterionName, reason: str, findings: Iterable[Finding]) -> Judgement:
    own = tuple(finding for finding in findings if finding.criterion == name)
    return Judgement(name, None, "unscored", None, reason, own)


def _weighted_mean(parts: Sequence[tuple[float, float]]) -> float | None:
    weights = sum(weight for _, weight in parts)
    if not weights:
        return None
    return _round(sum(value * weight for value, weight in parts) / weights)


def _round(value: float, digits: int = 2) -> float:
    return round(value, digits)
