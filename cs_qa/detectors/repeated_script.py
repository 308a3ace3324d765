"""Repeated scripts: the same text, edited or in other words, sent to the same customer again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from cs_qa.scripts.asked import Asked, is_asked
from cs_qa.scripts.content import Content, content_of, weight
from cs_qa.scripts.likeness import likeness, repeats
from cs_qa.scripts.wording import Wording, wording
from cs_qa.types import AnnotatedTranscript, Finding, Likeness, RepeatDetail, Span

COMPARED = 50
"""Messages, the newest ones, that a message is compared with: the time stays linear."""

STALL_CONFIDENCE = 0.9
SHORT_LETTERS = 40
SHORT_CONFIDENCE = 0.9
"""What so few letters say differs by a word: a short repeat has to be that sure."""

EDITED = 0.6
"""Share of its runs of letters from which a repeat is the script edited, not in other words."""


class _Sent(NamedTuple):
    turn: int
    content: Content


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RepeatedScript:
    """Find agent turns that send the same script to the same customer again.

    A turn is a repeat when it probably says what an earlier one said, by `cs_qa.scripts`, unless
    the customer asked for it: for the text again, or for the same about something else. Turns
    with fewer than `min_letters` letters are not compared. Of lines that only stall, in whatever
    words, `stalls_allowed` are let pass. `duty` are phrases that a shop's agents have to send.
    """

    min_confidence: float = 0.35
    min_letters: int = 16
    stalls_allowed: int = 2
    duty: tuple[str, ...] = ()
    ref: str = "repeated_script@2"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give the findings of each transcript, in turn order."""
        return [list(self._find(annotated)) for annotated in batch]

    def _find(self, annotated: AnnotatedTranscript) -> Iterator[Finding]:
        scripts: list[_Sent] = []
        stalls: list[_Sent] = []
        for index, turn in enumerate(annotated.transcript.turns):
            if turn.role != "agent":
                continue
            words = self._words(annotated, index)
            sent = _Sent(index, content_of(turn.text, words))
            if sent.content.is_stalling:
                if len(stalls) >= self.stalls_allowed:
                    yield self._stall(annotated, sent, stalls[-COMPARED:])
                stalls.append(sent)
            elif weight(sent.content.kept) >= self.min_letters:
                yield from self._repeat(annotated, sent, scripts[-COMPARED:], words)
                scripts.append(sent)
                if weight(sent.content.kept) >= SHORT_LETTERS:
                    stalls.clear()

    def _words(self, annotated: AnnotatedTranscript, index: int) -> Wording:
        return wording((annotated.turns[index].language, annotated.language), duty=self.duty)

    def _repeat(
        self,
        annotated: AnnotatedTranscript,
        later: _Sent,
        scripts: Sequence[_Sent],
        words: Wording,
    ) -> Iterator[Finding]:
        likest = annotated.turns[later.turn].likest
        likely = [(_probability(later, each, likest), each) for each in scripts]
        confidence, earlier = max(likely, key=lambda pair: pair[0], default=(0.0, later))
        if confidence < self._least(later.content):
            return
        asked = Asked.between(annotated, earlier.turn, later.turn)
        if not is_asked(later.content, earlier.content, asked, words):
            yield self._finding(annotated, later, earlier, confidence, _how(later, earlier))

    def _least(self, content: Content) -> float:
        is_short = weight(content.kept) < SHORT_LETTERS
        return max(self.min_confidence, SHORT_CONFIDENCE) if is_short else self.min_confidence

    def _stall(
        self, annotated: AnnotatedTranscript, later: _Sent, stalls: Sequence[_Sent]
    ) -> Finding:
        nearest = max(stalls, key=lambda each: likeness(later.content, each.content))
        how = f"only stalls once more, like turn {nearest.turn + 1}"
        return self._finding(annotated, later, nearest, STALL_CONFIDENCE, how)

    def _finding(
        self,
        annotated: AnnotatedTranscript,
        later: _Sent,
        earlier: _Sent,
        confidence: float,
        how: str,
    ) -> Finding:
        text = annotated.transcript.turns[later.turn].text
        return Finding(
            criterion="repeated_scripts",
            label="repeated_script",
            span=Span(later.turn, 0, len(text)),
            text=text,
            confidence=confidence,
            detector=self.ref,
            explanation=f"Sent again to the same customer: {how}.",
            detail=RepeatDetail(earlier.turn, likeness(later.content, earlier.content)),
        )


def _probability(later: _Sent, earlier: _Sent, likest: Likeness | None) -> float:
    """The cosine to the likest turn bounds that to any other."""
    return repeats(later.content, earlier.content, likest.similarity if likest else None)


def _how(later: _Sent, earlier: _Sent) -> str:
    new, old, turn = later.content, earlier.content, earlier.turn + 1
    if new.whole == old.whole and new.values == old.values:
        return f"the same text as turn {turn}"
    if new.whole == old.whole:
        return f"the script of turn {turn} with other values"
    if likeness(new, old) >= EDITED:
        return f"the script of turn {turn}, edited"
    return f"turn {turn} in other words"
