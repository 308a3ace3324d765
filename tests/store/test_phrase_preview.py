from __future__ import annotations

from typing import Any

import pytest

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon_file import LexiconFile
from cs_qa.store import Store
from cs_qa.store.phrase_preview import AgentTurn, agent_turns, preview_hits
from tests.store.conftest import MakeCard


def file(*phrases: str, language: str = "en", **more: Any) -> LexiconFile:
    group = {"phrases": list(phrases), "label": "deflecting", "strength": "strong"} | more
    table = {"name": "shop", "language": language, "version": "1", "phrase": [group]}
    return LexiconFile.model_validate(table)


def turn(text: str, language: str | None = "en", number: int = 1) -> AgentTurn:
    return AgentTurn("t1", number, text, language)


def counted(files: list[LexiconFile], *said: AgentTurn) -> dict[str, int]:
    return {each.phrase: each.turns for each in preview_hits(files, said)}


def test_each_phrase_is_counted_by_turn_most_frequent_first() -> None:
    said = (turn("ask the moon, ask the moon"), turn("ASK THE MOON", number=3), turn("kiosk only"))
    found = preview_hits([file("kiosk only", "ask the moon", "never said")], said)
    assert [(each.phrase, each.turns) for each in found] == [
        ("ask the moon", 2), ("kiosk only", 1), ("never said", 0),
    ]  # fmt: skip
    assert found[0].examples == said[:2]
    assert found[2].examples == ()


@pytest.mark.parametrize(
    ("language", "of_turn", "hits"),
    [
        ("en", "en", 1),
        ("en", "en-GB", 1),
        ("en", "de", 0),
        ("en", None, 0),
        ("*", "de", 1),
        ("*", None, 1),
    ],
)
def test_a_list_reads_turns_of_its_language(language: str, of_turn: str | None, hits: int) -> None:
    assert counted([file("kiosk only", language=language)], turn("Kiosk only.", of_turn)) == {
        "kiosk only": hits
    }


def test_what_a_guard_voids_is_no_hit() -> None:
    lists = [file("kiosk only", unless=["and online"])]
    assert counted(lists, turn("kiosk only and online")) == {"kiosk only": 0}
    assert counted(lists, turn("kiosk only")) == {"kiosk only": 1}


def test_hits_of_the_built_in_lexicon_are_not_counted() -> None:
    assert counted([file("kiosk only")], turn("That is not my problem.")) == {"kiosk only": 0}


def test_a_phrase_that_does_not_hold_is_said() -> None:
    with pytest.raises(LexiconError):
        preview_hits([file("(a")], [turn("x")])


def test_agent_turns_are_those_of_current_cards_latest_first(store: Store, make: MakeCard) -> None:
    store.add_scorecards([make("t1", "Hello?", "One.", "And?", "Two."), make("t2", "Hi", "Three.")])
    store.add_scorecards([make("t1", "Hello?", "One.", "And?", "Two.", rubric="default@2")])
    said = agent_turns(store)
    assert [(each.transcript_id, each.turn, each.text) for each in said] == [
        ("t1", 1, "One."), ("t1", 3, "Two."), ("t2", 1, "Three."),
    ]  # fmt: skip
    assert {each.language for each in said} == {"en"}
    assert agent_turns(store, limit=1) == said[:1]
