"""Language: whether the agent answers in the customer's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from dataclasses import field

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.detectors._encoding import broken_parts
from cs_qa.detectors._foreign import own_language
from cs_qa.detectors._prose import is_clear, spared
from cs_qa.detectors._switch import Request, asked_for
from cs_qa.text._common_words import WORDS
from cs_qa.text._letters import LATIN
from cs_qa.text.language import LANGUAGES, UNDETERMINED, base_language, detect_language
from cs_qa.types import AdviceDetail, AnnotatedTranscript, Finding, Span, Turn

_MASKED = re.compile(r"\[[A-Z_]+(?:_\d+)?\]|<[A-Z_]+(?:_\d+)?>")
_DENSE = ("zh", "ja", "ko")
_SWITCHED = 0.6
_SWITCHED_ONCE = 0.45
_HARDLY_TOLD = 0.45
_LONG_LETTERS = 40
_DECLARED = 0.6
_REFUSED = 0.7
_MIN_HEARD = 6
_MIN_UNQUOTED = 12
_ENOUGH_HEARD = 24  # fewer letters do not outweigh the declared language


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class LanguageMismatch:
    """Find agent turns in another language than the customer's.

    The customer's language is that of the unanswered customer turns, or of the latest before them
    whose language can be told, or one that was asked for or offered and not refused. Where no
    customer turn tells, it is the declared one. An agent who stays with what the customer wrote
    before is at fault only when the customer has switched in a turn of `min_switch_letters`.
    Agent turns shorter than `min_letters` letters, masked values apart, are never judged.
    """

    min_letters: int = 12
    min_switch_letters: int = 24
    confidence: float = 0.9
    ref: str = "language_mismatch@2"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        heard = _Heard(_declared(annotated.transcript.language))
        for index, (turn, annotation) in enumerate(
            zip(annotated.transcript.turns, annotated.turns, strict=True)
        ):
            language = annotation.language or UNDETERMINED
            if turn.role == "customer":
                heard.customer(turn, _unquoted_language(turn.text, language))
            elif turn.role == "agent":
                request = asked_for(turn.text)
                confidence = self._confidence(turn.text, language, heard)
                if confidence and not (request and request.is_question):
                    yield self._finding(turn.text, index, language, heard.expected, confidence)
                heard.agent(request)

    def _confidence(self, text: str, language: str, heard: _Heard) -> float:
        """How sure it is that a turn is in a wrong language; 0 where it is not."""
        if language == UNDETERMINED or not heard.expected or _letters(text) < self._least(language):
            return 0.0
        if language in heard.open or self._is_own(text, language, heard.open):
            return 0.0
        sure = self.confidence if _is_told(text, language, heard.expected) else _HARDLY_TOLD
        if heard.is_asked:
            return min(sure, _REFUSED) if language in heard.written else sure
        if not heard.written:
            return min(sure, _DECLARED)
        if language not in heard.written:
            return sure
        if heard.run_letters < self.min_switch_letters:
            return 0.0
        is_long = heard.run_letters >= _LONG_LETTERS or heard.runs > 1
        return min(sure, _SWITCHED if is_long else _SWITCHED_ONCE)

    def _is_own(self, text: str, language: str, expected: set[str]) -> bool:
        """Whether the turn is meant to be in an expected language, but quotes or mixes."""
        plain = _unquoted(text)
        if plain != text and _letters(plain) < self._least(language):
            return True
        language = _unquoted_language(text, language)
        return own_language(plain, language, expected) in expected

    def _least(self, language: str) -> int:
        # CJK writing says in one character what others say in three.
        return self.min_letters // 3 if language in _DENSE else self.min_letters

    def _finding(
        self, text: str, index: int, language: str, expected: str, confidence: float
    ) -> Finding:
        return Finding(
            criterion="language",
            label="language_mismatch",
            span=Span(index, 0, len(text)),
            text=text,
            confidence=confidence,
            detector=self.ref,
            explanation=f"Answers in {language}; the customer writes {expected}.",
            detail=AdviceDetail(
                f"Answer in {expected}, or ask whether {language} is all right, or hand over to a "
                f"colleague who writes {expected}."
            ),
        )


@plain_dataclass
class _Heard:
    """What is known of the customer's language so far; `open`: what an agent may write now."""

    declared: str = ""
    written: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    expected: str = ""
    run_letters: int = 0
    most_letters: int = 0
    runs: int = 0
    is_asked: bool = False
    is_answered: bool = False

    def customer(self, turn: Turn, language: str) -> None:
        if self.is_answered:
            self.is_answered = False
            self.run_letters = 0
        if not self.expected:
            self.expected = self.declared
            self.open = {self.declared} - {""}
        if language != UNDETERMINED:
            self._hear(language, _letters(turn.text))
        if request := asked_for(turn.text):
            self._ask(request)

    def agent(self, request: Request | None) -> None:
        self.is_answered = True
        if request and request.is_question:
            self.allowed.add(request.language)
            self.open.add(request.language)

    def _hear(self, language: str, letters: int) -> None:
        letters = letters * 3 if language in _DENSE else letters
        if letters < _MIN_HEARD and not self.written:
            return  # a word such as "Hallo" belongs to several languages
        if not self.run_letters:
            self.open = set(self.allowed)
            self.runs = self.runs + 1 if language == self.expected else 1
        self.open.add(language)
        self.written.add(language)
        self.run_letters = max(self.run_letters, letters)
        self.most_letters = max(self.most_letters, letters)
        if self.declared and self.most_letters < _ENOUGH_HEARD:
            self.open.add(self.declared)
        if not self.is_asked:
            self.expected = language

    def _ask(self, request: Request) -> None:
        self.open.add(request.language)
        self.allowed.add(request.language)
        if not request.is_question:
            self.expected, self.is_asked = request.language, True
            self.open = {request.language}
            self.allowed = {request.language}


def _unquoted_language(text: str, language: str) -> str:
    """Give the language of a turn without what it quotes; "und" where hardly more is left."""
    plain = _unquoted(text)
    if plain == text or language == UNDETERMINED:
        return language
    if _letters(plain) < _MIN_UNQUOTED:
        return UNDETERMINED
    return detect_language(plain, prior=language)


def _unquoted(text: str) -> str:
    spans = spared(text, quotes=True)
    spans += [(part.start, part.end) for part in broken_parts(text)]
    if not spans:
        return text
    return "".join(c for place, c in enumerate(text) if is_clear(place, place + 1, spans))


def _declared(tag: str | None) -> str:
    base = base_language(tag)
    return base if base in LANGUAGES else ""


def _is_told(text: str, language: str, expected: str) -> bool:
    """Whether more than names and loans speak for a turn's language against the expected one."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    shares = [WORDS.get(word, {}) for word in words]
    if language not in LATIN or expected not in LATIN:
        return True
    return sum(language in share and expected not in share for share in shares) >= 2


def _letters(text: str) -> int:
    return sum(map(str.isalpha, _MASKED.sub("", text)))
