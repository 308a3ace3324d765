"""A review desk of conversations from the seed data, reviewed by what their authors labelled."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import select

import cs_qa
from cs_qa.arrow import scorecard_to_json
from cs_qa.store import Store, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.decisions import AddedFinding, Decision, FindingRef, finding_id
from cs_qa.store.queue import claim
from cs_qa.store.samples import NewItem, add_sample, sample_items_of
from cs_qa.store.schema import scorecards
from cs_qa.store.users import add_user
from cs_qa.train.seed import read_items
from cs_qa.types import Transcript, Turn

REVIEWER = "ann"


def conversations(limit: int) -> list[dict]:
    """Give some of the seed's conversations, of all languages alike."""
    items = list(read_items("conversations"))
    return items[:: max(1, len(items) // limit)][:limit]


def transcript(item: dict) -> Transcript:
    """Give a conversation of the seed as a transcript."""
    turns = tuple(Turn(each["role"], each["text"]) for each in item["turns"])
    return Transcript(id=item["id"], turns=turns, agent_id="a1", channel="live_chat")


def add_desk(store: Store, items: Sequence[dict], *, week: str = "2026-W47") -> None:
    """Inspect conversations, draw them all and review them."""
    add_user(store, REVIEWER, name="Ann", role="inspector", by=OPERATOR)
    inspector = cs_qa.Inspector.default()
    store.add_scorecards(
        map(scorecard_to_json, inspector.inspect(transcript(item) for item in items))
    )
    review(store, items, week)


def review(store: Store, items: Sequence[dict], week: str) -> None:
    """Draw and review conversations that the store has."""
    by_id = {item["id"]: item for item in items}
    with store._engine.connect() as connection:
        rows = connection.execute(select(scorecards.c.transcript_id, scorecards.c.id)).all()
    new = [
        NewItem(
            transcript_id=id_,
            scorecard_id=card,
            reason="random",
            explanation="All.",
            random_probability=1.0,
        )
        for id_, card in rows
        if id_ in by_id
    ]
    drawn = add_sample(store, new, week=week, seed=1, config={}, population=len(new), by=OPERATOR)
    for item in sample_items_of(store, drawn.id):
        claim(store, item.id, REVIEWER)
        card = store.scorecard(item.transcript_id)
        made = decisions(card, by_id[item.transcript_id])
        done = reviews.decide(store, item.id, 1, REVIEWER, *made, expects=None)
        last = done[-1].id if done else None
        reviews.confirm_rest(store, item.id, 1, REVIEWER, expects=last)
        reviews.finish(store, item.id, 1, REVIEWER)


def decisions(card: dict, item: dict) -> Iterator[Decision]:
    """Say where the machine and the seed's authors differ."""
    judged = {each["criterion"]: each for each in card["judgements"]}
    truth = item["turns"]
    found = judged["banned_phrases"]["findings"]
    said = {(each["turn"], each["label"]) for each in found}
    meant = {(n, label) for n, turn in enumerate(truth) for label in turn.get("banned", ())}
    if said != meant:
        yield Decision(
            criterion="banned_phrases",
            action="override",
            reason_code="wrong_label",
            removed=tuple(FindingRef(n, finding_id(each)) for n, each in enumerate(found)),
            added=tuple(
                AddedFinding(label, turn, 0, len(card["turns"][turn]["text"]))
                for turn, label in sorted(meant)
            ),
        )
    applies = {"empathy": "levels", "sentiment": "sentiments"}
    for name, changes in applies.items():
        values = tuple(
            (n, turn[name])
            for n, turn in enumerate(truth)
            if turn.get(name) is not None and (name != "empathy" or answers_first(truth, n))
        )
        if values and judged[name]["verdict"] in ("pass", "fail"):
            yield Decision(
                criterion=name, action="override", reason_code="wrong_label", **{changes: values}
            )


def answers_first(turns: Sequence[dict], index: int) -> bool:
    """Whether a turn is the first answer to a customer; a desk takes a level of no other."""
    spoken = [turn["role"] for turn in turns[:index] if turn["role"] != "system"]
    return bool(spoken) and spoken[-1] == "customer"


def scored(items: Sequence[dict], inspector: cs_qa.Inspector) -> str:
    """Give the scorecards of conversations, byte for byte."""
    cards = map(scorecard_to_json, inspector.inspect(map(transcript, items)))
    return json.dumps(list(cards), ensure_ascii=False, sort_keys=True)
