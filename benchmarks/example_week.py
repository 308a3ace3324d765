"""Judge the example week and compare with its reference labels, turn by turn.

The week was not used in training. Run: python benchmarks/example_week.py [--json FILE] [--show]
"""

import argparse
import json
from pathlib import Path

import numpy as np

import cs_qa
from cs_qa.evaluation.metrics import lines, one_hot, table
from cs_qa.types import BANNED_LABELS, SENTIMENTS

EXAMPLES = Path(__file__).parent.parent / "examples"
LEVELS = (0, 1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the tables here too")
    parser.add_argument("--show", action="store_true", help="print the banned turns that differ")
    options = parser.parse_args()
    pairs = list(judged_turns())
    results = [banned(pairs), flagged(pairs), empathy(pairs), sentiment(pairs), *whole()]
    for result in results:
        print("\n".join(lines(result)), end="\n\n")
    if options.show:
        show_differences(pairs)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def cards():
    """Pairs of scorecard and reference labels."""
    with (EXAMPLES / "week_labels.jsonl").open(encoding="utf-8") as rows:
        labels = {row["id"]: row for row in map(json.loads, rows)}
    inspector = cs_qa.Inspector.default()
    for card in inspector.inspect(cs_qa.read(EXAMPLES / "week.jsonl")):
        yield card, labels[card.transcript_id]


def judged_turns():
    """Language, card, turn index and reference of every labelled turn."""
    for card, label in cards():
        for turn in label["turns"]:
            yield card.annotated.language, card, turn["turn"], turn


def found(card, index):
    """Banned labels that the scorecard holds against a turn."""
    findings = card.judgement("banned_phrases").findings
    return {finding.label for finding in findings if finding.span.turn == index}


def banned(pairs):
    own = [pair for pair in pairs if "banned" in pair[3]]
    truth = [[name in turn["banned"] for name in BANNED_LABELS] for *_, turn in own]
    guess = [[name in found(card, i) for name in BANNED_LABELS] for _, card, i, _ in own]
    langs = [lang for lang, *_ in own]
    return table("banned", langs, np.array(truth), np.array(guess), BANNED_LABELS)


def flagged(pairs):
    own = [pair for pair in pairs if "banned" in pair[3]]
    truth = np.array([[bool(turn["banned"])] for *_, turn in own])
    guess = np.array([[bool(found(card, i))] for _, card, i, _ in own])
    return table("flagged or not", [lang for lang, *_ in own], truth, guess, ["flagged"])


def empathy(pairs):
    """Where the reference gives a level: the first answers to upset customers, mostly."""
    own = [
        (lang, turn["empathy"], said.level)
        for lang, card, i, turn in pairs
        if turn.get("empathy") is not None and (said := card.annotated.turns[i].empathy)
    ]
    langs, truth, guess = zip(*own, strict=True)
    names = list(map(str, LEVELS))
    return table("empathy", langs, one_hot(truth, LEVELS), one_hot(guess, LEVELS), names)


def sentiment(pairs):
    own = [
        (lang, turn["sentiment"], said.label)
        for lang, card, i, turn in pairs
        if "sentiment" in turn and (said := card.annotated.turns[i].sentiment)
    ]
    langs, truth, guess = zip(*own, strict=True)
    truth, guess = one_hot(truth, SENTIMENTS), one_hot(guess, SENTIMENTS)
    return table("sentiment", langs, truth, guess, SENTIMENTS)


def whole():
    """Repeated turns and transcripts in the wrong language."""
    repeats, mismatches = [], []
    for card, label in cards():
        lang = card.annotated.language
        repeated = {f.span.turn for f in card.judgement("repeated_scripts").findings}
        for index, turn in enumerate(card.annotated.transcript.turns):
            if turn.role == "agent":
                repeats.append((lang, index in label["repeated_turns"], index in repeated))
        wrong = bool(card.judgement("language").findings)
        mismatches.append((lang, label["language_mismatch"], wrong))
    for name, rows in (("repeated_script", repeats), ("language_mismatch", mismatches)):
        langs, truth, guess = zip(*rows, strict=True)
        yield table(name, langs, np.array(truth)[:, None], np.array(guess)[:, None], [name])


def show_differences(pairs):
    for _, card, index, turn in pairs:
        if "banned" in turn and set(turn["banned"]) != found(card, index):
            print(f"{card.transcript_id} turn {index + 1}: reference {turn['banned']}, ", end="")
            print(f"found {sorted(found(card, index))}")
            print(f"    {card.annotated.transcript.turns[index].text!r}")


if __name__ == "__main__":
    main()
