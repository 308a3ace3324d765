"""Letters written as digits and signs, hidden behind an asterisk, or drawn out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cs_qa.text.normalise import Normalised
from cs_qa.text.rewriting import alternatives

__all__ = ["LEET_HINT", "OTHER_THRICE", "STRETCHED_HINT", "shortened", "unleeted", "unmasked"]

_LIMIT = 32
_SIGNS = "0-9@$!|+€£¢¥§¡"
_LATIN = dict(zip("0234578@$+€¢¥§¡", "ozeastbastecysi", strict=True))
_LATIN |= {"1": "il", "!": "il", "|": "li", "6": "gb", "9": "gq", "£": "le"}
_RUSSIAN = dict(zip("056728@$+!|€", "осбтзвастиле", strict=True))
_RUSSIAN |= {"1": "ил", "3": "зе", "4": "ча", "9": "яд"}
_WORD = re.compile(f"[a-z\u00df-\u024f\u1e00-\u1effа-яё{_SIGNS}]+(?<![!|])")
_SIGN = re.compile(f"[{_SIGNS}]")
# Amounts with a unit, names with a number, codes: 5kg, a4, iphone15, r559120443x.
_PLAIN = re.compile(
    r"\d+[^\W\d_]{1,2}(?<!4[а-яё]{2})|\d\d+[^\W\d_]{3}|[^\W\d_]+(?:\d\d+|[25-9])|a[34]|mp[34]|.*\d{4}.*"
)
_MASK = "[*#\u2022\u25cf\u2731\u2588\u25a0]"
_MASKED = re.compile(rf"(?<=[^\W\d_]){_MASK}(?=[^\W\d_])")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_VOWELS = ("u", "i", "o", "a", "e")
_CYRILLIC_VOWELS = ("у", "и", "о", "а", "е", "я", "ю", "ы")
_STRETCHED = re.compile(
    "([^\\W\\d_\u3131-\u3163])\\1{2,}"
    "|([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|\u0e4d\u0e32)\\2+|(\u30fc)\\3+"
)
_THRICE = (
    *b"abcdefghijklmnopqrstuvxyz",
    *range(0x430, 0x452),
    *range(0x621, 0x64B),
    *range(0xE01, 0xE47),
    *range(0x3041, 0x3097),
)
_TWICE = (0xE31, *range(0xE34, 0xE3B), *range(0xE47, 0xE4F), 0x30FC)
_CASED = r"[\p{Latin}\p{Cyrillic}]"

LEET_HINT = (
    rf"{_CASED}[0-9@$!|+€£¢¥§]{{1,3}}{_CASED}|{_CASED}(?:{_CASED}[0134@$+]|[03@$]\+?)(?:[^\pL\pN]|$)"
    rf"|(?:^|[^\pL\pN])(?:[@$!|€£+][0-9@$]*{_CASED}{{2}}|[0-9]{_CASED}{{3}}|4[а-яё]{{2}})"
)
STRETCHED_HINT = "|".join(
    ["\u0e4d\u0e32" * 2, "www[^.]", *(3 * chr(c) for c in _THRICE), *(2 * chr(c) for c in _TWICE)]
)
"""RE2 patterns for folded text where letters may be leet, and where they may be stretched.

Of stretched letters only those of small alphabets: `OTHER_THRICE` finds the others.
"""

OTHER_THRICE = re.compile("([\u00df-\u024f\u1e00-\u1eff\u3400-\u9fff\uac00-\ud7a3])\\1\\1")


def shortened(folded: Normalised) -> list[Normalised]:
    """Readings with stretched letters once and twice; a stretched ー once and not at all."""
    return alternatives(folded, _stretches(folded.text), limit=_LIMIT)


def _stretches(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for run in _STRETCHED.finditer(text):
        letter, mark, long = run.groups()
        choices = (letter, 2 * letter) if letter else (mark,) if mark else (long, "")
        yield (*run.span(), choices)


def unleeted(folded: Normalised) -> list[Normalised]:
    """Readings with letters for the digits and signs inside words, Latin and Cyrillic ones.

    What looks like an amount or a code is left, unless there is another word in leetspeak.
    """
    words = [word for word in _WORD.finditer(folded.text) if not word[0].isalpha()]
    if all(_is_plain(word) for word in words):
        return []
    signs = _RUSSIAN if _CYRILLIC.search(folded.text) else _LATIN
    places = [
        (*sign.span(), tuple(signs[sign[0]]))
        for word in words
        if len(word[0]) < 4 or not word[0].isdecimal()
        for sign in _SIGN.finditer(folded.text, *word.span())
        if sign[0] in signs
    ]
    return alternatives(folded, places, limit=_LIMIT)


def _is_plain(word: re.Match[str]) -> bool:
    """Whether a word with digits or signs is one that everybody writes so."""
    is_address = "@" in word[0] and word.string.startswith(".", word.end())
    has_letters = any(map(str.isalpha, word[0]))
    return is_address or not has_letters or _PLAIN.fullmatch(word[0]) is not None


def unmasked(draft: Normalised) -> list[Normalised]:
    """Readings with each vowel for the asterisks (or dots, blocks) that hide one letter each."""
    vowels = _CYRILLIC_VOWELS if _CYRILLIC.search(draft.text) else _VOWELS
    hidden = [(*mask.span(), vowels) for mask in _MASKED.finditer(draft.text)]
    return alternatives(draft, hidden, limit=len(vowels))
