"""Whether a customer asked for what an agent says again: then it is an answer."""

from __future__ import annotations

from dataclasses import dataclass

from cs_qa.scripts.content import Content, grams, values_of, without_values
from cs_qa.scripts.wording import Wording
from cs_qa.text.normalise import normalise
from cs_qa.types import AnnotatedTranscript

NAMED = 0.4
"""Share of a message's new runs of letters that stand in the question it answers."""

_QUESTIONS = "?؟"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer wrote between two agent turns; `is_calm` where none of it is negative."""

    text: str
    is_calm: bool

    @classmethod
    def between(cls, annotated: AnnotatedTranscript, earlier: int, later: int) -> Asked:
        """Gather the customer's turns between two turns."""
        said = [
            (turn.text, annotation.sentiment)
            for turn, annotation in zip(
                annotated.transcript.turns[earlier + 1 : later],
                annotated.turns[earlier + 1 : later],
                strict=True,
            )
            if turn.role == "customer"
        ]
        is_calm = all(mood is None or mood.label != "negative" for _, mood in said)
        return cls("\n".join(text for text, _ in said), is_calm)


def is_asked(later: Content, earlier: Content, asked: Asked, words: Wording) -> bool:
    """Tell whether a message that resembles an earlier one answers what was asked since.

    The customer asks for the text again, names the value or thing in which the two differ, or
    asks a question, and the answer gives other values.
    """
    text = normalise(asked.text).text
    new_values = later.values - earlier.values
    if new_values & values_of(asked.text):
        return True
    if not asked.is_calm:
        return False
    if words.again.search(text):
        return True
    if new_values and any(mark in text for mark in _QUESTIONS):
        return True
    new = later.kept_grams - earlier.kept_grams
    named = (new & grams(without_values(asked.text))).total()
    return named > 0 and named >= NAMED * new.total()
