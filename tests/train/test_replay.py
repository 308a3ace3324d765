from __future__ import annotations

import pytest

from cs_qa.train.replay import seed_parts
from cs_qa.train.seed import Example
from train.words import agent, conversation_turns

EXAMPLES = [*conversation_turns(20), *conversation_turns(20, lang="th")]


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_each_language_and_label_has_its_share(share: float) -> None:
    parts = seed_parts(EXAMPLES, share)
    kinds: dict[tuple[object, ...], list[int]] = {}
    for place, part in enumerate((parts.replay, parts.held_out)):
        for e in part:
            kinds.setdefault((e.lang, e.banned, e.sentiment), [0, 0])[place] += 1
    assert len(kinds) == 12
    assert all(each[0] == round(share * sum(each)) for each in kinds.values())


def test_whole_conversations_are_taken() -> None:
    turns = [
        Example(f"c{n}/{k}", f"c{n}", "en", "conversations", f"text {n} {k}", sentiment="neutral")
        for n in range(30)
        for k in range(4)
    ]
    parts = seed_parts(turns, 0.4)
    taken, left = ({e.item for e in part} for part in (parts.replay, parts.held_out))
    assert not taken & left
    assert len(parts.replay) + len(parts.held_out) == len(turns)
    assert len(taken) == 12


def test_ids_alone_decide_and_a_rare_kind_is_not_lost() -> None:
    rare = agent(1, "hostile", lang="vi")
    first = seed_parts([*EXAMPLES, rare], 0.1).replay
    again = seed_parts([rare, *reversed(EXAMPLES)], 0.1).replay
    assert {e.id for e in first} == {e.id for e in again}
    assert rare in first
