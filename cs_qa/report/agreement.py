"""Agreement of inspectors with one another and with the machine, by criterion and language.

Verdicts are compared by Cohen's kappa, scores (0-100) by Krippendorff's alpha of interval level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from cs_qa.agreement import (
    bootstrap_interval,
    cohen_kappa,
    krippendorff_alpha,
    percentage_agreement,
)
from cs_qa.store.calibration_results import Mark
from cs_qa.store.second_reviews import Rating

MIN_PAIRS = 10
"""Pairs from which figures are given: of fewer, chance makes what it likes."""

RESAMPLES = 500
_JUDGED = ("pass", "fail")

Interval: TypeAlias = tuple[float, float] | None
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pair:
    """One judgement as two made it: verdicts, and scores 0-100 or None where there is none."""

    transcript_id: str
    language: str | None
    criterion: str
    verdicts: tuple[str, str]
    scores: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two agree on a criterion, None for all together.

    `agreed` is the share of equal verdicts (0-1), `kappa` Cohen's of the verdicts and `alpha`
    Krippendorff's of the scores, both at most 1, with 95 % bootstrap intervals over
    conversations. All are None with fewer than `MIN_PAIRS` pairs; a figure is None too where it
    is not defined, as where only one verdict was ever given, an interval with few conversations.
    """

    criterion: str | None
    pairs: int
    conversations: int
    agreed: float | None = None
    kappa: float | None = None
    kappa_interval: Interval = None
    alpha: float | None = None
    alpha_interval: Interval = None

    @property
    def is_too_few(self) -> bool:
        """Whether there are too few pairs for figures."""
        return self.pairs < MIN_PAIRS


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAgreement:
    """How far all participants of a calibration agree on a criterion, None for all together.

    `alpha_verdicts` (nominal) and `alpha_scores` (interval) are Krippendorff's, None where they
    are not defined or fewer than `MIN_PAIRS` judgements were made by two people at least.
    """

    criterion: str | None
    judgements: int
    alpha_verdicts: float | None = None
    alpha_scores: float | None = None
    alpha_scores_interval: Interval = None

    @property
    def is_too_few(self) -> bool:
        """Whether there are too few judgements for figures."""
        return self.judgements < MIN_PAIRS


