from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from cs_qa.train.seed import (
    CONTEXT_TURNS,
    SEED,
    TASKS,
    Example,
    languages,
    read_examples,
    read_items,
)
from cs_qa.types import BANNED_LABELS, ROLES, SENTIMENTS


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return read_examples()


def test_every_item_of_every_language_is_read(examples: list[Example]) -> None:
    assert len(languages()) == 17
    for task in TASKS:
        lines = sum(
            len(path.read_bytes().strip().split(b"\n")) for path in SEED.glob(f"*/{task}.jsonl")
        )
        items = list(read_items(task))
        assert len(items) == lines > 0
        turns = sum(
            turn["role"] in ("customer", "agent")
            for item in items
            for turn in item.get("turns", ())
        )
        assert sum(example.task == task for example in examples) == (turns or lines)


def test_the_order_is_fixed_and_the_ids_are_unique(examples: list[Example]) -> None:
    assert read_examples() == examples
    assert max(Counter(example.id for example in examples).values()) == 1


def test_labels_are_those_of_the_task(examples: list[Example]) -> None:
    for example in examples:
        given = [
            name
            for name in ("banned", "empathy", "sentiment", "politeness")
            if getattr(example, name) is not None
        ]
        if example.task == "conversations":
            assert given in (["sentiment"], ["banned"], ["banned", "empathy"])
        else:
            assert given == [example.task]
        assert (example.banned or frozenset()) <= set(BANNED_LABELS)
        assert example.empathy in (None, 0, 1, 2)
        assert example.sentiment in (None, *SENTIMENTS)
        assert len(example.context) <= CONTEXT_TURNS
        assert {role for role, _ in example.context} <= set(ROLES)


def test_every_span_stands_in_the_masked_text(examples: list[Example]) -> None:
    spans = [(example, span) for example in examples for span in example.spans]
    assert len(spans) > 1000
    for example, (label, text) in spans:
        assert label in (example.banned or ())
        assert text in example.text


def write_seed(root: Path, **items: object) -> Path:
    (root / "en").mkdir()
    for task in TASKS:
        lines = [json.dumps(items[task])] if task in items else []
        (root / "en" / f"{task}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return root


def test_an_item_is_masked_as_one_conversation(tmp_path: Path) -> None:
    said = "Did you not read the mail to ann@example.com?"
    item = {
        "id": "b1",
        "lang": "en",
        "context": [{"role": "customer", "text": "I am ann@example.com, he is bob@example.com."}],
        "text": f"{said} bob@example.com did.",
        "labels": ["accusatory"],
        "spans": [{"label": "accusatory", "text": said}],
    }
    [example] = read_examples(write_seed(tmp_path, banned=item))
    assert example.context == (("customer", "I am <EMAIL_1>, he is <EMAIL_2>."),)
    assert example.text == "Did you not read the mail to <EMAIL_1>? <EMAIL_2> did."
    assert example.spans == (("accusatory", "Did you not read the mail to <EMAIL_1>?"),)


def test_a_turn_sees_the_turns_before_it_and_no_later_one(tmp_path: Path) -> None:
    turns = [
        {"role": "bot", "text": "0"},
        *({"role": "customer", "text": str(n), "sentiment": "neutral"} for n in range(1, 8)),
        {"role": "agent", "text": "8", "banned": ["hostile"], "empathy": 1, "spans": []},
        {"role": "customer", "text": "9", "sentiment": "negative"},
    ]
    item = {"id": "c1", "lang": "en", "turns": turns}
    read = read_examples(write_seed(tmp_path, conversations=item))
    assert [example.id for example in read] == [f"c1/{n}" for n in range(1, 10)]
    assert {example.item for example in read} == {"c1"}
    assert read[0].context == (("bot", "0"),)
    assert [text for _, text in read[7].context] == ["2", "3", "4", "5", "6", "7"]
    assert (read[7].banned, read[7].empathy, read[7].sentiment) == (frozenset({"hostile"}), 1, None)
    assert read[8].context[-1] == ("agent", "8")
    assert (read[8].banned, read[8].sentiment) == (None, "negative")
