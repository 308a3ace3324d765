"""What a shop's phrases would hit in the agent turns of the store. Nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from cs_qa.phrases.lexicon_file import EVERY_LANGUAGE, LexiconFile
from cs_qa.phrases.shop import beside_built_in
from cs_qa.store.schema import scorecards, transcripts, turn_annotations, turns
from cs_qa.store.store import Store
from cs_qa.store.transactions import reading
from cs_qa.text.language import base_language
from cs_qa.text.normalise import normalise

MAX_TURNS = 5_000
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """What an agent said: turn (from 0) of a transcript, in a language or an unknown one."""

    transcript_id: str
    turn: int
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class PhraseHits:
    """How many agent turns a phrase hits, and the first of them."""

    phrase: str
    language: str
    turns: int
    examples: tuple[AgentTurn, ...]


def agent_turns(store: Store, *, limit: int = MAX_TURNS) -> list[AgentTurn]:
    """Read the agent turns of the latest conversations, at most `limit`."""
    later = scorecards.alias("later")
    is_current = ~(
        select(later.c.id)
        .where(later.c.transcript_id == scorecards.c.transcript_id, later.c.id > scorecards.c.id)
        .exists()
    )
    listed = (
        select(turns.c.transcript_id, turns.c.index, turns.c.text, turn_annotations.c.language)
        .join(transcripts, transcripts.c.id == turns.c.transcript_id)
        .join(scorecards, scorecards.c.transcript_id == turns.c.transcript_id)
        .join(
            turn_annotations,
            (turn_annotations.c.scorecard_id == scorecards.c.id)
            & (turn_annotations.c.turn == turns.c.index),
        )
        .where(turns.c.role == "agent", is_current)
        .order_by(scorecards.c.id.desc(), turns.c.index)
        .limit(limit)
    )
    with reading(store) as connection:
        return [AgentTurn(*row) for row in connection.execute(listed).all()]


def preview_hits(files: Sequence[LexiconFile], said: Sequence[AgentTurn]) -> list[PhraseHits]:
    """Find the phrases of lists in agent turns of their language, most frequent first.

    A phrase that nothing says is listed too, with no turns. What a guard voids is no hit. Raises
    LexiconError where a list does not hold.
    """
    found: dict[tuple[str, str], list[AgentTurn]] = {}
    for file in files:
        for group in file.phrase:
            found |= {(phrase, file.language): [] for phrase in group.phrases}
        for phrase, hit in _hits(file, said).items():
            found[phrase, file.language] = hit
    listed = [
        PhraseHits(phrase, language, len(hit), tuple(hit[:EXAMPLES]))
        for (phrase, language), hit in found.items()
    ]
    return sorted(listed, key=lambda each: (-each.turns, each.language, each.phrase))


def _hits(file: LexiconFile, said: Sequence[AgentTurn]) -> dict[str, list[AgentTurn]]:
    lexicon = beside_built_in(file, Path(file.ref))
    first = len(lexicon.groups) - len(file.phrase)
    found: dict[str, list[AgentTurn]] = defaultdict(list)
    for turn in said:
        if file.language not in (EVERY_LANGUAGE, base_language(turn.language)):
            continue
        hits = lexicon.hits_by_group(turn.text, normalise(turn.text))
        for phrase in {hit.phrase for index, hit in hits if index >= first and hit.guard is None}:
            found[phrase].append(turn)
    return found
