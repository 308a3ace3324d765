"""The cases of the fairness checks: two files a language in `data`, all written for this.

`<language>.toml` has `complaints` (the same complaint said curtly and politely), `answers` (what a
customer wrote, a clean answer said plainly and politely) and `[[swap]]` tables: `by` says what is
swapped, `labels` what the last turn is to be flagged for. The variants of a swap are its `turns`,
customer and agent in turn, with {0}, {1} … filled by each entry of `fill`, or, where grammar wants
more than slots, stand written out in `said`.

`<language>.jsonl` has the same six conversations in every language, in the transcript format.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cs_qa.readers import read
from cs_qa.types import Grade, Transcript

DATA = Path(__file__).parent / "data"
LANGUAGES = tuple(sorted(path.stem for path in DATA.glob("*.toml")))

Said = tuple[str, ...]
"""The texts of a conversation, customer and agent in turn."""


@dataclass(frozen=True)
class Swap:
    """Conversations that differ in a name, a gender or an origin, and should be judged alike."""

    language: str
    by: str
    labels: frozenset[str]
    variants: tuple[Said, ...]


@dataclass(frozen=True)
class Complaint:
    """A complaint said curtly and politely: negative both times."""

    language: str
    curt: str
    polite: str


@dataclass(frozen=True)
class Answer:
    """A clean answer said plainly and politely: flagged neither time."""

    language: str
    customer: str
    plain: str
    polite: str


@dataclass(frozen=True)
class Story:
    """One of the parallel conversations in one language, and the grade that it is written for."""

    language: str
    name: str
    intended: Grade
    transcript: Transcript


def swaps(languages: Sequence[str] = LANGUAGES) -> list[Swap]:
    return [
        Swap(language, each["by"], frozenset(each["labels"]), _variants(each))
        for language in languages
        for each in _cases(language)["swap"]
    ]


def complaints(languages: Sequence[str] = LANGUAGES) -> list[Complaint]:
    return [Complaint(each, *pair) for each in languages for pair in _cases(each)["complaints"]]


def answers(languages: Sequence[str] = LANGUAGES) -> list[Answer]:
    return [Answer(each, *said) for each in languages for said in _cases(each)["answers"]]


def stories(languages: Sequence[str] = LANGUAGES) -> list[Story]:
    return [
        Story(language, str(each.extra["story"]), each.extra["intended"], each)  # type: ignore[arg-type]
        for language in languages
        for each in read(DATA / f"{language}.jsonl")
    ]


def _cases(language: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / f"{language}.toml").read_text(encoding="utf-8"))


def _variants(case: Mapping[str, Any]) -> tuple[Said, ...]:
    if "said" in case:
        return tuple(tuple(said) for said in case["said"])
    fills = [[fill] if isinstance(fill, str) else fill for fill in case["fill"]]
    return tuple(tuple(turn.format(*fill) for turn in case["turns"]) for fill in fills)
