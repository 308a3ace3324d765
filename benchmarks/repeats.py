"""How well are repeated scripts found: F1 of turns, and what is flagged in real sessions.

The example week and the written conversations of `benchmarks/repeats` (dev to tune on, test to
measure), by language and by rung of the ladder. `--jddc FOLDER` flags real sessions of JDDC,
which have no labels, and prints every flagged turn with the one it repeats, for a person to read.

Run: python benchmarks/repeats.py [--only week|dev|test] [--show] [--jddc FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cs_qa import Inspector, Transcript, Turn
from cs_qa.types import Finding, Scorecard

ROOT = Path(__file__).parent
EXAMPLES = ROOT.parent / "examples"


@dataclass(frozen=True)
class Row:
    """A conversation with its repeated turns; rungs and traps by turn where the data has them."""

    transcript: Transcript
    lang: str
    repeated: frozenset[int]
    rungs: dict[int, str]


def conversation(row: dict[str, Any], lang: str) -> Transcript:
    turns = tuple(Turn(turn["role"], turn["text"]) for turn in row["turns"])
    return Transcript(row["id"], turns, language=lang)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    yield from (json.loads(line) for line in text.split("\n") if line.strip())


def written(name: str) -> Iterator[Row]:
    for row in lines(ROOT / "repeats" / f"{name}.jsonl"):
        marks = {int(turn): name for turn, name in (row["rung"] | row["traps"]).items()}
        yield Row(conversation(row, row["lang"]), row["lang"], frozenset(row["repeated"]), marks)


def week() -> Iterator[Row]:
    labels = {row["id"]: row["repeated_turns"] for row in lines(EXAMPLES / "week_labels.jsonl")}
    for row in lines(EXAMPLES / "week.jsonl"):
        lang = row["language"]
        yield Row(conversation(row, lang), lang, frozenset(labels[row["id"]]), {})


def flagged(card: Scorecard) -> dict[int, Finding]:
    findings = card.judgement("repeated_scripts").findings
    return {f.span.turn: f for f in findings if f.detector.startswith("repeated_script@")}


def judged(card: Scorecard) -> Scorecard:
    """Refuse a card without judgement: it would count as a conversation without repeats."""
    if card.is_unscored:
        raise SystemExit(f"{card.transcript_id}: {card.judgement('repeated_scripts').reason}")
    return card


def f1(counts: Counter[str]) -> float:
    wrong = counts["missed"] + counts["false"]
    return 2 * counts["found"] / max(1, 2 * counts["found"] + wrong)


def measure(inspector: Inspector, name: str, *, show: bool) -> Counter[str]:
    rows = list(week() if name == "week" else written(name))
    cards = map(judged, inspector.inspect(row.transcript for row in rows))
    all_turns: Counter[str] = Counter()
    by_lang: dict[str, Counter[str]] = {}
    by_rung: dict[str, Counter[str]] = {}
    for row, card in zip(rows, cards, strict=True):
        own = by_lang.setdefault(row.lang, Counter())
        found = flagged(card)
        for index, turn in enumerate(row.transcript.turns):
            if turn.role != "agent":
                continue
            kind = _kind(index in row.repeated, index in found)
            for tally in (all_turns, own, by_rung.setdefault(row.rungs.get(index, "-"), Counter())):
                tally[kind] += 1
            if show and kind in ("missed", "false"):
                print(f"{kind} {row.rungs.get(index, '')}")
                print_turn(card, index, found.get(index))
    print(f"{name}: F1 {f1(all_turns):.3f}  {dict(all_turns)}")
    for title, tallies in (("language", by_lang), ("rung", by_rung)):
        for key, tally in sorted(tallies.items()):
            figure = f"{f1(tally):.2f}" if set(tally) != {"clean"} else "   –"
            print(f"  {title} {key:<28} {figure}  {dict(tally)}")
    return all_turns


def _kind(is_repeat: bool, is_found: bool) -> str:
    if is_repeat:
        return "found" if is_found else "missed"
    return "false" if is_found else "clean"


def print_turn(card: Scorecard, index: int, finding: Finding | None) -> None:
    turns = card.annotated.transcript.turns
    earlier = finding.detail.earlier_turn if finding else max(0, index - 4)
    about = f"{finding.confidence:.2f} {finding.explanation}" if finding else "not found"
    print(f"{card.transcript_id} turn {index}  {about}")
    for place in range(earlier, index + 1):
        mark = "*" if place in (earlier, index) else " "
        text = " ".join(turns[place].text.split())
        if turns[place].role in ("customer", "agent"):
            print(f"   {mark}{place:>3} {turns[place].role:<8} {text}")


def jddc(folder: Path) -> None:
    """Flag sessions that are masked already, by whoever published them."""
    rows = lines(folder / "jddc_sample.jsonl.gz")
    agent_turns = hits = 0
    cards = Inspector(redact=False).inspect(conversation(row, row["lang"]) for row in rows)
    for card in map(judged, cards):
        agent_turns += sum(turn.role == "agent" for turn in card.annotated.transcript.turns)
        for index, finding in flagged(card).items():
            hits += 1
            print_turn(card, index, finding)
    print(f"JDDC: {hits} of {agent_turns} agent turns flagged ({hits / agent_turns:.2%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["week", "dev", "test"], action="append")
    parser.add_argument("--show", action="store_true", help="print the turns judged wrongly")
    parser.add_argument("--jddc", type=Path, metavar="FOLDER", help="flag real sessions instead")
    options = parser.parse_args()
    if options.jddc:
        jddc(options.jddc)
        return
    inspector = Inspector.default()
    pooled: Counter[str] = Counter()
    for name in options.only or ["week", "dev", "test"]:
        pooled += measure(inspector, name, show=options.show)
    print(f"pooled: F1 {f1(pooled):.3f}  {dict(pooled)}")


if __name__ == "__main__":
    main()
