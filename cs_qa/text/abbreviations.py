"""Chat abbreviations of banned wording, spelt out: "idk", "jsp", "хз", "ㅁㄹ", "bzd"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cs_qa.text.normalise import Normalised, normalise
from cs_qa.text.rewriting import rewritten

__all__ = ["abbreviation_hint", "spelt_out"]

_LETTER_ALONE = "[a-zß-ɏа-яёㄱ-ㅎء-ي]"
_SPACED = re.compile(_LETTER_ALONE)


@dataclass(frozen=True)
class _Table:
    """The abbreviations of one language: what they are found by, what they stand for."""

    phrases: Mapping[str, str]
    found: re.Pattern[str]


def spelt_out(folded: Normalised) -> list[Normalised]:
    """Readings with the abbreviations spelt out, one for each language that has some in it."""
    found: dict[str, Normalised] = {}
    for table in _tables().values():
        edits = [(*m.span(), table.phrases[m[0]]) for m in table.found.finditer(folded.text)]
        if edits:
            reading = rewritten(folded, edits)
            found.setdefault(reading.text, reading)
    return list(found.values())


@cache
def abbreviation_hint() -> str:
    """RE2 pattern for folded text in which an abbreviation stands."""
    keys = {key for table in _tables().values() for key in table.phrases}
    spaced = "|".join(sorted(map(re.escape, filter(_SPACED.match, keys))))
    others = "|".join(sorted(re.escape(key) for key in keys if not _SPACED.match(key)))
    edge = r"[^a-zß-ɏа-яёㄱ-ㅎء-ي]"
    return f"(?:^|{edge})(?:{spaced})(?:{edge}|$)|{others}"


@cache
def _tables() -> Mapping[str, _Table]:
    file = resources.files("cs_qa") / "data" / "characters" / "abbreviations.toml"
    rows: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {language: _table(phrases) for language, phrases in rows.items()}


def _table(rows: Mapping[str, str]) -> _Table:
    phrases = {normalise(short).text: normalise(long).text for short, long in rows.items()}
    longest_first = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    spaced = all(_SPACED.match(key) for key in phrases)
    edges = (f"(?<!{_LETTER_ALONE})", f"(?!{_LETTER_ALONE})") if spaced else ("", "")
    return _Table(phrases, re.compile(f"{edges[0]}(?:{longest_first}){edges[1]}"))
