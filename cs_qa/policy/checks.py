"""What of a statement can be compared with a clause, and whether it agrees.

Four things are compared: values, what is possible, who pays, and what a time is counted from. A
statement may leave any of them out; nothing is held against it then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from cs_qa.policy.cues import NAMES, NEGATION
from cs_qa.policy.facts import PARTIES, Fact, Party
from cs_qa.policy.pack import Clause
from cs_qa.policy.statements import Statement
from cs_qa.policy.values import Value, same

SURE = 0.6
"""Probability from which a statement is taken to say who pays, from when, or whether."""

FEES = ("money", "percent")

OF_VALUES = 0.95
"""How sure it is that a value that was read is the one that the clause speaks of."""

SPOKEN_OF: Mapping[str, frozenset[str]] = {
    "fact.expire": frozenset({"expire", "expires", "expiry"}),
    "fact.refund": frozenset({"refund", "refundable", "refunded"}),
    "fact.replacement": frozenset({"replacement", "replace"}),
    "fact.reship": frozenset({"reship", "resend"}),
    "fact.photo": frozenset({"photo", "video", "picture"}),
    "fact.label": frozenset({"label"}),
    "fact.included": frozenset({"included"}),
    "fact.competitor": frozenset({"competitor", "competitors"}),
    "fact.original_payment": frozenset({"original"}),
    "fact.store_credit": frozenset({"credit"}),
    "fact.cash": frozenset({"cash"}),
}
"""Cues, and the words in a fact's name that say that it is about the same."""

NOT_INCLUDED = frozenset({"fact.included", NEGATION})
"""Cues of "not in the price": the buyer pays that, whoever collects it."""

WAYS = (frozenset({"store_credit", "cash", "original_payment"}),)
"""Values of word facts that exclude each other."""

CONDITIONS = {
    "before_dispatch": ("before", "dispatch"),
    "after_dispatch": ("after", "dispatch"),
    "first": ("first",),
    "further": ("further",),
    "opened": ("opened",),
    "unopened": ("unopened",),
}
STARTS: Mapping[str, str] = {
    "order": "purchase", "order_date": "purchase", "purchase_date": "purchase",
    "payment": "purchase", "receipt": "delivery", "arrival": "delivery",
    "delivery_date": "delivery", "shipment": "dispatch", "shipping": "dispatch",
    "warehouse": "warehouse_receipt", "return_receipt": "warehouse_receipt",
    "return_received": "warehouse_receipt", "inspection_passed": "inspection",
    "estimated_delivery": "latest_estimated_delivery",
}  # fmt: skip

