from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import InputError
from cs_qa.rubric import Rubric
from cs_qa.store import Store
from cs_qa.store.rejudging import preview, rejudge
from cs_qa.store.rescoring import with_judgements
from tests.store.judged import FOUND, RUBRIC, make


def changed(**changes: Any) -> Rubric:
    """The default rubric with keys changed; `a__b` is b in the table a."""
    data = RUBRIC.model_dump(mode="json", by_alias=True) | {"name": "shop"}
    for path, value in changes.items():
        *tables, last = path.split("__")
        table = data
        for name in tables:
            table = table[name]
        table[last] = value
    return Rubric.model_validate(data)


@pytest.mark.parametrize("findings", [FOUND, FOUND[:1], FOUND[1:], ()])
def test_the_rubric_that_judged_changes_nothing(findings: Any) -> None:
    card = make(*findings)
    after = rejudge(card, RUBRIC)
    assert (after.qualitative, after.quantitative, after.total, after.grade) == (
        card["qualitative"], card["quantitative"], card["total"], card["grade"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "rubric",
    [
        changed(weights__qualitative=0.7, weights__quantitative=0.3),
        changed(criteria__banned_phrases__critical_labels=[]),
        changed(criteria__banned_phrases__deductions__hostile=10.0),
        changed(criteria__empathy__weight=0.0),
        changed(criteria__sentiment__last_turn__neutral=10.0),
        changed(quantitative__csat_best=4.0),
        changed(min_confidence=0.95),
    ],
)
def test_another_rubric_gives_what_an_inspection_with_it_gives(rubric: Rubric) -> None:
    there = make(*FOUND, rubric=rubric)
    after = rejudge(make(*FOUND), rubric)
    assert (after.qualitative, after.quantitative, after.total, after.grade) == (
        there["qualitative"], there["quantitative"], there["total"], there["grade"],
    )  # fmt: skip


def test_what_could_not_be_judged_stays_so() -> None:
    card = make(failures={"empathy": "The model is missing."})
    assert rejudge(card, changed(criteria__empathy__weight=99.0)).qualitative is None
    assert rejudge(card, changed(criteria__empathy__weight=0.0)).qualitative is not None


def test_what_people_decided_keeps_its_score() -> None:
    card = make(*FOUND)
    own = {**card["judgements"][1], "score": 100.0, "verdict": "pass", "findings": []}
    assert own["criterion"] == "banned_phrases"
    rubric = changed(criteria__banned_phrases__deductions__hostile=99.0)
    after = rejudge(card, rubric, {"banned_phrases": own})
    now = with_judgements(card, {"banned_phrases": own}, RUBRIC)
    assert (after.qualitative, after.total) == (now.qualitative, now.total)
    assert after.total != rejudge(card, rubric).total


@pytest.fixture
def week(store: Store) -> Store:
    cards = [make(*FOUND[2:], id_="t1"), make(id_="t2"), make(id_="t3")]
    for number, card in enumerate(cards):
        at = f"2026-11-{16 + 7 * (number == 2)}T09:00:00+00:00"
        card["turns"] = [turn | {"at": at} for turn in card["turns"]]
    store.add_scorecards(cards)
    return store


def test_a_week_is_judged_again_and_counted(week: Store) -> None:
    seen = preview(
        week, changed(weights__qualitative=1.0, weights__quantitative=0.0), week="2026-W47"
    )
    assert seen.conversations == 2
    assert seen.totals_moved == len(seen.moved) == 2
    changes = [abs(each.change or 0) for each in seen.moved]
    assert changes == sorted(changes, reverse=True)
    assert sum(seen.grades.values()) == 2
    first = seen.moved[0]
    assert first.agent_id == "a1"
    assert first.change == round((first.after.total or 0) - (first.before.total or 0), 2)


def test_the_rubric_in_force_moves_nothing(week: Store) -> None:
    seen = preview(week, RUBRIC, week="2026-W47")
    assert (seen.conversations, seen.moved, seen.totals_moved, seen.grades_moved) == (2, (), 0, 0)
    assert preview(week, RUBRIC, week="2020-W01").conversations == 0
    with pytest.raises(InputError, match="is no week"):
        preview(week, RUBRIC, week="47")


def test_a_threshold_moves_grades_alone(week: Store) -> None:
    seen = preview(week, changed(grades__excellent=1.0, grades__pass=0.0), week="2026-W47")
    assert seen.totals_moved == 0
    assert seen.grades_moved == len(seen.moved) > 0
    assert all(after == "excellent" for _, after in seen.grades)


def test_a_total_that_goes_has_no_change(week: Store) -> None:
    card = make(id_="t4")
    card["turns"] = [turn | {"at": "2026-11-16T09:00:00+00:00"} for turn in card["turns"]]
    card["judgements"][3]["verdict"] = "unscored"
    assert card["judgements"][3]["criterion"] == "empathy"
    week.add_scorecards([card])
    seen = preview(week, RUBRIC, week="2026-W47")
    [moved] = seen.moved
    assert (moved.transcript_id, moved.after.total, moved.change) == ("t4", None, None)
    assert (seen.totals_moved, seen.grades_moved) == (1, 1)
