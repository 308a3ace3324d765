"""From a message to the words of values in it: numbers, units, currencies, bounds.

A `Token` may have several roles (the Vietnamese word for five is also that for year), one letter
each: N number, T multiplier, A article, H half, J "and a half", U unit of time, V whole value,
C currency, P percent, p percent in front, K what is counted, L at most, G at least, M about,
E from, l g m the same behind the value, R range, c comma, F filler, D "business" as a word of
its own, S a unit that may stand bare, B and b its cues before and behind, h hyphen, x other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from cs_qa.policy.values.forms import Meaning, forms
from cs_qa.policy.values.numerals import number_words, read_digits
from cs_qa.policy.values.trie import trie_pattern
from cs_qa.policy.values.wording import wording

__all__ = ["Lexer", "Token", "lexer"]

_UNSPACED = frozenset({"zh", "ja", "th", "ko"})
_DIGITS = (
    r"(?:\d{1,3}(?:[ ',.]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d{1,2}(?!\d))?"
    r"(?: ?[\ue000-\ue004])?|[\ue000-\ue004])"
)
_ENDING = r"[^\W\d_]{0,6}"
_NEVER = (
    r"[<\[][a-z_]{2,24}_\d{1,4}[>\]]",
    r"https?://\S{1,200}",
    r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b",
    r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b",
    r"\b\d{1,2}:\d{2}(?::\d{2})?\b",
    r"\b\d{1,2}h\d{2}\b",
    r"\b\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.)(?!\w)",
    r"\d{1,2} ?[月월] ?\d{1,2} ?[日号일]",
    r"(?<!\d)(?:19|20)\d\d ?[年년]",
    r"\b\d{1,2}[.:]\d{2}(?= ?(?:uur|uhr|h|u)\b)",
    r"#\d+",
    r"\d{13,}",
    r"(?:\d{3}[ ',.]){5,}\d",
    r"\+\d[\d ()-]{6,20}",
)
_TRIGGERS = frozenset("VHAS")
_NOTHING = Meaning()


class Token(NamedTuple):
    """A word of a value: its span in the folded text and what it means in each of its roles."""

    start: int
    end: int
    roles: str
    low: float = 0
    high: float = 0
    is_word: bool = False
    meanings: Mapping[str, Meaning] = {}


class Lexer:
    """Finds the tokens of one language in folded text."""

    def __init__(self, language: str) -> None:
        told = wording(language)
        self._forms = forms(language)
        self._words = number_words(language)
        stems = sorted((form for form in self._forms if "*" in form), key=len, reverse=True)
        self._stems = [(re.compile(_stem(form)), self._forms[form]) for form in stems]
        self._meanings = lru_cache(maxsize=8192)(self._look_up)
        unspaced = language in _UNSPACED
        self._day = "일" if language == "ko" else ""
        self._is_spaced = not unspaced
        begin = "" if unspaced else r"(?<![^\W\d_])"
        end = r"(?:(?![a-z])|(?<![a-z]))" if unspaced else r"(?:(?![^\W\d_])|(?<![^\W_]))"
        prefix = f"(?:{'|'.join(told.prefixes)})??" if told.prefixes else ""
        first = {
            form
            for form, has in self._forms.items()
            if " " in form or has.keys() & {"V", "p"} or (unspaced and len(form) > 2)
        }
        phrases = _any_of(first, end)
        single = _any_of(self._forms.keys() - first, end)
        glued = _any_of((form for form in self._unit_forms() if len(form) > 2), end)
        number = rf"(?<![a-z\d_\u00c0-\u024f\u0430-\u044f])(?<!\d[.,]){_DIGITS}"
        begin_word = r"(?<![\uac00-\ud7a3])" if language == "ko" else begin
        end_word = "" if unspaced else rf"(?:(?![^\W_])|(?={glued}))"
        self._token = re.compile(
            f"(?P<digits>{number})|{begin}{prefix}(?P<phrase>{phrases})"
            f"|{begin_word}{prefix}(?P<word>{self._words.pattern}){end_word}"
            f"|{begin}{prefix}(?P<term>{single})|(?P<dash>[-~])"
        )
        self._digits = re.compile(f"(?P<digits>{_DIGITS})")
        self._glued = re.compile(f"(?P<term>{phrases}|{single})")
        self._skip = re.compile("|".join((*_NEVER, *told.skip)))
        triggers = {
            form.partition("*")[0]
            for form, has in self._forms.items()
            if not _TRIGGERS.isdisjoint(has)
        }
        self._trigger = re.compile(
            rf"[\d\ue000-\ue004]|{begin_word}{prefix}(?:{trie_pattern(triggers)}|{self._words.pattern})"
        )

    def may_have_values(self, folded: str) -> bool:
        """Whether there is a digit, a number word or a word that may be a value by itself."""
        return self._trigger.search(folded) is not None

    def tokens(self, folded: str) -> list[Token]:
        """The tokens in order; a stretch of other text between two is one token of role x."""
        text = self._skip.sub(lambda found: "\0" * len(found[0]), folded)
        found: list[Token] = []
        at = 0
        for token in self._scan(text):
            if text[at : token.start].strip(" ()"):
                found.append(Token(at, token.start, "x"))
            found.append(token)
            at = token.end
        return list(_joined(text, found))

    def _unit_forms(self) -> Iterator[str]:
        return (form for form, has in self._forms.items() if "U" in has or "K" in has)

    def _scan(self, text: str) -> Iterator[Token]:
        at = 0
        while found := self._next(text, at):
            token = self._as_token(found)
            at = max(found.end(), at + 1)
            if token is not None:
                at = token.end
                yield token

    def _next(self, text: str, at: int) -> re.Match[str] | None:
        glued = None
        if at and text[at : at + 1].isdecimal():
            glued = self._digits.match(text, at)
        elif at and self._is_spaced and not text[at : at + 1].isspace():
            glued = self._glued.match(text, at)
        return glued or self._token.search(text, at)

    def _as_token(self, found: re.Match[str]) -> Token | None:
        kind = found.lastgroup or ""
        start, end = found.span(kind)
        form = found[kind]
        if kind == "digits":
            number = read_digits(form)
            return Token(start, end, "N", number, number)
        if kind == "dash":
            return Token(start, end, "h" if form == "-" else "R")
        if kind != "word":
            meanings = self._meanings(form)
            said = meanings.get("N", _NOTHING)
            roles = "".join(meanings)
            return Token(start, end, roles, said.low, said.high, "N" in meanings, meanings)
        number_word = self._words.read(form)
        if number_word is not None and self._ends_with_day(found.string, start + number_word.width):
            number_word = self._words.read(form[: number_word.width - 1])
        if number_word is None:
            return None
        low, high, width = number_word
        meanings = self._forms.get(form[:width], {})
        roles = "".join(meanings) if "A" in meanings else "N" + "".join(meanings)
        return Token(start, start + width, roles, low, high, True, meanings)

    def _ends_with_day(self, text: str, end: int) -> bool:
        """Korean 십일 is eleven before a unit, else ten days: the last sign is the unit then."""
        if not self._day or text[end - 1] != self._day or not self._words.read(text[end - 2]):
            return False
        following = self._glued.match(text, end)
        return following is None or set("UCKTP").isdisjoint(self._meanings(following[0]))

    def _look_up(self, form: str) -> Mapping[str, Meaning]:
        if form in self._forms:
            return self._forms[form]
        return next(meanings for stem, meanings in self._stems if stem.fullmatch(form))


@cache
def lexer(language: str) -> Lexer:
    """The lexer of a language, built at the first call (some 100 ms)."""
    return Lexer(language)


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """Numbers said in two steps as one: 4만5천 is 45,000, and 3x24 (hours) is 72."""
    at = 0
    while at < len(tokens):
        first, *rest = tokens[at : at + 4]
        glued = all(a.end == b.start for a, b in pairwise((first, *rest[:2])))
        if first.roles == "N" and len(rest) > 1 and rest[1].roles == "N" and glued:
            middle, second = rest[0], rest[1]
            factor = middle.meanings.get("T", _NOTHING).low
            if text[middle.start : middle.end] in ("x", "×"):
                number = first.low * second.low
                yield Token(first.start, second.end, "N", number, number)
                at += 3
                continue
            less = rest[2].meanings.get("T", _NOTHING).low if len(rest) > 2 else 0
            if factor and second.low * (less or 1) < factor:
                number = first.low * factor + second.low * (less or 1)
                end = rest[2].end if less else second.end
                yield Token(first.start, end, "N", number, number)
                at += 4 if less else 3
                continue
        yield first
        at += 1


def _stem(form: str) -> str:
    return re.escape(form).replace(r"\*", _ENDING)


def _any_of(words: Iterable[str], end: str) -> str:
    """Whole words first; then those with an ending, the longest stem first."""
    exact: list[str] = []
    stems: list[str] = []
    for word in words:
        (stems if "*" in word else exact).append(word)
    stems.sort(key=len, reverse=True)
    parts = [f"{_stem(stem)}{end}" for stem in stems]
    if exact:
        parts.insert(0, f"{trie_pattern(exact)}{end}")
    return f"(?:{'|'.join(parts)})" if parts else "(?!)"
