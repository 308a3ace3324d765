"""The phrase tier: what agents must not say, one lexicon a language, matched on folded text.

A hit is evidence, not yet a finding: it says how strong it is and whether a guard (a quotation, a
negation, a next step, an excusing phrase) speaks against it; what becomes of it is decided above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from cs_qa.errors import LexiconError
from cs_qa.phrases.compiled import Phrase, compile_files
from cs_qa.phrases.guards import Reading
from cs_qa.phrases.hits import Exempt, Hit, strongest
from cs_qa.phrases.lexicon_file import EVERY_LANGUAGE, LexiconFile, Scope, read_lexicon_file
from cs_qa.phrases.scripts import main_scripts, scripts_in
from cs_qa.phrases.sound import SOUNDS_LIKE, WORTH_ALONE, WORTH_ANYWHERE
from cs_qa.phrases.table import Match
from cs_qa.text.disguise import readings
from cs_qa.text.language import UNDETERMINED, base_language
from cs_qa.text.normalise import Normalised, normalise
from cs_qa.text.pinyin import pinyin_key

__all__ = ["BUILT_IN", "Hit", "Lexicon", "exemptions", "find_hits", "load_built_in"]

BUILT_IN: Traversable = resources.files("cs_qa") / "data" / "lexicons"

_FEW_FOLDS = 48
"""Folded characters up to which replacing each is faster than looking for those that are there."""

_base_language = lru_cache(maxsize=1_024)(base_language)


class Lexicon:
    """The phrases of one language, from one file or more, and the guards that void them."""

    def __init__(self, *files: LexiconFile, by_sound: bool = False) -> None:
        compiled = compile_files(files, by_sound=by_sound)
        self.files = files
        self._hears = by_sound
        self.language = files[0].language
        self.groups = compiled.groups
        # what is heard comes folded already
        self._fold = {} if by_sound else {chr(old): new for old, new in compiled.fold.items()}
        self._unfolded = re.compile(f"[{re.escape(''.join(self._fold) or ' ')}]")
        self._folds_ascii = any(old.isascii() for old in self._fold)
        self._phrases = compiled.phrases
        self._exceptions = compiled.exceptions
        self._guards = compiled.guards
        self._next_step = compiled.next_step
        self._rest = compiled.rest
        own = [file for file in files if file.language != EVERY_LANGUAGE] or files
        self.scripts = main_scripts(p for f in own for group in f.phrase for p in group.phrases)

    @classmethod
    def load(cls, path: Traversable) -> Lexicon:
        """Read a lexicon file. Raises LexiconError that lists what does not hold."""
        file = read_lexicon_file(path)
        try:
            return cls(file)
        except LexiconError as error:
            raise LexiconError(f"{path}: {error}") from error

    @property
    def fold(self) -> Mapping[int, str]:
        """What each folded character is read as, for `str.translate`."""
        return str.maketrans(self._fold)

    @property
    def refs(self) -> tuple[str, ...]:
        """Which lists this is made of: `en@1`, `acme/en@3`."""
        return tuple(file.ref for file in self.files)

    def hits(self, text: str, *, normalised: Normalised | None = None) -> list[Hit]:
        """Find what the lexicon knows in an agent's turn as it is written, in text order.

        Of hits that overlap with the same label one stays, the one that counts most.
        `normalised` saves normalising the text again.
        """
        hits = [hit for _, hit in self.hits_by_group(text, normalised or normalise(text))]
        return strongest(hits) if len(hits) > 1 else hits

    def hits_by_group(self, text: str, normalised: Normalised) -> Sequence[tuple[int, Hit]]:
        """Give every hit, overlapping ones too, with the index of its group in `groups`."""
        folded = self._folded(normalised.text)
        matches = self._phrases.matches(folded)
        if not matches:
            return ()
        reading = Reading(text, normalised, folded, self._next_step)
        return list(self._standing(matches, reading, self.exemptions(text, normalised)))

    def suspicions(
        self, text: str, normalised: Normalised, disguised: Iterable[Normalised]
    ) -> list[Hit]:
        """Find the strong phrases of readings that undo a disguise, each as a suspected hit."""
        found: list[Hit] = []
        plain = self.exemptions(text, normalised)
        for undone in disguised:
            folded = self._folded(undone.text)
            matches = [
                match
                for match in self._phrases.matches(folded)
                if match.entry.strength == "strong"
                and self._scope(match.entry, folded[match.start : match.end])
            ]
            if matches:
                reading = Reading(text, undone, folded, self._next_step)
                exempt = [*plain, *self.exemptions(text, undone)]
                hits = self._standing(matches, reading, exempt, suspected=True)
                found += [hit for _, hit in hits]
        return found

    def heard(
        self, text: str, normalised: Normalised, disguised: Iterable[Normalised]
    ) -> list[Hit]:
        """Find strong phrases by their sound: in pinyin, or in characters that sound alike."""
        if self._by_sound is None:
            return []
        keys = [
            pinyin_key(Normalised(self._folded(each.text), each.offsets))
            for each in (normalised, *disguised)
        ]
        return self._by_sound.suspicions(text, normalised, keys)

    def _scope(self, phrase: Phrase, said: str) -> Scope | None:
        """Where the phrase may stand; None where it is too short to be heard."""
        syllables = sum(map(str.isalnum, said)) if self._hears else WORTH_ANYWHERE
        if syllables < WORTH_ALONE:
            return None
        is_short = syllables < WORTH_ANYWHERE and phrase.scope == "anywhere"
        return "sentence" if is_short else phrase.scope

    @cached_property
    def _by_sound(self) -> Lexicon | None:
        return Lexicon(*self.files, by_sound=True) if self.language in SOUNDS_LIKE else None

    def exemptions(self, text: str, normalised: Normalised) -> list[Exempt]:
        """Where text stands that is not to be flagged."""
        if self._exceptions is None:
            return []
        folded = self._folded(normalised.text)
        matches = self._exceptions.matches(folded)
        reading = Reading(text, normalised, folded, self._next_step)
        return [
            Exempt(match.entry, *normalised.span(match.start, match.end))
            for match in matches
            if not (match.has_gap and reading.is_broken(match.start, match.end))
        ]

    def _folded(self, text: str) -> str:
        if text.isascii() and not self._folds_ascii:
            return text
        characters: Iterable[str] = self._fold
        if len(self._fold) > _FEW_FOLDS:
            characters = set(self._unfolded.findall(text))
        for character in characters:
            text = text.replace(character, self._fold[character])
        return text

    def _standing(
        self,
        matches: Iterable[Match[Phrase]],
        reading: Reading,
        exempt: Sequence[Exempt],
        *,
        suspected: bool = False,
    ) -> Iterator[tuple[int, Hit]]:
        for phrase, start, end, has_gap in matches:
            if has_gap and reading.is_broken(start, end):
                continue
            scope = self._scope(phrase, reading.folded[start:end])
            if scope and self._is_in_scope(scope, reading, start, end):
                yield phrase.group, self._hit(phrase, reading, (start, end), exempt, suspected)

    def _is_in_scope(self, scope: Scope, reading: Reading, start: int, end: int) -> bool:
        if scope == "anywhere":
            return True
        bounds = (0, len(reading.folded))
        if scope == "sentence":
            bounds = reading.sentence(start, end)
        rest = self._rest.fullmatch
        return bool(rest(reading.folded, bounds[0], start) and rest(reading.folded, end, bounds[1]))

    def _hit(
        self,
        phrase: Phrase,
        reading: Reading,
        place: tuple[int, int],
        exempt: Sequence[Exempt],
        suspected: bool,
    ) -> Hit:
        first, last = reading.normalised.span(*place)
        guard: str | None = "except"
        if not any(each.voids(phrase.label, first, last) for each in exempt):
            guard = self._guards.against(reading, *place, label=phrase.label, unless=phrase.unless)
        return Hit(
            label=phrase.label,
            start=first,
            end=last,
            phrase=phrase.source,
            strength=phrase.strength,
            language=self.language,
            guard=guard,
            suspected=suspected,
        )


@cache
def load_built_in() -> Mapping[str, Lexicon]:
    """The lexicons that come with the package, by language; read once."""
    files = sorted((f for f in BUILT_IN.iterdir() if f.name.endswith(".toml")), key=str)
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

    A turn of unknown language (None or "und") is matched by every lexicon of its script too; one
    of a language without a lexicon by that of "*", where a shop gives one. Where the text looks
    disguised, strong phrases are looked for in what it may stand for: suspected hits. Only
    agents' turns are to be given: a customer may say anything.
    """
    normalised = normalise(text)
    known = load_built_in() if lexicons is None else lexicons
    apt = _apt(known, language, conversation_language, normalised)
    found: list[Hit] = []
    for lexicon in apt:
        found += [hit for _, hit in lexicon.hits_by_group(text, normalised)]
    disguised = readings(text, normalised)
    for lexicon in apt:
        suspected = lexicon.heard(text, normalised, disguised)
        if disguised:
            suspected += lexicon.suspicions(text, normalised, disguised)
        found += [hit for hit in suspected if not _is_known(hit, found)]
    return strongest(found) if len(found) > 1 else found


