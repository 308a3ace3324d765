"""Locale form: script, wording, address, dates and amounts as the customer's market writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.detectors._amounts import Form, foreign_amounts
from cs_qa.detectors._dates import foreign_dates
from cs_qa.detectors._prose import agent_turns, is_clear, spared, told_by_customer
from cs_qa.detectors._region import region_of
from cs_qa.detectors._wordings import Region, address_words, regions
from cs_qa.text.language import UNDETERMINED, base_language
from cs_qa.text.script import HanScript, han_script
from cs_qa.types import AdviceDetail, AnnotatedTranscript, Finding, Span, Transcript

_SCRIPT_MARKETS: dict[str, HanScript] = {
    **dict.fromkeys(("TW", "HK", "MO"), "Hant"),
    **dict.fromkeys(("CN", "SG", "MY"), "Hans"),
}
_SCRIPT_NAMES = {"Hans": "Simplified Chinese", "Hant": "Traditional Chinese"}
_MIN_TELLING = 2
_ADDRESS_CONFIDENCE = 0.35
_SENTENCE_START = re.compile(r"(?:^\s*|[.!?:\n–—…(\"„“»]\s{0,3})$")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class LocaleForm:
    """Find agent turns in a form that the customer's market does not write.

    Script of Chinese; wordings of another region (Brazilian and European Portuguese, Spanish of
    Spain and Latin America); order of dates; separators and sign of amounts; familiar and polite
    address in one turn (low confidence). What the customer writes is never wrong. `spelling`: look
    at American and British spelling too.
    """

    spelling: bool = False
    ref: str = "locale_form@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        transcript = annotated.transcript
        region = region_of(transcript)
        said = told_by_customer(annotated, len(transcript.turns))
        for index, turn, annotation in agent_turns(annotated):
            language = annotation.language
            if language is None or language == UNDETERMINED:
                continue
            spans = spared(turn.text, quotes=True)
            forms = [
                *_address(turn.text, language),
                *_script(turn.text, language, transcript, said),
            ]
            if region:
                local = [
                    *self._wording(turn.text, language, region, said),
                    *foreign_amounts(turn.text, language, region),
                    *foreign_dates(turn.text, language, region, turn.at),
                ]
                forms += [form for form in local if turn.text[form.start : form.end] not in said]
            for form in sorted(forms):
                if is_clear(form.start, form.end, spans):
                    yield self._finding(index, turn.text, form)

    def _wording(self, text: str, language: str, region: str, said: str) -> Iterator[Form]:
        if language != "en" or self.spelling:
            yield from _other_region(text, language, region, said)

    def _finding(self, index: int, text: str, form: Form) -> Finding:
        return Finding(
            criterion="language",
            label="locale_form",
            span=Span(index, form.start, form.end),
            text=text[form.start : form.end],
            confidence=form.confidence,
            detector=self.ref,
            explanation=f"{form.problem}.",
            detail=AdviceDetail(form.advice),
        )


def _script(text: str, language: str, transcript: Transcript, said: str) -> Iterator[Form]:
    if language != "zh":
        return
    written = han_script(text)
    expected = _expected_script(transcript, said)
    if written is None or expected is None or written in (expected, han_script(said)):
        return
    telling = [place for place, sign in enumerate(text) if _form(sign) == written]
    if len(telling) >= _MIN_TELLING:
        yield Form(
            telling[0],
            telling[-1] + 1,
            f"Written in {_SCRIPT_NAMES[written]}; the customer reads {_SCRIPT_NAMES[expected]}",
            f"Write in {_SCRIPT_NAMES[expected]}.",
            min(0.95, 0.7 + 0.05 * len(telling)),
        )


def _expected_script(transcript: Transcript, said: str) -> HanScript | None:
    tag = (transcript.language or "").replace("_", "-").lower()
    if base_language(tag) == "zh" and "-han" in tag:
        return "Hant" if "hant" in tag else "Hans"
    return _SCRIPT_MARKETS.get(region_of(transcript) or "") or han_script(said)


@lru_cache(maxsize=8192)
def _form(sign: str) -> HanScript | None:
    return han_script(sign)


def _other_region(text: str, language: str, region: str, said: str) -> Iterator[Form]:
    known = regions().get(language, ())
    home = next((each for each in known if region in each.markets), None)
    if home is None:
        return
    for other in known:
        if other is home or _hits(said, other.strong, home):
            continue
        strong, weak = _hits(text, other.strong, home), _hits(text, other.weak, home)
        if not strong or any(_words(text, home.strong)):
            continue
        start, end = strong[0]
        many = len({text[slice(*hit)].casefold() for hit in (*strong, *weak)}) > 1
        yield Form(
            start,
            end,
            f"“{text[start:end]}” is {other.name}, the market's is {home.name}",
            f"Write as in {home.name}.",
            0.8 if many else 0.6,
        )


def _hits(text: str, words: Sequence[str], home: Region) -> list[tuple[int, int]]:
    own = {*home.strong, *home.weak}
    return _words(text, [word for word in words if word not in own])


def _words(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    return [match.span() for match in _pattern(tuple(words)).finditer(text)] if words else []


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], ignore_case: bool = True) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word) for word in longest_first)
    return re.compile(rf"(?<![\w'’-])(?:{either})(?![\w'’-])", re.IGNORECASE if ignore_case else 0)


def _address(text: str, language: str) -> Iterator[Form]:
    """Tell familiar and polite address in one turn."""
    words = address_words().get(language)
    if words is None:
        return
    spans = spared(text, quotes=True)
    familiar, polite = (
        [place for place in _addressed(text, side) if is_clear(*place, spans)]
        for side in (words.familiar, words.polite)
    )
    if familiar and polite:
        fewer = min(familiar, polite, key=len)
        yield Form(
            *fewer[0],
            f"Familiar and polite address in one message: “{text[slice(*familiar[0])]}” and "
            f"“{text[slice(*polite[0])]}”",
            "Keep to one form of address in a message.",
            _ADDRESS_CONFIDENCE,
        )


def _addressed(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    titled = tuple(word for word in words if word[0].isupper())
    plain = tuple(word for word in words if word[0].islower())
    found = _words(text, plain)
    if titled:
        found += [
            match.span()
            for match in _pattern(titled, ignore_case=False).finditer(text)
            if not match.start()
            or not _SENTENCE_START.search(text[max(0, match.start() - 4) : match.start()])
        ]
    return found
