"""The wordings of `cs_qa/data/locale`: read once, checked by their shape."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

__all__ = [
    "Address",
    "Courtesies",
    "Currencies",
    "Region",
    "Requests",
    "TemplateWords",
    "address_words",
    "courtesies",
    "currencies",
    "date_words",
    "regions",
    "switch_requests",
    "template_words",
]

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class TemplateWords:
    """What templates of one language leave open."""

    fields: tuple[str, ...]
    insert: tuple[str, ...]
    greetings: tuple[str, ...]
    requests: tuple[str, ...]
    fillers: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Region:
    """Wordings that are at home in some markets (ISO 3166) of a language."""

    name: str
    markets: tuple[str, ...]
    strong: tuple[str, ...]
    weak: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Address:
    """Words of familiar and of polite address."""

    familiar: tuple[str, ...]
    polite: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Requests:
    """How another language is asked for; `names` by language."""

    verbs: tuple[str, ...]
    marks: tuple[str, ...]
    around: tuple[str, ...]
    not_after: tuple[str, ...]
    questions: tuple[str, ...]
    marked_words: int
    beside: tuple[str, ...]
    names: dict[str, tuple[str, ...]]


@dataclass(frozen=True, config=_STRICT)
class Courtesies:
    """Beginnings of courtesies, and the most words that such a sentence has."""

    words: int
    starts: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Currencies:
    """Signs and words of currencies with the codes (ISO 4217) that they may stand for."""

    signs: dict[str, tuple[str, ...]]
    codes: dict[str, tuple[str, ...]]


@cache
def template_words() -> dict[str, TemplateWords]:
    return TypeAdapter(dict[str, TemplateWords]).validate_python(_read("placeholders"))


@cache
def regions() -> dict[str, tuple[Region, ...]]:
    return TypeAdapter(dict[str, tuple[Region, ...]]).validate_python(_read("regions"))


@cache
def address_words() -> dict[str, Address]:
    return TypeAdapter(dict[str, Address]).validate_python(_read("address"))


@cache
def switch_requests() -> Requests:
    return TypeAdapter(Requests).validate_python(_read("requests"))


@cache
def date_words() -> frozenset[str]:
    return frozenset(
        TypeAdapter(dict[str, tuple[str, ...]]).validate_python(_read("dates"))["before"]
    )


@cache
def courtesies() -> Courtesies:
    return TypeAdapter(Courtesies).validate_python(_read("courtesy"))


@cache
def currencies() -> dict[str, tuple[str, ...]]:
    """Sign, word or code of a currency -> the codes that it may stand for."""
    table = TypeAdapter(Currencies).validate_python(_read("currencies"))
    return {**{code: (code,) for code in table.codes["codes"]}, **table.signs}


def _read(name: str) -> dict[str, object]:
    file = resources.files("cs_qa") / "data" / "locale" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))
