from __future__ import annotations

import pickle
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from cs_qa._rubric_tables import QuantitativeWeights
from cs_qa.errors import RubricError
from cs_qa.rubric import DEFAULT_FILE, Rubric
from cs_qa.types import BANNED_LABELS, CRITERIA, SENTIMENTS, CriterionName, Urgency

DEFAULT = DEFAULT_FILE.read_text("utf-8")
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_rubric(text: str) -> Path:
        path = tmp_path / "rubric.toml"
        path.write_text(text.replace('name = "default"', 'name = "own"'), "utf-8")
        return path

    return write_rubric


def changed(old: str, new: str) -> str:
    """The default rubric with one passage replaced."""
    assert DEFAULT.count(old) == 1, old
    return DEFAULT.replace(old, new)


def in_table(table: str, old: str, new: str) -> str:
    """The default rubric with a line of one table replaced."""
    before, header, after = DEFAULT.partition(f"[{table}]\n")
    assert old in after.split("\n[")[0], (table, old)
    return before + header + after.replace(old, new, 1)


def test_the_default_rubric_has_the_numbers_of_the_design() -> None:
    rubric = Rubric.default()
    assert rubric.ref == "default@1"
    assert (rubric.weights.quantitative, rubric.weights.qualitative) == (0.7, 0.3)
    assert {name: rubric.criterion(name).weight for name in CRITERIA} == {
        "banned_phrases": 30,
        "empathy": 20,
        "policy_accuracy": 20,
        "sentiment": 15,
        "repeated_scripts": 5,
        "language": 5,
        "politeness": 5,
    }
    criteria = rubric.criteria
    assert criteria.banned_phrases.deductions == {
        "hostile": 60,
        "rhetorical": 25,
        "accusatory": 25,
        "deflecting": 20,
        "repeat_request": 15,
    }
    assert criteria.banned_phrases.critical_labels == ("hostile",)
    assert [criteria.empathy.levels[level] for level in range(3)] == [0, 60, 100]
    assert criteria.sentiment.last_turn == {"negative": 0, "neutral": 60, "positive": 100}
    assert (criteria.sentiment.last_turn_weight, criteria.sentiment.change_weight) == (60, 40)
    assert [criteria.sentiment.change.after(steps) for steps in (-2, -1, 0, 1, 2)] == [
        100,
        100,
        100,
        50,
        0,
    ]
    assert criteria.repeated_scripts.deduction == 20
    assert criteria.language.deduction == 10
    assert rubric.quantitative.weights.model_dump() == {
        "first_response": 25,
        "average_response": 15,
        "replies_within_30s": 10,
        "csat": 25,
        "resolved": 20,
        "no_complaint": 5,
    }
    assert rubric.quantitative.zero_at == 4
    assert (rubric.quantitative.csat_worst, rubric.quantitative.csat_best) == (1, 5)


def test_the_default_file_states_every_label_and_every_optional_number() -> None:
    table = tomllib.loads(DEFAULT)
    assert set(table["criteria"]) == set(CRITERIA)
    assert set(table["criteria"]["banned_phrases"]["min_confidence"]) == set(BANNED_LABELS)
    assert set(table["criteria"]["sentiment"]["last_turn"]) == set(SENTIMENTS)
    assert table["pass_mark"] == 70
    assert table["min_confidence"] == 0.5
    assert Rubric.problems(DEFAULT_FILE) == []


def test_the_examples_in_the_default_file_hold(write: Write) -> None:
    uncommented = re.sub(
        r"^# (\[[a-z]+\.\w+\]|grades = |pass_marks = )", r"\1", DEFAULT, flags=re.M
    )
    rubric = Rubric.load(write(uncommented))
    assert rubric.grade(89, language="ja") == "excellent"
    assert rubric.pass_mark_for("language", market="BR") == 60


