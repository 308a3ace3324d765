from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from cs_qa.arrow import scorecard_to_json
from cs_qa.errors import StoreError
from cs_qa.store import Store, open_store
from cs_qa.store.schema import findings, judgements, metadata, scorecards, turn_annotations, turns
from cs_qa.types import Outcome, Scorecard

MakeCard = Callable[..., Scorecard]


def test_a_stored_card_is_read_back_as_its_json(store: Store, make: MakeCard) -> None:
    card = make("t1", "Wo ist es? 😡", "مرحبا")
    result = store.add_scorecards([card])
    assert (result.added, result.unchanged, result.refused) == (1, 0, [])
    assert store.scorecard("t1") == scorecard_to_json(card)


def test_an_unknown_transcript_has_no_card(store: Store) -> None:
    assert store.scorecard("t1") is None


def test_the_same_card_again_is_unchanged_in_either_form(store: Store, make: MakeCard) -> None:
    card = make("t1")
    assert store.add_scorecards([card, card]).unchanged == 1
    again = store.add_scorecards([scorecard_to_json(card)])
    assert (again.added, again.unchanged) == (0, 1)


def test_a_new_inspection_is_appended_and_becomes_current(store: Store, make: MakeCard) -> None:
    first, second = make("t1", total=10.0), make("t1", total=20.0, rubric="default@2")
    store.add_scorecards([first])
    assert store.add_scorecards([second]).added == 1
    assert [row.total for row in store.transcripts()] == [20.0]
    assert store.add_scorecards([first]).added == 1
    assert [row.total for row in store.transcripts()] == [10.0]
    assert store.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"about": {"channel": "email"}},
        {"about": {"outcome": None}},
        {"about": {"outcome": Outcome(csat=1.0)}},
        {"minutes": 5},
    ],
)
def test_other_content_under_a_known_id_is_refused_alone(
    store: Store, make: MakeCard, other: dict[str, object]
) -> None:
    store.add_scorecards([make("t1", total=10.0)])
    result = store.add_scorecards([make("t1", total=99.0, **other), make("t2", total=20.0)])
    assert result.added == 1
    assert [line.partition(":")[0] for line in result.refused] == ["t1"]
    assert "other content" in result.refused[0]
    assert [row.total for row in store.transcripts(order="lowest")] == [10.0, 20.0]


def test_an_error_half_way_leaves_nothing_of_the_batch(store: Store, make: MakeCard) -> None:
    def breaking() -> Iterator[Scorecard]:
        yield make("t1")
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        store.add_scorecards(breaking())
    assert store.count() == 0


def test_every_part_has_its_rows(tmp_path: Path, make: MakeCard) -> None:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        store.add_scorecards([make("t1", "a b c", "d", "e", labels=("hostile", "rhetorical"))])
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (turns, scorecards, judgements, findings, turn_annotations)
        }
    engine.dispose()
    assert counts == {
        "turns": 3,
        "scorecards": 1,
        "judgements": 1,
        "findings": 2,
        "turn_annotations": 3,
    }


def test_text_that_no_database_takes_is_stored_with_its_offsets(
    store: Store, make: MakeCard
) -> None:
    card = make("t\x001", "a\x00b\ud83dc", "x", about={"channel": "\ud800"})
    assert store.add_scorecards([card, card]).unchanged == 1
    stored = store.scorecard("t\x001")
    assert stored is not None
    assert stored["turns"][0]["text"] == "a�b�c"
    assert [row.channel for row in store.transcripts()] == ["�"]


def test_figures_that_are_no_numbers_are_stored_as_missing(store: Store, make: MakeCard) -> None:
    store.add_scorecards([make("t1", total=float("nan"))])
    assert store.transcripts()[0].total is None


def test_a_transcript_without_turns_or_judgements_is_stored(store: Store, make: MakeCard) -> None:
    card = make("t1")
    bare = replace(
        card,
        annotated=replace(
            card.annotated, transcript=replace(card.annotated.transcript, turns=()), turns=()
        ),
        judgements=(),
    )
    store.add_scorecards([bare])
    assert store.transcripts()[0].turn_count == 0


def test_writers_wait_for_each_other(store: Store, make: MakeCard) -> None:
    def write(start: int) -> None:
        results.append(
            sum(store.add_scorecards([make(f"t{n}")]).added for n in range(start, start + 20))
        )

    results: list[int] = []
    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == store.count() == 40


def test_a_database_that_is_taken_away_is_said(tmp_path: Path, make: MakeCard) -> None:
    path = tmp_path / "week.db"
    with open_store(str(path)) as store:
        store.add_scorecards([make("t1")])
        engine = create_engine(f"sqlite:///{path}")
        metadata.drop_all(engine)
        engine.dispose()
        with pytest.raises(StoreError, match=r"cannot be read: no such table"):
            store.count()
        with pytest.raises(StoreError, match=r"could not be stored: no such table.*None of this"):
            store.add_scorecards([make("t2")])
