"""Text as a matcher should see it, with a way back to the text as it was written.

This is the first tier: folding that keeps the meaning of a text, safe for every detector. Tricks
that need guessing (leetspeak, confusable letters, separators inside words) belong to a stronger
tier on top of it, whose hits are only suspected.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Normalised", "normalise"]

# Unicode has no Python property for Default_Ignorable_Code_Point; the ranges are those of
# DerivedCoreProperties.txt, Unicode 16.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ARABIC_MARK = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)
# Vowels and finals of decomposed Hangul, and half-width voicing marks: they compose backwards
# without being combining marks.
_COMPOSES = re.compile("[\u1161-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]")
_COMPAT_JAMO = re.compile("[\u3131-\u3163\u3165-\u318e]")

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys(
            "\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9\u02bb`\u00b4\u2039\u203a", "'"
        ),
        **dict.fromkeys(
            "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u300c\u300d\u300e\u300f\u301d\u301e\u301f",
            '"',
        ),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    }
)
_ENTITY = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNPLAIN_ASCII = re.compile(r"[\x00-\x1f\x7f`]|  |!!|\?\?")
_REPEATS = re.compile(r"  +|!!+|\?\?+")
_WORD = re.compile(r"\w+")
_TURKISH = re.compile("[\u0131\u0130\u011f\u011e\u015f\u015e]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and, for each of its characters, where that came from.

    `offsets` has one entry more than `text`: the code-point index in the original at which the
    character's source begins, never falling, and last the length of the original.
    """

    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a half-open range of the normalised text to one of the original, in code points.

        Original characters are covered whole, with what was dropped behind them (combining
        marks, zero-width characters, repeated spaces). An empty range stays empty.

        >>> normalise("so\\u200b BA\\u200bD").span(3, 6)
        (4, 8)
        """
        if not 0 <= start <= end < len(self.offsets):
            raise IndexError(
                f"No range [{start}, {end}) in a text of {len(self.text)} characters: "
                "0 <= start <= end <= length is needed."
            )
        first = self.offsets[start]
        if start == end:
            return first, first
        last = self.offsets[end - 1]
        if self.offsets[end] > last:
            return first, self.offsets[end]
        return first, self.offsets[bisect_right(self.offsets, last, lo=end)]


def normalise(text: str) -> Normalised:
    """Fold case, width, invisible characters, spacing and punctuation variants.

    NFKC without default-ignorable and control characters, casefolded; HTML entities decoded
    once; spaces and line breaks as one space; quotes and dashes in their ASCII form; no tatweel
    or harakat; runs of "!" or "?" as one. Compatibility jamo (chat shorthand as in the Korean
    for laughing) stay as they are. Never raises, whatever the text.

    >>> normalise("Ｎｏｔ  my “PROBLEM”!!!").text
    'not my "problem"!'
    """
    entities = _ENTITY.search(text) if "&" in text else None
    if entities is None:
        if text.isascii() and not _UNPLAIN_ASCII.search(text):
            return Normalised(text.lower(), range(len(text) + 1))
        return _fold(text)
    decoded, origin = _decode_entities(text)
    folded = _fold(decoded)
    return Normalised(folded.text, tuple(origin[offset] for offset in folded.offsets))


def _decode_entities(text: str) -> tuple[str, list[int]]:
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for match in _ENTITY.finditer(text):
        pieces.append(text[done : match.start()])
        origin.extend(range(done, match.start()))
        character = html.unescape(match[0])
        pieces.append(character)
        origin.extend([match.start()] * len(character))
        done = match.end()
    pieces.append(text[done:])
    origin.extend(range(done, len(text) + 1))
    origin[0] = 0
    return "".join(pieces), origin


def _fold(text: str) -> Normalised:
    source = _turkish_capitals(text) if _TURKISH.search(text) else text
    pieces = [_FOLDED[character] for character in source]
    if None in pieces:
        clusters = _clusters(source)
        folded = [_fold_cluster(source[start:end]) for start, end in clusters]
        starts = [start for start, _ in clusters]
    else:
        folded = [piece or "" for piece in pieces]
        starts = list(range(len(text)))
    joined = "".join(folded)
    offsets: Sequence[int]
    if len(joined) == len(text) == len(folded) and "" not in folded:
        offsets = range(len(text) + 1)
    else:
        first = next((place for place, piece in enumerate(folded) if piece), 0)
        starts[: first + 1] = [0] * (first + 1)  # what was dropped in front belongs to the first
        counted = zip(folded, starts, strict=True)
        offsets = [start for piece, start in counted for _ in piece]
        offsets.append(len(text) if joined else 0)
    return _squeeze(joined, offsets)


def _squeeze(text: str, offsets: Sequence[int]) -> Normalised:
    if not _REPEATS.search(text):
        return Normalised(text, offsets if isinstance(offsets, range) else tuple(offsets))
    pieces: list[str] = []
    kept: list[int] = []
    done = 0
    for match in _REPEATS.finditer(text):
        pieces.append(text[done : match.start() + 1])
        kept.extend(offsets[done : match.start() + 1])
        done = match.end()
    pieces.append(text[done:])
    kept.extend(offsets[done:])
    return Normalised("".join(pieces), tuple(kept))


def _clusters(text: str) -> list[tuple[int, int]]:
    starts = [i for i, character in enumerate(text) if i == 0 or _FOLDED[character] is not None]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


@lru_cache(maxsize=65_536)
def _fold_cluster(cluster: str) -> str:
    if len(cluster) == 1 and _COMPAT_JAMO.match(cluster):
        return cluster
    visible = _IGNORABLE.sub("", cluster).translate(_PUNCTUATION)
    composed = unicodedata.normalize("NFKC", visible)
    if "\u0130" in composed:  # casefold would leave a dot without its letter
        composed = composed.replace("\u0130", "i")
    folded = unicodedata.normalize("NFKC", composed.casefold()).replace("i\u0307", "i")
    return "".join(
        " " if character.isspace() else character
        for character in _ARABIC_MARK.sub("", folded).translate(_PUNCTUATION)
        if character.isspace() or unicodedata.category(character) != "Cc"
    )


class _FoldedCharacters(dict[str, "str | None"]):
    """What a lone character folds to; None for one that belongs to the character before it."""

    def __missing__(self, character: str) -> str | None:
        joins = (
            unicodedata.category(character) in ("Mn", "Mc", "Me")
            or _COMPOSES.match(character)
            or _IGNORABLE.match(character)
        )
        value = self[character] = None if joins else _fold_cluster(character)
        return value


_FOLDED = _FoldedCharacters()


def _turkish_capitals(text: str) -> str:
    """Lower "I" as Turkish does, in the words that a letter shows to be Turkish."""
    return _WORD.sub(
        lambda word: word[0].replace("I", "\u0131") if _TURKISH.search(word[0]) else word[0], text
    )
