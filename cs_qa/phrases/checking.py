"""What is wrong in a lexicon file, what may be, and what is in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon import BUILT_IN, Lexicon, load_built_in
from cs_qa.phrases.lexicon_file import (
    EVERY_LANGUAGE,
    LexiconFile,
    PhraseGroup,
    Strength,
    read_lexicon_file,
)
from cs_qa.phrases.patterns import Pattern
from cs_qa.phrases.shop import beside_built_in
from cs_qa.text.normalise import normalise

__all__ = ["Checked", "check"]

TOO_MANY: dict[Strength, float] = {"strong": 0.05, "weak": 0.2}
"""Share of ordinary agent turns from which an entry says nothing about a turn that it hits."""

_BRANCHES = 20
_EXAMPLES = 7


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found: `problems` must be put right, `notes` are worth a look.

    `summary` says what the file holds, None where it cannot be read.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    summary: str | None = None


def check(path: Path) -> Checked:
    """Check a lexicon file, a shop's beside the built-in lexicon of its language.

    Problems are format errors, examples that do not hold, phrases said twice or never found, and
    entries that hit ordinary service. Built-in files must have examples.
    """
    is_built_in = path.resolve().parent == Path(str(BUILT_IN)).resolve()
    try:
        file = read_lexicon_file(path, name=None if is_built_in else path.stem)
        lexicon = Lexicon.load(path) if is_built_in else beside_built_in(file, path)
    except LexiconError as error:
        return Checked((str(error),))
    own = _Own(file, lexicon)
    problems = [*own.said_twice(), *own.false_examples(), *own.never_found()]
    if is_built_in:
        problems += own.without_examples()
    too_broad, broad = own.in_ordinary_service()
    return Checked((*problems, *too_broad), (*own.known_already(), *broad), own.summary())


@dataclass(frozen=True)
class _Own:
    """A file's own groups, at the end of the lexicon that it is part of."""

    file: LexiconFile
    lexicon: Lexicon

    @property
    def _groups(self) -> Iterator[tuple[int, str, PhraseGroup]]:
        """Index in the lexicon, place in the file, group."""
        first = len(self.lexicon.groups) - len(self.file.phrase)
        for number, group in enumerate(self.file.phrase):
            name = (*group.phrases, *group.patterns)[0]
            yield first + number, f"[[phrase]] {number + 1} ({group.label}, {name!r})", group

    def summary(self) -> str:
        """What the file holds."""
        groups, exceptions = self.file.phrase, self.file.except_
        counts = (
            (len(groups), "group"),
            (sum(len(group.phrases) for group in groups), "phrase"),
            (sum(len(group.patterns) for group in groups), "pattern"),
            (sum(len(each.phrases) + len(each.patterns) for each in exceptions), "exception"),
        )
        held = ", ".join(f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in counts)
        return f"{self.file.ref}: {held}"

    def said_twice(self) -> Iterator[str]:
        """Entries that stand twice under one label."""
        entries = Counter((g.label, e) for g in self.file.phrase for e in (*g.phrases, *g.patterns))
        return (f"{label}: {e!r} stands twice" for (label, e), n in entries.items() if n > 1)

    def known_already(self) -> Iterator[str]:
        """Phrases that the built-in lexicon has, and whether there is one."""
        others = self.lexicon.files[:-1]
        known = {(g.label, p) for other in others for g in other.phrase for p in g.phrases}
        for _, place, group in self._groups:
            for phrase in group.phrases:
                if (group.label, phrase) in known:
                    yield f"{place}: the built-in lexicon has {phrase!r} already"
        if self.file.language not in (*load_built_in(), EVERY_LANGUAGE):
            yield f"There is no built-in lexicon for {self.file.language!r}: the list stands alone"

    def without_examples(self) -> Iterator[str]:
        """Groups that do not prove themselves."""
        for _, place, group in self._groups:
            for key in ("matches", "clean"):
                if not getattr(group, key):
                    yield f"{place}: has no examples under `{key}`; a built-in lexicon must"

    def false_examples(self) -> Iterator[str]:
        """Examples that do not hold."""
        for index, place, group in self._groups:
            for example in (*group.matches, *group.clean):
                found = self.lexicon.hits_by_group(example, normalise(example))
                hits = [hit for group_index, hit in found if group_index == index]
                stands = [hit for hit in hits if hit.guard is None]
                if example in group.matches and not stands:
                    voided = sorted(f"{hit.phrase!r} voided by {hit.guard}" for hit in hits)
                    why = ", ".join(voided) or "nothing found"
                    yield f"{place}: does not match {example!r} ({why})"
                if example in group.clean:
                    yield from (
                        f"{place}: {hit.phrase!r} hits the clean example {example!r}"
                        for hit in stands
                    )

    def never_found(self) -> Iterator[str]:
        """Phrases that something always voids: a guard, `unless` or an exception."""
        for index, place, group in self._groups:
            for phrase in group.phrases:
                voids = self._voids(index, phrase)
                if voids:
                    yield f"{place}: {phrase!r} is never found, voided by {', '.join(voids)}"

    def _voids(self, index: int, phrase: str) -> list[str]:
        """What voids the phrase said alone; nothing where it stands in some wording."""
        voids: dict[str, None] = {}
        branches = Pattern.parse(phrase, self.lexicon.fold).branches[:_BRANCHES]
        for example in (branch.example(n) for branch in branches for n in range(_EXAMPLES)):
            for group_index, hit in self.lexicon.hits_by_group(example, normalise(example)):
                if (group_index, hit.phrase) == (index, phrase):
                    if hit.guard is None:
                        return []
                    voids[hit.guard] = None
        return list(voids)

    def in_ordinary_service(self) -> tuple[list[str], list[str]]:
        """Entries that hit ordinary turns: too many of them, and some of them."""
        turns = _ordinary_turns(self.file.language)
        places = {index: place for index, place, _ in self._groups}
        said: dict[tuple[int, str], list[str]] = defaultdict(list)
        exempt: list[str] = []
        for text in turns:
            normalised = normalise(text)
            found = self.lexicon.hits_by_group(text, normalised)
            for hit in {(i, h.phrase) for i, h in found if i in places and h.guard is None}:
                said[hit].append(text)
            if any(e.end - e.start == len(text) for e in self.lexicon.exemptions(text, normalised)):
                exempt.append(text)
        too_broad: list[str] = []
        some: list[str] = []
        for (index, entry), texts in said.items():
            line = f"{places[index]}: {entry!r} hits {_of(texts, turns)}"
            limit = TOO_MANY[self.lexicon.groups[index].strength] * len(turns)
            (too_broad if len(texts) > limit else some).append(line)
        if len(exempt) > TOO_MANY["strong"] * len(turns):
            too_broad.append(f"[[except]]: covers {_of(exempt, turns)} from end to end")
        return too_broad, some


def _of(texts: Sequence[str], turns: Sequence[str]) -> str:
    return f"{len(texts)} of {len(turns)} ordinary agent turns, such as {min(texts, key=len)!r}"


@cache
def _ordinary_turns(language: str) -> Sequence[str]:
    """Agent turns of the seed's ordinary conversations in which nothing is banned."""
    languages = sorted(load_built_in()) if language == EVERY_LANGUAGE else [language]
    return [
        turn["text"]
        for each in languages
        for row in _conversations(each)
        for turn in row["turns"]
        if turn["role"] == "agent" and not turn["banned"]
    ]


def _conversations(language: str) -> Iterable[dict[str, list[dict[str, str]]]]:
    path = resources.files("cs_qa") / "data" / "seed" / language / "conversations.jsonl"
    if not path.is_file():
        return []
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())
