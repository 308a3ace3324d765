"""The lexicon file format: TOML in, checked at the door, one error that lists every problem.

The lexicons that come with the package and the lists that a shop adds share it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import model_validator as validator
from pydantic_core import ErrorDetails

from cs_qa.errors import LexiconError
from cs_qa.types import BannedLabel

__all__ = [
    "EVERY_LANGUAGE",
    "ExceptGroup",
    "LexiconFile",
    "PhraseGroup",
    "Scope",
    "Strength",
    "read_lexicon_file",
]

EVERY_LANGUAGE = "*"

Strength = Literal["strong", "weak"]
Scope = Literal["anywhere", "sentence", "turn"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(pattern=r"^[^\s@/]+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GuardPhrases(_Table):
    """What speaks against a hit; see `cs_qa.phrases.guards`.

    `particles` are words that may stand around a phrase of scope sentence or turn.
    """

    next_step: list[Text] = []
    quote: list[Text] = []
    negation: list[Text] = []
    particles: list[Text] = []


class _Wordings(_Table):
    phrases: list[Text] = []
    patterns: list[Text] = []

    @validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.phrases or self.patterns):
            raise ValueError("has neither phrases nor patterns: give one of them")
        return self


class PhraseGroup(_Wordings):
    """Phrases and RE2 patterns that share a label, a strength and a scope.

    `matches` and `clean` are examples that prove them.
    """

    label: BannedLabel
    strength: Strength
    scope: Scope = "anywhere"
    unless: list[Text] = []
    matches: list[Text] = []
    clean: list[Text] = []


class ExceptGroup(_Wordings):
    """Text that is never flagged, with these labels or, where none is given, with any."""

    labels: list[BannedLabel] = []


class LexiconFile(_Table):
    """One language's phrases, or with the language `*` phrases for every language.

    `fold` reads each character of a value as its key (`"个" = "個"`). `name` is a shop's name for
    its list; a built-in lexicon has none.
    """

    name: Word | None = None
    language: str = Field(pattern=r"^([a-z]{2,3}|\*)$")
    version: Word
    fold: dict[Annotated[str, StringConstraints(min_length=1, max_length=1)], Text] = {}
    guards: GuardPhrases = GuardPhrases()
    phrase: list[PhraseGroup] = []
    except_: list[ExceptGroup] = Field(default=[], alias="except")

    @validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.phrase or self.except_):
            raise ValueError("has neither a [[phrase]] nor an [[except]]: give one of them")
        return self

    @property
    def ref(self) -> str:
        """Which list this is: `en@1`, or with a shop's name `acme/en@1`."""
        return f"{f'{self.name}/' if self.name else ''}{self.language}@{self.version}"

    def __hash__(self) -> int:
        return hash(self.ref)


def read_lexicon_file(path: Traversable, *, name: str | None = None) -> LexiconFile:
    """Read one TOML file. `name` is what the list is called where the file does not say.

    Raises LexiconError naming each key that does not hold.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise LexiconError(
            f"{path}: is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path}: is not TOML: {error}.") from error
    if name:
        data.setdefault("name", re.sub(r"[\s@/]+", "-", name))
    try:
        return LexiconFile.model_validate(data)
    except ValidationError as error:
        problems = "\n".join(f"  {_describe(item, data)}" for item in error.errors())
        raise LexiconError(f"{path}: does not hold:\n{problems}") from error


def _describe(error: ErrorDetails, data: Mapping[str, object]) -> str:
    location = error["loc"]
    problem = _problem(error["type"], error["msg"], location)
    return f"{place}: {problem}" if (place := _place(location, data)) else f"the file {problem}"


def _place(location: tuple[int | str, ...], data: Mapping[str, object]) -> str:
    groups = data.get(str(location[0])) if location else None
    if len(location) < 2 or location[0] not in ("phrase", "except") or not isinstance(groups, list):
        return ".".join(map(str, location))
    index = int(location[1])
    group = groups[index] if isinstance(groups[index], dict) else {}
    wordings = group.get("phrases") or group.get("patterns")
    first = wordings[0] if isinstance(wordings, list) and wordings else "no phrases"
    key = ".".join(map(str, location[2:]))
    return f"[[{location[0]}]] {index + 1} ({first!r}) {key}".rstrip()


def _problem(kind: str, message: str, location: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        tables: dict[str, type[BaseModel]] = {
            "guards": GuardPhrases,
            "phrase": PhraseGroup,
            "except": ExceptGroup,
        }
        table = tables.get(str(location[0]), LexiconFile) if len(location) > 1 else LexiconFile
        fields = [field.alias or name for name, field in table.model_fields.items()]
        return f"unknown key. Known: {', '.join(fields)}"
    if kind == "literal_error":
        values: dict[int | str, object] = {"strength": Strength, "scope": Scope}
        possible = get_args(values.get(location[-1], BannedLabel))
        return f"is none of the values that are possible: {', '.join(possible)}"
    if kind == "string_pattern_mismatch":
        return {
            "language": 'is no language code. Possible: two or three small letters such as "en", '
            'or "*" for a list that holds in every language',
        }.get(str(location[-1]), "must be one word without @ or /")
    return message.removeprefix("Value error, ").replace("Input should", "should", 1)