T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison, in words for people.

    `fact` names the fact if it is of a stated number; `is_window` tells that this is a limit.
    """

    stated: str
    expected: str
    agrees: bool
    confidence: float
    fact: str | None = None
    is_window: bool = False
    superseded_until: str | None = None


def checks(statement: Statement, clause: Clause) -> Iterator[Check]:
    """Compare a statement with a clause, as far as both say something."""
    valued = list(_of_values(statement, clause))
    paid = list(_of_payer(statement, clause))
    yield from valued
    yield from _of_possibility(statement, clause, valued, says_who_pays=bool(paid))
    yield from paid
    yield from _of_ways(statement, clause)
    if any(value.kind == "duration" for value in statement.values):
        yield from _of_start(statement, clause)


def _of_values(statement: Statement, clause: Clause) -> Iterator[Check]:
    expected = _expected_values(clause.facts)
    matched = {
        value: next((name for name, each in expected if _agrees(value, name, each)), None)
        for value in statement.values
    }
    for value, name in matched.items():
        comparable = [(n, each) for n, each in expected if _is_of_kind(value, n, each)]
        # A value that differs is of a fact that no other value agrees with; if there is none, it
        # only accompanies one that does: "you have a week left".
        free = [pair for pair in comparable if pair[0] == name or pair[0] not in matched.values()]
        if not free:
            continue
        nearest = next((pair for pair in free if pair[0] == name), free[0])
        yield Check(
            stated=statement.text[value.start - statement.start : value.end - statement.start],
            expected=f"{nearest[0].replace('_', ' ')} {_in_words(nearest[1])}",
            agrees=name is not None,
            confidence=OF_VALUES,
            fact=nearest[0],
            is_window="window" in nearest[0],
            superseded_until=None if name else _superseded_until(value, clause),
        )


def _agrees(value: Value, name: str, expected: Value) -> bool:
    if not _is_of_kind(value, name, expected):
        return False
    return same(value, replace(expected, unit=value.unit) if value.kind == "count" else expected)


def _expected_values(facts: Sequence[Fact]) -> list[tuple[str, Value]]:
    """Values of a clause by name; the bounds of a range as one."""
    told: dict[tuple[str, str], Value] = {}
    for fact in facts:
        if fact.kind not in ("duration", "money", "percent", "count"):
            continue
        number = float(fact.value)  # type: ignore[arg-type]  # the pack was validated
        name = "_".join(word for word in fact.stem if word not in ("min", "max")) or fact.kind
        key = (name, fact.unit)
        value = told.get(key) or Value(fact.kind, None, None, fact.unit)
        low = value.low if "max" in fact.stem else number
        high = value.high if "min" in fact.stem else number
        told[key] = replace(value, low=low, high=high)
    return [(name, value) for (name, _), value in told.items()]


def _is_of_kind(value: Value, name: str, expected: Value) -> bool:
    if value.kind != expected.kind:
        return False
    return value.kind != "count" or value.unit == "time" or bool(value.unit and value.unit in name)


def _superseded_until(value: Value, clause: Clause) -> str | None:
    for last in sorted({last for _, last in clause.superseded}, reverse=True):
        old = [fact for fact, until in clause.superseded if until == last]
        if any(same(value, each) for _, each in _expected_values(old)):
            return last.isoformat()
    return None


def _in_words(value: Value) -> str:
    unit = value.unit.replace("_", " ")
    numbers = [
        f"{number:g}" for number in dict.fromkeys((value.low, value.high)) if number is not None
    ]
    several = "s" if value.kind == "duration" and numbers[-1] != "1" else ""
    return f"{'-'.join(numbers)} {unit}{several}".strip()


def _of_possibility(
    statement: Statement, clause: Clause, valued: Sequence[Check], *, says_who_pays: bool
) -> Iterator[Check]:
    said, sure = _likeliest(statement.reading.polarity)
    fact = _fact_spoken_of(statement, clause)
    if said is None or fact is None:
        return
    if "included" in fact.stem and statement.cues >= NOT_INCLUDED:
        said = "no"
    agrees = bool(fact.value) == (said == "yes")
    # "Within 60 days, not later": the refusal is of what lies beyond the window.
    if not agrees and said == "no" and any(check.is_window for check in valued):
        return
    # "Yes, you pay the duty": the answer is to another question.
    if "included" in fact.stem and says_who_pays:
        return
    what = fact.name.removesuffix("_allowed").replace("_", " ")
    yield Check(
        stated=f"{what}: {said}",
        expected=f"{what}: {'yes' if fact.value else 'no'}",
        agrees=agrees,
        confidence=sure,
    )


def _fact_spoken_of(statement: Statement, clause: Clause) -> Fact | None:
    """The fact that says whether what the statement is about is possible."""
    possible = [fact for fact in clause.facts if fact.kind == "allowed"]
    condition, _ = _likeliest(statement.reading.condition)
    if condition in CONDITIONS:
        words = set(CONDITIONS[condition])
        return next((fact for fact in possible if words <= set(fact.stem)), None) or next(
            (fact for fact in possible if not fact.stem), None
        )
    named = [
        fact
        for fact in possible
        if any(cue in statement.cues and words & set(fact.stem) for cue, words in SPOKEN_OF.items())
    ]
    if named:
        return named[0] if len({fact.value for fact in named}) == 1 else None
    return next((fact for fact in possible if fact.name == "allowed"), None)


def _of_payer(statement: Statement, clause: Clause) -> Iterator[Check]:
    said, sure = _likeliest(statement.reading.payer)
    expected = _payer(statement, clause)
    if said == "seller" and statement.cues >= NOT_INCLUDED:
        said = "buyer"
    if said is None or expected is None:
        return
    yield Check(
        stated=f"the {said} pays", expected=f"the {expected} pays",
        agrees=said == expected, confidence=sure,
    )  # fmt: skip


def _payer(statement: Statement, clause: Clause) -> Party | None:
    """Who pays by the clause, where that does not hang on a sum."""
    facts = {fact.name: fact for fact in clause.facts}
    if any(
        {"threshold", "free"} & set(fact.stem) - {"first"}
        for fact in clause.facts
        if fact.kind in ("money", "duration")
    ):
        return None
    condition, _ = _likeliest(statement.reading.condition)
    own = [fact for fact in clause.facts if condition in fact.stem and fact.kind in FEES]
    if own:
        return "buyer" if any(fact.value for fact in own) else "seller"
    if condition == "further":
        named = [fact for fact in clause.facts if fact.kind == "party" and "further" in fact.stem]
        return PARTIES.get(str(named[0].value)) if named else None
    if "who_pays" in facts:
        return PARTIES.get(str(facts["who_pays"].value))
    for name in ("fee_amount", "due_on_delivery_amount"):
        if name in facts:
            return "buyer" if facts[name].value else "seller"
    included = [fact for fact in clause.facts if "included" in fact.stem]
    if included:
        return "seller" if all(fact.value for fact in included) else "buyer"
    return None


def _of_ways(statement: Statement, clause: Clause) -> Iterator[Check]:
    """Compare how something is paid: as store credit, in cash, the way it was paid.

    Of what is denied nothing is known but that it is not so.
    """
    if NEGATION in statement.cues:
        return
    said = {cue.removeprefix("fact.") for cue in statement.cues if cue.startswith("fact.")}
    for fact in clause.facts:
        value = str(fact.value)
        if fact.kind != "word" or f"fact.{value}" not in NAMES:
            continue
        rivals = {name for ways in WAYS if value in ways for name in said & ways}
        if value in said or rivals:
            stated = value if value in said else min(rivals)
            yield Check(
                stated=stated.replace("_", " "), expected=value.replace("_", " "),
                agrees=value in said, confidence=OF_VALUES,
            )  # fmt: skip


def _of_start(statement: Statement, clause: Clause) -> Iterator[Check]:
    said, sure = _likeliest(statement.reading.start)
    expected = next((str(f.value) for f in clause.facts if f.name == "counted_from"), None)
    if said is None or expected is None:
        return
    expected = STARTS.get(expected, expected)
    yield Check(
        stated=f"from {said.replace('_', ' ')}", expected=f"from {expected.replace('_', ' ')}",
        agrees=said == expected, confidence=sure,
    )  # fmt: skip


def _likeliest(told: Mapping[str, float]) -> tuple[str | None, float]:
    """What is said, and how sure that is; None where it is likelier that nothing is."""
    name = max(told, key=lambda each: told[each])
    return (name, told[name]) if name and told[name] >= SURE else (None, 0.0)