@pytest.mark.parametrize(
    ("channel", "urgency", "seconds"),
    [
        ("live_chat", "urgent", 30),
        ("live_chat", "general", 60),
        ("live_chat", None, 60),
        ("Live Chat", "urgent", 30),
        ("live-chat", None, 60),
        ("chat", None, 60),
        ("email", "general", 86400),
        ("social", "urgent", 900),
        ("phone", None, 20),
        ("phone_transcript", None, 20),
        ("whatsapp", "urgent", 180),
        ("carrier pigeon", None, 900),
        ("", None, 900),
        (None, "urgent", 180),
    ],
)
def test_targets(channel: str | None, urgency: Urgency | None, seconds: float) -> None:
    assert Rubric.default().quantitative.target_s(channel, urgency) == seconds


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        (100, "excellent"),
        (90, "excellent"),
        (89.9, "pass"),
        (70, "pass"),
        (69.9, "needs_improvement"),
        (0, "needs_improvement"),
    ],
)
def test_grades(total: float, grade: str) -> None:
    assert Rubric.default().grade(total) == grade


EXCEPTIONS = """
[languages.pt]
grades = { excellent = 80, pass = 60 }
pass_marks = { politeness = 50, empathy = 40 }
[languages.pt-BR]
pass_marks = { politeness = 55 }
[markets.BR]
pass_marks = { politeness = 65 }
[markets.JP]
grades = { excellent = 95, pass = 90 }
"""


@pytest.mark.parametrize(
    ("language", "market", "politeness", "empathy", "grade_of_85"),
    [
        (None, None, 70, 70, "pass"),
        ("de", "DE", 70, 70, "pass"),
        ("pt", None, 50, 40, "excellent"),
        ("PT", "PT", 50, 40, "excellent"),
        ("pt_br", None, 55, 40, "excellent"),
        ("pt-PT", None, 50, 40, "excellent"),
        ("pt", "BR", 65, 40, "excellent"),
        ("pt", "br", 65, 40, "excellent"),
        ("pt", "JP", 50, 40, "needs_improvement"),
    ],
)
def test_exceptions_by_market_and_language(
    write: Write,
    language: str | None,
    market: str | None,
    politeness: float,
    empathy: float,
    grade_of_85: str,
) -> None:
    rubric = Rubric.load(write(DEFAULT + EXCEPTIONS))
    assert rubric.pass_mark_for("politeness", language=language, market=market) == politeness
    assert rubric.pass_mark_for("empathy", language=language, market=market) == empathy
    assert rubric.grade(85, language=language, market=market) == grade_of_85


def test_a_criterion_may_have_a_pass_mark_of_its_own(write: Write) -> None:
    rubric = Rubric.load(
        write(in_table("criteria.language", "weight = 5", "pass_mark = 0\nweight = 5"))
    )
    assert rubric.pass_mark_for("language") == 0
    assert rubric.pass_mark_for("politeness") == 70


@pytest.mark.parametrize(
    ("criterion", "label", "least"),
    [
        ("banned_phrases", "hostile", 0.9),
        ("banned_phrases", "deflecting", 0.5),
        ("policy_accuracy", "inaccurate", 0.6),
        ("repeated_scripts", "repeated_script", 0.6),
        ("empathy", "anything", 0.6),
    ],
)
def test_min_confidence(write: Write, criterion: CriterionName, label: str, least: float) -> None:
    text = in_table("criteria.banned_phrases.min_confidence", "hostile = 0.5", "hostile = 0.9")
    rubric = Rubric.load(write(text.replace("\nmin_confidence = 0.5", "\nmin_confidence = 0.6")))
    assert rubric.min_confidence_for(criterion, label) == least


