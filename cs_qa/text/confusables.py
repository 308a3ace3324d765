"""Letters of one script that stand for look-alikes of another: a Cyrillic "о" in a Latin word.

Only words that mix scripts, or look-alike words in a text of another script, are touched: a
Russian or Greek text stays what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

from cs_qa.text.han import character_table

__all__ = ["arabic_variants", "cyrillic_variants", "faux_latin", "latin_variant", "unmixed"]

Script = Literal["latin", "cyrillic", "other"]
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "
_STYLED = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL |LATIN SMALL LETTER (?:TURNED|REVERSED|SCRIPT) "
    r"|(?:CROSSED NEGATIVE |NEGATIVE |)(?:CIRCLED|SQUARED|PARENTHESIZED)"
    r" LATIN (?:SMALL|CAPITAL) LETTER )([A-Z])"
)
_SIGNED = re.compile(r"LATIN SMALL LETTER (?:DOTLESS )?([A-Z])(?: WITH .+)?")
# Beyond Latin Extended-A: Vietnamese, Romanian, and the tones of pinyin.
_WRITTEN = frozenset("ơưșțǎǐǒǔǖǘǚǜǹḿ")
_TURNED = {"\u0254": "c", "\u025f": "f"}  # by their names an open o and a j with a stroke
_LATIN_EXTENDED = re.compile(
    "[\u0180-\u02af\u1d00-\u1dbf\u1e00-\u1e9d\u1efa-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f]"
)
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u02af\u1d00-\u1dbf\u1e00-\u1eff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_WORD_CHARACTER = re.compile(r"\w")
_COMPATIBLE = (0xB5, *range(0x1D2C, 0x1DC0), *range(0x2070, 0x2150))
# Scripts and mathematical alphabets beyond the basic plane, as ranges: searched for in every text.
_ANCIENT = "\U00010000-\U00011fff\U00016f00-\U00016fff\U0001d200-\U0001d7ff\U0001e800-\U0001e8ff"
_ONLY_LATIN = frozenset("bdfghklmnqrtuvwzDFGLNQRUVWZ")
_ONLY_CYRILLIC = frozenset("бвгджзийклмнптфцчшщъыьэюяБГДЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯ")
_CYRILLIC_SHAPES = ("ияшщцпгдвтмкнфчлжєѕ", "nrwwunrabtmkhoynxes")
_GREEK_SHAPES = ("αβγδεζηθικλμνπρςστυφχψωℓ", "abydeznoikauvnpsotuoxwwl")
_REMINDING = {
    shape: letter
    for shapes in (_CYRILLIC_SHAPES, _GREEK_SHAPES)
    for shape, letter in zip(*shapes, strict=True)
}
_RIGHT_TO_LEFT = ("R", "AL")


@dataclass(frozen=True)
class _LookAlikes:
    """For a character, the letter of a script that it can be taken for."""

    latin: Mapping[str, str]
    cyrillic: Mapping[str, str]
    word: re.Pattern[str]
    foreign: re.Pattern[str]


def unmixed(text: str) -> str:
    """Write mixed words in one script, each character for one: the length stays.

    A word is written in the text's main script (the one with more letters that only it has) where
    all its letters have look-alikes there, else in the other one, else it stays.

    >>> unmixed("nоt mу рrоblеm") == "not my problem"
    True
    """
    foreign = _look_alikes().foreign.search(text)
    if not foreign and not (_CYRILLIC.search(text) and _LATIN.search(text)):
        return text
    return _unmix(text)


@lru_cache(maxsize=1024)
def _unmix(text: str) -> str:
    table = _look_alikes()
    main = _main_script(text)
    words = [_letters(word) for word in table.word.findall(text)]
    counts = Counter(script for _, scripts in words for script in scripts)
    mixes = any(len(set(scripts)) > 1 for _, scripts in words)
    stray = mixes or counts[main] >= 2 * (counts.total() - counts[main])
    return table.word.sub(lambda word: _unmixed_word(word[0], main, stray=stray), text)


def _letters(word: str) -> tuple[set[str], list[Script]]:
    letters = [c for c in word if c.isalpha() or c in _look_alikes().latin]
    return set(letters), [_script(c) for c in letters]


def _main_script(text: str) -> Script:
    """Tell the script by the letters that look like none of the other one."""
    counts: Counter[Script] = Counter()
    for character in unicodedata.normalize("NFKC", text):
        if character in _ONLY_LATIN:
            counts["latin"] += 1
        elif character in _ONLY_CYRILLIC:
            counts["cyrillic"] += 1
        elif character.isalpha() and not _as(character, _look_alikes().latin):
            counts["other"] += not _as(character, _look_alikes().cyrillic)
    return max(("latin", "cyrillic", "other"), key=lambda script: counts[script])


def _unmixed_word(word: str, main: Script, *, stray: bool) -> str:
    """Convert a mixed word, or one of another script than `main` where those may be `stray`."""
    letters, found = _letters(word)
    scripts = set(found)
    mixed = len(scripts) > 1
    if not mixed and (scripts <= {main} or main == "other" or not (stray or "other" in scripts)):
        return word
    targets = {"latin": _look_alikes().latin, "cyrillic": _look_alikes().cyrillic}
    other: Script = "latin" if main == "cyrillic" else "cyrillic"
    for script in (main, other) if mixed else (main,):
        target = targets.get(script, targets["latin"])
        if all(_as(c, target) for c in letters):
            return "".join(_as(c, target) or c if c in letters else c for c in word)
    return word


@lru_cache(maxsize=8192)
def _script(character: str) -> Script:
    folded = unicodedata.normalize("NFKC", character)[:1]
    if _LATIN.match(folded):
        return "latin"
    return "cyrillic" if _CYRILLIC.match(folded) else "other"


def _as(character: str, letters: Mapping[str, str]) -> str | None:
    """The letter of a script that a character is or looks like; a ligature of it stays as it is."""
    found = letters.get(character)
    if found is None and not character.isascii():
        folded = unicodedata.normalize("NFKC", character)
        ligature = len(folded) > 1 and all(letters.get(letter) == letter for letter in folded)
        found = character if ligature else letters.get(folded)
    return found


@cache
def _look_alikes() -> _LookAlikes:
    latin = {c: c for c in map(chr, (*range(0x250), *range(0x1E00, 0x1F00))) if _LATIN.match(c)}
    latin |= {"\U0001d6a4": "i", "\U0001d6a5": "j"}  # mathematical, without their dots
    cyrillic = {c: c for letter in _RUSSIAN + "ё" for c in (letter, letter.upper())}
    for members in character_table("look_alikes.txt"):
        usable = [c for c in members if c != "×" and not c.isdecimal() and _is_left_to_right(c)]
        for target, own in ((latin, _latin_of(members)), (cyrillic, _russian_of(members))):
            if own:
                target |= {c: own for c in usable if c not in target}
    for target in (latin, cyrillic):
        _add_other_case(target)
    keys = {c for c in (*latin, *cyrillic) if not _LATIN.match(c)}
    signs = "".join(c for c in keys if not _WORD_CHARACTER.match(c))
    keys |= {c for c in map(chr, _COMPATIBLE) if unicodedata.normalize("NFKC", c) in keys}
    foreign = "".join(c for c in keys if not _CYRILLIC.match(c) and c < "\U00010000")
    return _LookAlikes(
        MappingProxyType(latin),
        MappingProxyType(cyrillic),
        word=re.compile(rf"[\w\u00ad\u0300-\u036f\u200b-\u200f\u2060{re.escape(signs)}]+"),
        foreign=re.compile(f"[{re.escape(foreign)}{_ANCIENT}]"),
    )


def _is_left_to_right(character: str) -> bool:
    return unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT


def _latin_of(members: str) -> str | None:
    letters = [c for c in members if c.isascii() and c.isalpha()]
    if letters:
        return max(letters)
    capitals = [unicodedata.name(c, "").removeprefix(_SMALL_CAPITAL) for c in members]
    named = next((name.lower() for name in capitals if len(name) == 1), None)
    return named or ("ß" if "ß" in members else None)


def _russian_of(members: str) -> str | None:
    return next((c for c in members if c.lower() in _RUSSIAN), None)


def _add_other_case(letters: dict[str, str]) -> None:
    for character, letter in list(letters.items()):
        for change in (str.lower, str.upper):
            other = change(character)
            if len(other) == 1:
                letters.setdefault(other, change(letter))


def latin_variant(letter: str) -> str:
    """A Latin letter in a style or with a sign that no language of ours writes, as plain letter.

    Small capitals, turned, circled and squared letters, hooks and strokes; else itself.

    >>> latin_variant("ᴀ"), latin_variant("ɐ"), latin_variant("ñ")
    ('a', 'a', 'ñ')
    """
    if letter < "\u0180" or letter in _WRITTEN or "\u1ea0" <= letter <= "\u1ef9":
        return letter
    if letter in _TURNED:
        return _TURNED[letter]
    name = unicodedata.name(letter, "")
    styled, signed = _STYLED.fullmatch(name), _SIGNED.fullmatch(name)
    if styled:
        return styled[1].lower()
    if _LATIN_EXTENDED.match(letter) and letter in _ascii_letters():
        return _ascii_letters()[letter]
    return signed[1].lower() if signed else letter


@cache
def _ascii_letters() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for members in character_table("look_alikes.txt"):
        letter = _latin_of(members)
        if letter:
            found = filter(_LATIN_EXTENDED.match, members)
            table |= {form: letter.lower() for c in found for form in (c, c.lower())}
    return MappingProxyType(table)


@cache
def arabic_variants() -> Mapping[str, str]:
    """Persian, Urdu and other letters that look like an Arabic one, as the Arabic one."""
    table = {"\u0671": "\u0627", "\u06d5": "\u0647", "\u06ce": "\u064a", "\u06d0": "\u064a"}
    for members in character_table("look_alikes.txt"):
        ours = [c for c in members if "\u0621" <= c <= "\u064a" and c != "\u0649"]
        if ours:
            others = (c for c in members if "\u066e" <= c <= "\u06d3" or "\u08a0" <= c <= "\u08ff")
            table.update({c: ours[0] for c in others if c.isalpha()})
    return MappingProxyType(table)


@cache
def cyrillic_variants() -> Mapping[str, str]:
    """Historic and Asian Cyrillic letters that look like a Russian one, as the Russian one."""
    table = {"\u045d": "\u0439", "\u0450": "\u0435"}
    for members in character_table("look_alikes.txt"):
        own = _russian_of(members)
        if own:
            table |= {c.lower(): own.lower() for c in members if "\u0460" <= c <= "\u052f"}
    return MappingProxyType(table)


def faux_latin(word: str) -> str | None:
    """A word in Greek, Cyrillic and Latin shapes as a Latin one; None where a letter has no twin.

    Wider than `unmixed`: for shapes that only remind of a letter.

    >>> faux_latin("ρяσвlєм")
    'problem'
    """
    letters = [_REMINDING.get(c) or _as(c, _look_alikes().latin) for c in word.lower()]
    return None if None in letters else "".join(letter or "" for letter in letters)
