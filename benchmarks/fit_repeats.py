"""Fit the logistic model of `cs_qa.scripts.likeness` and measure it by cross-validation.

Repeats: the example week, `repeats/dev.jsonl` and the written pairs of `repeats/pairs.jsonl`.
Others: the rest of these, and every pair of agent turns of the seed's ordinary conversations.
Stalling lines and what a customer asked for are judged by rules and left out.

Run: python benchmarks/fit_repeats.py
"""

import json
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import numpy as np
from repeats import lines, week, written
from sklearn.linear_model import LogisticRegression

from cs_qa.annotate import likest
from cs_qa.nn.registry import load_models
from cs_qa.scripts.content import content_of, weight
from cs_qa.scripts.likeness import FITTED, UNLIKE, WHOLE, Formula, readings
from cs_qa.scripts.wording import wording

ROOT = Path(__file__).parent
SEED = ROOT.parent / "cs_qa" / "data" / "seed"
ASKED = {"short_answer", "asked_information", "on_request", "stalling"}
LEAST_LETTERS, FOLDS, STRENGTH = 16, 10, 10
LEAST_LOGIT = np.log(0.35 / 0.65)


def conversations():
    """Groups of (language, agent texts, places of repeats, places to leave out)."""
    for row in [*week(), *written("dev")]:
        agent = [i for i, turn in enumerate(row.transcript.turns) if turn.role == "agent"]
        texts = [row.transcript.turns[i].text for i in agent]
        repeats = {k for k, i in enumerate(agent) if i in row.repeated}
        left_out = {k for k, i in enumerate(agent) if row.rungs.get(i) in ASKED}
        yield row.lang, texts, repeats, left_out
    for path in sorted(SEED.glob("*/conversations.jsonl")):
        for row in lines(path):
            texts = [turn["text"] for turn in row["turns"] if turn["role"] == "agent"]
            yield path.parent.name, texts, set(), set()
    for row in lines(ROOT / "repeats" / "pairs.jsonl"):
        yield row["lang"], [row["earlier"], row["later"]], {1} if row["repeats"] else set(), set()


def pairs(models):
    """Rows of (group, turn, is repeat, said, left, tenths of cosine over `UNLIKE`, whole)."""
    for group, (lang, texts, repeats, left_out) in enumerate(conversations()):
        words = wording((lang, "en"))
        contents = [content_of(text, words) for text in texts]
        vectors = models.encoder.encode(texts)
        short = [c.is_stalling or weight(c.kept) < LEAST_LETTERS for c in contents]
        for earlier, later in combinations(range(len(texts)), 2):
            if short[earlier] or short[later] or later in left_out:
                continue
            near = likest(vectors[texts[later]].before, [(0, vectors[texts[earlier]].before)])
            said, left = max(readings(contents[later], contents[earlier]), key=sum)
            cosine = 10 * (near.similarity - UNLIKE)
            yield group, later, later in repeats, said, left, cosine, left >= WHOLE


def best_of_repeats(rows):
    """Of a repeat only the pair most alike is one; its other pairs tell nothing."""
    best = {}
    for row in rows:
        if row[2]:
            best[row[:2]] = max(best.get(row[:2], row), row, key=lambda each: sum(each[3:5]))
    return [row for row in rows if not row[2] or best[row[:2]] is row]


def fit(x, y):
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(x, y)
    return np.array([*model.intercept_, *model.coef_[0]])


def main() -> None:
    every = list(pairs(load_models()))
    rows = best_of_repeats(every)
    groups = np.array([row[0] for row in rows])
    y, x = np.array([row[2] for row in rows]), np.array([row[3:] for row in rows])
    for name, columns in {"letters": [0, 1, 3], "vector": [2], "both": [0, 1, 2, 3]}.items():
        guess = np.zeros(len(y))
        folds = np.random.default_rng(0).permutation(groups.max() + 1) % FOLDS
        for fold in range(FOLDS):
            held = folds[groups] == fold
            weights = fit(x[~held][:, columns], y[~held])
            guess[held] = weights[0] + x[held][:, columns] @ weights[1:]
        found, hits = guess > LEAST_LOGIT, y.sum()
        right = (found & y).sum()
        print(f"{name:<8} of {hits} repeats {right} found, {(found & ~y).sum()} others of {len(y)}")
    weights = dict(zip([f.name for f in fields(Formula)], fit(x, y).round(2).tolist(), strict=True))
    print("fitted:", json.dumps(weights), "in use:", FITTED)


if __name__ == "__main__":
    main()
