"""Simulated reviewers: what they review first, and what they get wrong."""

import random
from dataclasses import replace

import numpy as np

from cs_qa.train.gate import GateConfig, gate_of
from cs_qa.train.head_rows import Rows
from cs_qa.train.heads_fit import predict_rows
from cs_qa.train.raters import RatedTurn
from cs_qa.types import BANNED_LABELS, SENTIMENTS

STRATEGIES = ("random", "risk", "uncertainty")
REVIEWERS = ("ann", "bo", "cy")
TWICE = 0.2


def chosen(world, champion, pool, strategy, seed):
    """Items of the pool in the order in which they would be reviewed."""
    items = sorted({e.item for e in pool})
    random.Random(seed).shuffle(items)
    if strategy == "random":
        return items
    scores = dict.fromkeys(items, 0.0)
    logits = predict_rows(champion.heads, Rows.of(pool, world.vectors), world.inputs)
    measure = {"risk": risk, "uncertainty": uncertainty}[strategy]
    for example, row in zip(pool, logits, strict=True):
        scores[example.item] = max(scores[example.item], measure(example, row))
    return sorted(items, key=lambda item: -scores[item])


def risk(example, row):
    """How likely an agent's turn is a violation, or a customer's is negative."""
    if example.banned is not None:
        return float(1 / (1 + np.exp(-row[:5].max())))
    return float(softmax(row[8:11])[0]) if example.sentiment else float(softmax(row[5:8])[0])


def uncertainty(example, row):
    """How near the surest two answers are to each other."""
    if example.banned is not None:
        return float(1 - np.abs(np.tanh(row[:5] / 2)).min())
    second, first = np.sort(softmax(row[8:11] if example.sentiment else row[5:8]))[-2:]
    return float(1 - (first - second))


def softmax(row):
    powers = np.exp(row - row.max())
    return powers / powers.sum()


def reviewed(world, order, share, reviewers, seed):
    """The labels that come through the gate, and whom it refuses; the last reviewer is the bad one.

    A share of the items is labelled by a second reviewer too.
    """
    chance = random.Random(seed)
    labels, turns = [], []
    for number, item in enumerate(order):
        first = reviewers[number % len(reviewers)]
        second = reviewers[(number + 1) % len(reviewers)] if chance.random() < TWICE else first
        for example in world.by_item[item]:
            said = {name: given(example, name, share, chance) for name in {first: 0, second: 0}}
            labels.append((first, said[first]))
            if second != first:
                turns += rated(example, said)
    report = gate_of(turns, GateConfig())
    kept = [e for name, e in labels if all(report.accepts(c, name) for c in criteria(e))]
    return kept, sorted(report.refused)


def given(example, name, share, chance):
    """What a reviewer says of an example: the truth, or by the bad one at times another label."""
    if name != REVIEWERS[-1] or chance.random() >= share:
        return example
    changes = {}
    if example.banned is not None:
        wrong = frozenset() if example.banned else frozenset([chance.choice(BANNED_LABELS)])
        changes["banned"] = wrong
    if example.empathy is not None:
        changes["empathy"] = chance.choice([k for k in range(3) if k != example.empathy])
    if example.sentiment is not None:
        changes["sentiment"] = chance.choice([s for s in SENTIMENTS if s != example.sentiment])
    return replace(example, **changes)


ATTRIBUTES = {"banned_phrases": "banned", "empathy": "empathy", "sentiment": "sentiment"}


def criteria(example):
    return [name for name, own in ATTRIBUTES.items() if getattr(example, own) is not None]


def rated(example, said):
    turn = int(example.id.rpartition("/")[2]) if "/" in example.id else 0
    return [
        RatedTurn(
            example.item, name, turn, {who: getattr(e, ATTRIBUTES[name]) for who, e in said.items()}
        )
        for name in criteria(example)
    ]
