"""Asking again: how many requests for what was given before are found, with the head and without.

`before` is what head and lexicon say at a probability of 0.5, `after` what the whole inspection
says, in which requests are compared with what the customer gave. The sets of
`benchmarks/asking_again` hold 10 conversations a language, half of them look-alikes. `--ordinary`
counts and prints the turns of ordinary service that the comparison flags: the clean turns of the
seed conversations, which the heads were trained on, and JDDC, which they were not.

Run: python benchmarks/asking_again.py [dev|test] [--errors] [--ordinary] [--speed]
"""

import argparse
import gzip
import json
import time
from collections import defaultdict
from pathlib import Path

import cs_qa
from cs_qa.annotate import annotate
from cs_qa.nn.registry import load_models
from cs_qa.requests import Comparison, Said, compare
from cs_qa.types import Transcript, Turn

HERE = Path(__file__).parent
SEED = HERE.parent / "cs_qa" / "data" / "seed"
JDDC = HERE.parent.parent / "shared" / "data" / "cs_jddc_raw" / "jddc_sample.jsonl.gz"
LEAST = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", choices=("dev", "test"), default="dev")
    parser.add_argument("--errors", action="store_true", help="print what is judged wrongly")
    parser.add_argument("--ordinary", action="store_true", help="also ordinary service")
    parser.add_argument("--speed", action="store_true", help="also agent turns compared a second")
    options = parser.parse_args()
    rows = lines(HERE / "asking_again" / f"{options.part}.jsonl")
    judge(rows)
    for key in ("lang", "what"):
        print_table(key, rows)
    if options.errors:
        for row in rows:
            if row["after"] != bool(row["labels"]):
                print(row["id"], row["what"], "said" if row["after"] else "missed", row["text"])
    if options.ordinary:
        print_ordinary("seed conversations", list(seed_conversations()))
        print_ordinary("JDDC", list(jddc_sessions()))
    if options.speed:
        print_speed(list(seed_conversations()))


def lines(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def judge(rows):
    """Add to each row whether its last turn is said to ask again, before and after comparing."""
    transcripts = [
        Transcript(
            str(number),
            (*(Turn(turn["role"], turn["text"]) for turn in row["context"]),
             Turn("agent", row["text"])),
            language=row["lang"],
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip
    for name, said in (
        ("before", without_comparing(transcripts)),
        ("after", inspected(transcripts)),
    ):
        for row, probability in zip(rows, said, strict=True):
            row[name] = probability >= LEAST


def inspected(transcripts):
    cards = cs_qa.Inspector.default().inspect(transcripts)
    return [card.annotated.turns[-1].banned["repeat_request"] for card in cards]


def without_comparing(transcripts):
    """The probabilities of head and lexicon alone."""
    real, cs_qa.annotate.compare = cs_qa.annotate.compare, lambda *_: Comparison()
    try:
        return [
            each.turns[-1].banned["repeat_request"] for each in annotate(transcripts, load_models())
        ]
    finally:
        cs_qa.annotate.compare = real


def print_table(key, rows):
    parts = defaultdict(list)
    for row in rows:
        parts["all"].append(row)
        parts[row[key]].append(row)
    print(
        f"\n{key:<18}{'turns':>6}{'before: P':>11}{'R':>6}{'F1':>6}"
        f"{'after: P':>11}{'R':>6}{'F1':>6}"
    )
    for name, part in parts.items():
        figures = [figure for when in ("before", "after") for figure in scores(part, when)]
        print(f"{name:<18}{len(part):>6}" + "".join(
            f"{'-' if figure is None else format(figure, '.2f'):>{width}}"
            for figure, width in zip(figures, (11, 6, 6) * 2, strict=True)
        ))  # fmt: skip


def scores(rows, when):
    """Precision, recall and F1; None where there is nothing to count."""
    right = sum(row[when] and bool(row["labels"]) for row in rows)
    said, true = sum(row[when] for row in rows), sum(bool(row["labels"]) for row in rows)
    total = said + true
    return (
        right / said if said else None,
        right / true if true else None,
        2 * right / total if total else None,
    )


def seed_conversations():
    for path in sorted(SEED.glob("*/conversations.jsonl")):
        for row in lines(path):
            yield row["lang"], row["turns"]


def jddc_sessions():
    for row in lines(JDDC):
        yield row["lang"], row["turns"]


def print_ordinary(name, conversations):
    """Print the clean agent turns that are flagged with asking again, and their share."""
    transcripts = [
        Transcript(str(i), tuple(Turn(turn["role"], turn["text"]) for turn in turns), language=lang)
        for i, (lang, turns) in enumerate(conversations)
    ]
    seen, flagged = 0, []
    for transcript, (lang, turns), annotated in zip(
        transcripts, conversations, annotate(transcripts, load_models()), strict=True
    ):
        for index, (turn, said) in enumerate(zip(turns, annotated.turns, strict=True)):
            if said.banned is None or turn.get("banned"):
                continue
            seen += 1
            if said.banned["repeat_request"] >= LEAST:
                given = [each for each in said.evidence if each.label == "repeat_request"]
                flagged.append((lang, transcript.id, index, given, turns))
    print(
        f"\n{name}: {len(flagged)} of {seen} clean agent turns flagged ({len(flagged) / seen:.2%})"
    )
    for lang, number, index, given, turns in flagged:
        told = [(each.what, each.given_turn) for each in given]
        earlier = given[0].given_turn if given else None
        print(f"{lang} {number} turn {index} {told}: {turns[index]['text'][:200]!r}")
        print("    given:", repr(turns[earlier]["text"][:160]) if earlier is not None else "-")
        print("    before:", [turn["text"][:80] for turn in turns[max(0, index - 2) : index]])


def print_speed(conversations):
    """Print how many agent turns are compared a second, wordings loaded."""
    said = [
        [Said(turn["role"], turn["text"], lang) for turn in turns] for lang, turns in conversations
    ]
    for turns in said[::50]:
        compare(turns[-1], turns[:-1])
    count, start = 0, time.process_time()
    for turns in said:
        for index, turn in enumerate(turns):
            if turn.role == "agent":
                compare(turn, turns[:index])
                count += 1
    print(f"\n{count / (time.process_time() - start):,.0f} agent turns compared a second")


if __name__ == "__main__":
    main()
