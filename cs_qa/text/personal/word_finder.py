"""Where words of a list begin words of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from cs_qa.text.personal.wordings import listed, starts_anywhere

__all__ = ["FoundWord", "WordFinder", "finder"]


class FoundWord(NamedTuple):
    """A word at [start, end) of a text; `stop` is where what must stand behind it ends.

    `spaced` says whether it is in writing with spaces, where it begins a word.
    """

    start: int
    end: int
    stop: int
    spaced: bool


class WordFinder:
    """Finds words of a list, the longest first, apart from each other.

    An automaton does here what an alternation of hundreds of words does ten times slower. A word
    in writing with spaces must begin a word; what stands before it belongs to the find, as what
    `behind` matches, so of two words with one space between only the first may be found.
    """

    def __init__(self, words: Iterable[str], behind: str = "") -> None:
        self._words = sorted(set(words))
        self._spaced = [not starts_anywhere(word) for word in self._words]
        self._automaton = AhoCorasick(self._words)
        self._behind = re.compile(behind) if behind else None

    def find(self, lower: str) -> Iterator[FoundWord]:
        """Find the words in a text in lower case, in order."""
        hits = self._automaton.find_matches_as_indexes(lower, overlapping=True)
        if not hits:
            return
        done = 0
        for begin, _, found in sorted(self._begun(lower, hits)):
            if begin >= done:
                done = found.stop
                yield found

    def is_in(self, lower: str, start: int = 0, stop: int | None = None) -> bool:
        """Whether one of the words is in a part of a text in lower case."""
        hits = self._automaton.find_matches_as_indexes(lower[start:stop], overlapping=True)
        moved = ((number, start + begin, start + end) for number, begin, end in hits)
        return any(True for _ in self._begun(lower, moved))

    def _begun(
        self, lower: str, hits: Iterable[tuple[int, int, int]]
    ) -> Iterator[tuple[int, int, FoundWord]]:
        """The hits at which a word begins: where the find begins, and what the longest sorts by."""
        for number, start, end in hits:
            spaced = self._spaced[number]
            if spaced and start and _is_in_word(lower[start - 1]):
                continue
            stop = end
            if self._behind is not None:
                behind = self._behind.match(lower, end)
                if behind is None:
                    continue
                stop = behind.end()
            yield start - (spaced and start > 0), -end, FoundWord(start, end, stop, spaced)


def _is_in_word(character: str) -> bool:
    """Whether a character is a letter, a digit or a mark."""
    return character.isalnum() or (
        not character.isascii() and unicodedata.category(character)[0] in "LNM"
    )


@cache
def finder(*keys: str, behind: str = "") -> WordFinder:
    """Give the finder of some lists of all languages."""
    return WordFinder({word for key in keys for word in listed(key)}, behind)
