"""Whether a statement agrees with the clause that it is about: pure, no model inside."""

from __future__ import annotations

import math
import re
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

DISAGREES = 0.3
"""What is taken off where a value contradicts the clause, unless it is an old one of it."""

NEAREST = 0.6
"""What it adds that, of several clauses on one topic, the text of this one is most alike.

Less than an agreeing value: texts of one topic are alike, the product that differs is one word.
"""

CLEAR_TOPIC = 0.15
"""Probability of its topic from which a clause is taken though no value agrees with it."""

FAINT_TOPIC = 0.25
CLEAR_CLAIM = 0.9
"""On a fainter topic than this, only what is so surely a rule of the shop is judged.

"The flight takes 3 hours" is about no topic of a shop, and some topic is always the likeliest.
"""

SUPERSEDED = 0.7
"""What the old value of a clause adds."""

UNCOVERED_TOPIC = 0.4
"""Probability of a topic without a clause from which a statement is `unsupported`."""

UNCOVERED_CLAIM = 0.8
"""Probability that it is a rule of the shop from which a statement is `unsupported`."""

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
    agree with; one on a topic that the heads do not know has to be named and a value has to agree.
    The verdict is `inaccurate` if anything in the statement contradicts the clause; of several
    values for several facts, those that agree and those that do not are judged apart.
    """
    link = max(_links(statement, clauses, vectors), key=lambda each: each.score, default=None)
    if link is None or _log(statement.reading.topic.get(OTHER, 0.0)) > link.score:
        return [_unsupported(statement)] if _is_uncovered(statement, clauses) else []
    if not _is_clear(statement, link):
        return []
    return [_verdict(statement, link.clause, found) for found in _apart(link.checks)]


def _is_uncovered(statement: Statement, clauses: Sequence[Clause]) -> bool:
    """Whether a statement is surely a rule, and on a topic that no clause is on."""
    topic, sure = max(statement.reading.topic.items(), key=lambda each: each[1])
    if topic in {canonical(clause.topic) for clause in clauses}:
        return False
    if any(_names(statement, clause) for clause in clauses):
        return False
    return sure >= UNCOVERED_TOPIC and statement.reading.claim >= UNCOVERED_CLAIM


def _is_clear(statement: Statement, link: _Link) -> bool:
    """Whether a clause is surely the one that a statement is about."""
    topic, supported = _topic(statement, link.clause), _support(link.checks) > 0
    if canonical(link.clause.topic) is None:
        return supported
    if topic < FAINT_TOPIC and statement.reading.claim < CLEAR_CLAIM:
        return False
    return topic >= CLEAR_TOPIC or supported


def _names(statement: Statement, clause: Clause) -> bool:
    """Whether a statement names the topic of a clause, one that the heads do not know."""
    if canonical(clause.topic) is not None:
        return False
    words = [word for word in re.findall(r"[^\W_]+", clause.topic.casefold()) if len(word) > 2]
    return bool(words) and all(word in statement.text.casefold() for word in words)


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
    if any(check.superseded_until for check in valued):
        return agreeing + SUPERSEDED
    return agreeing - DISAGREES * any(not check.agrees for check in valued)


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
    if topic is None and not _names(statement, clause):
        return 0.0
    return statement.reading.topic.get(topic or OTHER, 0.0)


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-4))
