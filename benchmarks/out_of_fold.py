"""Out-of-fold quality on the seed data: every item is judged by models that never saw its group.

Reads the out-of-fold predictions that training left beside the heads, joins them with the phrase
tier and the comparison of what is asked for with what was given, as inspection does, and measures
them as `cs-qa evaluate` does. The first data (numbers below 1000) stand apart from what was written
later, most of it to be harder; "from 0.5" takes every label from there on, in place of the points
that ship. Each fold is calibrated on the others; where one fold alone is done, it is
divided by a hash of the items, and each fifth calibrated on the others.

Phrase lists and the wordings of requests were written with sight of the first data: only what is
called "heads alone" is strictly out of fold.

Run: python benchmarks/out_of_fold.py [--brief] [--json FILE]
"""

import argparse
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.special import softmax

from cs_qa.annotate import STATED, compared
from cs_qa.evaluation.bootstrap import point
from cs_qa.evaluation.figures import AVERAGE_PRECISION, RECALL, ranking
from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.measure import is_ranked, measure
from cs_qa.evaluation.metrics import one_hot, table
from cs_qa.evaluation.printed import report
from cs_qa.evaluation.reliability import reliability
from cs_qa.nn.registry import Registry
from cs_qa.requests import Said, compare
from cs_qa.train.calibrate import cross_fitted, judged_turns
from cs_qa.train.folds import FOLDS, load_folds
from cs_qa.train.seed import read_examples
from cs_qa.types import BANNED_LABELS, SENTIMENTS

LEVELS = (0, 1, 2)
LATER = 1000
REPEAT = BANNED_LABELS.index("repeat_request")
HEADS = {"empathy": (LEVELS, 5), "sentiment": (SENTIMENTS, 8)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true", help="no intervals, a line for each part")
    parser.add_argument("--json", type=Path, help="write everything here too")
    options = parser.parse_args()
    examples, logits = saved_predictions()
    results = {}
    for name, judged in {**banned(examples, logits), **others(examples, logits)}.items():
        if options.brief:
            print(brief(name, judged))
            continue
        results[name] = measure(judged)
        print(f"== {name}", *report(results[name]), sep="\n", end="\n\n")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def saved_predictions():
    """The seed examples and their logits, in one order."""
    with np.load(Registry.shipped().folder("heads") / "out_of_fold.npz") as saved:
        row_of = {name: row for row, name in enumerate(saved["ids"].tolist())}
        logits = saved["logits"].astype(np.float32)
    everything = read_examples()
    examples = [example for example in everything if example.id in row_of]
    if len(examples) < len(everything):
        print(f"Predictions of {len(examples)} of {len(everything)} examples.", end="\n\n")
    return examples, logits[[row_of[example.id] for example in examples]]


def shipped_calibration():
    path = Registry.shipped().folder("heads") / "calibration.json"
    return json.loads(path.read_text(encoding="utf-8"))


def operating_points():
    """The shift of each label's scale, as the shipped heads have it."""
    return shipped_calibration()["operating_points"]


def parts_of(examples):
    """The part of each item: calibrated on the others."""
    folds = load_folds()
    if len({folds[example.item] for example in examples}) > 1:
        return folds
    return {example.item: zlib.crc32(example.item.encode()) % FOLDS for example in examples}


def said(turns, points):
    """Probabilities as inspection gives them: phrases and what was given before have their say."""
    fitted = cross_fitted(turns, parts_of(turns.examples), points)
    found = np.maximum(fitted, STATED * turns.features[:, :, 1])
    for row, example in zip(found, turns.examples, strict=True):
        row[REPEAT] = asked_again(example, row[REPEAT])
    return found


def asked_again(example, probability):
    before = [Said(role, text, example.lang) for role, text in example.context]
    requests = compare(Said("agent", example.text, example.lang), before)
    return compared(probability, requests.standing(probability), requests)


def banned(examples, logits):
    """Hard cases and ordinary service, by what judges them."""
    turns = judged_turns(examples, logits)
    heads_only = replace(turns, features=turns.features * (1, 0, 0))
    points = operating_points()
    ways = {
        "": said(turns, points),
        ", from 0.5": said(turns, {}),
        ", heads alone, from 0.5": cross_fitted(heads_only, parts_of(examples), {}),
    }
    return {
        f"{name}{way}": judged_as(
            "conversations" if "ordinary" in name else "banned",
            BANNED_LABELS,
            [turns.examples[row] for row in rows],
            turns.truth[rows],
            found[rows],
        )
        for way, found in ways.items()
        for name, rows in parts_by_data(turns.examples).items()
    }


def parts_by_data(examples):
    """Rows of hard cases and of ordinary service, first data and later ones."""
    parts = {}
    for row, example in enumerate(examples):
        kind = "ordinary service" if example.task == "conversations" else f"hard {example.task}"
        part = "first data" if is_first(example) else "written later"
        parts.setdefault(f"{kind}, {part}", []).append(row)
    return parts


def is_first(example):
    return int(example.item.rsplit("-", 1)[1]) < LATER


def others(examples, logits):
    """Empathy and sentiment, of single messages and in conversations."""
    parts = {}
    for attribute, (labels, start) in HEADS.items():
        temperature = shipped_calibration()["temperature"][attribute]
        rows = [i for i, each in enumerate(examples) if getattr(each, attribute) is not None]
        chances = softmax(logits[rows, start : start + 3] / temperature, axis=1)
        own = [examples[i] for i in rows]
        truth = one_hot([getattr(each, attribute) for each in own], labels)
        for name, some in parts_by_data(own).items():
            parts[f"{attribute}, {name.removeprefix(f'hard {attribute}, ')}"] = judged_as(
                attribute,
                tuple(map(str, labels)),
                [own[i] for i in some],
                truth[some],
                chances[some],
            )
    return parts


def judged_as(task, labels, examples, truth, probabilities):
    """Rows of a task; what has one label takes the likeliest."""
    several = task in ("banned", "conversations")
    place = {item: row for row, item in enumerate(dict.fromkeys(each.item for each in examples))}
    likeliest = one_hot(probabilities.argmax(1).tolist(), range(len(labels)))
    return Judged(
        task=task,
        labels=labels,
        langs=np.array([example.lang for example in examples]),
        truth=np.asarray(truth, bool),
        guess=probabilities >= 0.5 if several else likeliest,
        rows=np.array([place[example.item] for example in examples]),
        shown=[{"id": example.id} for example in examples],
        probabilities=probabilities,
        is_multi_label=several,
    )


def brief(name, judged):
    """The chief figures of a part in one line, without intervals."""
    langs = judged.langs.tolist()
    own = table(name, langs, judged.truth, judged.guess, judged.labels)
    told = [f"macro-F1 {own['macro_f1']:.3f}"]
    if judged.is_multi_label:
        flagged = table(name, langs, *judged.flagged, ("flagged",))
        f1 = {lang: row["macro_f1"] or 0.0 for lang, row in flagged["languages"].items()}
        lowest = min(f1, key=f1.get)
        told.append(f"flagged F1 {flagged['macro_f1']:.3f}, lowest {f1[lowest]:.3f} ({lowest})")
    if is_ranked(judged):
        figures = point(ranking(judged), len(judged))
        told.append(f"recall at 0.5 % {figures[RECALL]:.3f}")
        told.append(f"average precision at 0.5 % {figures[AVERAGE_PRECISION]:.3f}")
    errors = [row["ece"] for row in reliability(judged).values()]
    return f"{name:<54} n {len(judged):>5}  " + "  ".join([*told, f"ECE to {max(errors):.3f}"])


if __name__ == "__main__":
    main()
