"""Readings, statements and clauses as tests need them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from cs_qa.nn.statements import Reading
from cs_qa.policy.facts import FactValue, fact_of
from cs_qa.policy.pack import Clause
from cs_qa.policy.statements import Statement
from cs_qa.policy.values import read_values

Shares = Mapping[str, float]


def told(name: str | None, sure: float = 0.95) -> dict[str, float]:
    """Say something with a probability, and nothing with the rest."""
    return {"": 1.0} if name is None else {name: sure, "": 1 - sure}


def reading(
    topic: str | Shares = "returns",
    *,
    claim: float = 0.95,
    polarity: str | None = None,
    payer: str | None = None,
    start: str | None = None,
    condition: str | None = None,
    sure: float = 0.95,
) -> Reading:
    topics = {"other": 0.05, topic: 0.9} if isinstance(topic, str) else dict(topic)
    said = (told(name, sure) for name in (polarity, payer, start, condition))
    return Reading(claim, topics, *said)


def statement(
    text: str, read: Reading | None = None, *, cues: tuple[str, ...] = (), at: int = 0
) -> Statement:
    """A statement that stands at `at` of its turn; its values are read from the English text."""
    values = read_values(" " * at + text, "en")
    return Statement(
        at,
        at + len(text),
        text,
        read or reading(),
        values,
        frozenset(cues),
        np.array([1.0, 0.0], np.float32),
    )


def clause(
    topic: str = "returns",
    *,
    id: str = "c1",
    superseded: tuple[tuple[str, FactValue, date], ...] = (),
    currency: str = "USD",
    **facts: FactValue,
) -> Clause:
    typed = (fact_of(name, value, currency=currency) for name, value in facts.items())
    old = ((fact_of(name, value, currency=currency), until) for name, value, until in superseded)
    return Clause(
        id,
        topic,
        {"en": "Text."},
        tuple(fact for fact in typed if fact is not None),
        tuple((fact, until) for fact, until in old if fact is not None),
    )
