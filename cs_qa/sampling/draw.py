"""Draw a sample: the random part first, then what is chosen on purpose, from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from cs_qa.errors import InputError
from cs_qa.sampling.candidate import Candidate
from cs_qa.sampling.chance import shuffled
from cs_qa.sampling.config import SampleConfig, rounded
from cs_qa.sampling.explain import explain_random
from cs_qa.sampling.parts import (
    Chosen,
    choose_minimum,
    choose_risk,
    choose_uncertainty,
)
from cs_qa.sampling.sample import Reason, Sample, SampleItem
from cs_qa.sampling.strata import Stratum, stratify

_Pick = tuple[Candidate, Reason, str, Stratum | None]


def draw(
    population: Sequence[Candidate],
    config: SampleConfig,
    *,
    seed: int,
    exclude: Collection[str] = frozenset(),
) -> Sample:
    """Draw up to `config.size` conversations, none of them in `exclude` (transcript ids).

    The random part is a stratified sample of fixed size without replacement; its chances do not
    depend on the other parts. Places that one of the other parts cannot fill go to another. The
    sample depends on the seed, not on the order of the population. Without a population the
    sample is empty. Raises InputError where two candidates have the same transcript id.
    """
    _check_ids(population)
    excluded = frozenset(exclude)
    eligible = sorted(
        (each for each in population if each.transcript_id not in excluded),
        key=lambda candidate: candidate.transcript_id,
    )
    random_size = min(config.random_size, len(eligible))
    strata = stratify(eligible, config.strata, size=random_size) if eligible else []
    picks = _random_part(strata, seed=seed)
    short_agents = _add_other_parts(picks, eligible, config, seed=seed)
    return Sample(
        items=_items(picks, config, seed=seed),
        config=config,
        seed=seed,
        population=len(eligible),
        strata=tuple(strata),
        short_agents=short_agents,
    )


def _check_ids(population: Iterable[Candidate]) -> None:
    counts = Counter(candidate.transcript_id for candidate in population)
    if repeated := [transcript_id for transcript_id, count in counts.items() if count > 1]:
        raise InputError(
            f"The transcript {repeated[0]!r} stands {counts[repeated[0]]} times in the population. "
            "Give each transcript once, with its current scorecard."
        )


def _random_part(strata: Iterable[Stratum], *, seed: int) -> list[_Pick]:
    return [
        (candidate, "random", explain_random(stratum), stratum)
        for stratum in strata
        for candidate in shuffled(stratum.members, _id, seed=seed, purpose="random")[
            : stratum.drawn
        ]
    ]


def _add_other_parts(
    picks: list[_Pick], eligible: Sequence[Candidate], config: SampleConfig, *, seed: int
) -> tuple[str, ...]:
    """Add minimum, uncertainty and risk parts; give the agents who fall short of the minimum."""
    minimum = choose_minimum(
        _left(eligible, picks),
        [candidate for candidate, *_ in picks],
        per_agent=config.minimum_per_agent,
        places=max(0, config.size - len(picks)),
        seed=seed,
    )
    _add(picks, "minimum", minimum.chosen)
    free = config.size - len(picks)
    risky = choose_risk(_left(eligible, picks), places=_risk_places(free, config), seed=seed)
    _add(picks, "risk", risky)
    free = config.size - len(picks)
    unsure = choose_uncertainty(_left(eligible, picks), places=free, seed=seed)
    _add(picks, "uncertainty", unsure)
    free = config.size - len(picks)
    _add(picks, "risk", choose_risk(_left(eligible, picks), places=free, seed=seed))
    return minimum.short_agents


def _risk_places(free: int, config: SampleConfig) -> int:
    targeted = config.risk_share + config.uncertainty_share
    return rounded(free * config.risk_share / targeted) if targeted else free


def _add(picks: list[_Pick], reason: Reason, chosen: Chosen) -> None:
    picks.extend((candidate, reason, explanation, None) for candidate, explanation in chosen)


def _left(eligible: Sequence[Candidate], picks: Iterable[_Pick]) -> list[Candidate]:
    taken = {candidate.transcript_id for candidate, *_ in picks}
    return [candidate for candidate in eligible if candidate.transcript_id not in taken]


def _items(picks: Sequence[_Pick], config: SampleConfig, *, seed: int) -> tuple[SampleItem, ...]:
    """Put the picks in a random order, which tells no reason, and draw who is read blind or twice.

    The three draws are independent of one another and of the parts.
    """
    ids = [candidate.transcript_id for candidate, *_ in picks]
    blind = _chosen_ids(ids, config.blind_share, seed=seed, purpose="blind")
    twice = _chosen_ids(ids, config.second_review_share, seed=seed, purpose="second review")
    in_order = shuffled(picks, lambda pick: pick[0].transcript_id, seed=seed, purpose="order")
    return tuple(
        SampleItem(
            transcript_id=candidate.transcript_id,
            scorecard_id=candidate.scorecard_id,
            position=position,
            reason=reason,
            explanation=explanation,
            stratum=_about(candidate, config, stratum),
            random_probability=None if stratum is None else stratum.probability,
            is_blind=candidate.transcript_id in blind,
            slots=2 if candidate.transcript_id in twice else 1,
        )
        for position, (candidate, reason, explanation, stratum) in enumerate(in_order)
    )


def _chosen_ids(ids: Sequence[str], share: float, *, seed: int, purpose: str) -> frozenset[str]:
    return frozenset(shuffled(ids, str, seed=seed, purpose=purpose)[: rounded(len(ids) * share)])


def _about(candidate: Candidate, config: SampleConfig, stratum: Stratum | None) -> dict[str, Any]:
    dimensions = dict.fromkeys(("agent", "language", "channel", *config.strata))
    about: dict[str, Any] = {name: candidate.value(name) for name in dimensions}
    if stratum is not None:
        about |= {"number": stratum.number, "conversations": len(stratum.members)}
    return about


def _id(candidate: Candidate) -> str:
    return candidate.transcript_id
