"""How each language words values: `data/policies/values/<language>.toml`, checked at the door."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cs_qa.text import LANGUAGES

__all__ = ["Bounds", "Numbers", "Wording", "common_wording", "wording"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Numbers(_Table):
    """Number words beyond what num2words writes.

    `alias` maps an inflected or regional form to the one of num2words, word by word; `words` gives
    forms a value or a range ("1.5", "2-3"); `thousand` are words for 1000 inside number words,
    `multipliers` stand behind digits; `tens` and `ones` combine (native Korean numerals).
    """

    article: list[str] = []
    half: list[str] = []
    and_half: list[str] = []
    words: dict[str, str] = {}
    alias: dict[str, str] = {}
    thousand: list[str] = []
    multipliers: dict[str, int] = {}
    tens: dict[str, int] = {}
    ones: dict[str, int] = {}
    optional_prefix: str = ""


class Bounds(_Table):
    """Words before and after a value that bound it, or say that it is rough."""

    at_most: list[str] = []
    at_least: list[str] = []
    about: list[str] = []
    from_: list[str] = Field(default=[], alias="from")
    at_most_after: list[str] = []
    at_least_after: list[str] = []
    about_after: list[str] = []
    filler: list[str] = []
    to: list[str] = []
    comma: list[str] = []


class Wording(_Table):
    """The wordings of one language; a form may hold `*`, up to six letters of an ending."""

    locale: str
    cldr: bool = True
    numbers: Numbers = Numbers()
    bounds: Bounds = Bounds()
    units: dict[str, list[str]] = {}
    half_units: dict[str, list[str]] = {}
    values: dict[str, str] = {}
    money: dict[str, list[str]] = {}
    percent: list[str] = []
    percent_before: list[str] = []
    tenths: list[str] = []
    counts: dict[str, list[str]] = {}
    business: list[str] = []
    bare: list[str] = []
    bare_after_bounds: bool = True
    bare_cue: list[str] = []
    bare_cue_after: list[str] = []
    prefixes: list[str] = []
    clock: list[str] = []
    clock_units: list[str] = []
    thousands_currency: str = ""
    unit_first: Literal["", "plain", "or"] = ""
    skip: list[str] = []


@cache
def wording(language: str) -> Wording:
    """Read the wordings of a language; ValueError for a language that has none.

    >>> wording("en").locale
    'en'
    """
    if language not in LANGUAGES:
        raise ValueError(f"No values are read in {language!r}. Known: {', '.join(LANGUAGES)}.")
    return Wording.model_validate(_read(language))


@cache
def common_wording() -> Wording:
    """What is written alike everywhere: signs and currency codes."""
    return Wording.model_validate(_read("common"))


def _read(name: str) -> dict[str, object]:
    source = files("cs_qa").joinpath("data", "policies", "values", f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
