"""Measure the phrase tier alone: precision and recall on labelled agent turns, and its speed.

    python benchmarks/lexicon.py [--data ../shared/data] [--blind] [--language zh] [--show]

Sets of turns, each skipped and named where it is missing:
hard          DATA/authored/<language>/banned.jsonl: violations and turns that look like them
conversations DATA/authored/<language>/conversations.jsonl: ordinary service
week          examples/week.jsonl with its labels
blind         benchmarks/blind/<language>.jsonl (--blind): written by somebody who has not seen the
              lexicons; the authors of the lexicons have seen the first two
corpora       DATA: logs without labels, of which hardly a turn should be flagged

A label counts as found where a hit of it stands that no guard voids. `precision` and `recall` are
over all turns and labels; `flagged` is over turns, whatever the label.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon import Hit, find_hits, load_built_in
from cs_qa.types import BANNED_LABELS

ROOT = Path(__file__).parent
SPEED_ROUNDS = 5
CORPORA = (
    ("JDDC (real shop chats)", "zh", Path("cs_jddc_raw/jddc_sample.jsonl.gz")),
    ("MultiWOZ (acted service)", "en", Path("uss/mwoz.jsonl.gz")),
    ("SGD (acted service)", "en", Path("uss/sgd.jsonl.gz")),
)
TIERS = {"strong": ("strong",), "strong + weak": ("strong", "weak")}


class Said(NamedTuple):
    """An agent turn and the labels it carries."""

    text: str
    language: str
    labels: frozenset[str]


class Score(NamedTuple):
    """Counts over labels (right, false, missed) and over turns."""

    right: int
    false: int
    missed: int
    clean: int
    clean_flagged: int
    banned: int
    banned_flagged: int

    def __str__(self) -> str:
        return " | ".join(
            (
                _share(self.right, self.right + self.false),
                _share(self.right, self.right + self.missed),
                _share(self.banned_flagged, self.banned),
                f"{_share(self.clean_flagged, self.clean)} ({self.clean_flagged} of {self.clean})",
            )
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent.parent / "shared" / "data")
    parser.add_argument("--blind", action="store_true", help="the blind lines too")
    parser.add_argument("--language", action="append", help="only these; default: all")
    parser.add_argument("--show", action="store_true", help="list misses and false hits")
    options = parser.parse_args()
    try:
        languages = options.language or sorted(load_built_in())
    except LexiconError as error:
        raise SystemExit(str(error)) from None
    conversations = list(_conversations(options.data, languages))
    report("hard", _hard(options.data, languages), languages, show=options.show)
    report("conversations", conversations, languages, show=options.show)
    report("week", _week(languages), languages, show=options.show)
    if options.blind:
        report("blind", _blind(languages), languages, show=False)
    for name, language, path in CORPORA:
        if language in languages:
            report_corpus(name, language, options.data / path, show=options.show)
    report_speed(conversations)


def report(name: str, said: Iterable[Said], languages: Sequence[str], *, show: bool) -> None:
    """Print a set's table, a row a language and tier."""
    turns = list(said)
    if not turns:
        print(f"{name}: no data\n")
        return
    found = [(turn, hits_in(turn.text, turn.language)) for turn in turns]
    print(f"{name}: {len(turns)} agent turns")
    print("| language | tier | precision | recall | violations flagged | clean flagged |")
    print("|---|---|---|---|---|---|")
    for language in (*languages, "all"):
        own = [pair for pair in found if language in (pair[0].language, "all")]
        for tier, strengths in TIERS.items() if own else ():
            print(f"| {language} | {tier} | {score(own, strengths)} |")
    suspected = sum(any(h.suspected for h in hits) for turn, hits in found if not turn.labels)
    print(f"clean turns with a suspected (disguised) phrase: {suspected}\n")
    for turn, hits in found if show else ():
        if {hit.label for hit in hits} != turn.labels:
            print(f"    {turn.language} {sorted(turn.labels)} {_told(hits)} {turn.text!r}")


