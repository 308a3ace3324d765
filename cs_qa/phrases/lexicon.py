"""The phrase tier: what agents must not say, one lexicon a language, matched on folded text.

A hit is evidence, not yet a finding: it says how strong it is and whether a guard (a quotation, a
negation, a next step, an excusing phrase) speaks against it; what becomes of it is decided above.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick

from cs_qa.errors import LexiconError
from cs_qa.phrases.guards import Guards, Reading
from cs_qa.phrases.lexicon_file import (
    LexiconFile,
    PhraseGroup,
    Scope,
    Strength,
    read_lexicon_file,
)
from cs_qa.phrases.patterns import AnyOf, Branch, Pattern, main_scripts, scripts_in
from cs_qa.phrases.sentences import sentence_span
from cs_qa.text.language import base_language
from cs_qa.text.normalise import Normalised, normalise
from cs_qa.types import BannedLabel

__all__ = ["Hit", "Lexicon", "check", "find_hits", "load_built_in", "sentence_span"]

_PUNCTUATION = {"؟": "?", "،": ",", "؛": ";"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a lexicon in a turn: [start, end) in code points of the original text.

    `phrase` is the lexicon's entry; `guard` names what voids it ("quote", "negation", "unless",
    "next_step"), None where nothing does.
    """

    label: BannedLabel
    start: int
    end: int
    phrase: str
    strength: Strength
    language: str
    guard: str | None


@dataclass(frozen=True, slots=True)
class _Phrase:
    group: int
    label: BannedLabel
    strength: Strength
    scope: Scope
    pattern: Pattern
    unless: AnyOf


class Lexicon:
    """The phrases of one language and the guards that void them."""

    def __init__(self, file: LexiconFile) -> None:
        self.language = file.language
        self.version = file.version
        self.groups: tuple[PhraseGroup, ...] = tuple(file.phrase)
        self._fold = str.maketrans(
            {**_PUNCTUATION, **{old: new for new, olds in file.fold.items() for old in olds}}
        )
        self._unfolded = re.compile(f"[{re.escape(''.join(map(chr, self._fold)))}]")
        self._problems: list[str] = []
        self._next_step = self._parse("guards.next_step", file.guards.next_step)
        self._guards = Guards(
            quote=self._parse("guards.quote", file.guards.quote),
            negation=self._parse("guards.negation", file.guards.negation),
        )
        particles = self._parse("guards.particles", file.guards.particles)
        self._rest = re.compile(rf"(?:[\W_]|{particles.expression})*+")
        by_anchor: dict[str, list[tuple[_Phrase, Branch]]] = defaultdict(list)
        phrases = list(self._compile())
        if self._problems:
            raise LexiconError("does not hold:\n  " + "\n  ".join(self._problems))
        for phrase in phrases:
            for branch in phrase.pattern.branches:
                for anchor in branch.anchors:
                    by_anchor[anchor].append((phrase, branch))
        self._by_anchor = list(by_anchor.values())
        self._anchors = AhoCorasick(list(by_anchor))
        self.scripts = main_scripts(phrase for group in file.phrase for phrase in group.phrases)

    @classmethod
    def load(cls, path: Traversable) -> Lexicon:
        """Read a lexicon file. Raises LexiconError that lists what does not hold."""
        file = read_lexicon_file(path)
        try:
            return cls(file)
        except LexiconError as error:
            raise LexiconError(f"{path}: {error}") from error

    @property
    def ref(self) -> str:
        """Which lexicon this is: `language@version`."""
        return f"{self.language}@{self.version}"

    def hits(self, text: str, *, normalised: Normalised | None = None) -> list[Hit]:
        """Find what the lexicon knows in an agent's turn, in text order.

        Of hits that overlap with the same label one stays, the one that counts most.
        `normalised` saves normalising the text again.
        """
        hits = [hit for _, hit in self.hits_by_group(text, normalised or normalise(text))]
        return _strongest(hits) if len(hits) > 1 else hits

    def hits_by_group(self, text: str, normalised: Normalised) -> Iterator[tuple[int, Hit]]:
        """Give every hit, overlapping ones too, with the index of its group in `groups`."""
        folded = self._folded(normalised.text)
        found = self._anchors.find_matches_as_indexes(folded, overlapping=True)
        if not found:
            return
        reading = Reading(text, normalised, folded, self._next_step)
        for phrase, start, end in self._matches(reading, found):
            if self._stands(phrase.scope, reading, start, end):
                yield phrase.group, self._hit(phrase, reading, start, end)

    def _folded(self, text: str) -> str:
        for character in set(self._unfolded.findall(text)):
            text = text.replace(character, self._fold[ord(character)])
        return text

    def _matches(
        self, reading: Reading, found: Iterable[tuple[int, int, int]]
    ) -> Iterator[tuple[_Phrase, int, int]]:
        seen: set[tuple[int, int, int]] = set()
        tried: dict[int, int] = {}
        for index, anchor, _ in found:
            for phrase, branch in self._by_anchor[index]:
                for start, end in branch.spans(reading.folded, anchor, tried.get(id(branch), 0)):
                    key = (id(phrase), start, end)
                    if key not in seen and not (branch.gaps and reading.is_broken(start, end)):
                        seen.add(key)
                        yield phrase, start, end
                tried[id(branch)] = anchor + 1

    def _stands(self, scope: Scope, reading: Reading, start: int, end: int) -> bool:
        if scope == "anywhere":
            return True
        bounds = (0, len(reading.folded))
        if scope == "sentence":
            bounds = reading.sentence(start, end)
        rest = self._rest.fullmatch
        return bool(rest(reading.folded, bounds[0], start) and rest(reading.folded, end, bounds[1]))

    def _hit(self, phrase: _Phrase, reading: Reading, start: int, end: int) -> Hit:
        first, last = reading.normalised.span(start, end)
        return Hit(
            label=phrase.label,
            start=first,
            end=last,
            phrase=phrase.pattern.source,
            strength=phrase.strength,
            language=self.language,
            guard=self._guard(phrase, reading, start, end),
        )

    def _guard(self, phrase: _Phrase, reading: Reading, start: int, end: int) -> str | None:
        if self._guards.is_quoted(reading, start, end):
            return "quote"
        if self._guards.is_negated(reading, start, end):
            return "negation"
        if phrase.unless.stands_in(reading.folded, *reading.sentence(start, end)):
            return "unless"
        if phrase.label == "deflecting" and self._guards.has_next_step(reading, start, end):
            return "next_step"
        return None

    def _compile(self) -> Iterator[_Phrase]:
        for number, group in enumerate(self.groups):
            place = f"[[phrase]] {number + 1}"
            unless = self._parse(f"{place} unless", group.unless)
            for pattern in self._parse(f"{place} phrases", group.phrases).patterns:
                yield _Phrase(number, group.label, group.strength, group.scope, pattern, unless)

    def _parse(self, place: str, phrases: Sequence[str]) -> AnyOf:
        patterns: list[Pattern] = []
        for phrase in phrases:
            try:
                patterns.append(Pattern.parse(phrase, self._fold))
            except ValueError as error:
                self._problems.append(f"{place}: {error}.")
        return AnyOf(tuple(patterns))


