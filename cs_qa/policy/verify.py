"""Whether a statement agrees with the clause that it is about: pure, no model inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cs_qa.nn.encoder import Vector
from cs_qa.policy.checks import Check, checks
from cs_qa.policy.pack import Clause
from cs_qa.policy.statements import Statement
from cs_qa.policy.topics import OTHER, canonical

VerdictLabel = Literal["accurate", "inaccurate", "unsupported"]

AGREES = 1.0
"""What an agreeing value adds to the log odds that a statement is about a clause."""

NEAREST = 1.2
"""What it adds that, of several clauses on one topic, the text of this one is most alike."""

CLEAR_TOPIC = 0.15
"""Probability of its topic from which a clause is taken though no value agrees with it."""

SUPERSEDED = 0.7
"""What the old value of a clause adds."""

NOTHING_TO_CHECK = 1.0
"""What is taken off where nothing of a statement can be compared with a clause."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement; `expected` and `stated` are for people."""

    label: VerdictLabel
    policy_id: str | None
    topic: str
    stated: str
    expected: str
    confidence: float
    superseded_until: str | None = None

    def explanation(self, pack: str) -> str:
        """Say it in a sentence."""
        if self.label == "unsupported":
            return f"States a rule that no clause of {pack} covers."
        if self.label == "accurate":
            return f"Agrees with {self.policy_id} of {pack}: {self.expected}."
        old = f", which held until {self.superseded_until}" if self.superseded_until else ""
        return f"Said {self.stated}{old}; {self.policy_id} of {pack} says {self.expected}."


@dataclass(frozen=True, slots=True)
class _Link:
    clause: Clause
    score: float
    checks: tuple[Check, ...]


def verify(
    statement: Statement, clauses: Sequence[Clause], vectors: Mapping[str, Vector]
) -> list[Verdict]:
    """Judge a statement by the clauses for its market and day; none where that cannot be.

    `vectors` are those of the texts of clauses, by id (`cs_qa.policy.statements.clause_vectors`).

    The clause is the one whose topic the statement is likeliest about, given what its values
    agree with. The verdict is `inaccurate` if anything in the statement contradicts the clause;
    of several values for several facts, those that agree and those that do not are judged apart.
    """
    link = max(_links(statement, clauses, vectors), key=lambda each: each.score, default=None)
    unsupported = _log(statement.reading.topic.get(OTHER, 0.0))
    if link is None or unsupported > link.score:
        return [_unsupported(statement)]
    if _topic(statement, link.clause) < CLEAR_TOPIC and not _support(link.checks) > 0:
        return []
    return [_verdict(statement, link.clause, found) for found in _apart(link.checks)]


def _links(
    statement: Statement, clauses: Sequence[Clause], vectors: Mapping[str, Vector]
) -> Iterator[_Link]:
    nearest = _nearest(statement, clauses, vectors)
    for clause in clauses:
        found = tuple(checks(statement, clause))
        topic = _log(_topic(statement, clause)) + NEAREST * (clause.id in nearest)
        yield _Link(clause, topic + _support(found), found)


def _nearest(
    statement: Statement, clauses: Sequence[Clause], vectors: Mapping[str, Vector]
) -> set[str]:
    """Of each topic with several clauses the one whose text is most alike."""
    topics: dict[str, list[str]] = {}
    for clause in clauses:
        if clause.id in vectors:
            topics.setdefault(clause.topic, []).append(clause.id)
    return {
        max(ids, key=lambda id: _cosine(statement.vector, vectors[id]))
        for ids in topics.values()
        if len(ids) > 1
    }


def _cosine(one: Vector, other: Vector) -> float:
    return float(one @ other) / (math.sqrt(float(one @ one) * float(other @ other)) or 1.0)


def _apart(found: Sequence[Check]) -> Iterator[Sequence[Check]]:
    """Part the checks where some stated values agree and others do not, fact by fact."""
    right = [check for check in found if check.fact and check.agrees]
    wrong = [check for check in found if check.fact and not check.agrees]
    if right and wrong and {check.fact for check in right}.isdisjoint(each.fact for each in wrong):
        yield right
        yield [check for check in found if check not in right]
    elif found:
        yield found


def _support(found: Sequence[Check]) -> float:
    """How much what can be compared speaks for the clause."""
    if not found:
        return -NOTHING_TO_CHECK
    valued = [check for check in found if check.fact]
    agreeing = AGREES * sum(check.agrees for check in valued)
    return agreeing + SUPERSEDED * any(check.superseded_until for check in valued)


def _verdict(statement: Statement, clause: Clause, found: Sequence[Check]) -> Verdict:
    wrong = [check for check in found if not check.agrees]
    told = wrong or found
    topic = _topic(statement, clause)
    sure = (
        math.prod(check.confidence for check in wrong[:1])
        if wrong
        else min(check.confidence for check in told)
    )
    return Verdict(
        label="inaccurate" if wrong else "accurate",
        policy_id=clause.id,
        topic=clause.topic,
        stated=_listed(check.stated for check in told),
        expected=_listed(check.expected for check in told),
        confidence=round(min(0.99, statement.reading.claim * max(topic, 0.5) ** 0.5 * sure), 4),
        superseded_until=next((c.superseded_until for c in wrong if c.superseded_until), None),
    )


def _unsupported(statement: Statement) -> Verdict:
    sure = statement.reading.claim * statement.reading.topic.get(OTHER, 0.0)
    return Verdict("unsupported", None, OTHER, statement.text, "", round(sure, 4))


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _topic(statement: Statement, clause: Clause) -> float:
    """How likely the statement is about the topic of the clause."""
    topic = canonical(clause.topic)
    return 0.0 if topic is None else statement.reading.topic.get(topic, 0.0)


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-4))
