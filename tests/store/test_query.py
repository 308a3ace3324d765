from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cs_qa.store import ORDERS, Store, TranscriptFilter
from cs_qa.types import Scorecard

MakeCard = Callable[..., Scorecard]


@pytest.fixture
def week(store: Store, make: MakeCard) -> Store:
    store.add_scorecards(
        [
            make("good", "Danke schön!", "Gern.", total=95.0, grade="excellent", language="de"),
            make(
                "worst",
                "到底在哪里？",
                "ＤＨＬ 100%_sure",
                total=40.0,
                grade="needs_improvement",
                language="zh",
                labels=("hostile", "deflecting", "deflecting"),
                critical_failures=("banned_phrases",),
                about={"agent_id": "a2", "channel": "email", "market": "CN", "team": "cn-1"},
                minutes=30,
            ),
            make("low", "Где ПОСЫЛКА?", "Bye.", total=30.0, labels=("deflecting",), minutes=10),
            make(
                "unknown",
                total=None,
                qualitative=None,
                quantitative=None,
                grade=None,
                verdict="unscored",
                minutes=None,
                about={"agent_id": None},
            ),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ({}, {"good", "worst", "low", "unknown"}),
        ({"agent_id": "a2"}, {"worst"}),
        ({"agent_id": "nobody"}, set()),
        ({"language": "de"}, {"good"}),
        ({"channel": "email"}, {"worst"}),
        ({"market": "CN"}, {"worst"}),
        ({"team": "cn-1"}, {"worst"}),
        ({"grade": "excellent"}, {"good"}),
        ({"label": "deflecting"}, {"worst", "low"}),
        ({"label": "hostile", "agent_id": "a1"}, set()),
        ({"only_critical": True}, {"worst"}),
        ({"only_unscored": True}, {"unknown"}),
        ({"text": "DANKE"}, {"good"}),
        ({"text": "danke schön"}, {"good"}),
        ({"text": "danke nichts"}, set()),
        ({"text": "посылка"}, {"low"}),
        ({"text": "哪里"}, {"worst"}),
        ({"text": "dhl"}, {"worst"}),
        ({"text": "%_"}, {"worst"}),
        ({"text": "_%"}, set()),
        ({"text": "  "}, {"good", "worst", "low", "unknown"}),
        ({"text": "unknown"}, {"unknown"}),
    ],
)
def test_filters(week: Store, where: dict[str, Any], ids: set[str]) -> None:
    chosen = TranscriptFilter(**where)
    assert {row.id for row in week.transcripts(chosen)} == ids
    assert week.count(chosen) == len(ids)


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("attention", ["worst", "low", "good", "unknown"]),
        ("lowest", ["low", "worst", "good", "unknown"]),
        ("highest", ["good", "worst", "low", "unknown"]),
        ("newest", ["worst", "low", "good", "unknown"]),
        ("oldest", ["good", "low", "worst", "unknown"]),
    ],
)
def test_orders(week: Store, order: Any, ids: list[str]) -> None:
    assert order in ORDERS
    assert [row.id for row in week.transcripts(order=order)] == ids


def test_the_half_that_is_known_orders_where_the_total_is_missing(
    store: Store, make: MakeCard
) -> None:
    store.add_scorecards(
        [
            make("b", total=None, quantitative=None, qualitative=50.0),
            make("a", total=60.0),
            make("c", total=None, qualitative=None, quantitative=40.0),
        ]
    )
    assert [row.id for row in store.transcripts()] == ["c", "b", "a"]


def test_pages_cover_the_list_once(week: Store) -> None:
    pages = [week.transcripts(limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [row.id for page in pages for row in page] == ["worst", "low", "good", "unknown"]


def test_a_row_says_what_the_list_shows(week: Store) -> None:
    row = week.transcripts(TranscriptFilter(agent_id="a2"))[0]
    assert row.labels == {"deflecting": 2, "hostile": 1}
    assert row.critical_failures == ("banned_phrases",)
    assert not row.is_unscored
    assert row.turn_count == 2
    assert row.started_at is not None
    assert row.started_at.isoformat() == "2026-11-16T08:30:00+00:00"


def test_facets_count_transcripts_most_first(week: Store) -> None:
    facets = week.facets()
    assert list(facets["agent_id"].items()) == [("a1", 2), ("a2", 1)]
    assert facets["label"] == {"deflecting": 2, "hostile": 1}
    assert facets["grade"] == {"excellent": 1, "needs_improvement": 1, "pass": 1}
    assert facets["market"] == {"CN": 1}


def test_facets_count_current_cards_only(store: Store, make: MakeCard) -> None:
    store.add_scorecards([make("t1", labels=("hostile",), grade="needs_improvement")])
    store.add_scorecards([make("t1", rubric="default@2")])
    assert store.facets()["label"] == {}
    assert store.facets()["grade"] == {"pass": 1}