@cache
def load_built_in() -> Mapping[str, Lexicon]:
    """The lexicons that come with the package, by language; read once."""
    folder = resources.files("cs_qa") / "data" / "lexicons"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    lexicons = [Lexicon.load(file) for file in files]
    return MappingProxyType({lexicon.language: lexicon for lexicon in lexicons})


def find_hits(
    text: str,
    *,
    language: str | None,
    conversation_language: str | None,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> list[Hit]:
    """Find phrases in an agent's turn by the lexicons of the turn and of the conversation.

    A turn of unknown language (None or "und") is matched by every lexicon of its script too.
    Only agents' turns are to be given: a customer may say anything.
    """
    known = load_built_in() if lexicons is None else lexicons
    normalised = normalise(text)
    codes = dict.fromkeys(base_language(code) for code in (language, conversation_language))
    apt = {code: known[code] for code in codes if code in known}
    if base_language(language) == "und":
        scripts = scripts_in(normalised.text)
        apt |= {code: known[code] for code in known if known[code].scripts & scripts}
    found = [hit for lexicon in apt.values() for hit in lexicon.hits(text, normalised=normalised)]
    return _strongest(found) if len(apt) > 1 else found


def check(path: Traversable) -> list[str]:
    """Problems of a lexicon file: format errors, examples that do not hold, phrases said twice."""
    try:
        lexicon = Lexicon.load(path)
    except LexiconError as error:
        return [str(error)]
    problems = [
        problem
        for index, group in enumerate(lexicon.groups)
        for problem in _check_examples(lexicon, index, group)
    ]
    entries = Counter((g.label, phrase) for g in lexicon.groups for phrase in g.phrases)
    problems += [f"{label}: {p!r} stands twice" for (label, p), n in entries.items() if n > 1]
    return problems


def _check_examples(lexicon: Lexicon, index: int, group: PhraseGroup) -> Iterator[str]:
    place = f"[[phrase]] {index + 1} ({group.label}, {group.phrases[0]!r})"
    for example in (*group.matches, *group.clean):
        found = lexicon.hits_by_group(example, normalise(example))
        hits = [hit for group_index, hit in found if group_index == index]
        stands = [hit for hit in hits if hit.guard is None]
        if example in group.matches and not stands:
            voided = ", ".join(sorted(f"{hit.phrase!r} voided by {hit.guard}" for hit in hits))
            yield f"{place}: does not match {example!r} ({voided or 'nothing found'})"
        if example in group.clean:
            yield from (
                f"{place}: {hit.phrase!r} hits the clean example {example!r}" for hit in stands
            )


@lru_cache(maxsize=1_024)
def _rank(hit: Hit) -> tuple[bool, bool, int, int, str]:
    return hit.guard is not None, hit.strength == "weak", hit.start - hit.end, hit.start, hit.phrase


def _strongest(hits: Sequence[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    ranked = sorted(hits, key=_rank)
    for hit in ranked:
        if all(
            hit.label != other.label or hit.end <= other.start or other.end <= hit.start
            for other in kept
        ):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end, hit.label))


def main(arguments: Sequence[str]) -> int:
    """Check lexicon files and print what does not hold. Exit code 1 where something does not."""
    found = 0
    for argument in arguments:
        problems = check(Path(argument))
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
        sys.stdout.write(f"{argument}: {len(problems)} problems\n")
        found += len(problems)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
