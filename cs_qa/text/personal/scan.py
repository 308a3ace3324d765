"""One scan of a message for the signs that a recogniser needs, before any recogniser is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from cs_qa.text.personal.entity import Message, Need
from cs_qa.text.personal.wordings import any_of, listed, numbers, starts_anywhere

if TYPE_CHECKING:
    import re2
    from ahocorasick_rs import AhoCorasick

__all__ = ["Scan"]


class _Spaces(dict[int, int]):
    """Code point -> itself where it is a letter or a digit, else a space."""

    def __missing__(self, point: int) -> int:
        value = self[point] = point if chr(point).isalnum() else ord(" ")
        return value


_SPACES = _Spaces()
_CHARACTERS: dict[str, Callable[[str], object]] = {
    "@": lambda text: "@" in text,
    "#": lambda text: "#" in text,
    "line": lambda text: "\n" in text,
    "groups": lambda text: "::" in text or text.count(":") >= 7,
    "unspaced": re.compile("[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7a3]").search,
}
# Patterns of RE2, which reads for all of them at once; looser than what the recognisers read for,
# since they have no looking around.
_SHAPES: dict[str, str] = {
    "digit": "[0-9]",
    "four digits": r"[0-9](?:[A-Za-z_/.-]*[0-9]){3}",
    "five digits": r"[0-9](?:[^\pL\pN_\n]{0,2}[A-Za-z]{0,3}[^\pL\pN_\n]?[0-9]){4}",
    "six digits": r"[0-9](?:[A-Za-z_/.-]*[0-9]){5}",
    "seven digits": r"[0-9](?:[^\pL\pN_\n]{0,3}[0-9]){6}",
    "eight digits": "[0-9](?:[A-Z .-]*[0-9]){7}",
    "dotted": r"[0-9]\.[0-9]{1,3}\.[0-9]",
    "spaced digits": "[0-9] [0-9]",
    "nine characters": "[0-9A-Z](?:[ ./-]{0,2}[0-9A-Z]){8}|[A-Za-z]{3} ?[A-Za-z]{3} ?[A-Za-z0-9]{5}"
    " ?[A-Za-z0-9]{5}",
    "number, number": r"[0-9][ ,]{1,3}[0-9]{2,5}[ -]?[0-9A-Za-z]{0,4} [\pL_]",
    "number, toned word": "[0-9] [^ ]{0,12}[ăâđêôơư\u1ea0-\u1ef9]",
    "number, toned letter": r"[0-9][^\n]*[ăâđêôơưĐÀ-Ýà-ý\x{1ea0}-\x{1ef9}]",
    "postal code": r"[0-9]{2}[0-9 -]{2,4}[A-Z]{0,2} \pL",
    "box": r"(?i)(?:box|postfach|postbus|apartado|bp|b\.p\.|ص\.ب|postal|pocztowa|а/я)"
    "[^0-9]{0,4}[0-9]",
}
_DIGIT = re.compile("[0-9]")
_STEMS = "stems:"
_ENDINGS = "endings:"


@dataclass(frozen=True, eq=False)
class Scan:
    """Which of a row of recognisers are worth asking of a message.

    A recogniser's `needs` are signs, all of which must be there: "a|b" is one of two, and a pattern
    is its own shape, of ASCII digits and letters, whatever it looks around for. Another sign is a
    kind of character (`_CHARACTERS`), a shape of digits (`_SHAPES`), a list of words by its key,
    "stems:" with a list of stems, or "endings:" with a list of what words end in.
    """

    characters: tuple[tuple[int, Callable[[str], object]], ...]
    shapes: re2.Set
    shape_bits: tuple[int, ...]
    words: AhoCorasick
    word_bits: tuple[int, ...]
    needed: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, needs: Sequence[Sequence[Need]]) -> Scan:
        """Compile the needs of recognisers, in order."""
        from ahocorasick_rs import AhoCorasick

        named = list(
            dict.fromkeys(sign for need in needs for each in need for sign in _signs(each))
        )
        bits = {sign: 1 << place for place, sign in enumerate(named)}
        found: dict[str, int] = {}
        for sign in named:
            for word in _forms(sign):
                found[word] = found.get(word, 0) | bits[sign]
        shapes = {sign: shape for sign in named if (shape := _shape(sign))}
        return cls(
            tuple((bits[sign], test) for sign, test in _CHARACTERS.items() if sign in bits),
            any_of(shapes.values()),
            tuple(bits[sign] for sign in shapes),
            AhoCorasick(list(found)),
            tuple(found.values()),
            tuple(
                tuple(reduce(or_, (bits[sign] for sign in _signs(each))) for each in need)
                for need in needs
            ),
        )

    def worth_asking(self, message: Message) -> tuple[int, ...]:
        """Give the places of the recognisers all of whose needs are met, in order."""
        text, seen = message.text, 0
        spaced = f" {message.lower.translate(_SPACES)} "
        for number, _, _ in self.words.find_matches_as_indexes(spaced, overlapping=True):
            seen |= self.word_bits[number]
        for bit, test in self.characters:
            if test(text):
                seen |= bit
        if _DIGIT.search(text):
            for number in self.shapes.Match(text):
                seen |= self.shape_bits[number]
        return self.asked(seen)

    @lru_cache(maxsize=65_536)  # noqa: B019 - there is one scan a process
    def asked(self, seen: int) -> tuple[int, ...]:
        """Give the places of the recognisers whose needs the signs of a message meet."""
        return tuple(
            place for place, needed in enumerate(self.needed) if all(seen & each for each in needed)
        )


def _signs(need: Need) -> Sequence[Need]:
    return need.split("|") if isinstance(need, str) else (need,)


_LOOKING_AROUND = re.compile(r"\(\?<?[=!](?:[^()]|\([^()]*\))*\)")


def _shape(sign: Need) -> str | None:
    """The pattern of a shape; None of what is no shape."""
    return _SHAPES.get(sign) if isinstance(sign, str) else _LOOKING_AROUND.sub("", sign.pattern)


def _forms(sign: Need) -> Iterator[str]:
    if not isinstance(sign, str) or sign in _CHARACTERS or sign in _SHAPES:
        return
    is_stem, is_ending = sign.startswith(_STEMS), sign.startswith(_ENDINGS)
    key = sign.removeprefix(_STEMS).removeprefix(_ENDINGS)
    for word in numbers(key) if is_stem and key in numbers("") else listed(key):
        squeezed = word.translate(_SPACES).strip()
        if not squeezed:
            continue
        # Arabic writes the article and small words at the front of a word.
        if starts_anywhere(squeezed) or (is_stem and "\u0600" <= squeezed[0] <= "\u06ff"):
            yield squeezed
        elif is_ending:
            yield f"{squeezed} "
        else:
            yield f" {squeezed}" if is_stem else f" {squeezed} "
