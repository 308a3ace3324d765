"""The lexicon file format: TOML in, checked at the door, one error that lists every problem."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cs_qa.errors import LexiconError
from cs_qa.types import BannedLabel

__all__ = ["LexiconFile", "PhraseGroup", "Scope", "Strength", "read_lexicon_file"]

Strength = Literal["strong", "weak"]
Scope = Literal["anywhere", "sentence", "turn"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class GuardPhrases(BaseModel):
    """What speaks against a hit; see `cs_qa.phrases.guards`.

    `particles` are words that may stand around a phrase of scope sentence or turn.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    next_step: list[Text] = []
    quote: list[Text] = []
    negation: list[Text] = []
    particles: list[Text] = []


class PhraseGroup(BaseModel):
    """Phrases that share a label, a strength and a scope, with examples that prove them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: BannedLabel
    strength: Strength
    scope: Scope = "anywhere"
    phrases: list[Text] = Field(min_length=1)
    unless: list[Text] = []
    matches: list[Text] = Field(min_length=1)
    clean: list[Text] = Field(min_length=1)


class LexiconFile(BaseModel):
    """One language's lexicon. `fold` reads each character of a value as its key (`"个" = "個"`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]
    version: Text
    fold: dict[Annotated[str, StringConstraints(min_length=1, max_length=1)], Text] = {}
    guards: GuardPhrases = GuardPhrases()
    phrase: list[PhraseGroup] = Field(min_length=1)


def read_lexicon_file(path: Traversable) -> LexiconFile:
    """Read one TOML file. Raises LexiconError naming each key that does not hold."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise LexiconError(
            f"{path}: is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path}: is not TOML: {error}.") from error
    try:
        return LexiconFile.model_validate(data)
    except ValidationError as error:
        problems = "\n".join(
            f"  {_place(item['loc'], data)}: {_problem(item['type'], item['msg'], item['loc'])}"
            for item in error.errors()
        )
        raise LexiconError(f"{path}: does not hold:\n{problems}") from error


def _place(location: tuple[int | str, ...], data: Mapping[str, object]) -> str:
    groups = data.get("phrase")
    if location[0] != "phrase" or len(location) < 2 or not isinstance(groups, list):
        return ".".join(map(str, location))
    index = int(location[1])
    group = groups[index]
    phrases = group.get("phrases") if isinstance(group, dict) else None
    first = phrases[0] if isinstance(phrases, list) and phrases else "no phrases"
    key = ".".join(map(str, location[2:]))
    return f"[[phrase]] {index + 1} ({first!r}) {key}"


def _problem(kind: str, message: str, location: tuple[int | str, ...]) -> str:
    known = {
        "guards": GuardPhrases.model_fields,
        "phrase": PhraseGroup.model_fields,
    }.get(str(location[0]), LexiconFile.model_fields)
    if kind == "extra_forbidden":
        fields = LexiconFile.model_fields if len(location) == 1 else known
        return f"unknown key. Known: {', '.join(fields)}"
    if kind == "literal_error" and location[-1] in ("label", "strength", "scope"):
        possible = {"label": BannedLabel, "strength": Strength, "scope": Scope}[str(location[-1])]
        return f"is none of the values that are possible: {', '.join(get_args(possible))}"
    return message[0].lower() + message[1:]
