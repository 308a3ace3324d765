"""The authored seed data, read as examples: one text each, with the turns before it and labels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cs_qa.text.redact import redact_conversation
from cs_qa.types import BannedLabel, Role, SentimentLabel

SEED = Path(__file__).parent.parent / "data" / "seed"
TASKS = ("banned", "conversations", "empathy", "sentiment")
CONTEXT_TURNS = 6


@dataclass(frozen=True, slots=True)
class Example:
    """One text to judge. A label that the source does not give is None and trains nothing.

    `item` is the id of the seed item (all turns of a conversation share it): items, not
    examples, are put into folds. `context` holds up to `CONTEXT_TURNS` earlier turns, oldest
    first, never a later one: in the seed a violation is nearly always protested against.
    `politeness` is the crowd's normalised score, about -3 to 3.
    """

    id: str
    item: str
    lang: str
    task: str
    text: str
    context: tuple[tuple[Role, str], ...] = ()
    banned: frozenset[BannedLabel] | None = None
    empathy: int | None = None
    sentiment: SentimentLabel | None = None
    politeness: float | None = None
    spans: tuple[tuple[BannedLabel, str], ...] = ()


def languages(root: Path = SEED) -> list[str]:
    """Give the language codes that the seed data has, sorted."""
    return sorted(path.name for path in root.iterdir() if (path / "banned.jsonl").exists())


def read_items(task: str, root: Path = SEED) -> Iterator[dict[str, Any]]:
    """Yield the raw items of one task, language by language."""
    for lang in languages(root):
        with (root / lang / f"{task}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def read_examples(root: Path = SEED) -> list[Example]:
    """Read every example of the seed data, in a fixed order, masked as in use."""
    return [
        example
        for task in TASKS
        for item in read_items(task, root)
        for example in _EXAMPLES_OF[task](_masked(item))
    ]


def _masked(item: dict[str, Any]) -> dict[str, Any]:
    """Mask the personal data of an item as one conversation, its spans with it."""
    turns = item.get("turns") or [*item.get("context", ()), item]
    holders = [
        (holder, key)
        for turn in turns
        for holder, key in (
            *((turn, key) for key in ("customer", "agent", "text") if key in turn),
            *((span, "text") for span in turn.get("spans", ())),
        )
    ]
    masked = redact_conversation([holder[key] for holder, key in holders])
    for (holder, key), text in zip(holders, masked, strict=True):
        holder[key] = text
    return item


def _of_banned(item: Mapping[str, Any]) -> Iterator[Example]:
    yield Example(
        id=item["id"],
        item=item["id"],
        lang=item["lang"],
        task="banned",
        text=item["text"],
        context=_context(item["context"]),
        banned=frozenset(item["labels"]),
        spans=_spans(item["spans"]),
    )


def _of_empathy(item: Mapping[str, Any]) -> Iterator[Example]:
    yield Example(
        id=item["id"],
        item=item["id"],
        lang=item["lang"],
        task="empathy",
        text=item["agent"],
        context=(("customer", item["customer"]),),
        empathy=item["level"],
    )


def _of_sentiment(item: Mapping[str, Any]) -> Iterator[Example]:
    yield Example(
        id=item["id"],
        item=item["id"],
        lang=item["lang"],
        task="sentiment",
        text=item["text"],
        sentiment=item["label"],
    )


def _of_conversation(item: Mapping[str, Any]) -> Iterator[Example]:
    turns = item["turns"]
    for index, turn in enumerate(turns):
        about = {
            "id": f"{item['id']}/{index}",
            "item": item["id"],
            "lang": item["lang"],
            "task": "conversations",
            "text": turn["text"],
            "context": _context(turns[:index]),
        }
        if turn["role"] == "customer":
            yield Example(**about, sentiment=turn["sentiment"])
        elif turn["role"] == "agent":
            yield Example(
                **about,
                banned=frozenset(turn["banned"]),
                empathy=turn["empathy"],
                spans=_spans(turn["spans"]),
            )


def _context(turns: list[dict[str, Any]]) -> tuple[tuple[Role, str], ...]:
    return tuple((turn["role"], turn["text"]) for turn in turns[-CONTEXT_TURNS:])


def _spans(spans: list[dict[str, Any]]) -> tuple[tuple[BannedLabel, str], ...]:
    return tuple((span["label"], span["text"]) for span in spans)


_EXAMPLES_OF = {
    "banned": _of_banned,
    "conversations": _of_conversation,
    "empathy": _of_empathy,
    "sentiment": _of_sentiment,
}
