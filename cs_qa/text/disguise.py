"""The second tier: readings of a text whose words may be hidden, whose hits are only suspected.

`normalise` undoes what can mean nothing else. Here are the guesses: letters with gaps between them,
leetspeak, stretched and masked letters, words broken by lines, shapes borrowed from other scripts,
chat abbreviations. Plain text has no reading, at the price of one or two searches in linear time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from cs_qa.text.abbreviations import abbreviation_hint, spelt_out
from cs_qa.text.leet import (
    LEET_HINT,
    OTHER_THRICE,
    STRETCHED_HINT,
    shortened,
    unleeted,
    unmasked,
)
from cs_qa.text.normalise import Normalised
from cs_qa.text.rewriting import renormalised
from cs_qa.text.separators import SEPARATOR_HINTS, joined, split_at_signs, unbroken
from cs_qa.text.shapes import (
    JAMO_HINT,
    LETTER_HINTS,
    composed_jamo,
    doubtful_letters,
    is_undotted,
    plain_letters,
)

if TYPE_CHECKING:
    import re

    import re2

_Step: TypeAlias = Callable[[Normalised], list[Normalised]]

__all__ = ["MAX_LENGTH", "MAX_READINGS", "readings"]

MAX_READINGS = 40
"""Readings of a text that are given at most, the likelier ones first."""

MAX_LENGTH = 2_000
"""Characters up to which a text is read anew; a longer one is no message written to evade."""


def readings(text: str, normalised: Normalised) -> list[Normalised]:
    """Readings of a text that may hide its words, each with offsets into the original text.

    Folded like `normalised`, which is `normalise(text)`, and never equal to it. Empty where nothing
    looks disguised.

    >>> from cs_qa.text.normalise import normalise
    >>> text = "You 1d10t"
    >>> "you idiot" in [reading.text for reading in readings(text, normalise(text))]
    True
    """
    if len(text) > MAX_LENGTH or not _looks_disguised(text, normalised):
        return []
    found = {normalised.text: normalised}
    for draft in _drafts(text):
        folded = normalised if draft.text == text else renormalised(draft)
        for reading in _readings_of(folded):
            found.setdefault(reading.text, reading)
        if len(found) > MAX_READINGS:
            break
    return list(found.values())[1 : MAX_READINGS + 1]


def _looks_disguised(text: str, normalised: Normalised) -> bool:
    hints = _hints()
    if text.isascii():
        return bool(hints.either.Match(text))
    if OTHER_THRICE.search(normalised.text) or is_undotted(text):
        return True
    if normalised.text == text.lower():
        return bool(hints.either.Match(text))
    return bool(hints.written.Match(text) or hints.folded.Match(normalised.text))


@dataclass(frozen=True)
class _Hints:
    """What shows in a text as it was written, in a folded one, and in either of them.

    The last three are asked of every text: an RE2 set answers in half the time of a search.
    """

    separators: re.Pattern[str]
    letters: re.Pattern[str]
    written: re2.Set
    folded: re2.Set
    either: re2.Set
    steps: tuple[tuple[re.Pattern[str], _Step], ...]


@cache
def _hints() -> _Hints:
    import re2

    options = re2.Options()
    options.never_capture = True
    options.max_mem = 1 << 26
    options.log_errors = False

    def compiled(*patterns: str) -> re.Pattern[str]:
        pattern: re.Pattern[str] = re2.compile("|".join(patterns), options)
        return pattern

    def any_of(*patterns: str) -> re2.Set:
        hints = re2.Set.SearchSet(options)
        hints.Add("|".join(patterns))
        hints.Compile()
        return hints

    steps: tuple[tuple[str, _Step], ...] = (
        (JAMO_HINT, lambda folded: [composed_jamo(folded)]),
        (STRETCHED_HINT, shortened),
        (LEET_HINT, unleeted),
        (f"(?i:{abbreviation_hint()})", spelt_out),
    )
    written = (*SEPARATOR_HINTS, *LETTER_HINTS)
    folded = [f"(?i:{hint})" for hint, _ in steps]
    return _Hints(
        separators=compiled(*SEPARATOR_HINTS),
        letters=compiled(*LETTER_HINTS),
        written=any_of(*written),
        folded=any_of(*folded),
        either=any_of(*written, *folded),
        steps=tuple((compiled(hint), step) for hint, step in steps),
    )


def _drafts(text: str) -> list[Normalised]:
    """Readings of the text as it was written, before folding."""
    hints = _hints()
    drafts = [Normalised(text, range(len(text) + 1))]
    if hints.letters.search(text) or is_undotted(text):
        drafts = doubtful_letters(plain_letters(drafts[0]))
    if not hints.separators.search(drafts[0].text):
        return drafts
    closed = [change(draft) for draft in drafts for change in (joined, unbroken)]
    return [new for draft in closed for new in (*unmasked(draft), *split_at_signs(draft))]


def _readings_of(folded: Normalised) -> list[Normalised]:
    """A folded reading and what it may be read as further, every step upon those before."""
    found = [folded]
    for hint, step in _hints().steps:
        stretched = step is shortened and OTHER_THRICE.search(folded.text)
        found += [
            further
            for reading in found[:MAX_READINGS]
            if stretched or hint.search(reading.text)
            for further in step(reading)
        ]
    return found
