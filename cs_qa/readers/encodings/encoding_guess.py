"""Guesses at 8-bit character sets: chardet's, weighed by whether the text that they give is one.

The letters of a right guess belong to the language that they seem to make; where two guesses are
about as good there is no answer.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cs_qa.readers.encodings.alphabets import plausibility

__all__ = ["Guess", "best_guess", "decodes", "guesses"]

# What chardet may answer, and what Python decodes it with: of two that differ in a few characters
# the one that has more of them, as Windows programs write it.
_CANDIDATES = {
    "GB18030": "gb18030",
    "Big5": "cp950",
    "big5hkscs": "big5hkscs",
    "CP932": "cp932",
    "EUC-JP": "euc_jp",
    "CP949": "cp949",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "Windows-1252": "cp1252",
    "Windows-1253": "cp1253",
    "Windows-1254": "cp1254",
    "Windows-1255": "cp1255",
    "Windows-1256": "cp1256",
    "Windows-1257": "cp1257",
    "cp1258": "cp1258",
    "CP874": "cp874",
    "ISO-8859-2": "iso8859-2",
    "KOI8-R": "koi8-r",
    "IBM866": "cp866",
}
_WIDE = ("gb18030", "cp950", "big5hkscs", "cp932", "euc_jp", "cp949")
_MIXTURES = {"cp1252": "western", "iso8859-15": "western"} | dict.fromkeys(_WIDE, "wide")
_BIG5 = ("cp950", "big5hkscs")
_WINDOWS_SIGN = re.compile(rb"[\x80-\x9f]")
_EURO_OR_LIGATURE = re.compile(rb"\xa4|[A-Za-z][\xbc-\xbe]|[\xbc-\xbe][A-Za-z]")
# Exports cut long messages at a number of bytes, within a character: such lines may be a few.
_MIN_DECODED = 0.9
# Right guesses have 1.16 and more, those at sets that are not in our list 1.03 at most.
_MIN_FIT = 1.1
# Neighbours such as Windows-1250 and ISO-8859-2 differ in so few letters of a text.
_ALIKE = 0.3
# A letter or two tell nothing.
_MIN_CONFIDENCE = 0.03
# How near the second best may come before the choice is the user's.
_CLOSE = 0.8


class Guess(NamedTuple):
    """An encoding, the text that it gives, how well that fits its language, and chardet's trust."""

    encoding: str
    text: str
    fit: float
    confidence: float

    @property
    def score(self) -> float:
        """How likely it is, from 0 up."""
        return self.confidence * self.fit**2


class _Answer(NamedTuple):
    """What chardet says of an encoding: its confidence and the language."""

    confidence: float = 0.0
    language: str = ""


def decodes(data: bytes, encoding: str) -> bool:
    """Whether all of the bytes decode."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def best_guess(found: Sequence[Guess]) -> str | None:
    """The encoding of the best of `guesses`; None where it is poor, or the next about as good."""
    if not found or found[0].fit < _MIN_FIT or found[0].confidence < _MIN_CONFIDENCE:
        return None
    best = found[0]
    return None if any(_rivals(best, guess) for guess in found[1:]) else best.encoding


def _rivals(best: Guess, other: Guess) -> bool:
    """Whether two guesses are about as good: of two alike, whether all their letters fit alike."""
    if best.text == other.text or other.score <= _CLOSE * best.score:
        return False
    pairs = list(zip(best.text, other.text, strict=False))
    beyond = sum(not ours.isascii() for ours, _ in pairs)
    are_alike = sum(ours != theirs for ours, theirs in pairs) <= _ALIKE * beyond
    return not (are_alike and len(best.text) == len(other.text) and other.fit < best.fit)


def guesses(lines: Sequence[bytes]) -> list[Guess]:
    """The encodings that lines with bytes beyond ASCII may have, the likeliest first."""
    return sorted(_guesses(lines), key=lambda guess: -guess.score)


def _guesses(lines: Sequence[bytes]) -> Iterator[Guess]:
    sample = b"".join(lines)
    answers = _answers(sample)
    for encoding in answers.keys() - set(_WIDE):
        if decodes(sample, encoding):
            found = _western(sample) if encoding == "cp1252" else encoding
            yield _guess(found, sample, answers[encoding])
    wide = {encoding: _decoded(lines, encoding) for encoding in _WIDE}
    # Big5 as in Taiwan, unless it takes the characters of Hong Kong.
    wide.pop("cp950" if len(wide["big5hkscs"]) > len(wide["cp950"]) else "big5hkscs")
    for encoding, whole in wide.items():
        if len(whole) >= _MIN_DECODED * len(lines):
            answers_here = answers if len(whole) == len(lines) else _answers(b"".join(whole))
            names = _BIG5 if encoding in _BIG5 else (encoding,)
            answer = max(answers_here.get(name, _Answer()) for name in names)
            yield _guess(encoding, b"".join(whole), answer)


def _decoded(lines: Sequence[bytes], encoding: str) -> list[bytes]:
    return [line for line in lines if decodes(line, encoding)]


def _western(sample: bytes) -> str:
    """Windows-1252, or the Unix set that has the euro and French ligatures in other places."""
    if _WINDOWS_SIGN.search(sample) or not _EURO_OR_LIGATURE.search(sample):
        return "cp1252"
    return "iso8859-15"


def _guess(encoding: str, sample: bytes, answer: _Answer) -> Guess:
    text = sample.decode(encoding)
    fit = plausibility(text, language=answer.language, mixture=_MIXTURES.get(encoding, ""))
    return Guess(encoding, text, fit, answer.confidence)


def _answers(sample: bytes) -> dict[str, _Answer]:
    import chardet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that its fallback is not in our list
        found = chardet.detect_all(
            sample, ignore_threshold=True, include_encodings=[name.lower() for name in _CANDIDATES]
        )
    return {
        _CANDIDATES[each["encoding"]]: _Answer(each["confidence"], each["language"] or "")
        for each in found
        if each["encoding"] in _CANDIDATES
    }
