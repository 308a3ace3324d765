"""What an agent states about the shop's policy, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cs_qa.evidence import Range, sentence_spans
from cs_qa.nn.encoder import WIDTH, TextVectors, Vector
from cs_qa.nn.statements import Features, Reading, StatementHeads, features
from cs_qa.policy.cues import cues_in, flags
from cs_qa.policy.values import Value, read_values
from cs_qa.text.quoted import own_spans

_BETWEEN = re.compile(r"\s*[,;，；、،؛]\s*(?!\d)|\s+[–—-]+\s+")

if TYPE_CHECKING:
    from cs_qa.policy.pack import Clause

CLAIM_FROM = 0.4
"""Probability from which a sentence counts as stating a rule of the shop."""

ALONE_FROM = 0.6
"""Probability from which a clause of such a sentence counts as a statement of its own."""

MIN_CHARACTERS = 4
"""Letters and digits of the shortest clause."""

QUESTION_MARKS = ("?", "？", "؟")

WORTH_READING = 0.1
"""Probability, of a whole turn, from which its sentences are read."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An agent turn (its index, text, language) and the customer turns that it answers.

    The language is one of `cs_qa.text.LANGUAGES`.
    """

    turn: int
    text: str
    language: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A stretch [start, end) of an agent turn that states a rule, and what it states.

    `values` have their places in the turn, `cues` are those of its wording (`cs_qa.policy.cues`).
    `vector` (384,) stands for what is said and asked, to compare it with the texts of clauses.
    """

    start: int
    end: int
    text: str
    reading: Reading
    values: tuple[Value, ...]
    cues: frozenset[str]
    vector: Vector = field(compare=False, repr=False)


def read_statements(exchanges: Sequence[Exchange]) -> list[list[Statement]]:
    """Give the statements of each exchange, in order of place. No exchange changes another's."""
    from cs_qa.nn.registry import load_models

    models = load_models()
    said = {text for each in exchanges for text in (each.text, *each.asked) if text.strip()}
    vectors = models.encoder.encode(sorted(said))
    reader = _Reader(models.statements, vectors)
    likely = [reader.may_state(each) for each in exchanges]
    sentences = [
        _own_sentences(each.text) if is_likely else []
        for each, is_likely in zip(exchanges, likely, strict=True)
    ]
    parts = {
        each.text[start:end]
        for each, spans in zip(exchanges, sentences, strict=True)
        for span in spans
        for start, end in (span, *clauses_of(each.text, span))
    }
    vectors |= models.encoder.encode(sorted(parts))
    return [
        list(reader.statements(each, spans))
        for each, spans in zip(exchanges, sentences, strict=True)
    ]


class _Reader:
    """Reads sentences of exchanges by vectors that are there."""

    def __init__(self, heads: StatementHeads, vectors: Mapping[str, TextVectors]) -> None:
        self._heads = heads
        self._vectors = vectors

    def may_state(self, exchange: Exchange) -> bool:
        if not exchange.text.strip():
            return False
        text, language = exchange.text, exchange.language
        values = read_values(text, language)
        row = self._row(exchange, text, values, cues_beside(text, values, language))
        return bool(self._heads.claims([row])[0] >= WORTH_READING)

    def statements(self, exchange: Exchange, spans: Sequence[Range]) -> Iterator[Statement]:
        if not spans:
            return
        values = read_values(exchange.text, exchange.language)
        for span in spans:
            whole = self._statement(exchange, span, values)
            if whole.reading.claim >= CLAIM_FROM:
                parts = [
                    self._statement(exchange, part, values)
                    for part in clauses_of(exchange.text, span)
                ]
                telling = [part for part in parts if _stands_alone(part)]
                yield from telling if len(telling) > 1 else [whole]

    def _statement(self, exchange: Exchange, span: Range, values: Sequence[Value]) -> Statement:
        start, end = span
        text = exchange.text[start:end]
        own = [value for value in values if start <= value.start and value.end <= end]
        cues = cues_beside(text, own, exchange.language, start)
        reading = self._heads.read(self._row(exchange, text, own, cues))
        vector = self._vectors[text].before + self._asked(exchange)
        return Statement(start, end, text, reading, tuple(own), cues, vector)

    def _asked(self, exchange: Exchange) -> Vector:
        asked = [self._vectors[each].before for each in exchange.asked if each.strip()]
        return np.mean(asked, axis=0) if asked else np.zeros(WIDTH, np.float32)

    def _row(
        self, exchange: Exchange, text: str, values: Sequence[Value], cues: frozenset[str]
    ) -> Features:
        return sentence_features(
            self._vectors[text].before,
            self._asked(exchange),
            self._vectors[exchange.text].before,
            values=values,
            cues=cues,
            asked_cues=cues_in(" ".join(exchange.asked), exchange.language),
        )


def clause_vectors(clauses: Sequence[Clause], language: str) -> dict[str, Vector]:
    """Give the vector (384,) of the text of each clause by id, in the language if there is one."""
    from cs_qa.nn.registry import load_models

    texts = {
        clause.id: clause.text.get(language) or next(iter(clause.text.values()))
        for clause in clauses
        if clause.text
    }
    vectors = load_models().encoder.encode(sorted(set(texts.values())))
    return {id: vectors[text].before for id, text in texts.items()}


def clauses_of(text: str, sentence: Range) -> list[Range]:
    """Give the clauses of a sentence, as far as commas and dashes tell them; none if one only."""
    start, end = sentence
    spans: list[Range] = []
    for part in _BETWEEN.split(text[start:end]):
        first = text.index(part, spans[-1][1] if spans else start)
        if spans and sum(map(str.isalnum, part)) < MIN_CHARACTERS:
            spans[-1] = (spans[-1][0], first + len(part))
        else:
            spans.append((first, first + len(part)))
    return spans if len(spans) > 1 else []


def _stands_alone(part: Statement) -> bool:
    """Whether a clause states something by itself that can be compared."""
    reading = part.reading
    says = part.values or any(
        max(told, key=lambda name: told[name]) for told in (reading.payer, reading.polarity)
    )
    return reading.claim >= ALONE_FROM and bool(says)


def _own_sentences(text: str) -> list[Range]:
    """Sentences that the agent says: neither quotes nor questions."""
    own = own_spans(text)
    return [
        (start, end)
        for start, end in sentence_spans(text)
        if any(first <= start and end <= last for first, last in own)
        and not text[start:end].rstrip().endswith(QUESTION_MARKS)
    ]


def cues_beside(
    text: str, values: Sequence[Value], language: str, start: int = 0
) -> frozenset[str]:
    """Give the cues of a text that stands at `start`, but for those within its values.

    The words of a unit ("business days", 営業日) say nothing of the topic.
    """
    for value in values:
        first, last = value.start - start, value.end - start
        text = text[:first] + " " * (last - first) + text[last:]
    return cues_in(text, language)


KINDS = ("duration", "business_day", "money", "percent", "count")
"""Kinds of values that a sentence may state; business days count as a kind of their own."""


def sentence_features(
    sentence: Vector,
    asked: Vector,
    turn: Vector,
    *,
    values: Sequence[Value],
    cues: frozenset[str],
    asked_cues: frozenset[str],
) -> Features:
    """Give what the heads read of a sentence: vectors (384,) of it, of the question and the turn,
    the cues of the sentence and of the question, and the kinds of its values; one row.
    """
    kinds = {value.kind for value in values} | {value.unit for value in values}
    return np.concatenate(
        [
            features(sentence, asked, turn),
            flags(cues),
            flags(asked_cues),
            np.array([kind in kinds for kind in KINDS], np.float32),
        ]
    )
