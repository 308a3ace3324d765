"""Reviewers whose processes are killed: no decision is lost or doubled, the audit chain holds."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cs_qa.store import Store, audit, open_store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.assignments import held_by
from cs_qa.store.queue import count_queue
from cs_qa.store.review_rows import standing
from cs_qa.store.users import add_user
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people
from tests.store.judged import sampled

ITEMS = 60
REVIEWERS = ("r0", "r1", "r2")
ROUNDS = 7

# Goes on with what is held, then claims; says of each decision that it is stored, once it is.
REVIEWER = """
import sys
from cs_qa.store import open_store, reviews, viewing
from cs_qa.store.assignments import held_by
from cs_qa.store.decisions import Decision
from cs_qa.store.queue import claim_next

def review(item_id, slot):
    while True:
        view = viewing.open_item(store, item_id, user)
        if not view.undecided:
            reviews.finish(store, item_id, slot, user)
            return
        name = view.undecided[0]
        (row,) = reviews.decide(
            store, item_id, slot, user, decision(name), expects=view.last_review
        )
        say(row.id)
        if row.id % 7 == 0:
            say(reviews.undo(store, item_id, slot, user, name, expects=row.id).id)

def decision(name):
    if name != "politeness":
        return Decision(criterion=name, action="confirm")
    return Decision(criterion=name, action="override", score=7.0, reason_code="level_too_high")

def say(row_id):
    print(row_id, flush=True)

url, user = sys.argv[1:]
with open_store(url) as store:
    for held in held_by(store, user):
        review(held.item_id, held.slot)
    while claimed := claim_next(store, user):
        review(claimed.item_id, claimed.slot)
"""


def start(url: str, user: str, said: Path) -> subprocess.Popen[bytes]:
    with said.open("ab") as file:
        return subprocess.Popen([sys.executable, "-c", REVIEWER, url, user], stdout=file)


def wait_for(more: int, said: dict[str, Path]) -> None:
    """Wait until so many more decisions are stored, in the midst of a review then."""
    target = promises(said) + more
    until = time.monotonic() + 120
    while promises(said) < target:
        assert time.monotonic() < until
        time.sleep(0.01)


def promises(said: dict[str, Path]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in said.values() if path.exists())


def stored_rows(store: Store) -> list[int]:
    ids = [f"t{number}" for number in range(ITEMS)]
    return sorted(row.id for id_ in ids for row in reviews.reviews_of(store, id_))


def audited_rows(store: Store) -> list[int]:
    entries = audit.entries(store, OPERATOR, limit=100_000)
    return sorted(entry.detail["review"] for entry in entries if "review" in entry.detail)


@pytest.mark.slow
def test_reviewers_that_are_killed(url: str, tmp_path: Path) -> None:
    chance = random.Random(47)
    said = {user: tmp_path / user for user in REVIEWERS}
    with open_store(url) as store:
        add_people(store)
        for user in REVIEWERS:
            add_user(store, user, name=user, role="inspector", by=OPERATOR, now=NOON)
        sampled(store, *(f"t{number}" for number in range(ITEMS)))

        for _ in range(ROUNDS):
            running = [start(url, user, said[user]) for user in REVIEWERS]
            wait_for(chance.randint(20, 60), said)
            for process in running:
                process.kill()
            for process in running:
                process.wait()
            assert audit.verify(store).is_intact
            assert audited_rows(store) == stored_rows(store)

        assert count_queue(store).done < ITEMS
        for user in REVIEWERS:
            assert start(url, user, said[user]).wait(timeout=300) == 0
        check_nothing_lost_or_doubled(store, said)


def check_nothing_lost_or_doubled(store: Store, said: dict[str, Path]) -> None:
    rows = {user: path.read_text().split() for user, path in said.items()}
    promised = sorted(int(row) for each in rows.values() for row in each)
    stored = stored_rows(store)
    assert set(promised) <= set(stored)
    # Of each kill, one decision at most was stored and could not be said.
    assert len(stored) - len(promised) <= ROUNDS * len(REVIEWERS)
    assert max(Counter(promised).values()) == 1
    assert audited_rows(store) == stored
    assert audit.verify(store).is_intact
    assert count_queue(store).done == ITEMS
    assert [held_by(store, user) for user in REVIEWERS] == [[], [], []]
    for number in range(ITEMS):
        decided = reviews.reviews_of(store, f"t{number}")
        assert len({row.user_id for row in decided}) == 1
        assert set(standing(decided)) == set(CRITERIA)
        undone = [row.undoes for row in decided if row.action == "undo"]
        assert len(decided) == len(CRITERIA) + 2 * len(undone)
