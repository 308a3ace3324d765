"""The RE2 patterns of lexicons: regular expressions that take linear time, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cs_qa.text.normalise import normalise

__all__ = ["MAX_CHARACTERS", "Expression", "compile_expression"]

MAX_CHARACTERS = 1_000
_MAX_MEMORY = 1 << 20

_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_NOT_RANGE_END = re.compile(r"(?<!-)[^\x00-\x7f](?!-)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII_ONLY = re.compile(r"\\[bBwW]")
_ADVICE = (
    (
        re.compile(r"\(\?<?[=!]"),
        "RE2 has no look-ahead or look-behind; put what must not stand there under `unless` or "
        "[[except]]",
    ),
    (
        re.compile(r"\\\d|\(\?P=?$|\\[kg]$"),
        "RE2 has no back-references; write the repeated part out",
    ),
    (
        re.compile(r"[*+?}]\+$|\(\?>"),
        "RE2 has no possessive or atomic groups and does not need them; leave the + or ?> out",
    ),
    (re.compile(r"\{\d"), "at most 1000 repetitions in all, nested ones multiplied"),
    (re.compile("too large"), "the pattern needs too much memory; repeat less or split it"),
)
_MANUAL = "RE2's syntax: https://github.com/google/re2/wiki/Syntax"


@dataclass(frozen=True)
class Expression:
    """One RE2 pattern, ready to be searched for in normalised (and folded) text."""

    source: str
    folded: str

    @classmethod
    def parse(cls, pattern: str, fold: Mapping[int, str]) -> Expression:
        """Read a pattern. Raises ValueError that says what is wrong and what to do."""
        if len(pattern) > MAX_CHARACTERS:
            raise ValueError(
                f"{pattern[:40]!r}… has {len(pattern)} characters, more than {MAX_CHARACTERS}: "
                "split it, or list its words as phrases"
            )
        expression = cls(pattern, _fold(pattern, fold))
        if expression.regex.search("") is not None:
            raise ValueError(f"{pattern!r} matches the empty text, so any: ask for a character")
        if _ASCII_ONLY.search(pattern) and _BEYOND_ASCII.search(expression.folded):
            raise ValueError(
                f"{pattern!r} has \\b or \\w, which know only ASCII letters in RE2, beside other "
                "letters: write [\\pL\\pN] for \\w, and a phrase where words must end"
            )
        return expression

    @cached_property
    def regex(self) -> Any:
        """The pattern compiled."""
        try:
            return compile_expression(self.folded)
        except ValueError as error:
            raise ValueError(f"{self.source!r} {error}") from error

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in normalised text, without the space at its edges."""
        found = []
        for match in self.regex.finditer(text):
            covered = match[0]
            start = match.start() + len(covered) - len(covered.lstrip())
            if end := len(covered.strip()):
                found.append((start, start + end))
        return found


def compile_expression(pattern: str) -> Any:
    """Compile for RE2, without regard to case. Raises ValueError that says what to do."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        (said,) = error.args
        what = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        advice = next((tip for sign, tip in _ADVICE if sign.search(what)), _MANUAL)
        raise ValueError(f"is no RE2 pattern ({what}): {advice}") from None


def _fold(pattern: str, fold: Mapping[int, str]) -> str:
    """Write a pattern's letters as normalised text has them; the ends of a range stay."""
    pieces: list[str] = []
    done = 0
    for match in _CLASS.finditer(pattern):
        pieces.append(_BEYOND_ASCII.sub(_Folding(fold, "(?:{})"), pattern[done : match.start()]))
        pieces.append(_NOT_RANGE_END.sub(_Folding(fold, ""), match[0]))
        done = match.end()
    return "".join([*pieces, _BEYOND_ASCII.sub(_Folding(fold, "(?:{})"), pattern[done:])])


@dataclass(frozen=True)
class _Folding:
    """Folds one letter; `several` is how to write one that becomes several, "" to let it be."""

    fold: Mapping[int, str]
    several: str

    def __call__(self, letter: re.Match[str]) -> str:
        folded = re.escape(normalise(letter[0]).text.translate(self.fold))
        if len(folded.replace("\\", "")) == 1:
            return folded
        return self.several.format(folded) or letter[0]