def exemptions(
    text: str,
    *,
    language: str | None,
    conversation_language: str | None,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> list[Exempt]:
    """Where an agent's turn holds text that a shop's list says is never to be flagged."""
    normalised = normalise(text)
    known = load_built_in() if lexicons is None else lexicons
    apt = _apt(known, language, conversation_language, normalised)
    return [each for lexicon in apt for each in lexicon.exemptions(text, normalised)]


def _apt(
    known: Mapping[str, Lexicon],
    language: str | None,
    conversation_language: str | None,
    normalised: Normalised,
) -> Sequence[Lexicon]:
    if language and language == conversation_language and language in known:
        return (known[language],)
    code = _base_language(language)
    other = code if language == conversation_language else _base_language(conversation_language)
    codes = [code] if other == code else [code, other]
    if code == UNDETERMINED:
        scripts = scripts_in(normalised.text)
        codes += [each for each in known if each not in codes and known[each].scripts & scripts]
    return [known[each] for each in codes if each in known] or (
        [known[EVERY_LANGUAGE]] if EVERY_LANGUAGE in known else []
    )


def _is_known(suspected: Hit, plain: Sequence[Hit]) -> bool:
    """Whether a hit that needs no guessing says it already, or a guard has voided it."""
    return any(
        suspected.overlaps(hit) and (hit.strength == "strong" or hit.guard is not None)
        for hit in plain
    )
