"""Chinese characters in one form: Traditional, regional and Japanese ones as Simplified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["character_table", "simplified_forms"]


@cache
def simplified_forms() -> Mapping[str, str]:
    """The Simplified character of each other form; a character has one, whatever its meaning.

    Radicals of the CJK Radicals Supplement count as forms of their character.

    >>> simplified_forms()["體"], simplified_forms()["気"]
    ('体', '气')
    """
    rows = character_table("han.txt")
    return MappingProxyType({form: row[0] for row in rows for form in row[1:]})


def character_table(name: str) -> list[str]:
    """The lines of a table in data/characters, without its comments."""
    file = resources.files("cs_qa") / "data" / "characters" / name
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
