"""Every flagged turn of ordinary service, read by a person: how many are false alarms?

Inspects the half of the JDDC sessions on which no threshold was chosen (see ordinary_service.py),
all agent turns of the tau-bench dialogues and of the ABCD sample, and compares what is flagged
with the verdicts of a reader kept in `verdicts.jsonl` beside this script: one line a flagged
turn, by data set, transcript, turn and label, since the texts may not be shipped. Prints the
false alarms with an exact (Clopper-Pearson) upper 95 % bound, and the turns that nobody has read
yet. `--probability` counts at another threshold too.

Run: python benchmarks/false_alarms.py --data ../shared/data [--show] [--probability 0.5]
"""

import argparse
import gzip
import hashlib
import json
import tempfile
from collections import Counter
from pathlib import Path

from inspect_real import converted
from scipy.stats import beta

import cs_qa
from cs_qa.rubric import Rubric
from cs_qa.types import BANNED_LABELS, Transcript, Turn

VERDICTS = Path(__file__).parent / "verdicts.jsonl"
POSSIBLE = ("right", "arguable", "wrong")
FEWSHOT = ("MockAirlineDomainEnv_fewshot.jsonl", "MockRetailDomainEnv_fewshot.jsonl.gz")
SPEAKERS = {"user": "customer", "assistant": "agent"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--show", action="store_true", help="print every flagged turn")
    parser.add_argument("--probability", type=float, help="count turns from this probability too")
    options = parser.parse_args()
    verdicts = read_verdicts()
    inspector = cs_qa.Inspector.default()
    for name, transcripts in data_sets(options.data):
        cards = list(inspector.inspect(transcripts))
        found = [flag for card in cards for flag in flagged(name, card)]
        turns = sum(turn.banned is not None for card in cards for turn in card.annotated.turns)
        report(name, found, turns, verdicts)
        if options.probability:
            above = sum(
                max(turn.banned.values()) >= options.probability
                for card in cards
                for turn in card.annotated.turns
                if turn.banned is not None
            )
            print(f"  from probability {options.probability}: {above} ({above / turns:.2%})")
        for key, line in found:
            if options.show or key not in verdicts:
                print(f"  {verdicts.get(key, 'UNREAD'):<9} {json.dumps(key)}\n            {line}")


def report(name, found, turns, verdicts):
    """Say how many turns are flagged, and how many of these wrongly, at least and at most."""
    worst = {}
    for (_, transcript, turn, label), _ in found:
        verdict = verdicts.get((name, transcript, turn, label), "unread")
        worst.setdefault((transcript, turn), set()).add(verdict)
    counts = Counter(
        next(kind for kind in ("right", "arguable", "wrong", "unread") if kind in kinds)
        for kinds in worst.values()
    )
    false = counts["wrong"] + counts["unread"]
    upper = beta.ppf(0.95, false + 1, turns - false)
    print(
        f"{name}: {turns} agent turns, {len(worst)} flagged ({len(worst) / turns:.2%}): "
        + ", ".join(f"{counts[kind]} {kind}" for kind in (*POSSIBLE, "unread"))
        + f"; false alarms {false / turns:.2%}, upper 95 % bound {upper:.2%}"
    )


def flagged(name, card):
    """The key and the context of each finding of a banned label at the shipped rubric."""
    rubric = Rubric.default()
    turns = card.annotated.transcript.turns
    for index, turn in enumerate(card.annotated.turns):
        for label in BANNED_LABELS:
            probability = (turn.banned or {}).get(label, 0.0)
            if probability >= rubric.min_confidence_for("banned_phrases", label):
                said = [f"{t.role}: {t.text[:200]}" for t in turns[max(0, index - 2) : index + 1]]
                yield (
                    (name, card.transcript_id, index, label),
                    f"{label} {probability:.2f} | " + " | ".join(" ".join(s.split()) for s in said),
                )


def read_verdicts():
    if not VERDICTS.exists():
        return {}
    verdicts = {}
    for row in map(json.loads, VERDICTS.read_text(encoding="utf-8").splitlines()):
        assert row["verdict"] in POSSIBLE, row
        verdicts[row["set"], row["transcript"], row["turn"], row["label"]] = row["verdict"]
    return verdicts


def data_sets(data):
    with tempfile.TemporaryDirectory() as folder:
        sessions = list(cs_qa.read(converted(data, "jddc", Path(folder))))
        airline = list(cs_qa.read(converted(data, "airline", Path(folder))))
    yield "jddc", [s for s in sessions if hashlib.sha256(s.id.encode()).digest()[-1] % 2]
    yield "taubench", [*airline, *fewshots(data / "policy_taubench")]
    yield "abcd", abcd(data / "policy_abcd" / "abcd_sample.json")


def fewshots(folder):
    for name in FEWSHOT:
        path = folder / name
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as rows:
            for number, row in enumerate(map(json.loads, rows)):
                lines = row["messages_display"].split("\n")
                said = [line.partition(": ")[::2] for line in lines]
                turns = [
                    Turn(SPEAKERS[speaker], text)
                    for speaker, text in said
                    if speaker in SPEAKERS and text.strip() not in ("", "None")
                ]
                yield Transcript(f"{name.partition('.')[0]}-{number}", tuple(turns))


def abcd(path):
    roles = {"agent": "agent", "customer": "customer", "action": "system"}
    return [
        Transcript(
            str(dialogue["convo_id"]),
            tuple(Turn(roles[speaker], text) for speaker, text in dialogue["original"]),
        )
        for dialogue in json.loads(path.read_text(encoding="utf-8"))
    ]


if __name__ == "__main__":
    main()
