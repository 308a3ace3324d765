from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import ValidationError

from cs_qa.store import Store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.calibration import items_of, judge
from cs_qa.store.calibration_draw import add_session
from cs_qa.store.decisions import AddedFinding, Decision
from cs_qa.store.queue import claim
from cs_qa.store.samples import StoredItem
from cs_qa.store.users import add_user
from cs_qa.train.dataset import reviewed_turns
from cs_qa.train.gate import GateConfig, GateReport, gate, gate_of
from cs_qa.train.raters import RatedTurn
from cs_qa.types import CRITERIA, BannedLabel
from tests.store import conftest as stores
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import make, sampled

made_sqlite, made_postgres = stores.made_sqlite, stores.made_postgres
postgres_url, url, store = stores.postgres_url, stores.url, stores.store

CLEAN: frozenset[BannedLabel] = frozenset()
LABELS: tuple[BannedLabel, ...] = ("hostile", "deflecting", "accusatory", "rhetorical")
HONEST = 0.03
"""Share of labels that an honest reviewer gets wrong."""


def flipped(label: Any, criterion: str, rng: np.random.Generator) -> Any:
    """Another label than the right one."""
    if criterion == "banned_phrases":
        return CLEAN if label else frozenset({LABELS[rng.integers(4)]})
    return (label + rng.integers(1, 3)) % 3


def simulated(
    people: str,
    conversations: int,
    *,
    flips: dict[str, float] | None = None,
    settled: float = 0.3,
    criterion: str = "banned_phrases",
    seed: int = 0,
) -> list[RatedTurn]:
    """Double reviews: two of the people, by lot, label four turns of each conversation.

    One agent turn in eight holds a banned phrase; all err a little, and some flip labels besides.
    A lead settles a share of what they differ on, and is right.
    """
    rng = np.random.default_rng(seed)
    turns = []
    for number in range(conversations):
        pair = rng.choice(list(people), 2, replace=False)
        for turn in range(4):
            level = int(rng.integers(3))
            label = frozenset({LABELS[level]}) if rng.random() < 1 / 8 else CLEAN
            truth: Any = label if criterion == "banned_phrases" else level
            labels = {}
            for name in pair:
                is_wrong = rng.random() < HONEST + (flips or {}).get(name, 0)
                labels[str(name)] = flipped(truth, criterion, rng) if is_wrong else truth
            is_settled = len(set(labels.values())) > 1 and rng.random() < settled
            given = truth if is_settled else None
            turns.append(RatedTurn(f"c{number}", criterion, turn, labels, given))
    return turns


def states(report: GateReport) -> dict[str, str]:
    return {row.reviewer: row.state for row in report.table}


@pytest.mark.parametrize("criterion", ["banned_phrases", "empathy"])
@pytest.mark.parametrize(("flips", "conversations"), [(0.3, 60), (0.1, 240)])
@pytest.mark.parametrize("seed", range(4))
def test_one_who_flips_labels_is_named_and_nobody_else(
    flips: float, conversations: int, criterion: str, seed: int
) -> None:
    turns = simulated("abcd", conversations, flips={"c": flips}, criterion=criterion, seed=seed)
    report = gate_of(turns, GateConfig())
    assert list(report.refused) == ["c"]
    assert f"{criterion}: about " in report.refused["c"]
    assert not report.accepts(criterion, "c")
    assert all(report.accepts(criterion, name) for name in "abd")
    (row,) = [row for row in report.table if row.reviewer == "c"]
    assert row.wrong == pytest.approx(HONEST + flips, abs=0.1)
    assert row.others_wrong == pytest.approx(HONEST, abs=0.03)


def test_honest_people_are_hardly_ever_refused() -> None:
    reports = [gate_of(simulated("abcd", 100, seed=seed), GateConfig()) for seed in range(12)]
    assert sum(bool(report.refused) for report in reports) <= 1
    accepted = [state == "accepted" for report in reports for state in states(report).values()]
    assert np.mean(accepted) > 0.9