def between_reviewers(ratings: Iterable[Rating]) -> list[Pair]:
    """Pair the first and second review of each judgement that both have finished.

    What a reviewer left as not applicable, as the machine had it, counts as judged so.
    """
    by_judgement: dict[tuple[int, str], list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_judgement[rating.item_id, rating.criterion].append(rating)
    return [
        Pair(
            both[0].transcript_id,
            both[0].language,
            both[0].criterion,
            (both[0].verdict, both[1].verdict),
            (both[0].score, both[1].score),
        )
        for both in by_judgement.values()
        if len(both) == 2
    ]


def against_machine(ratings: Iterable[Rating], *, shown: bool) -> list[Pair]:
    """Pair reviewers with the machine: those who saw its view, or those who did not.

    Only what the machine judged pass or fail counts: who sees the rest need not decide it.
    """
    return [
        Pair(
            each.transcript_id,
            each.language,
            each.criterion,
            (each.verdict, each.machine_verdict),
            (each.score, each.machine_score),
        )
        for each in ratings
        if each.is_decided and each.shown_machine is shown and each.machine_verdict in _JUDGED
    ]


def languages_of(pairs: Iterable[Pair]) -> list[str]:
    """List the languages that occur, by their codes."""
    return sorted({each.language for each in pairs if each.language is not None})


def agreement_figures(
    pairs: Sequence[Pair], *, language: str | None = None, resamples: int = RESAMPLES
) -> list[Agreement]:
    """Work out the agreement on each criterion in the order it occurs, and on all together last.

    `language` narrows to one, None takes all.
    """
    wanted = [each for each in pairs if language in (None, each.language)]
    by_criterion: dict[str | None, list[Pair]] = defaultdict(list)
    for each in wanted:
        by_criterion[each.criterion].append(each)
    by_criterion[None] = wanted
    return [_agreement(name, own, resamples) for name, own in by_criterion.items()]


def shared_figures(marks: Iterable[Mark], *, resamples: int = RESAMPLES) -> list[SharedAgreement]:
    """Work out the agreement of all participants on each criterion, and on all together last.

    The machine's judgements are no participant's.
    """
    by_criterion: dict[str | None, list[Mark]] = defaultdict(list)
    people = [each for each in marks if each.user_id is not None]
    for each in people:
        by_criterion[each.criterion].append(each)
    by_criterion[None] = people
    return [_shared(name, own, resamples) for name, own in by_criterion.items()]


def _agreement(criterion: str | None, pairs: list[Pair], resamples: int) -> Agreement:
    conversations = list(_grouped(pairs, lambda pair: pair.transcript_id).values())
    if len(pairs) < MIN_PAIRS:
        return Agreement(criterion=criterion, pairs=len(pairs), conversations=len(conversations))
    firsts, seconds = zip(*(each.verdicts for each in pairs), strict=True)
    scores = [_spread(each.scores for each in own) for own in conversations]
    return Agreement(
        criterion=criterion,
        pairs=len(pairs),
        conversations=len(conversations),
        agreed=percentage_agreement(firsts, seconds),
        kappa=_kappa([pairs]),
        kappa_interval=bootstrap_interval(conversations, _kappa, resamples=resamples),
        alpha=_alpha(scores),
        alpha_interval=bootstrap_interval(scores, _alpha, resamples=resamples),
    )


def _kappa(conversations: Sequence[Sequence[Pair]]) -> float | None:
    verdicts = [each.verdicts for pairs in conversations for each in pairs]
    return cohen_kappa([one for one, _ in verdicts], [other for _, other in verdicts])


def _shared(criterion: str | None, marks: list[Mark], resamples: int) -> SharedAgreement:
    by_judgement = _grouped(marks, lambda mark: (mark.item_id, mark.criterion))
    units = [each for each in by_judgement.values() if len(each) > 1]
    if len(units) < MIN_PAIRS:
        return SharedAgreement(criterion=criterion, judgements=len(units))
    by_item = _grouped(units, lambda unit: unit[0].item_id)
    scores = [_spread([mark.score for mark in unit] for unit in own) for own in by_item.values()]
    return SharedAgreement(
        criterion=criterion,
        judgements=len(units),
        alpha_verdicts=krippendorff_alpha([[mark.verdict for mark in unit] for unit in units]),
        alpha_scores=_alpha(scores),
        alpha_scores_interval=bootstrap_interval(scores, _alpha, resamples=resamples),
    )


# Sums of a conversation's scores that alpha is made of, so that resampling only adds them up:
# how many, their sum, their sum of squares, and their squared differences within judgements.
_Spread: TypeAlias = tuple[int, float, float, float]


def _spread(judgements: Iterable[Iterable[float | None]]) -> _Spread:
    count, total, squares, within = 0, 0.0, 0.0, 0.0
    for judged in judgements:
        scores = [score for score in judged if score is not None]
        if len(scores) < 2:
            continue
        own_total, own_squares = sum(scores), sum(score**2 for score in scores)
        count, total, squares = count + len(scores), total + own_total, squares + own_squares
        within += 2 * (len(scores) * own_squares - own_total**2) / (len(scores) - 1)
    return count, total, squares, within


def _alpha(conversations: Sequence[_Spread]) -> float | None:
    """Krippendorff's alpha of interval level: what `krippendorff_alpha` gives, in linear time."""
    sums: list[float] = [sum(column) for column in zip(*conversations, strict=True)]
    count, total, squares, within = sums
    among = 2 * (count * squares - total**2)
    if count == 0 or among <= 1e-9 * count * squares:
        return None
    return 1 - (count - 1) * within / among


def _grouped(values: Iterable[_T], key: Callable[[_T], Hashable]) -> dict[Hashable, list[_T]]:
    groups: dict[Hashable, list[_T]] = defaultdict(list)
    for each in values:
        groups[key(each)].append(each)
    return groups
