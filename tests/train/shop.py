"""A shop with a wording of its own: conversations, and a desk on which all were reviewed.

Its reviewers take "kindly refer to the portal" for deflecting, wherever it is said; the rest they
leave as the machine has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cs_qa.arrow import scorecard_to_json
from cs_qa.batch import Inspector
from cs_qa.store import Store, open_store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.cards import Json
from cs_qa.store.decisions import AddedFinding, Decision, FindingRef, finding_id
from cs_qa.store.queue import claim
from cs_qa.store.samples import add_sample, sample_items_of
from cs_qa.store.users import add_user
from cs_qa.types import Transcript, Turn
from tests.store.desk import NOON, add_people, minutes, new_items

WORDING = "Kindly refer to the portal"
ASKED = ("parcel", "refund", "invoice", "size", "colour", "delivery", "voucher", "exchange")
ANSWERS = (
    "Your {thing} number {n} is on its way and arrives on day {n}.",
    "I have looked into the {thing} of order {n} and will write to you today.",
    "The {thing} is booked, reference {n}; you will get a message.",
    "Thank you for waiting, the {thing} for order {n} was sent this morning.",
)


def conversations(count: int, *, prefix: str = "shop") -> list[Transcript]:
    """So many conversations of four turns; every second one has the wording."""
    return [_conversation(number, prefix) for number in range(count)]


def _conversation(number: int, prefix: str) -> Transcript:
    thing = ASKED[number % len(ASKED)]
    clean = [each.format(thing=thing, n=number) for each in ANSWERS]
    deflected = f"{WORDING} for the {thing}, case {number}."
    said = (
        ("customer", f"Where is my {thing}? Order {number}."),
        ("agent", deflected if number % 2 else clean[number // 2 % 4]),
        ("customer", f"And what about the {thing} of order {number + 1}?"),
        ("agent", clean[number // 3 % 4]),
    )
    turns = tuple(Turn(role, text) for role, text in said)  # type: ignore[arg-type]
    return Transcript(id=f"{prefix}-{number}", turns=turns, agent_id="a9", channel="chat")


def inspected(transcripts: Sequence[Transcript], inspector: Inspector) -> list[Json]:
    return [scorecard_to_json(card) for card in inspector.inspect(transcripts)]


def reviewed_store(
    path: Path, inspector: Inspector, count: int = 120, *, reviewed: int | None = None
) -> Store:
    """A store of the shop's conversations, of which the first `reviewed` (all) ann reviewed."""
    store = open_store(str(path))
    add_people(store)
    store.add_scorecards(inspected(conversations(count), inspector))
    review(store, [f"shop-{number}" for number in range(count if reviewed is None else reviewed)])
    return store


def review(store: Store, ids: Iterable[str], *, by: str = "ann", week: str = "2026-W47") -> None:
    """Draw conversations and review them all; the wording is marked where the machine missed it."""
    ids = list(ids)
    sample = add_sample(
        store,
        new_items(store, ids),
        week=week,
        seed=1,
        config={},
        population=len(ids),
        by=OPERATOR,
        now=NOON,
    )
    for item in sample_items_of(store, sample.id):
        card = store.scorecard(item.transcript_id)
        assert card is not None
        claim(store, item.id, by, now=NOON)
        rows = reviews.decide(store, item.id, 1, by, *_decisions(card), expects=None, now=NOON)
        last = rows[-1].id if rows else None
        reviews.confirm_rest(store, item.id, 1, by, expects=last, now=NOON)
        reviews.finish(store, item.id, 1, by, now=minutes(1))


def add_reviewer(store: Store, login: str) -> None:
    add_user(store, login, name=login.title(), role="inspector", by=OPERATOR, now=NOON)


def _decisions(card: Json) -> list[Decision]:
    """What the reviewer changes of the banned phrases; nothing where the machine is right."""
    judged = next(each for each in card["judgements"] if each["criterion"] == "banned_phrases")
    found = [FindingRef(i, finding_id(each)) for i, each in enumerate(judged["findings"])]
    missed = [
        AddedFinding("deflecting", turn["turn"], 0, len(turn["text"]))
        for turn in card["turns"]
        if turn["role"] == "agent" and WORDING in turn["text"]
    ]
    if not (found or missed) or {each.turn for each in missed} == _flagged(judged):
        return []
    reason: Any = "missed_violation" if missed else "not_a_violation"
    changes: dict[str, Any] = {"removed": tuple(found), "added": tuple(missed)}
    name: Any = "banned_phrases"
    return [Decision(criterion=name, action="override", reason_code=reason, **changes)]


def _flagged(judged: Json) -> set[int]:
    return {each["turn"] for each in judged["findings"] if each["label"] == "deflecting"}
