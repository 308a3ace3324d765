"""What would change if the challenger judged: stored scorecards, judged by both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from cs_qa.arrow import scorecard_to_json
from cs_qa.batch import batched
from cs_qa.evaluation.compare import OtherInspector
from cs_qa.nn.registry import Models
from cs_qa.sampling.chance import shuffled
from cs_qa.store import Store
from cs_qa.store.cards import Json, annotated_of
from cs_qa.store.rejudging import Figures, rejudge
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.schema import scorecards
from cs_qa.store.transactions import reading
from cs_qa.types import Transcript

BY_HEADS = ("sentiment", "banned_phrases", "empathy", "politeness")
"""The criteria that the heads have a say in; of others the stored findings are judged."""

_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Change:
    """A conversation whose grade would be another."""

    transcript_id: str
    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class Shadow:
    """Which of so many conversations would get another grade."""

    conversations: int
    changes: tuple[Change, ...]


def shadow(
    store: Store, champion: Models, challenger: Models, *, limit: int, seed: int = 0
) -> Shadow:
    """Judge up to `limit` stored conversations, drawn at random, by both; nothing is stored.

    Both judge the stored, masked texts as they are now, so that a difference is the challenger's.
    Raises InputError where the store lacks a rubric that judged.
    """
    changes: list[Change] = []
    cards = _drawn_cards(store, limit, seed)
    for part in batched(cards, _AT_ONCE):
        transcripts = [annotated_of(card).transcript for card in part]
        before, after = (_judged(transcripts, models) for models in (champion, challenger))
        for card, old, new in zip(part, before, after, strict=True):
            with reading(store) as connection:
                rubric = find_rubric(connection, card["provenance"]["rubric"])
            was, would_be = (rejudge(card, rubric, each) for each in (old, new))
            if was.grade != would_be.grade:
                changes.append(Change(card["transcript_id"], was, would_be))
    return Shadow(len(cards), tuple(changes))


def _drawn_cards(store: Store, limit: int, seed: int) -> list[Json]:
    newest = select(func.max(scorecards.c.id), scorecards.c.transcript_id)
    with reading(store) as connection:
        found = connection.execute(newest.group_by(scorecards.c.transcript_id)).all()
        drawn = shuffled(found, lambda row: str(row[1]), seed=seed, purpose="shadow")[:limit]
        listed = select(scorecards.c.card).where(scorecards.c.id.in_([row[0] for row in drawn]))
        return [json.loads(text) for text in connection.execute(listed).scalars()]


def _judged(transcripts: Sequence[Transcript], models: Models) -> Iterator[Mapping[str, Json]]:
    """Give the judgements that the heads have a say in, in the card's JSON form."""
    inspector = OtherInspector(redact=False, models=models)
    for scorecard in inspector.inspect_all(transcripts):
        card = scorecard_to_json(scorecard)
        yield {
            each["criterion"]: each
            for each in card["judgements"]
            if each["criterion"] in BY_HEADS and each["verdict"] != "unscored"
        }
