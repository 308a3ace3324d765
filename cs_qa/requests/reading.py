"""A turn read once: the cues of its language, each in the clause and sentence it stands in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from cs_qa.phrases.sentences import sentence_ends
from cs_qa.phrases.table import Match
from cs_qa.requests.wordings import Cue, Wordings, wordings
from cs_qa.text.normalise import Normalised, normalise

__all__ = ["Found", "Reading", "read"]

_CLAUSE_END = re.compile(r"(?<!\d)[,，،、;；:：]|[,，،;；:：](?!\d)|\s[-–—]+\s|[–—]|\n")


class Found(NamedTuple):
    """A cue in a turn: [start, end) in the original text, and the clause it ends in."""

    cue: Cue
    start: int
    end: int
    clause: int


@dataclass(frozen=True)
class Reading:
    """A text and the cues found in it; clauses are counted through the whole text."""

    text: str
    words: Wordings

    @cached_property
    def found(self) -> list[Found]:
        """All cues, in text order."""
        matches = [*self.targets, *self.words.others.matches(self._folded.text)]
        placed = ((each.entry, *self._folded.span(each.start, each.end)) for each in matches)
        return sorted(
            (Found(cue, start, end, self.clause_at(end - 1)) for cue, start, end in placed),
            key=lambda found: (found.start, found.end, found.cue),
        )

    @cached_property
    def targets(self) -> Sequence[Match[Cue]]:
        """What could be asked for, in the folded text: cheap to look for."""
        return self.words.targets.matches(self._folded.text)

    @cached_property
    def _folded(self) -> Normalised:
        return normalise(self.text)

    @cached_property
    def sentences(self) -> list[int]:
        """The ends of the sentences."""
        return sentence_ends(self.text)

    @cached_property
    def clauses(self) -> list[int]:
        """The ends of the clauses."""
        marks = (match.end() for match in _CLAUSE_END.finditer(self.text))
        return sorted({*marks, *self.sentences})

    @cached_property
    def digits(self) -> str:
        """The text with the digits of every script, and full-width forms, as ASCII."""
        return self.text if self.text.isascii() else "".join(map(_ascii, self.text))

    def clause_at(self, place: int) -> int:
        """The number of the clause that holds a place."""
        return min(bisect_right(self.clauses, place), len(self.clauses) - 1)

    def sentence_of(self, clause: int) -> int:
        """The number of the sentence that a clause belongs to."""
        return bisect_right(self.sentences, self.clauses[clause] - 1)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the clauses first to last stand, without the space and marks around them."""
        start = self.clauses[first - 1] if first else 0
        end = self.clauses[last]
        part = self.text[start:end]
        return start + len(part) - len(part.lstrip()), start + len(part.rstrip())

    def having(self, role: str, of: str | None = None) -> Iterator[Found]:
        """The cues of a role, of one kind if named."""
        return (f for f in self.found if f.cue.role == role and of in (None, f.cue.of))

    def has(self, role: str, of: str | None = None) -> bool:
        """Whether there is a cue of a role."""
        return next(self.having(role, of), None) is not None


@lru_cache(maxsize=4_096)
def read(text: str, language: str | None) -> Reading | None:
    """Read a text with the wordings of its language; None where there are none."""
    words = wordings(language)
    return None if words is None or not text.strip() else Reading(text, words)


@lru_cache(maxsize=4_096)
def _ascii(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
