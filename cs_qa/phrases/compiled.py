"""Lexicon files made ready for matching: phrases parsed, guards joined, one table for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from cs_qa.errors import LexiconError
from cs_qa.phrases.expressions import Expression
from cs_qa.phrases.guards import Guards
from cs_qa.phrases.lexicon_file import LexiconFile, PhraseGroup, Scope, Strength
from cs_qa.phrases.patterns import AnyOf, Pattern
from cs_qa.phrases.sound import sound_fold
from cs_qa.phrases.table import Table
from cs_qa.types import BANNED_LABELS, BannedLabel

__all__ = ["Compiled", "Phrase", "compile_files"]

_PUNCTUATION = {"؟": "?", "،": ",", "؛": ";"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase or pattern of a group, without the text it is found by.

    `group` counts the groups of all files, in order; `source` is how the file writes it.
    """

    group: int
    label: BannedLabel
    strength: Strength
    scope: Scope
    source: str
    unless: AnyOf


@dataclass(frozen=True, slots=True)
class Compiled:
    """What some files of one language say together, ready for matching.

    `exceptions` finds the labels that are not to be given; `rest` matches what may stand around
    a phrase of scope sentence or turn.
    """

    groups: tuple[PhraseGroup, ...]
    fold: dict[int, str]
    guards: Guards
    next_step: AnyOf
    rest: re.Pattern[str]
    phrases: Table[Phrase]
    exceptions: Table[frozenset[BannedLabel]] | None


def compile_files(files: Sequence[LexiconFile], *, by_sound: bool = False) -> Compiled:
    """Compile files of one language as one. Raises LexiconError that lists what does not hold.

    `by_sound`: only the strong phrases, for text in which one character stands for all that sound
    like it.
    """
    pairs = [pair for file in files for pair in file.fold.items()]
    folds = _PUNCTUATION | {old: new for new, olds in pairs for old in olds}
    fold = str.maketrans(folds)
    if by_sound:
        strong = [_only_strong(file) for file in files]
        return _Compiler(sound_fold(fold), shortest_anchor=2).run(strong)
    return _Compiler(fold).run(files)


def _only_strong(file: LexiconFile) -> LexiconFile:
    groups = [group for group in file.phrase if group.strength == "strong"]
    return file.model_copy(update={"phrase": groups})


class _Compiler:
    """Compiles all it is given and gathers what does not hold."""

    def __init__(self, fold: dict[int, str], *, shortest_anchor: int = 1) -> None:
        self._fold = fold
        self._shortest_anchor = shortest_anchor
        self._problems: list[str] = []

    def run(self, files: Sequence[LexiconFile]) -> Compiled:
        guards = {
            name: self._any_of(
                f"guards.{name}", [each for file in files for each in getattr(file.guards, name)]
            )
            for name in ("next_step", "quote", "negation", "particles")
        }
        phrases, expressions = self._wordings(files)
        exceptions = self._exceptions(files)
        if self._problems:
            raise LexiconError("does not hold:\n  " + "\n  ".join(self._problems))
        return Compiled(
            groups=tuple(group for file in files for group in file.phrase),
            fold=self._fold,
            guards=Guards(quote=guards["quote"], negation=guards["negation"]),
            next_step=guards["next_step"],
            rest=re.compile(rf"(?:[\W_]|{guards['particles'].expression})*+"),
            phrases=Table(phrases, expressions, shortest_anchor=self._shortest_anchor),
            exceptions=exceptions,
        )

    def _wordings(
        self, files: Sequence[LexiconFile]
    ) -> tuple[list[tuple[Phrase, Pattern]], list[tuple[Phrase, Expression]]]:
        phrases: list[tuple[Phrase, Pattern]] = []
        expressions: list[tuple[Phrase, Expression]] = []
        numbered = [each for file in files for each in enumerate(file.phrase, start=1)]
        for index, (number, group) in enumerate(numbered):
            place = f"[[phrase]] {number}"
            unless = self._any_of(f"{place} unless", group.unless)
            make = partial(Phrase, index, group.label, group.strength, group.scope, unless=unless)
            parsed = self._patterns(f"{place} phrases", group.phrases)
            phrases += [(make(source=each.source), each) for each in parsed]
            compiled = self._expressions(f"{place} patterns", group.patterns)
            expressions += [(make(source=each.source), each) for each in compiled]
        return phrases, expressions

    def _exceptions(self, files: Sequence[LexiconFile]) -> Table[frozenset[BannedLabel]] | None:
        phrases: list[tuple[frozenset[BannedLabel], Pattern]] = []
        expressions: list[tuple[frozenset[BannedLabel], Expression]] = []
        for file in files:
            for number, group in enumerate(file.except_, start=1):
                place, labels = f"[[except]] {number}", frozenset(group.labels or BANNED_LABELS)
                parsed = self._patterns(f"{place} phrases", group.phrases)
                phrases += [(labels, each) for each in parsed]
                compiled = self._expressions(f"{place} patterns", group.patterns)
                expressions += [(labels, each) for each in compiled]
        return Table(phrases, expressions) if phrases or expressions else None

    def _any_of(self, place: str, phrases: Sequence[str]) -> AnyOf:
        return AnyOf(tuple(self._patterns(place, phrases)))

    def _patterns(self, place: str, phrases: Sequence[str]) -> Iterator[Pattern]:
        for phrase in phrases:
            try:
                yield Pattern.parse(phrase, self._fold)
            except ValueError as error:
                self._problems.append(f"{place}: {error}.")

    def _expressions(self, place: str, patterns: Sequence[str]) -> Iterator[Expression]:
        for pattern in patterns:
            try:
                yield Expression.parse(pattern, self._fold)
            except ValueError as error:
                self._problems.append(f"{place}: {error}.")
