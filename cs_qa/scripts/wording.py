"""Wordings of scripted service, by language: stalling, duty text, courtesy, "say that again"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from cs_qa.text.language import LANGUAGES, base_language
from cs_qa.text.normalise import normalise

_UNSPACED = re.compile("[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]")


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class WordingFile:
    """One file of `cs_qa/data/scripts`: phrases as they are written.

    `fillers` stall only beside a stalling phrase. `duty` are greetings, thanks and closing words.
    A sentence with one of `disclosures` is duty text; a short one is with one of `formulas`, or
    with one of `references` and a number. `again` are what customers say to have a text sent
    again or confirmed.
    """

    stalling: tuple[str, ...]
    fillers: tuple[str, ...]
    duty: tuple[str, ...]
    formulas: tuple[str, ...]
    courtesy: tuple[str, ...]
    disclosures: tuple[str, ...]
    references: tuple[str, ...]
    again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The wordings of some languages as patterns for normalised text; literal, longest first."""

    stalling: re.Pattern[str]
    fillers: re.Pattern[str]
    duty: re.Pattern[str]
    formulas: re.Pattern[str]
    courtesy: re.Pattern[str]
    disclosures: re.Pattern[str]
    references: re.Pattern[str]
    again: re.Pattern[str]


def wording(languages: Iterable[str | None], *, duty: tuple[str, ...] = ()) -> Wording:
    """Give the wordings of the languages, all where none of them is known, with a shop's duty text.

    >>> bool(wording(["en"]).stalling.search("one moment please"))
    True
    """
    known = {base_language(each) for each in languages if each} & set(LANGUAGES)
    return _compiled(tuple(sorted(known or LANGUAGES)), duty)


@lru_cache(maxsize=256)
def _compiled(languages: tuple[str, ...], duty: tuple[str, ...]) -> Wording:
    files = [_read(language) for language in languages]

    def pattern(name: str, *more: str) -> re.Pattern[str]:
        return _pattern([*more, *(phrase for file in files for phrase in getattr(file, name))])

    return Wording(
        stalling=pattern("stalling"),
        fillers=pattern("fillers"),
        duty=pattern("duty", *duty),
        formulas=pattern("formulas"),
        courtesy=pattern("courtesy"),
        disclosures=pattern("disclosures"),
        references=pattern("references"),
        again=pattern("again"),
    )


@lru_cache
def _read(language: str) -> WordingFile:
    file = resources.files("cs_qa") / "data" / "scripts" / f"{language}.toml"
    return TypeAdapter(WordingFile).validate_python(tomllib.loads(file.read_text("utf-8")))


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Match any of the phrases, whole words only where the script has spaces."""
    folded = sorted({normalise(phrase).text.strip() for phrase in phrases} - {""}, key=len)
    return re.compile("|".join(map(_bounded, reversed(folded))) or r"(?!)")


def _bounded(phrase: str) -> str:
    literal = re.escape(phrase)
    if _UNSPACED.search(phrase):
        return literal
    end = r"(?!\w)" if phrase[-1].isalnum() else ""
    return rf"(?<!\w){literal}{end}"
