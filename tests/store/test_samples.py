from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cs_qa.errors import AccessError, InputError, StaleError
from cs_qa.store import Store, audit
from cs_qa.store.access import OPERATOR
from cs_qa.store.queue import count_queue
from cs_qa.store.samples import (
    NewItem,
    StoredSample,
    add_sample,
    drawn_transcripts,
    list_samples,
    sample_items_of,
)
from tests.store.conftest import make_card
from tests.store.desk import NOON, add_people, draw, new_items


def add(store: Store, items: list[NewItem], **changes: Any) -> StoredSample:
    draw_of: dict[str, Any] = {
        "week": "2026-W47",
        "seed": 2**40,
        "config": {"size": 2, "strata": ("agent",)},
        "population": 9,
        "by": OPERATOR,
        "now": NOON,
    }
    return add_sample(store, items, **draw_of | changes)


@pytest.fixture
def week(store: Store) -> Store:
    add_people(store)
    store.add_scorecards(make_card(f"t{number}") for number in range(4))
    return store


def test_a_sample_is_read_back(week: Store) -> None:
    items = new_items(week, ["t2", "t0"])
    items[1] = replace(
        items[1], reason="risk", random_probability=None, is_blind=True, slots=2, explanation="\x00"
    )
    sample = add(week, items)
    assert (sample.week, sample.number, sample.size, sample.population) == ("2026-W47", 1, 2, 9)
    assert (sample.seed, sample.drawn_at, sample.drawn_by) == (2**40, NOON, OPERATOR)
    assert sample.config == {"size": 2, "strata": ["agent"]}
    assert list_samples(week) == [sample]
    stored = sample_items_of(week, sample.id)
    assert [(item.position, item.transcript_id) for item in stored] == [(0, "t2"), (1, "t0")]
    assert stored[0].random_probability == 0.25
    assert stored[0].stratum == {"agent": "a1", "language": "en", "channel": "chat"}
    assert (stored[1].reason, stored[1].is_blind, stored[1].slots) == ("risk", True, 2)
    assert (stored[1].random_probability, stored[1].explanation) == (None, "�")


def test_each_slot_is_open(week: Store) -> None:
    add(week, [*new_items(week, ["t0"]), *new_items(week, ["t1"], slots=2)])
    counts = count_queue(week)
    assert (counts.open, counts.claimed, counts.done, counts.total) == (3, 0, 0, 3)


def test_a_second_draw_of_a_week_has_number_2(week: Store) -> None:
    numbers = [
        add(week, new_items(week, [id_]), week=of).number
        for id_, of in (("t0", "2026-W47"), ("t1", "2026-W48"), ("t2", "2026-W47"))
    ]
    assert numbers == [1, 1, 2]
    assert [sample.number for sample in list_samples(week, week="2026-W47")] == [1, 2]
    assert list_samples(week, week="2026-W01") == []


def test_no_transcript_is_drawn_twice_but_for_calibration(week: Store) -> None:
    add(week, new_items(week, ["t0", "t1"]))
    assert drawn_transcripts(week) == {"t0", "t1"}
    with pytest.raises(StaleError, match=r"Transcript t1 was drawn before\. Draw again"):
        add(week, new_items(week, ["t2", "t1"]))
    assert drawn_transcripts(week) == {"t0", "t1"}
    again = new_items(week, ["t1"], reason="calibration", random_probability=None)
    assert add(week, again).number == 2


@pytest.mark.parametrize(
    "name", ["2026-47", "2026-W54", "2025-W53", "W47", "2026-W4", "", "٢٠٢٦-W47"]
)
def test_weeks_that_are_none(week: Store, name: str) -> None:
    with pytest.raises(InputError, match="is no week"):
        add(week, new_items(week, ["t0"]), week=name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": "whim"}, "t0 cannot be sampled: there is no reason 'whim'"),
        ({"slots": 0}, "1 or 2 slots, not 0"),
        ({"slots": 3}, "1 or 2 slots, not 3"),
        ({"random_probability": 0.0}, "above 0"),
        ({"random_probability": 1.01}, "at most 1"),
        ({"random_probability": float("nan")}, "above 0"),
        ({"random_probability": None}, "needs its chance"),
        ({"scorecard_id": 999}, "has no scorecard 999"),
        ({"scorecard_id": 2}, "has no scorecard 2"),
        ({"transcript_id": "t9"}, "Transcript t9 has no scorecard 1"),
    ],
)
def test_items_that_cannot_be_sampled(week: Store, change: dict[str, Any], message: str) -> None:
    item = replace(new_items(week, ["t0"])[0], **change)
    with pytest.raises(InputError, match=message):
        add(week, [*new_items(week, ["t3"]), item])
    assert list_samples(week) == []


def test_a_transcript_twice_or_none_is_no_sample(week: Store) -> None:
    with pytest.raises(InputError, match="t0 cannot be sampled: it is in the sample twice"):
        add(week, new_items(week, ["t0", "t0"]))
    with pytest.raises(InputError, match="needs an item"):
        add(week, [])


def test_leads_draw(week: Store) -> None:
    for login in ("ann", "amy", "nobody"):
        with pytest.raises(AccessError):
            add(week, new_items(week, ["t0"]), by=login)
    assert add(week, new_items(week, ["t0"]), by="lea").drawn_by == "lea"
    assert audit.entries(week, "lea")[0].verb == "draw_sample"


def test_the_card_of_the_draw_stays_that_of_the_item(store: Store) -> None:
    item = draw(store, 1)[0]
    store.add_scorecards([make_card("t0", total=1.0)])
    assert sample_items_of(store, item.sample_id)[0].scorecard_id == item.scorecard_id


def test_a_large_sample_is_one_transaction(store: Store) -> None:
    items = draw(store, 600)
    assert [item.position for item in items] == list(range(600))
    assert count_queue(store).open == 600
