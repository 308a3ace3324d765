"""The words around personal data, a TOML file a language, and patterns made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re2

__all__ = ["alternatives", "any_of", "compiled", "digits_of", "listed", "listed_in", "numbers",
           "starts_anywhere", "words"]  # fmt: skip

_FOLDER = resources.files("cs_qa") / "data" / "personal_data"
_NUMBERS = "numbers.toml"
# Writing without spaces: a word may begin anywhere.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_MEMORY = 64 << 20


@cache
def _files() -> dict[str, dict[str, list[str]]]:
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(_FOLDER.iterdir(), key=lambda each: each.name)
        if file.name.endswith(".toml") and file.name != _NUMBERS
    }


@cache
def listed_in(language: str, key: str) -> tuple[str, ...]:
    """Give one list of one language in lower case; empty where it has none."""
    return tuple(word.lower() for word in _files().get(language, {}).get(key, ()))


@cache
def listed(key: str) -> frozenset[str]:
    """Give one list of all languages in lower case."""
    return frozenset(word for language in _files() for word in listed_in(language, key))


@cache
def numbers(key: str) -> frozenset[str]:
    """Give a list of words that announce numbers, in all languages; of "" the keys there are."""
    found = tomllib.loads((_FOLDER / _NUMBERS).read_text(encoding="utf-8"))
    return frozenset(found[key] if key else found)


def starts_anywhere(word: str) -> bool:
    """Whether a word is in writing without spaces, where it may begin anywhere."""
    return bool(_UNSPACED.match(word))


def alternatives(listed_words: Iterable[str]) -> str:
    """Give a pattern of the words, of which the longest that fits is tried first.

    Words share their beginnings, since `re` tries the branches of an alternation one by one.
    """
    return _tree_pattern(sorted(set(listed_words)), 0)


def _tree_pattern(sorted_words: Sequence[str], depth: int) -> str:
    """The rest of words that begin alike, from a depth on."""
    ends = bool(sorted_words) and len(sorted_words[0]) == depth
    branches = [
        re.escape(letter) + _tree_pattern(list(alike), depth + 1)
        for letter, alike in groupby(sorted_words[ends:], key=lambda word: word[depth])
    ]
    if len(branches) > 1 or (ends and branches):
        return f"(?:{'|'.join(branches)})" + "?" * ends
    return "".join(branches)


def words(listed_words: Iterable[str]) -> str:
    """Give an RE2 pattern in which a word begins a word, in writing that has spaces.

    What stands before such a word is matched with it, so the words are group 1 and 2.
    """
    found = set(listed_words)
    unspaced = {word for word in found if _UNSPACED.match(word)}
    spaced = rf"(?:^|[^\pL\pN\pM])({alternatives(found - unspaced)})"
    return f"(?:{spaced}|({alternatives(unspaced)}))" if unspaced else f"(?:{spaced}|(\\b\\B))"


@cache
def compiled(pattern: str) -> re2._Regexp:
    """Compile an RE2 pattern, which takes linear time on any text."""
    import re2

    return re2.compile(pattern, _options())


def any_of(patterns: Iterable[str]) -> re2.Set:
    """Compile RE2 patterns to ask of a text which of them it has; not where, which costs more."""
    import re2

    found = re2.Set.SearchSet(_options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


def _options() -> re2.Options:
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def digits_of(text: str) -> str:
    """Give the ASCII digits of a text."""
    return "".join(filter(str.isdigit, text))
