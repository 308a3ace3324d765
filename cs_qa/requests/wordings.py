"""The wordings of a language: how it asks, gives, excuses and confirms; read once from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from cs_qa.phrases.patterns import Pattern
from cs_qa.phrases.table import Table
from cs_qa.requests.kinds import KINDS
from cs_qa.text.language import LANGUAGES, base_language

__all__ = ["TARGETS", "Cue", "Wordings", "wordings"]

_FOLDER = resources.files("cs_qa") / "data" / "requests"


class Cue(NamedTuple):
    """What a wording is: a `role` ("ask", "noun", "reason" …), of a kind or a photo's object."""

    role: str
    of: str = ""


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid")
    nouns: list[str] = []
    questions: list[str] = []
    given: list[str] = []


class _File(BaseModel):
    """One language. `ask`: makes a clause with a kind's noun a request; `no`: makes it none.

    `again` and `everything` ask for what was said before, `reason` excuses that, `confirm` only
    checks a value and `other` names another object. `sent` goes with the noun of a file,
    `refusal` is no answer, `unfit` says that a size or colour is not the wanted one.
    """

    model_config = ConfigDict(extra="forbid")
    language: str
    ask: list[str]
    no: list[str]
    again: list[str]
    everything: list[str]
    reason: list[str]
    confirm: list[str]
    other: list[str]
    sent: list[str]
    refusal: list[str]
    unfit: list[str]
    kinds: dict[str, _Kind]
    objects: dict[str, list[str]] = Field(default_factory=dict)


TARGETS = ("noun", "question", "everything")
"""Roles of what can be asked for."""

_ROLES = (
    "ask",
    "no",
    "again",
    "everything",
    "reason",
    "confirm",
    "other",
    "sent",
    "refusal",
    "unfit",
)


@dataclass(frozen=True)
class Wordings:
    """The cues of one language, to be found in normalised text.

    `targets` are those without one of which nothing is asked for: they are looked for first.
    """

    language: str
    targets: Table[Cue]
    others: Table[Cue]


def wordings(language: str | None) -> Wordings | None:
    """Give the wordings of a language ("pt-BR" has those of "pt"), None where there are none."""
    base = base_language(language) if language else None
    return _load(base) if base in LANGUAGES else None


@cache
def _load(language: str) -> Wordings:
    path = _FOLDER / f"{language}.toml"
    file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    unknown = set(file.kinds) - set(KINDS)
    if file.language != language or unknown:
        raise ValueError(f"{path}: language {file.language!r}, unknown kinds {sorted(unknown)}")
    cues = [(Cue(role), phrase) for role in _ROLES for phrase in getattr(file, role)]
    for kind, words in file.kinds.items():
        cues += [(Cue("noun", kind), phrase) for phrase in words.nouns]
        cues += [(Cue("question", kind), phrase) for phrase in words.questions]
        cues += [(Cue("given", kind), phrase) for phrase in words.given]
    for name, phrases in file.objects.items():
        cues += [(Cue("object", name), phrase) for phrase in phrases]
    patterns = [(cue, Pattern.parse(phrase, {})) for cue, phrase in cues]
    targets = [each for each in patterns if each[0].role in TARGETS]
    others = [each for each in patterns if each[0].role not in TARGETS]
    return Wordings(language, Table(targets), Table(others))
