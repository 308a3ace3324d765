"""Inspect real conversations: is none lost, how fast is it, and what is flagged?

Public data sets, converted by `examples/convert_*.py`: 994 sessions of JDDC (Chinese, ordinary
service), 200 airline dialogues of tau-bench (English, simulated customers) and the threads of a
sample of customer support on Twitter. Their licences do not let us ship them.

Run: python benchmarks/inspect_real.py --data FOLDER [--show N] [--keep FOLDER]
FOLDER holds the data sets' own folders; a `check_contract.py` in `FOLDER/../contract` is run on the
scorecards too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SETS = {
    "jddc": ("convert_jddc.py", "cs_jddc_raw/jddc_sample.jsonl.gz"),
    "airline": ("convert_taubench.py", "policy_taubench/airline_gpt4o_trajectories.jsonl.gz"),
    "tweets": ("convert_tweets.py", "cs_twitter_sample/sample.jsonl"),
}
SHOWN_CHARACTERS = 160

Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of `cs-qa inspect`: its wall time, and its greatest resident memory."""

    code: int
    seconds: float
    peak_mb: float


def converted(data: Path, name: str, folder: Path) -> Path:
    script, source = SETS[name]
    path = folder / f"{name}.jsonl"
    command = [sys.executable, *map(str, (ROOT / "examples" / script, data / source, path))]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def inspect(path: Path, out: Path) -> Run:
    """Inspect a file in a process of its own; its memory is that process's, in MB."""
    command = [sys.executable, "-m", "cs_qa.cli", "inspect", str(path), "--out", str(out)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(process.returncode, seconds, usage.ru_maxrss / 1024)


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def start_up_seconds(path: Path, folder: Path) -> float:
    """Time of a run on one short conversation: interpreter, models, lexicons."""
    shortest = min(rows_of(path), key=lambda row: len(row["turns"]))
    one = folder / "one.jsonl"
    one.write_text(json.dumps(shortest), encoding="utf-8")
    return inspect(one, folder / "one_card.jsonl").seconds


def flags(card: Row) -> Iterator[Row]:
    for judgement in card["judgements"]:
        if judgement["criterion"] == "banned_phrases":
            yield from judgement["findings"]


def faults(transcripts: Sequence[Row], cards: Sequence[Row], run: Run) -> list[str]:
    """Say what an inspection must never do, where it did it."""
    unscored = sum(any(j["verdict"] == "unscored" for j in c["judgements"]) for c in cards)
    found = {
        f"{len(transcripts)} transcripts in, {len(cards)} cards out": len(cards)
        != len(transcripts),
        "the order is another one": [t["id"] for t in transcripts]
        != [c["transcript_id"] for c in cards],
        "turns were lost": [len(t["turns"]) for t in transcripts]
        != [len(c["turns"]) for c in cards],
        f"{unscored} cards are unscored": unscored > 0,
        f"exit code {run.code}": run.code != 0,
    }
    return [fault for fault, holds in found.items() if holds]


def report_flags(cards: Sequence[Row]) -> None:
    agent_turns = sum(turn["role"] == "agent" for card in cards for turn in card["turns"])
    flagged = {(card["transcript_id"], f["turn"]) for card in cards for f in flags(card)}
    by_label = Counter(
        label
        for card in cards
        for _, label in {(finding["turn"], finding["label"]) for finding in flags(card)}
    )
    share = len(flagged) / agent_turns if agent_turns else 0.0
    print(f"  flagged: {len(flagged)} of {agent_turns} agent turns ({share:.2%})")
    for label, count in by_label.most_common():
        print(f"    {label:<16}{count:>6}  {count / agent_turns:.2%}")


def show(cards: Sequence[Row], limit: int) -> None:
    """Print flagged agent turns, each after the customer's turn before it."""
    flagged = [(card, finding) for card in cards for finding in flags(card)]
    for card, finding in flagged[:limit]:
        turns = card["turns"]
        asked = [t["text"] for t in turns[: finding["turn"]] if t["role"] == "customer"][-1:]
        print(
            f"\n{card['transcript_id']} turn {finding['turn']}  {finding['label']} "
            f"{finding['confidence']:.2f}  “{shortened(finding['text'])}”"
        )
        print(f"  customer: {shortened(asked[0]) if asked else '–'}")
        print(f"  agent:    {shortened(turns[finding['turn']]['text'])}")


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…"


def contract_holds(data: Path, path: Path, out: Path) -> bool:
    script = data.parent / "contract" / "check_contract.py"
    if not script.exists():
        return True
    done = subprocess.run(
        [sys.executable, script, "scorecards", out, path], capture_output=True, text=True
    )
    print(f"  contract: {(done.stdout + done.stderr).strip()[-400:]}")
    return done.returncode == 0


def measure(data: Path, name: str, folder: Path, limit: int) -> bool:
    """Inspect one data set and print its figures; whether all is as it must be."""
    path, out = converted(data, name, folder), folder / f"{name}_cards.jsonl"
    start_up = start_up_seconds(path, folder)
    run = inspect(path, out)
    transcripts, cards = rows_of(path), rows_of(out)
    turns = sum(len(row["turns"]) for row in transcripts)
    found = faults(transcripts, cards, run)
    print(f"{name}: {len(transcripts)} transcripts, {turns} turns; {'; '.join(found) or 'whole'}")
    print(
        f"  {run.seconds:.1f} s, of which start-up {start_up:.1f} s: {turns / run.seconds:.0f} "
        f"turns/s, without start-up {turns / max(run.seconds - start_up, 0.01):.0f} turns/s; "
        f"peak {run.peak_mb:.0f} MB"
    )
    report_flags(cards)
    holds = contract_holds(data, path, out)
    if name == "jddc":
        show(cards, limit)
    return holds and not found


def main() -> int:
    parser = argparse.ArgumentParser(description="Inspect real conversations")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="flagged JDDC turns")
    parser.add_argument("--only", choices=sorted(SETS), help="one data set")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the scorecards here")
    options = parser.parse_args()
    names = [options.only] if options.only else list(SETS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        sound = [measure(options.data, name, folder, options.show) for name in names]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
