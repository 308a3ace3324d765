"""Letters that look like others: flags, turned and borrowed shapes, Korean letters set apart."""

from __future__ import annotations

import re

from cs_qa.text.confusables import faux_latin
from cs_qa.text.normalise import Normalised
from cs_qa.text.rewriting import alternatives, substituted

__all__ = [
    "JAMO_HINT",
    "LETTER_HINTS",
    "composed_jamo",
    "doubtful_letters",
    "is_undotted",
    "plain_letters",
]

_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
_MARKS = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STRAY_MARKS = re.compile(f"{_MARKS}+")
_BORROWED = re.compile("[\u0370-\u03ff]|[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]")
_BORROWING_WORD = re.compile("[\u0370-\u03ff\u0400-\u052fA-Za-z\u2100-\u214f]+")
_STROKES = "\u0196\u01c0\u0399\u0406\u04c0\u04cf\u16c1\u2223\u23fd\u2c92\u2c93\u2d4f\ua4f2"
_STYLED_STROKES = "\u2110\u2111\u2113\u2160\u217c\uff29\uff4c\uff5c" + "".join(
    chr(block + letter)
    for block in (*range(0x1D400, 0x1D6A4, 52),)
    for letter in (8, 37)  # I and l of each mathematical alphabet
)
_DOUBTFUL = re.compile(f"[{_STROKES}{_STYLED_STROKES}]|(?<=[^\\W\\d_A-Z])I|\u026f")
_TURNED = "\u0250\u0254\u01dd\u025f\u0265\u1d09\u026f\u0279\u0287\u028c\u028d\u028e\u029e\u027e"
_TURNED_LETTER = re.compile(f"[{_TURNED}]")
_AMBIGUOUS = re.compile("[nupdbq\u0183\u027e]")
_TURNED_BACK = dict(zip("nupdbq\u0183\u027e", "undpqbgj", strict=True))
_UNDOTTED = re.compile("\u0131")
_OTHER_TURKISH = re.compile("[\u00c7\u00e7\u00d6\u00f6\u00dc\u00fc\u011e\u011f\u0130\u015e\u015f]")
_KANA = "エカタトニハロ"
_HAN = "工力夕卜二八口"
_HAN_TO_KANA = dict(zip(_HAN, _KANA, strict=True))
_KANA_TO_HAN = dict(zip(_KANA, _HAN, strict=True))
_HAN_AMONG_KANA = re.compile(f"(?<=[\u30a1-\u30fc])[{_HAN}](?![\u3400-\u9fff])")
_KANA_AMONG_HAN = re.compile(f"(?<=[\u3400-\u9fff])[{_KANA}](?=[\u3400-\u9fff])")
_DRAWN_OUT = re.compile("(?<=[\u3041-\u3096])[\u30fc\u301c\uff5e~]+")

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_JAMO = re.compile(f"([{_INITIALS}])([ㅏ-ㅣ])([{_FINALS}](?![ㅏ-ㅣ]))?")

LETTER_HINTS = (
    f"[\U0001f1e6-\U0001f1ff{_STROKES}{_STYLED_STROKES}{_TURNED}]|{_MARKS}|[\\p{{Ll}}\\p{{Lo}}]I",
    r"\p{Greek}|\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin}",
    f"[\u30a1-\u30fc][{_HAN}]|[\u3400-\u9fff][{_KANA}][\u3400-\u9fff]",
    "[\u3041-\u3096][\u30fc\u301c\uff5e~]",
)
"""RE2 patterns for original text, one of which stands where letters may be look-alikes."""

JAMO_HINT = "[ㄱ-ㅎ][ㅏ-ㅣ]"
"""RE2 pattern for folded text: a Korean syllable in two letters."""


def plain_letters(draft: Normalised) -> Normalised:
    """Write what can only be a letter as that letter.

    Regional indicators, letters under combining marks, words that mix Greek or Cyrillic shapes
    into Latin ones, Han characters within katakana and the other way round, drawn-out hiragana.
    """
    letters = substituted(draft, _REGIONAL, lambda m: chr(ord(m[0]) - 0x1F1E6 + ord("a")))
    letters = substituted(letters, _STRAY_MARKS, lambda _: "")
    if is_undotted(letters.text):
        letters = substituted(letters, _UNDOTTED, lambda _: "i")
    if _BORROWED.search(letters.text):
        letters = substituted(letters, _BORROWING_WORD, lambda m: faux_latin(m[0]) or m[0])
    letters = substituted(letters, _HAN_AMONG_KANA, lambda m: _HAN_TO_KANA[m[0]])
    letters = substituted(letters, _KANA_AMONG_HAN, lambda m: _KANA_TO_HAN[m[0]])
    return substituted(letters, _DRAWN_OUT, lambda _: "")


def doubtful_letters(draft: Normalised) -> list[Normalised]:
    """Readings of letters that can stand for two: an upright stroke, a turned m, turned letters."""
    strokes = [
        (*m.span(), ("m", "w") if m[0] == "\u026f" else ("l", "i"))
        for m in _DOUBTFUL.finditer(draft.text)
    ]
    found = alternatives(draft, strokes, limit=16) or [draft]
    if not _TURNED_LETTER.search(draft.text):
        return found
    return [*found, substituted(draft, _AMBIGUOUS, lambda m: _TURNED_BACK[m[0]])]


def is_undotted(text: str) -> bool:
    """Whether a text has the Turkish i without dot and no other letter of Turkish."""
    return "\u0131" in text and not _OTHER_TURKISH.search(text)


def composed_jamo(folded: Normalised) -> Normalised:
    """Put Korean syllables together that are written letter by letter.

    >>> composed_jamo(Normalised("ㅂㅏㅂㅗ ㅋㅋ", range(8))).text
    '바보 ㅋㅋ'
    """
    return substituted(folded, _JAMO, _composed)


def _composed(letters: re.Match[str]) -> str:
    initial, vowel, final = letters.groups(default="")
    number = (_INITIALS.index(initial) * 21 + ord(vowel) - ord("ㅏ")) * 28
    return chr(0xAC00 + number + (_FINALS.index(final) + 1 if final else 0))
