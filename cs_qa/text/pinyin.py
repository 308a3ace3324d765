"""Chinese by its sound: pinyin and homophones read as one character a syllable.

The key of a text has, for each syllable, the character that stands for all of its sound, whether
the text has it in pinyin or as any of its homophones. A lexicon folded by `homophone_fold` finds
its phrases there: "bu zhi dao", "bùzhīdào", "布知道".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from cs_qa.text.han import character_table
from cs_qa.text.normalise import Normalised
from cs_qa.text.rewriting import rewritten

__all__ = ["homophone_fold", "pinyin_key"]

_LONGEST_SYLLABLE = 6
_LETTERS = "a-z\u00fc\u0101\u0113\u012b\u014d\u016b\u00e1\u00e9\u00ed\u00f3\u00fa\u01ce\u011b\u01d0"
_LETTERS += "\u01d2\u01d4\u00e0\u00e8\u00ec\u00f2\u00f9\u01d8\u01da\u01dc\u01f9\u0144\u0148"
_WORD = re.compile(rf"(?<![{_LETTERS}0-9])[{_LETTERS}]+(?:[1-5](?:[{_LETTERS}]+[1-5])*)?(?![0-9])")
_LATIN = re.compile("[a-z]")
_JOINS = re.compile("['\u00b7 -]?| ?(?P<pause>[,.!?]) ?")
# Two readings of one common character, or two spellings of one reading.
_SAME_SOUND = {"chong": "zhong", "liao": "le", "pian": "bian", "shei": "shui"}
_SAME_SOUND |= {"lve": "lue", "nve": "nue"}


def pinyin_key(normalised: Normalised) -> Normalised:
    """The key of a folded text, with offsets into the original.

    Latin words that are no pinyin stay, and so does what is neither.

    >>> from cs_qa.text.normalise import normalise
    >>> keys = {pinyin_key(normalise(text)).text for text in ("bu4 zhidào", "不知道", "布只到")}
    >>> len(keys)
    1
    """
    key = Normalised(normalised.text.translate(_sounds()), normalised.offsets)
    return rewritten(key, _edits(key.text)) if _LATIN.search(key.text) else key


@cache
def homophone_fold() -> Mapping[str, str]:
    """For the `[fold]` of a lexicon: the character of a sound, and the others that sound so."""
    return MappingProxyType({line[0]: line[1:] for line in _characters().values() if line[1:]})


def _edits(text: str) -> Iterator[tuple[int, int, str]]:
    characters = _characters()
    words = [(word.start(), word.end(), _syllables(word[0])) for word in _WORD.finditer(text)]
    for number, (start, end, syllables) in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else (len(text), 0, ())
        for length, syllable in syllables:
            yield start, start + length, characters[syllable][0]
            start += length
        join = _JOINS.fullmatch(text, end, following[0]) if syllables and following[2] else None
        if join:
            yield end, following[0], join["pause"] or ""


@lru_cache(maxsize=4096)
def _syllables(word: str) -> tuple[tuple[int, str], ...]:
    """Split a word into (length, toneless syllable), the fewest ones; empty where it is none."""
    characters = _characters()
    best: list[tuple[tuple[int, str], ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE - 1), end):
            before = best[start]
            syllable = _toneless(word[start:end])
            known = best[end]
            if before is None or syllable not in characters:
                continue
            if known is None or len(before) + 1 < len(known):
                best[end] = (*before, (end - start, syllable))
    return best[-1] or ()


def _toneless(syllable: str) -> str:
    """A syllable without tone; of two readings of a common character always the same one."""
    plain = unicodedata.normalize("NFD", syllable.replace("\u00fc", "v").rstrip("12345"))
    umlaut = plain.replace("u\u0308", "v")
    letters = "".join(letter for letter in umlaut if not unicodedata.combining(letter))
    return _SAME_SOUND.get(letters, letters)


@cache
def _characters() -> Mapping[str, str]:
    characters: dict[str, str] = {}
    for line in character_table("pinyin.txt"):
        syllable, sounding_so = line.split(" ")
        sound = _SAME_SOUND.get(syllable, syllable)
        characters[sound] = characters.get(sound, "") + sounding_so
    return MappingProxyType(characters)


@cache
def _sounds() -> Mapping[int, str]:
    sounds = _characters().values()
    return {ord(other): characters[0] for characters in sounds for other in characters}