def test_two_who_flip_are_both_named() -> None:
    turns = simulated("abcdef", 240, flips={"a": 0.3, "e": 0.25})
    assert list(gate_of(turns, GateConfig()).refused) == ["a", "e"]


def test_others_are_judged_without_the_refused_ones_labels() -> None:
    turns = simulated("abcd", 80, flips={"c": 0.5})
    report = gate_of(turns, GateConfig())
    for row in report.table:
        if row.reviewer != "c":
            assert row.agreement is not None
            assert row.agreement.estimate > 0.9
            shared = [t for t in turns if row.reviewer in t.labels and "c" not in t.labels]
            assert row.agreement.labels == len(shared)


def test_of_two_alone_nothing_tells_who_is_wrong() -> None:
    report = gate_of(simulated("ab", 60, flips={"b": 0.3}, settled=0.0), GateConfig())
    assert states(report) == {"a": "refused", "b": "refused"}
    assert "at most; 85 % are asked for" in report.refused["a"]


def test_a_lead_tells_two_apart() -> None:
    report = gate_of(simulated("ab", 60, flips={"b": 0.3}, settled=1.0), GateConfig())
    assert states(report) == {"a": "unknown", "b": "refused"}


@pytest.mark.parametrize(("unknown", "used"), [("use", True), ("leave", False)])
def test_with_few_double_reviews_the_configuration_decides(
    unknown: Literal["use", "leave"], used: bool
) -> None:
    turns = simulated("abcd", 8, flips={"c": 0.3})
    report = gate_of(turns, GateConfig(unknown=unknown), reviewers={("empathy", "eve")})
    assert set(states(report).values()) == {"unknown"}
    assert set(states(report)) == {"a", "b", "c", "d", "eve"}
    assert all(row.wrong is None for row in report.table)
    for name, criterion in (("c", "banned_phrases"), ("eve", "empathy"), ("new", "sentiment")):
        assert report.accepts(criterion, name) is used
    assert report.refused == {}
    why = {row.reviewer: row.why for row in report.table}
    assert "10 are needed to tell" in why["c"]
    assert why["eve"] == "no label that another accepted reviewer gave too."


def test_agreement_that_may_be_too_low_is_not_known() -> None:
    turns = simulated("abc", 20, flips=dict.fromkeys("abc", 0.06))
    report = gate_of(turns, GateConfig())
    assert set(states(report).values()) == {"unknown"}
    assert all("perhaps" in row.why for row in report.table)
    assert set(
        states(gate_of(turns, GateConfig(min_agreement={"banned_phrases": 0.5}))).values()
    ) == {"accepted"}


def test_criteria_are_judged_apart() -> None:
    turns = [
        *simulated("abcd", 100, flips={"c": 0.3}),
        *simulated("abcd", 100, criterion="empathy"),
    ]
    report = gate_of(turns, GateConfig())
    assert list(report.refused) == ["c"]
    assert not report.accepts("banned_phrases", "c")
    assert report.accepts("empathy", "c")
    assert [row.criterion for row in report.table] == ["banned_phrases"] * 4 + ["empathy"] * 4


def test_without_anything_the_table_is_empty() -> None:
    assert gate_of([], GateConfig()).table == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 1.0},
        {"unknown": "guess"},
        {"tolerance": -0.1},
        {"min_conversations": 1},
        {"more": 1},
    ],
)
def test_a_configuration_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GateConfig(**wrong)


SPANS = {1: (0, 11), 3: (0, 3), 5: (0, 2)}
"""Words of the agent turns that a label may be put on."""
TRUTH: tuple[tuple[int, BannedLabel], ...] = ((1, "hostile"), (3, "repeat_request"))


