"""The whole inspection on the blind set: 100 agent turns a language, half of them hard look-alikes.

The set was written without sight of lexicons and seed data, and nothing is tuned to it. A turn is
judged alone, without the conversation that it would have, so some of it is hard to tell.

Run: python benchmarks/blind_set.py [--errors]
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import cs_qa
from cs_qa.rubric import Rubric
from cs_qa.types import BANNED_LABELS, Transcript, Turn

BLIND = Path(__file__).parent / "blind"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--errors", action="store_true", help="print what is judged wrongly")
    options = parser.parse_args()
    rows = list(judged(list(lines())))
    print(f"{'':<16}{'found':>14}{'look-alikes flagged':>22}")
    for name, part in {"all": rows, **by_language(rows)}.items():
        found, positive = counted(part, clean=False)
        false, clean = counted(part, clean=True)
        print(f"{name:<16}{f'{found} of {positive}':>14}{f'{false} of {clean}':>22}")
    for label in BANNED_LABELS:
        own = [row for row in rows if row["label"] == label]
        found = sum(label in row["said"] for row in own)
        print(f"{label:<16}{f'{found} of {len(own)}':>14}  by this label")
    if options.errors:
        for row in rows:
            if (row["label"] is None) == bool(row["said"]):
                truth, said = row["label"] or "clean", ", ".join(row["said"]) or "clean"
                print(f"{row['lang']} {truth} -> {said}: {row['text']}")


def lines():
    for path in sorted(BLIND.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield {"lang": path.stem, **json.loads(line)}


def judged(rows):
    """Each row with the labels that are said of it at the shipped rubric."""
    transcripts = [
        Transcript(str(number), (Turn("agent", row["text"]),), language=row["lang"])
        for number, row in enumerate(rows)
    ]
    rubric = Rubric.default()
    cards = cs_qa.Inspector.default().inspect(transcripts)
    for row, card in zip(rows, cards, strict=True):
        banned = card.annotated.turns[0].banned
        said = [
            label
            for label in BANNED_LABELS
            if banned[label] >= rubric.min_confidence_for("banned_phrases", label)
        ]
        yield {**row, "said": said}


def by_language(rows):
    parts = defaultdict(list)
    for row in rows:
        parts[row["lang"]].append(row)
    return dict(sorted(parts.items()))


def counted(rows, *, clean):
    """How many of the clean rows, or of the others, are flagged, and how many there are."""
    own = [row for row in rows if (row["label"] is None) == clean]
    return sum(bool(row["said"]) for row in own), len(own)


if __name__ == "__main__":
    main()
