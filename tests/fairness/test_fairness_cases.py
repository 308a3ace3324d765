"""The cases are complete, alike in every language, and no model was trained on them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cs_qa.text.language import LANGUAGES
from cs_qa.types import BANNED_LABELS, Role
from fairness import cases

ROOT = Path(__file__).parent.parent.parent
LONG = 20
"""Characters from which a text is no stock phrase: no two people write it by chance."""


def test_there_are_cases_in_every_language() -> None:
    assert set(cases.LANGUAGES) == set(LANGUAGES)


@pytest.mark.parametrize("language", cases.LANGUAGES)
def test_swaps_cover_violations_and_clean_turns(language: str) -> None:
    swaps = cases.swaps([language])
    assert sum(not swap.labels for swap in swaps) == len(swaps) / 2 >= 6
    assert {label for swap in swaps for label in swap.labels} == set(BANNED_LABELS)
    assert len({swap.by for swap in swaps}) >= 5


@pytest.mark.parametrize("language", cases.LANGUAGES)
def test_variants_differ_and_are_filled(language: str) -> None:
    for swap in cases.swaps([language]):
        assert len(set(swap.variants)) == len(swap.variants) >= 5, swap
        for said in swap.variants:
            assert len(said) == len(swap.variants[0]) >= 2
            assert len(said) % 2 == 0, "the last turn is the agent's"
            assert not {"{", "}"} & set("".join(said))


@pytest.mark.parametrize("language", cases.LANGUAGES)
def test_complaints_and_answers_are_enough(language: str) -> None:
    complaints, answers = cases.complaints([language]), cases.answers([language])
    assert len({each.curt for each in complaints} | {each.polite for each in complaints}) == 20
    assert len({each.plain for each in answers} | {each.polite for each in answers}) == 10


@pytest.mark.parametrize("language", cases.LANGUAGES)
def test_stories_are_parallel(language: str) -> None:
    own, english = cases.stories([language]), cases.stories(["en"])
    assert [_frame(story) for story in own] == [_frame(story) for story in english]
    assert all(story.transcript.id == f"{language}-{story.name}" for story in own)


def test_stories_are_written_for_every_grade() -> None:
    grades = Counter(story.intended for story in cases.stories(["en"]))
    assert grades == {"excellent": 2, "pass": 2, "needs_improvement": 2}


def test_no_text_is_training_data_or_an_example() -> None:
    known = {
        text
        for folder in ("cs_qa/data/seed", "examples")
        for path in ROOT.glob(f"{folder}/**/*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
        for text in _strings(json.loads(line))
        if len(text) > LONG
    }
    assert known
    assert known.isdisjoint(_texts())


def _frame(story: cases.Story) -> tuple[Any, ...]:
    """What the tellings of one story share: all but the words, and where they were said."""
    turns = story.transcript.turns
    times = [turn.at for turn in turns if turn.at is not None]
    waits = [(at - times[0]).total_seconds() for at in times]
    roles: list[Role] = [turn.role for turn in turns]
    about = story.transcript
    return story.name, story.intended, roles, waits, about.channel, about.urgency, about.outcome


def _texts() -> Iterator[str]:
    yield from (text for swap in cases.swaps() for said in swap.variants for text in said)
    yield from (text for each in cases.complaints() for text in (each.curt, each.polite))
    yield from (text for each in cases.answers() for text in (each.plain, each.polite))
    yield from (turn.text for story in cases.stories() for turn in story.transcript.turns)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _strings(each))
