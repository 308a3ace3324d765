"""Text as a matcher should see it, with a way back to the text as it was written.

This is the first tier: folding that keeps the meaning of a text, safe for every detector. Tricks
that need guessing (leetspeak, separators inside words, pinyin) belong to the second one on top of
it (`cs_qa.text.disguise`), whose hits are only suspected.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from cs_qa.text.confusables import unmixed
from cs_qa.text.folding import FOLDED, MARKED, begins_cluster, fold_cluster, fold_simple

__all__ = ["ENTITY", "Normalised", "normalise"]

ENTITY = re.compile("&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
"""What looks like an HTML entity; of numeric ones the closing sign is often lost."""

_REPEATS = re.compile(r"  +|!!+|\?\?+")
_WORD = re.compile(r"\w+")
_TURKISH = re.compile("[\u0131\u0130\u011f\u011e\u015f\u015e]")
_UNFOLDABLE = re.compile(f"{MARKED}+")


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
    """Fold case, width, look-alike letters, invisible characters, spacing and punctuation.

    NFKC without default-ignorable and control characters, casefolded; HTML entities decoded
    once; spaces and line breaks as one space; quotes and dashes in their ASCII form; no tatweel
    or harakat; runs of "!" or "?" as one. Letters of another script in a word (homoglyphs), styled
    letters and stray combining marks as plain letters; Traditional and Japanese characters as
    Simplified ones, katakana as hiragana, Persian letters as Arabic ones. Compatibility jamo (chat
    shorthand as in the Korean for laughing) stay as they are. Never raises, whatever the text.

    >>> normalise("Ｎｏｔ  my “PROBLEM”!!!").text
    'not my "problem"!'
    """
    entities = ENTITY.search(text) if "&" in text else None
    if entities is None:
        return _plain(text) or _fold(text)
    decoded, origin = _decode_entities(text)
    folded = _fold(decoded)
    return Normalised(folded.text, tuple(origin[offset] for offset in folded.offsets))


def _plain(text: str) -> Normalised | None:
    """The commonest texts, in which nothing but case is folded, at a fraction of the time."""
    if not (text.isascii() and text.isprintable()) or "`" in text or _repeats(text):
        return None
    return Normalised(text.lower(), range(len(text) + 1))


def _repeats(text: str) -> bool:
    return "  " in text or "!!" in text or "??" in text


def _decode_entities(text: str) -> tuple[str, list[int]]:
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for match in ENTITY.finditer(text):
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
    folded = None if _has_turkish_capitals(text) else fold_simple(text)
    if folded is None:
        return _fold_any(text)
    found = Normalised(folded, range(len(text) + 1))
    return _squeeze(found) if _repeats(folded) else found


def _fold_any(text: str) -> Normalised:
    source = text
    if not text.isascii():
        source = unmixed(_turkish_capitals(text) if _has_turkish_capitals(text) else text)
    folded = source.translate(FOLDED)
    offsets: Sequence[int] = range(len(text) + 1)
    if MARKED in folded:
        folded, offsets = _fold_clusters(source, folded)
    found = Normalised(folded, offsets)
    return _squeeze(found) if _repeats(folded) else found


def _fold_clusters(source: str, marked: str) -> tuple[str, tuple[int, ...]]:
    """Fold what is marked together with the character before it; the rest is folded already."""
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in _UNFOLDABLE.finditer(marked):
        first, end = match.span()
        if first > done and not begins_cluster(source[first]):
            first -= 1
        pieces.append(marked[done:first])
        offsets.extend(range(done, first))
        for start, stop in _clusters(source, first, end):
            folded = fold_cluster(source[start:stop])
            pieces.append(folded)
            offsets.extend([start] * len(folded))
        done = end
    pieces.append(marked[done:])
    offsets.extend(range(done, len(marked) + 1))
    folded = "".join(pieces)
    if not folded:
        return "", (0,)
    if offsets[0]:  # what was dropped in front belongs to the first
        first = offsets[0]
        offsets = [0 if offset == first else offset for offset in offsets]
    return folded, tuple(offsets)


def _clusters(source: str, first: int, end: int) -> list[tuple[int, int]]:
    starts = [i for i in range(first, end) if i == first or begins_cluster(source[i])]
    return list(zip(starts, [*starts[1:], end], strict=True))


def _squeeze(folded: Normalised) -> Normalised:
    pieces: list[str] = []
    kept: list[int] = []
    done = 0
    for match in _REPEATS.finditer(folded.text):
        pieces.append(folded.text[done : match.start() + 1])
        kept.extend(folded.offsets[done : match.start() + 1])
        done = match.end()
    pieces.append(folded.text[done:])
    kept.extend(folded.offsets[done:])
    return Normalised("".join(pieces), tuple(kept))


def _has_turkish_capitals(text: str) -> bool:
    return "I" in text and _TURKISH.search(text) is not None


def _turkish_capitals(text: str) -> str:
    """Lower "I" as Turkish does, in the words that a letter shows to be Turkish."""
    return _WORD.sub(
        lambda word: word[0].replace("I", "\u0131") if _TURKISH.search(word[0]) else word[0], text
    )
