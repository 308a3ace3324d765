"""One scan of a message for the signs that a recogniser needs, before any recogniser is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from cs_qa.text.personal.entity import Message
from cs_qa.text.personal.wordings import listed, numbers, starts_anywhere

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

__all__ = ["Scan"]

_NO_WORD = re.compile(r"[\W_]+")
_CHARACTERS: dict[str, Callable[[str], object]] = {
    "digit": re.compile("[0-9]").search,
    "five digits": re.compile(r"[0-9](?:[^\w\n]{0,2}[A-Za-z]{0,3}[^\w\n]?[0-9]){4}").search,
    "number, number": re.compile(r"[0-9][ ,]{1,3}[0-9]{2,5}[ -]?[0-9A-Za-z]{0,4} [^\W0-9]").search,
    "number, toned letter": re.compile("[0-9] [^ ]{0,12}[ăâđêôơư\u1ea0-\u1ef9]").search,
    "seven digits": re.compile(r"[0-9](?:[^\w\n]{0,3}[0-9]){6}").search,
    "@": re.compile("@").search,
    "#": re.compile("#").search,
    "colon": re.compile("[0-9A-Fa-f]:[0-9A-Fa-f:]|[0-9]\\.[0-9]").search,
    "line": re.compile("\n").search,
    "unspaced": re.compile("[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7a3]").search,
}
_WITHOUT_DIGIT = ("@", "#", "line", "unspaced", "colon")
_DIGIT = re.compile("[0-9]")
_STEMS = "stems:"
_ENDINGS = "endings:"


@dataclass(frozen=True, eq=False)
class Scan:
    """Which of a row of recognisers are worth asking of a message.

    A recogniser's `needs` are signs, all of which must be there: "a|b" is one of two. A sign is a
    kind of character (`_CHARACTERS`), a list of words by its key, "stems:" with a list of stems, or
    "endings:" with a list of what words end in.
    """

    characters: tuple[tuple[int, Callable[[str], object], bool], ...]
    words: AhoCorasick
    signs: tuple[int, ...]
    needed: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, needs: Sequence[Sequence[str]]) -> Scan:
        """Compile the needs of recognisers, in order."""
        from ahocorasick_rs import AhoCorasick

        named = sorted({sign for need in needs for each in need for sign in each.split("|")})
        bits = {sign: 1 << place for place, sign in enumerate(named)}
        found: dict[str, int] = {}
        for sign in named:
            for word in _forms(sign):
                found[word] = found.get(word, 0) | bits[sign]
        return cls(
            tuple(
                (bits[sign], test, sign not in _WITHOUT_DIGIT)
                for sign, test in _CHARACTERS.items()
                if sign in bits
            ),
            AhoCorasick(list(found)),
            tuple(found.values()),
            tuple(
                tuple(reduce(or_, (bits[sign] for sign in each.split("|"))) for each in need)
                for need in needs
            ),
        )

    def worth_asking(self, message: Message) -> tuple[int, ...]:
        """Give the places of the recognisers all of whose needs are met, in order."""
        squeezed = f" {_NO_WORD.sub(' ', message.lower)} "
        seen = 0
        for number, _, _ in self.words.find_matches_as_indexes(squeezed, overlapping=True):
            seen |= self.signs[number]
        has_digit = bool(_DIGIT.search(message.text))
        for bit, test, needs_digit in self.characters:
            if (has_digit or not needs_digit) and test(message.text):
                seen |= bit
        return self.asked(seen)

    @lru_cache(maxsize=65_536)  # noqa: B019 - there is one scan a process
    def asked(self, seen: int) -> tuple[int, ...]:
        """Give the places of the recognisers whose needs the signs of a message meet."""
        return tuple(
            place for place, needed in enumerate(self.needed) if all(seen & each for each in needed)
        )


def _forms(sign: str) -> Iterator[str]:
    if sign in _CHARACTERS:
        return
    is_stem, is_ending = sign.startswith(_STEMS), sign.startswith(_ENDINGS)
    key = sign.removeprefix(_STEMS).removeprefix(_ENDINGS)
    for word in numbers(key) if is_stem and key in numbers("") else listed(key):
        squeezed = _NO_WORD.sub(" ", word).strip()
        if not squeezed:
            continue
        # Arabic writes the article and small words at the front of a word.
        if starts_anywhere(squeezed) or (is_stem and "\u0600" <= squeezed[0] <= "\u06ff"):
            yield squeezed
        elif is_ending:
            yield f"{squeezed} "
        else:
            yield f" {squeezed}" if is_stem else f" {squeezed} "
