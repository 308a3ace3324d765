"""Measure the phrase tier: speed, and precision and recall on labelled agent turns.

    python benchmarks/lexicon.py --data ../shared/data [--language zh] [--show]

Reads authored/<language>/{banned,conversations}.jsonl and the corpora below under the data folder,
and says which of them are missing. Corpora are not labelled: hardly a turn should be flagged. Hits
that a guard voids do not count.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon import Hit, Lexicon, find_hits, load_built_in
from cs_qa.types import BANNED_LABELS

SPEED_SECONDS = 3.0
CORPORA = (
    ("JDDC (real shop chats)", "zh", Path("cs_jddc_raw/jddc_sample.jsonl.gz")),
    ("MultiWOZ (acted service)", "en", Path("uss/mwoz.jsonl.gz")),
    ("SGD (acted service)", "en", Path("uss/sgd.jsonl.gz")),
)
LEXICONS: dict[str, Lexicon] = {}


@dataclass
class Counts:
    """True and false positives and misses of one label."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.right + other.right, self.false + other.false, self.missed + other.missed
        )

    def __str__(self) -> str:
        precision = _share(self.right, self.right + self.false)
        return f"{precision} / {_share(self.right, self.right + self.missed)}"


@dataclass
class Turns:
    """Labelled agent turns of one language: (text, labels)."""

    hard: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    ordinary: list[tuple[str, frozenset[str]]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--language", action="append", help="only these; default: all")
    parser.add_argument("--show", action="store_true", help="list misses and false hits")
    options = parser.parse_args()
    try:
        languages = options.language or sorted(load_built_in())
        LEXICONS.update((language, _load(language)) for language in languages)
    except LexiconError as error:
        raise SystemExit(str(error)) from None
    print("precision / recall of hits in authored/<language>/banned.jsonl (share, no guard)\n")
    for language in languages:
        turns = _read_turns(options.data / "authored" / language)
        _report_language(language, turns, show=options.show)
    for name, language, path in CORPORA:
        if language in languages:
            _report_corpus(name, language, options.data / path, show=options.show)
    _report_speed(options.data, languages)


def _load(language: str) -> Lexicon:
    return Lexicon.load(resources.files("cs_qa") / "data" / "lexicons" / f"{language}.toml")


def _report_language(language: str, turns: Turns, *, show: bool) -> None:
    if not turns.hard and not turns.ordinary:
        print(f"{language}: no data\n")
        return
    print(f"{language}  ({len(turns.hard)} hard turns, {len(turns.ordinary)} ordinary ones)")
    for name, strengths in (("strong", {"strong"}), ("strong+weak", {"strong", "weak"})):
        counts = {label: Counts() for label in BANNED_LABELS}
        for text, labels in turns.hard:
            found = {hit.label for hit in _hits(text, language) if hit.strength in strengths}
            for label in BANNED_LABELS:
                counts[label].right += label in found and label in labels
                counts[label].false += label in found and label not in labels
                counts[label].missed += label not in found and label in labels
        total = sum(counts.values(), Counts())
        cells = "  ".join(f"{label} {count}" for label, count in counts.items())
        print(f"  {name:12} all {total}  {cells}")
        _report_flags(turns, language, strengths)
    if show:
        _show(turns, language)
    print()


def _report_flags(turns: Turns, language: str, strengths: set[str]) -> None:
    for name, group in (("hard", turns.hard), ("ordinary", turns.ordinary)):
        clean = [text for text, labels in group if not labels]
        bad = [text for text, labels in group if labels]
        flagged = [
            sum(any(h.strength in strengths for h in _hits(text, language)) for text in texts)
            for texts in (clean, bad)
        ]
        print(
            f"      {name}: clean turns flagged {flagged[0]} of {len(clean)} "
            f"({_share(flagged[0], len(clean))}), labelled turns flagged {flagged[1]} of "
            f"{len(bad)} ({_share(flagged[1], len(bad))})"
        )


def _show(turns: Turns, language: str) -> None:
    for text, labels in turns.hard + turns.ordinary:
        hits = _hits(text, language)
        found = {hit.label for hit in hits}
        if found != labels:
            what = [f"{h.label}/{h.strength}:{h.phrase}" for h in hits]
            print(f"    {sorted(labels)} {what} {text!r}")


def _report_corpus(name: str, language: str, path: Path, *, show: bool) -> None:
    if not path.exists():
        print(f"{name}: no data at {path}\n")
        return
    texts = [text for text in _agent_turns(path) if text.strip()]
    for title, strengths in (("strong", {"strong"}), ("strong+weak", {"strong", "weak"})):
        flagged = [
            (text, hits)
            for text in texts
            if (hits := [h for h in _hits(text, language) if h.strength in strengths])
        ]
        print(
            f"{name}: agent turns flagged by {title} hits: {len(flagged)} of {len(texts)} "
            f"({_share(len(flagged), len(texts))})"
        )
        for text, hits in flagged if show else ():
            print(f"    {[f'{h.label}/{h.strength}:{h.phrase}' for h in hits]} {text!r}")
    print()


def _report_speed(data: Path, languages: list[str]) -> None:
    pairs = [
        (text, language)
        for language in languages
        for text, _ in _read_turns(data / "authored" / language).ordinary
    ]
    if not pairs:
        print("speed: no data")
        return
    done = 0
    started = time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SPEED_SECONDS:
        for text, language in pairs:
            _hits(text, language)
        done += len(pairs)
    print(f"speed: {done / elapsed:,.0f} ordinary agent turns a second, normalising included")


def _hits(text: str, language: str) -> list[Hit]:
    hits = find_hits(text, language=language, conversation_language=language, lexicons=LEXICONS)
    return [hit for hit in hits if hit.guard is None]


def _read_turns(folder: Path) -> Turns:
    turns = Turns()
    for row in _rows(folder / "banned.jsonl"):
        turns.hard.append((row["text"], frozenset(row["labels"])))
    for row in _rows(folder / "conversations.jsonl"):
        turns.ordinary += [
            (turn["text"], frozenset(turn["banned"]) & frozenset(BANNED_LABELS))
            for turn in row["turns"]
            if turn["role"] == "agent"
        ]
    return turns


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _agent_turns(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (t["text"] for t in json.loads(line)["turns"] if t["role"] == "agent")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    main()
