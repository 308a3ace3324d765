"""Many processes claim from one queue at once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from cs_qa.store import audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.store.queue import claim_next, count_queue
from cs_qa.store.users import add_user
from tests.store.desk import NOON, draw


def claim_until_empty(url: str, login: str, now: datetime) -> list[tuple[int, int]]:
    """Claim as one person until the queue gives nothing; the claimed (item, slot)."""
    claimed = []
    with open_store(url) as store:
        while (held := claim_next(store, login, now=now)) is not None:
            assert held.user_id == login
            claimed.append((held.item_id, held.slot))
    return claimed


def claim_at_once(url: str, now: datetime, *, processes: int) -> list[list[tuple[int, int]]]:
    """What each of the processes claimed, each as an inspector of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        runs = [
            pool.submit(claim_until_empty, url, f"inspector{number}", now)
            for number in range(processes)
        ]
        return [run.result() for run in runs]


def fill(url: str, items: int, *, processes: int, **of_item: Any) -> None:
    """Store inspectors and a sample."""
    with open_store(url) as store:
        for number in range(processes):
            add_user(store, f"inspector{number}", name="I", role="inspector", by=OPERATOR, now=NOON)
        draw(store, items, **of_item)


def check(url: str, slots: int, *, processes: int) -> None:
    """Claim everything, twice: first what is open, then what has expired."""
    for claims, now in enumerate((NOON, NOON + timedelta(minutes=31)), start=1):
        runs = claim_at_once(url, now, processes=processes)
        claimed = [each for run in runs for each in run]
        assert len(claimed) == len(set(claimed)) == slots
        with open_store(url) as store:
            counts = count_queue(store, now=now)
            assert (counts.open, counts.claimed) == (0, slots)
            assert count_queue(store, now=now + timedelta(minutes=30)).open == slots
            log = audit.verify(store)
            assert log.is_intact
            assert log.rows == processes + 1 + claims * slots


@pytest.mark.slow
def test_eight_processes_claim_2000_items_each_once(url: str) -> None:
    fill(url, 2000, processes=8)
    check(url, 2000, processes=8)


def test_each_item_is_claimed_once(url: str) -> None:
    fill(url, 40, processes=3)
    check(url, 40, processes=3)


def test_nobody_gets_both_slots_of_an_item(url: str) -> None:
    fill(url, 30, processes=3, slots=2)
    runs = claim_at_once(url, NOON, processes=3)
    claimed = [each for run in runs for each in run]
    assert len(claimed) == len(set(claimed)) == 60
    for run in runs:
        items = [item for item, _ in run]
        assert len(items) == len(set(items))
