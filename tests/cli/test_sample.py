"""Drawing a week's sample from a database, and what the command prints of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from store.conftest import make_card

from cs_qa.commands.sample import draw_week, sample_week
from cs_qa.errors import AccessError, InputError, StoreError
from cs_qa.sampling import SampleConfig
from cs_qa.store import Store, open_store
from cs_qa.store.samples import list_samples, sample_items_of
from cs_qa.store.users import add_user
from cs_qa.store.weeks import week_limits
from cs_qa.types import Outcome, Scorecard

WEEK = "2026-W47"
IN_A_WEEK = 7 * 24 * 60


def cards(count: int = 80) -> Iterator[Scorecard]:
    """Cards of the week, some critical, and some of other weeks or of none."""
    for number in range(count):
        yield make_card(
            f"t{number}",
            minutes=number,
            about={"agent_id": f"a{number % 4}", "channel": "live_chat"},
            total=float(100 - number),
            critical_failures=("hostile",) if number == 40 else (),
            labels=("hostile",) if number == 40 else (),
        )
    yield make_card("before", minutes=-IN_A_WEEK)
    yield make_card("after", minutes=IN_A_WEEK)
    yield make_card("undated", minutes=None)


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        store.add_scorecards(cards())
    return path


@pytest.fixture
def store(db: str) -> Iterator[Store]:
    with open_store(db) as opened:
        yield opened


def test_it_draws_from_the_week_alone_and_stores_what_it_drew(store: Store) -> None:
    drawn = draw_week(store, WEEK, 20, 7)
    assert (drawn.number, drawn.undated, drawn.earlier) == (1, 1, 0)
    assert drawn.sample.population == 80
    [stored] = list_samples(store, week=WEEK)
    assert (stored.size, stored.seed, stored.population) == (20, 7, 80)
    assert SampleConfig(**stored.config) == SampleConfig(size=20)
    items = sample_items_of(store, stored.id)
    assert [item.transcript_id for item in items] == [
        item.transcript_id for item in drawn.sample.items
    ]
    assert items[0].stratum == drawn.sample.items[0].stratum
    assert Counter(item.reason for item in items) == drawn.sample.parts


def test_the_same_seed_draws_the_same_and_without_one_chance_decides(tmp_path: Path) -> None:
    def sampled(name: str, seed: int | None) -> list[str]:
        with open_store(str(tmp_path / name)) as store:
            store.add_scorecards(cards())
            return [item.transcript_id for item in draw_week(store, WEEK, 20, seed).sample.items]

    assert sampled("a.db", 3) == sampled("b.db", 3)
    assert sampled("c.db", None) != sampled("d.db", None)


def test_a_second_draw_leaves_out_the_first(store: Store) -> None:
    first, second = draw_week(store, WEEK, 30, 1), draw_week(store, WEEK, 30, 1)
    assert (second.number, second.earlier, second.sample.population) == (2, 30, 50)
    drawn = [item.transcript_id for each in (first, second) for item in each.sample.items]
    assert len(set(drawn)) == 60
    draw_week(store, WEEK, 30, 1)
    with pytest.raises(InputError, match="All 80 transcripts of 2026-W47 were drawn before"):
        draw_week(store, WEEK, 30, 1)


def test_the_current_card_is_drawn(store: Store) -> None:
    about = {"agent_id": "a1", "channel": "live_chat"}
    again = make_card("t5", minutes=5, about=about, rubric="default@2")
    assert store.add_scorecards([again]).added == 1
    items = {item.transcript_id: item for item in draw_week(store, WEEK, 80, 1).sample.items}
    assert len(items) == 80
    assert items["t5"].scorecard_id == 84
    assert items["t4"].scorecard_id == 5


def test_risk_sees_the_week_s_critical_failures_complaints_and_claims(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "week.db")) as store:
        store.add_scorecards(make_card(f"t{n}", total=100.0) for n in range(40))
        store.add_scorecards(
            [
                make_card("bad", total=100.0, critical_failures=("hostile",)),
                make_card("cross", total=100.0, about={"outcome": Outcome(complaint=True)}),
                make_card("fine", total=100.0, about={"outcome": Outcome(complaint=False)}),
                make_card("wrong", total=100.0, labels=("inaccurate",)),
            ]
        )
        config = SampleConfig(
            size=20, random_share=0.05, risk_share=0.95, uncertainty_share=0, minimum_per_agent=0
        )
        items = draw_week(store, WEEK, None, 1, None, config).sample.items
    told = {item.transcript_id: item.explanation for item in items}
    assert told["bad"] == "Risk part: score 100 = critical failure 100."
    assert told["cross"] == "Risk part: score 50 = complaint 50."
    assert told["wrong"] == "Risk part: score 30 = inaccurate policy statement 30."
    assert "no sign of risk" in told.get("fine", "no sign of risk")


def test_a_finding_that_does_not_count_makes_a_judgement_unsure(store: Store) -> None:
    items = draw_week(store, WEEK, 80, 1).sample.items
    [unsure] = {item.explanation for item in items if item.reason == "uncertainty"}
    assert unsure == (
        "Uncertainty part: uncertainty 0.20 of 1; the least sure judgement has confidence 0.90."
    )


@pytest.mark.parametrize(
    ("week", "first"),
    [
        ("2026-W47", "2026-11-16"),
        ("2026-W53", "2026-12-28"),
        ("2027-W01", "2027-01-04"),
        ("0001-W01", "0001-01-01"),
    ],
)
def test_a_week_begins_on_monday(week: str, first: str) -> None:
    since, until = week_limits(week)
    assert (since.isoformat(), (until - since).days) == (f"{first}T00:00:00+00:00", 7)


@pytest.mark.parametrize(
    "week",
    [
        "",
        "2026-47",
        "2026-W7",
        "2026-W00",
        "2026-W54",
        "2027-W53",
        "2026-w47",
        "2026-W47\n",
        "0000-W01",
        "9999-W52",
        "٢٠٢٦-W47",
    ],
)
def test_no_week_is_refused(week: str, db: str) -> None:
    with pytest.raises(InputError, match=r"is no week. Write year and ISO week, such as 2026-W47"):
        sample_week(db, week)


@pytest.mark.parametrize("minutes", [0, IN_A_WEEK - 1])
def test_a_week_is_half_open_in_utc(tmp_path: Path, minutes: int) -> None:
    # 09:00 in Paris is 480 minutes after the week's first moment in UTC.
    with open_store(str(tmp_path / "week.db")) as store:
        store.add_scorecards([make_card("in", minutes=minutes - 480)])
        store.add_scorecards([make_card("out", minutes=IN_A_WEEK - 480)])
        store.add_scorecards([make_card("early", minutes=-481)])
        [item] = draw_week(store, WEEK).sample.items
    assert item.transcript_id == "in"


def test_a_week_without_transcripts_is_refused_and_the_undated_counted(store: Store) -> None:
    with pytest.raises(InputError, match=r"began in 2025-W01 \(UTC\)\. In no week, .*: 1\."):
        draw_week(store, "2025-W01")
    assert list_samples(store) == []


def test_a_size_that_cannot_be_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match=r"A sample of 0 cannot be: .*greater than or equal to 1"):
        draw_week(store, WEEK, 0)


def test_only_who_may_draw_draws(store: Store) -> None:
    for login, role in (("ida", "inspector"), ("leo", "lead")):
        add_user(store, login, name=login, role=role, by="(operator)")  # type: ignore[arg-type]
    for user in ("ida", "nobody"):
        with pytest.raises(AccessError):
            draw_week(store, WEEK, user=user)
    assert list_samples(store) == []
    draw_week(store, WEEK, user="leo")
    assert [each.drawn_by for each in list_samples(store)] == ["leo"]


def test_the_command_prints_items_to_stdout_and_tables_to_stderr(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sample_week(db, WEEK, size=20, seed=7) == 0
    assert sample_week(db, WEEK, size=4, seed=7) == 0
    printed = capsys.readouterr()
    items = [json.loads(line) for line in printed.out.splitlines()]
    assert len(items) == 24
    assert {"transcript_id", "reason", "explanation", "is_blind", "slots"} <= set(items[0])
    assert "Sample 1 of 2026-W47: 20 of 80 transcripts, seed 7." in printed.err
    assert "Sample 2 of 2026-W47: 4 of 60 transcripts, seed 7." in printed.err
    assert "Drawn before: 20;" in printed.err
    assert "In no week, without a time: 1." in printed.err
    assert "No place was left for the minimum of" in printed.err
    for heading in ("Part", "Stratum of the random part", "random", "minimum"):
        assert heading in printed.err


def test_what_would_command_the_terminal_is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "week.db")
    with open_store(path) as store:
        agents = ["a\x1b[31m[b]", None, "b", "c", "d"]
        store.add_scorecards(
            make_card(f"t{n}", about={"agent_id": agent}) for n, agent in enumerate(agents[:3])
        )
    sample_week(path, WEEK, size=4)
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert "a[31m[b], b, unknown" in printed.err


def test_once_keeps_the_sample_that_a_week_has(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sample_week(db, WEEK, size=3, seed=1, once=True) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert sample_week(db, WEEK, size=3, seed=1, once=True) == 0
    again = capsys.readouterr()
    assert not again.out
    assert "has a sample already" in again.err
    with open_store(db) as store:
        assert len(list_samples(store)) == 1


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database"):
        sample_week(str(tmp_path / "none.db"), WEEK)
    assert list(tmp_path.iterdir()) == []
