"""The parts of a sample that are chosen on purpose, from what the random part left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cs_qa.sampling.candidate import Candidate, risk_score
from cs_qa.sampling.chance import shuffled
from cs_qa.sampling.explain import explain_minimum, explain_risk, explain_uncertainty

Chosen = list[tuple[Candidate, str]]
"""Candidates with the sentence that explains each."""


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum part, and the agents for whom there was no place left."""

    chosen: Chosen
    short_agents: tuple[str, ...]


def choose_minimum(
    left: Sequence[Candidate],
    drawn: Collection[Candidate],
    *,
    per_agent: int,
    places: int,
    seed: int,
) -> Minimum:
    """Draw at random for each agent what `drawn` lacks to the minimum, or all that is `left`.

    With too few places every agent gets one before any gets two, and chance decides who.
    """
    have: dict[str | None, int] = defaultdict(int)
    for candidate in drawn:
        have[candidate.agent] += 1
    lists = []
    for agent, own in _by_agent(left, seed=seed):
        wanted = own[: max(0, per_agent - have[agent])]
        reason = explain_minimum(agent, drawn=len(wanted), left=len(own))
        lists.append([(candidate, reason) for candidate in wanted])
    in_turn = [each for round_ in zip_longest(*lists) for each in round_ if each is not None]
    short = {candidate.agent or "" for candidate, _ in in_turn[places:]}
    return Minimum(in_turn[:places], tuple(sorted(short)))


def choose_risk(left: Sequence[Candidate], *, places: int, seed: int) -> Chosen:
    """Take the highest risk scores; chance decides among equal ones."""
    by_chance = shuffled(left, _id, seed=seed, purpose="risk")
    ranked = sorted(by_chance, key=risk_score, reverse=True)
    return [(candidate, explain_risk(candidate)) for candidate in ranked[:places]]


def choose_uncertainty(left: Sequence[Candidate], *, places: int, seed: int) -> Chosen:
    """Take the highest uncertainties, then lowest confidences; chance decides among equal ones.

    Candidates whose uncertainty is not known are never taken.
    """
    known = [candidate for candidate in left if candidate.uncertainty is not None]
    by_chance = shuffled(known, _id, seed=seed, purpose="uncertainty")
    ranked = sorted(by_chance, key=_most_uncertain_first)
    return [(candidate, explain_uncertainty(candidate)) for candidate in ranked[:places]]


def _by_agent(left: Sequence[Candidate], *, seed: int) -> list[tuple[str, list[Candidate]]]:
    """Give the candidates of each known agent, agents and candidates in random order."""
    by_agent: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in shuffled(left, _id, seed=seed, purpose="minimum"):
        if candidate.agent is not None:
            by_agent[candidate.agent].append(candidate)
    return shuffled(by_agent.items(), lambda item: item[0], seed=seed, purpose="agents")


def _id(candidate: Candidate) -> str:
    return candidate.transcript_id


def _most_uncertain_first(candidate: Candidate) -> tuple[float, float]:
    lowest = candidate.lowest_confidence
    return -(candidate.uncertainty or 0.0), 1.0 if lowest is None else lowest
