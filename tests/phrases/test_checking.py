from pathlib import Path

import pytest

from cs_qa.phrases import checking
from cs_qa.phrases.checking import Checked, check
from cs_qa.phrases.lexicon import BUILT_IN

BUILT_IN_FILES = sorted(Path(str(BUILT_IN)).glob("*.toml"))
TURNS = len(checking._ordinary_turns("en"))
HEAD = """
name = "shop"
language = "en"
version = "3"
"""
GOOD = """
[[phrase]]
label = "hostile"
strength = "strong"
phrases = ["zapper"]
"""


def checked(tmp_path: Path, text: str) -> Checked:
    path = tmp_path / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return check(path)


@pytest.mark.parametrize("file", BUILT_IN_FILES, ids=lambda file: file.name)
def test_a_built_in_lexicon_holds(file: Path) -> None:
    assert check(file).problems == ()


def test_a_good_list_has_a_summary(tmp_path: Path) -> None:
    more = '[[except]]\nphrases = ["a b", "c d"]\npatterns = ["zap+"]\nlabels = ["deflecting"]\n'
    assert checked(tmp_path, HEAD + GOOD + more) == Checked(
        (), (), "shop/en@3: 1 group, 1 phrase, 0 patterns, 3 exceptions"
    )


@pytest.mark.parametrize(
    ("group", "problem"),
    [
        ('phrases = ["zap"]\nmatches = ["zip"]', "does not match 'zip' (nothing found)"),
        (
            'phrases = ["zap"]\nmatches = ["not zap"]',
            "does not match 'not zap' ('zap' voided by negation)",
        ),
        ('phrases = ["zap"]\nclean = ["a zap"]', "'zap' hits the clean example 'a zap'"),
        ('phrases = ["zap"]\npatterns = ["zap"]', "hostile: 'zap' stands twice"),
        (
            'phrases = ["zap", "zap (up|down)*"]\nunless = ["up", "down"]',
            "'zap (up|down)*' is never found, voided by unless",
        ),
        (
            'phrases = ["zap"]\n[[except]]\nphrases = ["zap"]',
            "'zap' is never found, voided by except",
        ),
        ('patterns = [".+"]', f"'.+' hits {TURNS} of {TURNS} ordinary agent turns, such as "),
        (
            'phrases = ["zap"]\n[[except]]\npatterns = [".+"]\nlabels = ["deflecting"]',
            f" of {TURNS} ordinary agent turns, such as 'ah ok' from end to end",
        ),
    ],
)
def test_what_does_not_hold_is_a_problem(tmp_path: Path, group: str, problem: str) -> None:
    head = f'{HEAD}[[phrase]]\nlabel = "hostile"\nstrength = "strong"\n'
    (said,) = checked(tmp_path, head + group).problems
    assert problem in said


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            HEAD + GOOD.replace("zapper", "no idea").replace("hostile", "deflecting"),
            "the built-in lexicon has 'no idea' already",
        ),
        (
            HEAD + GOOD.replace("zapper", "speaker is yours"),
            f"hits 1 of {TURNS} ordinary agent turns",
        ),
        (HEAD.replace("en", "sv") + GOOD, "no built-in lexicon for 'sv': the list stands alone"),
        (HEAD.replace("en", "*") + GOOD.replace("zapper", "您稍等"), "ordinary agent turns"),
    ],
)
def test_what_may_be_meant_is_a_note(tmp_path: Path, text: str, note: str) -> None:
    result = checked(tmp_path, text)
    assert result.problems == ()
    assert any(note in said for said in result.notes)


def test_a_weak_phrase_may_stand_in_more_ordinary_turns(tmp_path: Path) -> None:
    text = HEAD + GOOD.replace("zapper", "hi")
    assert checked(tmp_path, text).problems
    assert not checked(tmp_path, text.replace("strong", "weak")).problems


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    assert checked(tmp_path, "language = 3").summary is None
    (problem,) = checked(tmp_path, HEAD + GOOD.replace("zapper", "(zap")).problems
    assert "[[phrase]] 1 phrases: '(zap' has a stray" in problem


def test_a_built_in_file_must_have_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cs_qa.phrases.checking.BUILT_IN", tmp_path)
    problems = checked(tmp_path, HEAD + GOOD).problems
    assert [problem.partition(": ")[2] for problem in problems] == [
        f"has no examples under `{key}`; a built-in lexicon must" for key in ("matches", "clean")
    ]