BANNED = "criteria.banned_phrases"
WEIGHTS = "[quantitative.weights]\n"
WEIGHTLESS = re.sub(
    re.escape(WEIGHTS) + r"(.+\n)+",
    WEIGHTS + "".join(f"{name} = 0\n" for name in QuantitativeWeights.model_fields),
    DEFAULT,
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            DEFAULT.replace("[criteria.politeness]", "[criteria.charm]"),
            "criteria.charm: unknown key. Possible here: banned_phrases, empathy, policy_accuracy,"
            " sentiment, repeated_scripts, language, politeness.",
        ),
        (
            in_table("criteria.empathy.levels", "formulaic", "formulaik"),
            "criteria.empathy.levels.formulaik: unknown key. Possible here: none, formulaic,"
            " specific.",
        ),
        (
            in_table("criteria.empathy.levels", "formulaic = 60", ""),
            "criteria.empathy.levels.formulaic: missing. The default rubric shows what belongs"
            " here.",
        ),
        (
            in_table(BANNED + ".deductions", "hostile = 60", "rude = 60"),
            "criteria.banned_phrases.deductions.rude: unknown name. Possible here: 'rhetorical',"
            " 'accusatory', 'deflecting', 'hostile' or 'repeat_request'.",
        ),
        (
            in_table(BANNED + ".deductions", "hostile = 60", ""),
            "criteria.banned_phrases: deductions lacks a number for hostile.",
        ),
        (
            in_table(BANNED, '["hostile"]', '["rude"]'),
            "criteria.banned_phrases.critical_labels.0: unknown name. Possible here: 'rhetorical',"
            " 'accusatory', 'deflecting', 'hostile' or 'repeat_request'.",
        ),
        (
            in_table(BANNED + ".min_confidence", "hostile = 0.5", "hostile = 50"),
            "criteria.banned_phrases.min_confidence.hostile: must be less than or equal to 1,"
            " not 50.",
        ),
        (
            in_table("criteria.sentiment.last_turn", "neutral = 60", ""),
            "criteria.sentiment: last_turn lacks a number for neutral.",
        ),
        (
            in_table("criteria.sentiment.change", "two_steps_worse = 0", "two_steps_worse = 60"),
            "criteria.sentiment.change: two_steps_worse may not be above one_step_worse.",
        ),
        (
            changed(
                "last_turn_weight = 60\nchange_weight = 40",
                "last_turn_weight = 0\nchange_weight = 0",
            ),
            "criteria.sentiment: all weights are 0; one at least must be above 0.",
        ),
        (
            in_table("criteria.empathy.levels", "none = 0", "none = 70"),
            "criteria.empathy.levels: none may not be above formulaic.",
        ),
        (
            in_table("criteria.empathy", "weight = 20", "weight = -1"),
            "criteria.empathy.weight: must be greater than or equal to 0, not -1.",
        ),
        (
            in_table("criteria.empathy", "weight = 20", 'weight = "20"'),
            "criteria.empathy.weight: must be a valid number, not '20'.",
        ),
        (
            in_table("criteria.empathy", "weight = 20", "weight = true"),
            "criteria.empathy.weight: must be a valid number, not True.",
        ),
        (
            in_table("criteria.empathy", "weight = 20", "weight = inf"),
            "criteria.empathy.weight: must be a finite number, not inf.",
        ),
        (
            in_table("criteria.empathy", "weight = 20", "weight = [20]"),
            "criteria.empathy.weight: must be a valid number.",
        ),
        (
            re.sub(r"(\[criteria\.\w+\]\nweight = )\d+", r"\g<1>0", DEFAULT),
            "criteria: all weights are 0; one at least must be above 0.",
        ),
        (
            changed("quantitative = 0.7\nqualitative = 0.3", "quantitative = 0\nqualitative = 0"),
            "weights: all weights are 0; one at least must be above 0.",
        ),
        (
            in_table("grades", "excellent = 90", "excellent = 60"),
            "grades: pass may not be above excellent.",
        ),
        (
            in_table("grades", "pass = 70", "pass = 70\ngood = 80"),
            "grades.good: unknown key. Possible here: excellent, pass.",
        ),
        (
            in_table("quantitative.targets.live_chat", "urgent = 30", "urgent = 90"),
            "quantitative.targets.live_chat: urgent may not be above general.",
        ),
        (
            in_table("quantitative.targets.live_chat", "urgent = 30", "urgent = 0"),
            "quantitative.targets.live_chat.urgent: must be greater than 0, not 0.",
        ),
        (
            in_table("quantitative.targets.live_chat", "urgent = 30", "urgnt = 3\nurgent = 30"),
            "quantitative.targets.live_chat.urgnt: unknown key. Possible here: urgent, general,"
            " also.",
        ),
        (
            in_table("quantitative.targets.email", '"ticket"', '"Chat"'),
            "quantitative: targets: channels named twice: chat.",
        ),
        (
            changed("[quantitative.targets.default]", "[quantitative.targets.others]"),
            "quantitative: targets.default is missing; it serves every channel not named.",
        ),
        (
            in_table("quantitative", "csat_best = 5", "csat_best = 1"),
            "quantitative: csat_worst must be below csat_best.",
        ),
        (
            in_table("quantitative", "zero_at = 4", "zero_at = 1"),
            "quantitative.zero_at: must be greater than 1, not 1.",
        ),
        (
            WEIGHTLESS,
            "quantitative.weights: all weights are 0; one at least must be above 0.",
        ),
        (
            DEFAULT + "[languages.de.grades]\nexcellent = 90\nfail = 10\npass = 70",
            "languages.de.grades.fail: unknown key. Possible here: excellent, pass.",
        ),
        (
            DEFAULT + "[markets.DE]\npassmarks = {}",
            "markets.DE.passmarks: unknown key. Possible here: grades, pass_marks.",
        ),
        (
            DEFAULT + "[markets.DE.pass_marks]\ncharm = 70",
            "markets.DE.pass_marks.charm: unknown name. Possible here: 'sentiment',"
            " 'banned_phrases', 'repeated_scripts', 'empathy', 'policy_accuracy', 'language' or"
            " 'politeness'.",
        ),
        (
            changed('name = "default"', 'name = "my rubric"'),
            "name: must be one word without @, not 'my rubric'.",
        ),
        (
            DEFAULT + "[languages.german]",
            "languages.german: must be a language code such as de or pt-BR, not 'german'.",
        ),
        (changed('version = "1"', "version = 1"), "version: must be a valid string, not 1."),
        ("name = ", "is not TOML: Invalid value (at end of document)"),
    ],
)
def test_problems_name_the_key_and_what_is_possible(write: Write, text: str, problem: str) -> None:
    path = write(text)
    assert f"{path}: {problem}" in Rubric.problems(path)
    with pytest.raises(RubricError, match=re.escape(problem)):
        Rubric.load(path)


