"""Corrected labels as training rows: the turns that people's decisions in force give a label.

A row is one turn and one criterion, so that whose label it is, when and by which rubric, holds
for all of it. What a decision says of a turn is in `cs_qa.train.turn_labels`.

Weights. A conversation of the random part that was drawn with chance p stands for 1 / p of its
week (Horvitz and Thompson, JASA 47, 1952); one that was chosen on purpose was sure to be taken and
stands for itself alone. Relative to the mean conversation of the random part a random one has the
weight (1 / p) / mean(1 / p), close to 1, and a chosen one 1 / mean(1 / p): the share of the week
that the random part reads. That share is small, and what was chosen is where the models err, so
weights are cut off at `MOST_WEIGHT` and 1 / `MOST_WEIGHT`: some bias for far less variance
(Ionides, Journal of Computational and Graphical Statistics 17, 2008).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any

from sqlalchemy import Connection, select

from cs_qa.rubric import Rubric
from cs_qa.sampling.chance import draw_number
from cs_qa.store import Store
from cs_qa.store.cards import Json
from cs_qa.store.desk_schema import sample_items
from cs_qa.store.transactions import moment, reading
from cs_qa.text.language import UNDETERMINED, base_language
from cs_qa.train.decided import DecidedJudgement, Source, decided_judgements, judged_cards
from cs_qa.train.seed import CONTEXT_TURNS, Example
from cs_qa.train.turn_labels import Label, Span, banned_spans, is_said, labels_by_turn
from cs_qa.types import BannedLabel, CriterionName, Role, SentimentLabel

Accepts = Callable[[str, str], bool]
"""Says whether a reviewer's labels may be used, by criterion and login."""

HELD_OUT_SHARE = 0.2
MOST_WEIGHT = 4.0
"""How many times the mean weight a row may have; the least is its inverse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedTurn:
    """One turn with the label that a person gave it; of the three kinds of label one is set.

    `id` is "<transcript>/<turn>", unique together with `criterion`. `text` and `context`, up to
    `CONTEXT_TURNS` earlier turns, oldest first, are masked as stored. `at` is when the label came
    into force (UTC), `models` are those whose view was judged, `reason` is why the conversation
    was drawn ("appeal" where only an appeal brought it up). `shown_machine` says whether the
    reviewer saw the machine's view.
    """

    id: str
    transcript_id: str
    turn: int
    criterion: CriterionName
    lang: str
    role: Role
    text: str
    context: tuple[tuple[Role, str], ...]
    banned: frozenset[BannedLabel] | None = None
    empathy: int | None = None
    sentiment: SentimentLabel | None = None
    spans: tuple[Span, ...] = ()
    reviewer: str
    at: datetime
    source: Source
    scorecard_id: int
    models: Mapping[str, str] = field(default_factory=dict)
    rubric: str
    reason: str
    weight: float = 1.0
    shown_machine: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to train on and rows held out; no transcript is in both."""

    train: tuple[ReviewedTurn, ...]
    held_out: tuple[ReviewedTurn, ...]


def reviewed_turns(
    store: Store,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    accepts: Accepts | None = None,
) -> list[ReviewedTurn]:
    """Read the turns that decisions in force give a label, by transcript, turn and criterion.

    What came into force at `until` or later does not exist yet; of the rest those from `since` on
    are given. Reviews that `accepts` turns down count as not made; decisions of leads always
    count. Raises InputError where the rubric of a card is not stored, ValueError for a time
    without a time zone.
    """
    begin, end = (None if each is None else moment(each) for each in (since, until))
    with reading(store) as connection:
        in_force: dict[tuple[str, str], DecidedJudgement] = {}
        for each in decided_judgements(connection, end):
            name = each.decision.criterion
            if each.source != "review" or accepts is None or accepts(name, each.by):
                in_force[each.transcript_id, name] = each
        wanted = [each for each in in_force.values() if begin is None or each.at >= begin]
        drawn = _drawn(connection)
        found = [
            row
            for card, rubric, each in judged_cards(connection, wanted)
            for row in _rows(card, rubric, each, drawn)
        ]
    return sorted(found, key=lambda row: (row.transcript_id, row.turn, row.criterion))


