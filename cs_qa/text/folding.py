"""How a character folds, alone or with the marks behind it; the tables behind `normalise`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from cs_qa.text.confusables import arabic_variants, cyrillic_variants, latin_variant
from cs_qa.text.han import simplified_forms

__all__ = ["FOLDED", "MARKED", "begins_cluster", "fold_cluster", "fold_simple"]

MARKED = "\0"
"""Stands in `FOLDED` for what does not fold to one character by itself."""

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
# Marks that are left of a letter once it is composed belong to no letter that we write.
_STRAY_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
# Vowels and finals of decomposed Hangul, half-width ones and voicing marks: they compose backwards
# without being combining marks.
_COMPOSES = re.compile(
    "[\u1161-\u11ff\ud7b0-\ud7fb\uff9e\uff9f\uffa3\uffa5\uffa6\uffaa-\uffb0\uffb4\uffc2-\uffdc]"
)
_COMPAT_JAMO = re.compile("[\u3131-\u3163\u3165-\u318e]")
_THAI_MARK = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_PARENTHESIZED = re.compile("[\u249c-\u24b5\U0001f110-\U0001f129]")
_COMMON_PUNCTUATION = (
    *(0xA0, 0xA1, 0xB0, 0xB7, 0xBF, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x20AC),
    *(0x060C, 0x061F, 0x3000, 0x3001, 0x3002, 0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1F),
)
_KATAKANA_TO_HIRAGANA = {chr(0x30A1 + i): chr(0x3041 + i) for i in range(0x56)}

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


class _FoldedCharacters(dict[int, str]):
    """For `str.translate`: what a code point folds to alone; `MARKED` where that is not enough."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        if _THAI_MARK.match(character):
            folded = character
        elif begins_cluster(character):
            folded = fold_cluster(character)
        else:
            folded = MARKED
        value = self[code_point] = folded if len(folded) == 1 else MARKED
        return value


FOLDED = _FoldedCharacters()
"""For `str.translate`: each code point as what it folds to alone."""


@cache
def begins_cluster(character: str) -> bool:
    """Whether a character stands for itself, not with the character before it."""
    if _THAI_MARK.match(character):
        return True
    return not (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or _COMPOSES.match(character)
        or _IGNORABLE.match(character)
    )


@lru_cache(maxsize=65_536)
def fold_cluster(cluster: str) -> str:
    """Fold a character and the marks behind it; may be empty, or more than one character."""
    if len(cluster) == 1 and _COMPAT_JAMO.match(cluster):
        return cluster
    visible = _IGNORABLE.sub("", cluster).translate(_PUNCTUATION)
    if _PARENTHESIZED.match(visible):
        visible = latin_variant(visible[0]) + visible[1:]
    composed = _STRAY_MARK.sub("", unicodedata.normalize("NFKC", visible))
    if "\u0131" in composed and "\u0131" not in visible:  # a mathematical i without its dot
        composed = composed.replace("\u0131", "i")
    if "\u0130" in composed:  # casefold would leave a dot without its letter
        composed = composed.replace("\u0130", "i")
    folded = unicodedata.normalize("NFKC", composed.casefold()).replace("i\u0307", "i")
    bare = _STRAY_MARK.sub("", _ARABIC_MARK.sub("", folded)).translate(_PUNCTUATION)
    return "".join(
        " " if character.isspace() else _one_form(character)
        for character in bare
        if character.isspace() or unicodedata.category(character) != "Cc"
    )


def _one_form(character: str) -> str:
    """Of characters that say the same, the one that the lexicons are read in."""
    if character.isascii():
        return character
    tables = (simplified_forms(), arabic_variants(), cyrillic_variants(), _KATAKANA_TO_HIRAGANA)
    for forms in tables:
        if character in forms:
            return forms[character]
    return latin_variant(character)


def fold_simple(text: str) -> str | None:
    """Fold a text of common letters and punctuation, at a fraction of the time; None for others.

    Every character folds to one: to its lower case, or full-width punctuation to ASCII.
    """
    simple, punctuation = _simple_text()
    if not simple.fullmatch(text):
        return None
    return punctuation.sub(lambda sign: FOLDED[ord(sign[0])], text.lower())


@cache
def _simple_text() -> tuple[re.Pattern[str], re.Pattern[str]]:
    vietnamese = (0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA))
    latin = _simple_letters((*range(0xC0, 0x180), *vietnamese))
    cyrillic = _simple_letters(range(0x410, 0x452))
    arabic, thai = _simple_letters(range(0x621, 0x64B)), _simple_letters(range(0xE01, 0xE4F))
    kana = _simple_letters((*range(0x3041, 0x3097), 0x30FC))
    han = "".join(c for c in map(chr, range(0x4E00, 0x9FA6)) if c not in simplified_forms())
    marks = [c for c in map(chr, _COMMON_PUNCTUATION) if FOLDED[ord(c)] != c]
    signs = "".join(map(chr, (*range(0x20, 0x41), *range(0x5B, 0x60), *range(0x7B, 0x7F))))
    common = re.escape(signs + "".join(map(chr, _COMMON_PUNCTUATION))) + "\n\uac00-\ud7a3"
    unmixed = f"[{common}{cyrillic}]*+"
    other = f"[{common}A-Za-z{latin}{arabic}{thai}{kana}{han}\U0001f300-\U0001f6ff]*+"
    return re.compile(f"{unmixed}|{other}"), re.compile(f"[{re.escape(''.join(marks))}\n]")


def _simple_letters(code_points: Iterable[int]) -> str:
    """The letters that fold to their lower case."""
    return "".join(c for c in map(chr, code_points) if FOLDED[ord(c)] == c.lower())
