"""Language: whether the agent answers in the customer's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.text.language import UNDETERMINED
from cs_qa.types import AnnotatedTranscript, Finding, Span

_MASKED = re.compile(r"\[[A-Z_]+(?:_\d+)?\]")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class LanguageMismatch:
    """Find agent turns in another language than the customer's.

    The customer's language is that of the latest customer turn whose language can be told, so an
    agent follows a customer who switches; an agent who stays with any language that the customer
    has written is not at fault. Turns shorter than `min_letters` letters, masked values apart,
    are never judged.
    """

    min_letters: int = 12
    confidence: float = 0.9
    ref: str = "language_mismatch@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        written: dict[str, None] = {}
        for index, (turn, annotation) in enumerate(
            zip(annotated.transcript.turns, annotated.turns, strict=True)
        ):
            language = annotation.language
            if language in (None, UNDETERMINED):
                continue
            if turn.role == "customer":
                written.pop(language, None)
                written[language] = None
            elif turn.role == "agent" and written and self._differs(turn.text, language, written):
                yield self._finding(turn.text, index, language, next(reversed(written)))

    def _differs(self, text: str, language: str, written: Collection[str]) -> bool:
        # CJK writing says in one character what others say in three.
        least = self.min_letters // 3 if language in ("zh", "ja", "ko") else self.min_letters
        return language not in written and sum(map(str.isalpha, _MASKED.sub("", text))) >= least

    def _finding(self, text: str, index: int, language: str, expected: str) -> Finding:
        return Finding(
            criterion="language",
            label="language_mismatch",
            span=Span(index, 0, len(text)),
            text=text,
            confidence=self.confidence,
            detector=self.ref,
            explanation=f"Answers in {language}; the customer writes {expected}.",
        )