def test_all_problems_are_told_at_once(write: Write) -> None:
    path = write(DEFAULT.replace("weight = 20", "weight = -1"))
    assert len(Rubric.problems(path)) == 2


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_bytes(DEFAULT.encode("utf-16")), "is not UTF-8 text"),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, make: Callable[[Path], Any], problem: str
) -> None:
    path = tmp_path / "rubric.toml"
    make(path)
    assert len(Rubric.problems(path)) == 1
    assert problem in Rubric.problems(path)[0]


def test_a_changed_rubric_may_not_keep_the_name_of_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "rubric.toml"
    path.write_text(changed("rhetorical = 25", "rhetorical = 40"), "utf-8")
    (problem,) = Rubric.problems(path)
    assert "default@1 is the rubric that ships with cs_qa, and this one differs" in problem


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "rubric.toml"
    path.write_text(DEFAULT, "utf-8-sig")
    assert Rubric.load(path) == Rubric.default()


def test_a_rubric_is_frozen_and_pickles() -> None:
    rubric = Rubric.default()
    with pytest.raises(ValidationError, match="frozen"):
        rubric.pass_mark = 0
    assert pickle.loads(pickle.dumps(rubric)) == rubric
    assert Rubric.default() is rubric


def test_one_weight_may_be_zero(write: Write) -> None:
    rubric = Rubric.load(write(in_table("criteria.politeness", "weight = 5", "weight = 0")))
    assert rubric.criterion("politeness").weight == 0


def test_thresholds_may_be_equal(write: Write) -> None:
    rubric = Rubric.load(write(in_table("grades", "excellent = 90", "excellent = 70")))
    assert rubric.grade(70) == "excellent"


def test_every_urgency_has_a_target() -> None:
    assert set(get_args(Urgency)) <= set(tomllib.loads(DEFAULT)["quantitative"]["targets"]["email"])
