"""Mixed language: a sentence or a clause in another language within an agent turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.detectors._foreign import Foreign, foreign_parts, own_language, sentence_languages
from cs_qa.detectors._prose import agent_turns, is_clear, spared, told_by_customer
from cs_qa.detectors._region import official_languages, region_of
from cs_qa.detectors._switch import asked_for
from cs_qa.text.language import UNDETERMINED
from cs_qa.types import AdviceDetail, AnnotatedTranscript, Finding, Span

OFFICIAL = 0.45
"""Confidence where the market has both languages: messages in two are usual there."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class MixedLanguage:
    """Find agent turns with a sentence or clause in another language than the rest of the turn.

    Not names of brands and products, borrowed words, code, quotations, courtesies, or a language
    that the customer writes. A turn that is in a wrong language as a whole is for
    `language_mismatch`.
    """

    ref: str = "mixed_language@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        written = _written(annotated)
        official = official_languages(region_of(annotated.transcript))
        for index, turn, annotation in agent_turns(annotated):
            language = annotation.language
            if language is None or language == UNDETERMINED:
                continue
            if written:
                language = own_language(turn.text, language, written)
                if language not in written:
                    continue
            parts = list(foreign_parts(turn.text, language))
            if not parts:
                continue
            said = told_by_customer(annotated, index)
            spans = spared(turn.text, quotes=True)
            for part in parts:
                words = turn.text[part.start : part.end]
                is_own = is_clear(part.start, part.end, spans) and words not in said
                if part.language not in written and is_own and not asked_for(words):
                    yield self._finding(index, turn.text, part, language, official)

    def _finding(
        self, index: int, text: str, part: Foreign, language: str, official: Collection[str]
    ) -> Finding:
        both = {part.language, language} <= set(official)
        return Finding(
            criterion="language",
            label="mixed_language",
            span=Span(index, part.start, part.end),
            text=text[part.start : part.end],
            confidence=min(part.confidence, OFFICIAL) if both else part.confidence,
            detector=self.ref,
            explanation=f"This part is in {part.language}, the rest of the turn in {language}.",
            detail=AdviceDetail(
                f"Write the whole message in {language}; names and quotations may stay."
            ),
        )


def _written(annotated: AnnotatedTranscript) -> set[str]:
    """Languages that the customer writes in any turn, or in a sentence of one."""
    written: set[str] = set()
    for turn, said in zip(annotated.transcript.turns, annotated.turns, strict=True):
        if turn.role == "customer" and said.language and said.language != UNDETERMINED:
            written |= {said.language, *sentence_languages(turn.text, said.language)}
    return written
