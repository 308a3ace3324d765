"""Policy packs: what a shop promises, by topic, market and day; any shop's file loads.

`cs_qa/data/policies/harbor_lane.toml` is an example and, read top to bottom, the reference of the
format. Of several packs, the one in force on the day of a conversation counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cs_qa._toml import read_toml
from cs_qa.errors import PolicyError
from cs_qa.policy.facts import Fact, FactValue, fact_of, warning_of
from cs_qa.policy.markets import applies
from cs_qa.policy.pack_file import ClauseTable, PackTable

EXAMPLE_FILE = Path(__file__).parent.parent / "data" / "policies" / "harbor_lane.toml"


@dataclass(frozen=True, slots=True)
class Clause:
    """What holds on one topic on one day. `superseded` maps fact names to (old value, last day)."""

    id: str
    topic: str
    text: Mapping[str, str]
    facts: tuple[Fact, ...]
    superseded: tuple[tuple[Fact, date], ...]


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """One pack file. Made by `load`; picklable."""

    table: PackTable

    @classmethod
    def load(cls, path: str | Path) -> PolicyPack:
        """Read a pack; PolicyError lists everything that is wrong with it."""
        try:
            return cls(PackTable.model_validate(read_toml(path, PolicyError)))
        except ValidationError as error:
            lines = (f"{path}: {_explain(details)}" for details in _causes(error.errors()))
            raise PolicyError("\n".join(lines)) from None

    @property
    def ref(self) -> str:
        """Name and version, as scorecards state them: `harbor_lane@2026.1`."""
        return f"{self.table.pack}@{self.table.version}"

    @property
    def warnings(self) -> list[str]:
        """What loads but will not work as one may expect, one line each."""
        return [
            f"{clause.id}: {part}.{name}: {warning}."
            for clause in self.table.policy
            for part, facts in (
                ("facts", clause.facts),
                *(("superseded", old.facts) for old in clause.superseded),
            )
            for name, value in facts.items()
            if (warning := warning_of(name, value))
        ]

    def clauses(self, market: str | None, on: date | None = None) -> tuple[Clause, ...]:
        """Give the clauses in force in a market on a day (None: today's values).

        A market that the pack does not know, or None, has only the clauses for every market.
        """
        covering = [c for c in self.table.policy if applies(c.market, market, self._groups)]
        own = [clause for clause in covering if "ROW" not in clause.market]
        told = {clause.topic for clause in own if "ALL" not in clause.market}
        rest = [c for c in covering if "ROW" in c.market and c.topic not in told]
        return tuple(self._in_force(clause, on) for clause in (*own, *rest))

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that the pack has a clause on, for whatever market."""
        return tuple(dict.fromkeys(clause.topic for clause in self.table.policy))

    @property
    def _groups(self) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(self.table.markets, dict):
            return {}
        return {
            name: members if isinstance(members, tuple) else (members,)
            for name, members in self.table.markets.items()
        }

    def covers(self, on: date) -> bool:
        """Whether the pack says what held on that day: since its first, or by older values."""
        last = self.table.effective_to
        knows_older = any(clause.superseded for clause in self.table.policy)
        begun = self.table.effective_from <= on or knows_older
        return begun and (last is None or on <= last)

    def _in_force(self, clause: ClauseTable, on: date | None) -> Clause:
        older = sorted(clause.superseded, key=lambda old: old.valid_until, reverse=True)
        values = dict(clause.facts)
        past: list[tuple[Fact, date]] = []
        for old in older:
            if on is not None and on <= old.valid_until:
                values |= old.facts
            else:
                past += [(fact, old.valid_until) for fact in self._typed(old.facts)]
        return Clause(clause.id, clause.topic, clause.text, tuple(self._typed(values)), tuple(past))

    def _typed(self, values: Mapping[str, FactValue]) -> Iterable[Fact]:
        currency = values.get("currency", self.table.currency)
        named = currency if isinstance(currency, str) else None
        facts = (fact_of(name, value, currency=named) for name, value in values.items())
        return [fact for fact in facts if fact is not None]


def pack_in_force(packs: Sequence[PolicyPack], on: date | None) -> PolicyPack | None:
    """Give the pack that held on a day: of those that cover it, the one that began last.

    Without a day, the newest. A pack before its own first day counts only for the old values that
    it states, so one that had begun by then goes before it.
    """
    if on is None:
        return max(packs, key=lambda pack: pack.table.effective_from, default=None)

    def nearness(pack: PolicyPack) -> tuple[bool, int]:
        began = (on - pack.table.effective_from).days
        return began >= 0, -abs(began)

    return max((pack for pack in packs if pack.covers(on)), key=nearness, default=None)


def _causes(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list came to be too short because what stands in it is wrong."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(
            place != error["loc"] and place[: len(error["loc"])] == error["loc"] for place in places
        )
    ]


def _explain(error: ErrorDetails) -> str:
    """One line: which key, what is wrong, what is possible."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        table = ClauseTable if error["loc"][0] == "policy" and len(error["loc"]) > 1 else PackTable
        return f"{where}: unknown key. Possible here: {', '.join(table.model_fields)}."
    if error["type"] == "missing":
        return f"{where}: missing. The example pack (`cs-qa policy show`) shows what belongs here."
    what = error["msg"].removeprefix("Value error, ").replace("Input should", "must")
    if isinstance(error["input"], str | int | float) and "not " not in what:
        what = f"{what}, not {error['input']!r}"
    return f"{where}: {what}." if where else f"{what}."