def score(found: Iterable[tuple[Said, Sequence[Hit]]], strengths: Sequence[str]) -> Score:
    """Count what hits of these strengths find."""
    counts = dict.fromkeys(Score._fields, 0)
    for turn, hits in found:
        guessed = {hit.label for hit in hits if hit.strength in strengths}
        counts["right"] += len(guessed & turn.labels)
        counts["false"] += len(guessed - turn.labels)
        counts["missed"] += len(turn.labels - guessed)
        kind = "banned" if turn.labels else "clean"
        counts[kind] += 1
        counts[f"{kind}_flagged"] += bool(guessed)
    return Score(**counts)


def report_corpus(name: str, language: str, path: Path, *, show: bool) -> None:
    """Print how many turns of unlabelled logs are flagged."""
    if not path.exists():
        print(f"{name}: no data at {path}\n")
        return
    found = [(text, hits_in(text, language)) for text in _agent_turns(path) if text.strip()]
    for tier, strengths in TIERS.items():
        flagged = [
            (text, own)
            for text, hits in found
            if (own := [hit for hit in hits if hit.strength in strengths])
        ]
        share = _share(len(flagged), len(found))
        print(f"{name}: {tier} hits flag {len(flagged)} of {len(found)} agent turns ({share})")
        for text, hits in flagged if show else ():
            print(f"    {_told(hits)} {text!r}")
    print()


def report_speed(turns: Sequence[Said]) -> None:
    """Print how many ordinary turns a second one core reads, by its own clock."""
    if not turns:
        print("speed: no data")
        return
    best = float("inf")
    for _ in range(SPEED_ROUNDS):
        started = time.process_time()
        for text, language, _ in turns:
            find_hits(text, language=language, conversation_language=language)
        best = min(best, time.process_time() - started)
    print(
        f"speed: {len(turns) / best:,.0f} ordinary agent turns a second of one core, all lexicons"
    )
    print("loaded, normalising and the look for disguises included (best round of five)")


def hits_in(text: str, language: str) -> list[Hit]:
    """The hits that no guard voids."""
    hits = find_hits(text, language=language, conversation_language=language)
    return [hit for hit in hits if hit.guard is None]


def _hard(data: Path, languages: Sequence[str]) -> Iterator[Said]:
    for language in languages:
        for row in _rows(data / "authored" / language / "banned.jsonl"):
            yield Said(row["text"], language, frozenset(row["labels"]) & frozenset(BANNED_LABELS))


def _conversations(data: Path, languages: Sequence[str]) -> Iterator[Said]:
    for language in languages:
        for row in _rows(data / "authored" / language / "conversations.jsonl"):
            for turn in row["turns"]:
                if turn["role"] == "agent":
                    labels = frozenset(turn["banned"]) & frozenset(BANNED_LABELS)
                    yield Said(turn["text"], language, labels)


def _week(languages: Sequence[str]) -> Iterator[Said]:
    examples = ROOT.parent / "examples"
    labels = {row["id"]: row["turns"] for row in _rows(examples / "week_labels.jsonl")}
    for row in _rows(examples / "week.jsonl"):
        language = (row.get("language") or "und").partition("-")[0]
        for label in labels[row["id"]]:
            if "banned" in label and (language in languages or language == "und"):
                banned = frozenset(label["banned"]) & frozenset(BANNED_LABELS)
                yield Said(row["turns"][label["turn"]]["text"], language, banned)


def _blind(languages: Sequence[str]) -> Iterator[Said]:
    for language in languages:
        for row in _rows(ROOT / "blind" / f"{language}.jsonl"):
            yield Said(row["text"], language, frozenset({row["label"]} - {None}))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _agent_turns(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (t["text"] for t in json.loads(line)["turns"] if t["role"] == "agent")


def _told(hits: Iterable[Hit]) -> list[str]:
    return [f"{h.label}/{h.strength}{'?' * h.suspected}:{h.phrase}" for h in hits]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    main()