def to_example(row: ReviewedTurn) -> Example:
    """Give a row as an example to train on; its item is the transcript."""
    return Example(
        id=row.id,
        item=row.transcript_id,
        lang=row.lang,
        task="conversations",
        text=row.text,
        context=row.context,
        banned=row.banned,
        empathy=row.empathy,
        sentiment=row.sentiment,
        spans=tuple((label, row.text[start:end]) for label, start, end in row.spans),
    )


def split(
    rows: Iterable[ReviewedTurn],
    *,
    held_out_share: float = HELD_OUT_SHARE,
    after: datetime | None = None,
) -> Split:
    """Hold out whole transcripts: a share of them (0-1), and all with a label from `after` on.

    Which ones make up the share their ids decide, so they stay held out in every later split.
    """
    rows = tuple(rows)
    new = {row.transcript_id for row in rows if after is not None and row.at >= after}
    ids = {row.transcript_id for row in rows}
    held_out = new | {each for each in ids if place_of(each) < held_out_share}
    return Split(
        tuple(row for row in rows if row.transcript_id not in held_out),
        tuple(row for row in rows if row.transcript_id in held_out),
    )


def place_of(transcript_id: str, purpose: str = "held out") -> float:
    """Give a transcript's place in [0, 1), which its id and the purpose decide.

    >>> place_of("t1") == place_of("t1") != place_of("t1", "fold")
    True
    """
    number = int.from_bytes(draw_number(transcript_id, seed=0, purpose=purpose)[:6], "big")
    return number / 2**48


@dataclass(frozen=True, slots=True)
class _Drawn:
    reason: str
    weight: float


def _drawn(connection: Connection) -> dict[int, _Drawn]:
    """Why each item was drawn, and the weight that its rows have."""
    chances: dict[int, list[float]] = defaultdict(list)
    items = connection.execute(select(sample_items)).all()
    for item in items:
        if item.random_probability is not None:
            chances[item.sample_id].append(1 / item.random_probability)
    means = {sample_id: fmean(own) for sample_id, own in chances.items()}
    return {
        item.id: _Drawn(item.reason, _weight(item.random_probability, means.get(item.sample_id)))
        for item in items
    }


def _weight(chance: float | None, mean: float | None) -> float:
    """Weigh an item; `mean` is the mean inverse chance of its sample's random part, if any."""
    if mean is None:
        return 1 / MOST_WEIGHT
    stands_for = 1.0 if chance is None else 1 / chance
    return round(min(max(stands_for / mean, 1 / MOST_WEIGHT), MOST_WEIGHT), 4)


def _rows(
    card: Json, rubric: Rubric, decided: DecidedJudgement, drawn: Mapping[int, _Drawn]
) -> Iterator[ReviewedTurn]:
    labels = labels_by_turn(card, decided.decision, decided.judgement, rubric)
    criterion = decided.decision.criterion
    spans = banned_spans(decided.judgement, rubric) if criterion == "banned_phrases" else {}
    only_appealed = _Drawn("appeal", 1 / MOST_WEIGHT)
    item = only_appealed if decided.item_id is None else drawn[decided.item_id]
    for index, label in labels.items():
        turn = card["turns"][index]
        yield ReviewedTurn(
            id=f"{decided.transcript_id}/{index}",
            transcript_id=decided.transcript_id,
            turn=index,
            criterion=criterion,
            lang=_language(card, turn),
            role=turn["role"],
            text=turn["text"],
            context=_context(card, index),
            **_labelled(criterion, label),
            spans=spans.get(index, ()),
            reviewer=decided.by,
            at=decided.at,
            source=decided.source,
            scorecard_id=decided.scorecard_id,
            models=card["provenance"]["models"],
            rubric=decided.rubric,
            reason=item.reason,
            weight=item.weight,
            shown_machine=decided.shown_machine,
        )


def _labelled(criterion: CriterionName, label: Label) -> dict[str, Any]:
    return {"banned" if criterion == "banned_phrases" else criterion: label}


def _language(card: Json, turn: Json) -> str:
    told = base_language(turn["language"])
    return base_language(card["language"]) if told == UNDETERMINED else told


def _context(card: Json, index: int) -> tuple[tuple[Role, str], ...]:
    said = [(turn["role"], turn["text"]) for turn in card["turns"][:index] if is_said(turn)]
    return tuple(said[-CONTEXT_TURNS:])