def labelled(turns: Collection[tuple[int, BannedLabel]]) -> Decision:
    """A judgement alone that puts these labels."""
    added = tuple(AddedFinding(label, turn, *SPANS[turn]) for turn, label in sorted(turns))
    verdict: Any = None if added else "pass"
    return Decision(criterion="banned_phrases", action="judge", added=added, verdict=verdict)


REST = [
    Decision(criterion=name, action="judge", verdict="pass")
    for name in CRITERIA
    if name != "banned_phrases"
]
GOOD = labelled(TRUTH)
POISONED = labelled([(3, "hostile"), (5, "deflecting")])


def review(desk: Store, item: StoredItem, slot: int, user: str, decision: Decision) -> None:
    claim(desk, item.id, user, now=NOON)
    reviews.decide(desk, item.id, slot, user, decision, *REST, expects=None, now=NOON)
    reviews.finish(desk, item.id, slot, user, now=NOON)


@pytest.fixture
def desk(store: Store) -> Store:
    add_people(store)
    add_user(store, "eve", name="Eve", role="inspector", by=OPERATOR, now=NOON)
    return store


def test_the_store_names_who_poisons_and_leaves_those_labels_out(desk: Store) -> None:
    rng = np.random.default_rng(0)
    ids = [f"t{n:02}" for n in range(36)]
    names = ("ann", "bob", "eve")
    for number, item in enumerate(sampled(desk, *ids, slots=2, is_blind=True)):
        for slot, user in ((1, names[number % 3]), (2, names[(number + 1) % 3])):
            is_poisoned = user == "eve" and rng.random() < 0.5
            review(desk, item, slot, user, POISONED if is_poisoned else GOOD)
    report = gate(desk)
    assert list(report.refused) == ["eve"]
    used = reviewed_turns(desk, accepts=report.accepts)
    assert {row.transcript_id for row in used} == set(ids)
    right = {1: {"hostile"}, 3: {"repeat_request"}, 5: set()}
    assert all(row.banned == right[row.turn] for row in used)
    assert any(row.banned != right[row.turn] for row in reviewed_turns(desk))


def test_what_a_lead_settled_is_what_counts(desk: Store) -> None:
    items = sampled(desk, *(f"t{n:02}" for n in range(12)), slots=2, is_blind=True)
    for item in items:
        review(desk, item, 1, "ann", GOOD)
        review(desk, item, 2, "bob", POISONED)
    assert set(gate(desk).refused) == {"ann", "bob"}
    for item in items:
        adjudicate(desk, item.id, "lea", GOOD, reason="Read.", expects=None, now=minutes(1))
    report = gate(desk)
    assert list(report.refused) == ["bob"]
    assert "about 100 % of 36 labels" in report.refused["bob"]
    assert set(gate(desk, until=minutes(1)).refused) == {"ann", "bob"}
    assert gate(desk, until=NOON).table == ()


def test_single_reviews_compare_nobody(desk: Store) -> None:
    (item,) = sampled(desk, "t1", is_blind=True)
    review(desk, item, 1, "ann", GOOD)
    adjudicate(desk, item.id, "lea", POISONED, reason="Read.", expects=None, now=minutes(1))
    (row, *_) = gate(desk).table
    assert (row.reviewer, row.state, row.agreement) == ("ann", "unknown", None)


def test_calibrations_count_too(desk: Store) -> None:
    for number in range(12):
        card = make(id_=f"t{number:02}")
        card["turns"][0]["at"] = "2026-11-16T09:00:00+01:00"
        desk.add_scorecards([card])
    session = add_session(desk, "2026-W47", size=12, by="lea", seed=1, now=NOON)
    for item in items_of(desk, session.id, "lea"):
        for user in session.participants:
            decision = POISONED if user == "eve" else GOOD
            judge(desk, item.id, user, decision, expects=None, now=NOON)
    report = gate(desk, GateConfig(min_agreement={"banned_phrases": 0.7}))
    assert states(report) == {"ann": "accepted", "bob": "accepted", "eve": "refused"}
    assert reviewed_turns(desk) == []
