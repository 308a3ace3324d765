"""Policy accuracy: what agents state about the shop's policy, against the pack in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.policy.pack import PolicyPack, pack_in_force
from cs_qa.policy.statements import Exchange, Statement, clause_vectors, read_statements
from cs_qa.policy.verify import Verdict, verify
from cs_qa.text.language import LANGUAGES, base_language
from cs_qa.types import AnnotatedTranscript, Finding, PolicyDetail, Span


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class PolicyAccuracy:
    """Find what agents state about the shop's policy, and check it against the clause in force.

    `packs` are the shop's policies; of those, the one in force on the day of the turn counts, and
    in it the clauses for the market of the transcript. Without a pack nothing is found. A
    statement is `accurate`, `inaccurate` (some value of it contradicts the clause), or
    `unsupported` (it is about a rule of the shop that no clause covers).
    """

    packs: tuple[PolicyPack, ...] = ()
    ref: str = "policy_accuracy@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        if not self.packs:
            return [[] for _ in batch]
        exchanges = [list(_exchanges(annotated)) for annotated in batch]
        stated = iter(read_statements([each for those in exchanges for each in those]))
        return [
            [
                finding
                for exchange in those
                for statement in next(stated)
                for finding in self._judge(annotated, exchange, statement)
            ]
            for annotated, those in zip(batch, exchanges, strict=True)
        ]

    def _judge(
        self, annotated: AnnotatedTranscript, exchange: Exchange, statement: Statement
    ) -> Iterator[Finding]:
        on = _day(annotated, exchange.turn)
        pack = pack_in_force(self.packs, on)
        if pack is not None:
            clauses = pack.clauses(annotated.transcript.market, on)
            vectors = clause_vectors(clauses, exchange.language)
            for verdict in verify(statement, clauses, vectors):
                yield self._finding(exchange, statement, verdict, pack)

    def _finding(
        self, exchange: Exchange, statement: Statement, verdict: Verdict, pack: PolicyPack
    ) -> Finding:
        return Finding(
            criterion="policy_accuracy",
            label=verdict.label,
            span=Span(exchange.turn, statement.start, statement.end),
            text=exchange.text[statement.start : statement.end],
            confidence=verdict.confidence,
            detector=self.ref,
            explanation=verdict.explanation(pack.ref),
            detail=PolicyDetail(
                pack=pack.ref,
                policy_id=verdict.policy_id,
                topic=verdict.topic,
                stated=verdict.stated,
                expected=verdict.expected,
                superseded_until=verdict.superseded_until,
            ),
        )


def _exchanges(annotated: AnnotatedTranscript) -> Iterator[Exchange]:
    """Each agent turn with what the customer wrote before it, as far as to the last agent turn."""
    asked: list[str] = []
    answered = False
    for index, (turn, said) in enumerate(
        zip(annotated.transcript.turns, annotated.turns, strict=True)
    ):
        if turn.role == "customer":
            asked = [] if answered else asked
            answered = False
            asked.append(turn.text)
        elif turn.role == "agent" and turn.text.strip():
            language = _read_as(said.language, annotated.language)
            yield Exchange(index, turn.text, language, tuple(asked[-2:]))
            answered = True


def _read_as(*languages: str | None) -> str:
    """The first of the languages that is one of ours; English where none is."""
    bases = (base_language(language) for language in languages if language)
    return next((base for base in bases if base in LANGUAGES), "en")


def _day(annotated: AnnotatedTranscript, turn: int) -> date | None:
    """The local day on which a turn was written, or the nearest turn before or after it."""
    turns = annotated.transcript.turns
    for nearby in (*reversed(turns[: turn + 1]), *turns[turn + 1 :]):
        if nearby.at is not None:
            return nearby.at.date()
    return None
