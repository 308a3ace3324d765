"""What is asked for against what was given: whether an agent's turn asks again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cs_qa.requests.asking import Request, asked
from cs_qa.requests.giving import Turns, given, may_hold
from cs_qa.requests.kinds import NUMBERED
from cs_qa.requests.reading import Reading, read
from cs_qa.types import Role

__all__ = ["AskedAgain", "Said", "compare"]

_MOVED_ON = ("order_number", "tracking_number", "reference", "photo", "size", "colour", "model")
_TOLD_BY_FORM = (
    *NUMBERED,
    *("email", "phone", "photo", "video", "receipt"),
    *("payment_method", "size", "purchase_date"),
)
_LEAST_BY_FORM, _LEAST, _LEAST_OF_REASON = 0.005, 0.05, 0.2
"""Probabilities of the head below which a comparison is not believed (dev set, JDDC).

What a customer wants is easily taken for the reason why (airline dialogues), so that needs most.
"""
_DATES = ("purchase_date", "appointment")
_SENTENCE_SIGNS = ("?", "？", "؟")
_ENOUGH_LETTERS = 24


class Said(NamedTuple):
    """One turn: who said what, and in which language."""

    role: Role
    text: str
    language: str | None


class AskedAgain(NamedTuple):
    """What a turn asks for again: the request, and the turn that gave it (None: not known)."""

    request: Request
    given_turn: int | None

    @property
    def what(self) -> str:
        """The kind of thing; of dates it is not said which."""
        return "date" if self.request.kind in _DATES else self.request.kind


class Comparison(NamedTuple):
    """What a turn asks for again, and whether all that it asks for is surely new."""

    again: tuple[AskedAgain, ...] = ()
    is_new: bool = False

    def standing(self, probability: float) -> AskedAgain | None:
        """Give the first thing asked for again that a head with this probability lets stand.

        Values that are told by their form need hardly any support; what is read from words, such
        as a reason or a day, needs some.
        """
        return next((each for each in self.again if probability >= _least(each)), None)


def _least(again: AskedAgain) -> float:
    if again.request.is_again and again.given_turn is not None:
        return _LEAST_BY_FORM
    if again.request.kind == "reason":
        return _LEAST_OF_REASON
    return _LEAST_BY_FORM if again.request.kind in _TOLD_BY_FORM else _LEAST


def compare(turn: Said, before: Sequence[Said]) -> Comparison:
    """Compare what an agent's turn asks for with what the customer said in the turns before.

    Where the customer has said nothing, the conversation may have been cut: nothing is known then.
    """
    requests = asked(turn.text, turn.language)
    if not requests or not any(said.role == "customer" for said in before):
        return Comparison()
    held = given(before)
    excused = [_is_excused(request) or _said_why(before) for request in requests]
    again = [
        found
        for request, excuse in zip(requests, excused, strict=True)
        if not excuse and (found := _asked_again(request, held, before)) is not None
    ]
    is_new = (
        not again
        and _all_asked(turn, requests)
        and all(
            excuse or (not request.is_again and not may_hold(request.kind, before))
            for request, excuse in zip(requests, excused, strict=True)
        )
    )
    return Comparison(tuple(again), is_new)


def _is_excused(request: Request) -> bool:
    return request.is_with_reason or request.is_confirmation or request.is_other


def _asked_again(
    request: Request, held: dict[str, int], before: Sequence[Said]
) -> AskedAgain | None:
    place = held.get(request.kind)
    if place is not None and not _is_about_another(request, place, before):
        return AskedAgain(request, place)
    if request.is_again and request.kind != "reason" and _letters_said(before) >= _ENOUGH_LETTERS:
        return AskedAgain(request, place)
    return None


def _is_about_another(request: Request, place: int, before: Sequence[Said]) -> bool:
    """Whether the request is for another object than what was given."""
    if request.kind in _MOVED_ON and any(
        reading.has("other") for reading in _customer(before[place + 1 :])
    ):
        return True
    if request.kind in ("photo", "video") and request.objects:
        shown = {f.cue.of for reading in _customer(before) for f in reading.having("object")}
        return not request.objects <= shown
    return False


def _customer(turns: Sequence[Said]) -> list[Reading]:
    said = [turn for turn in turns if turn.role == "customer"]
    return [reading for turn in said if (reading := read(turn.text, turn.language)) is not None]


def _said_why(before: Sequence[Said]) -> bool:
    """Whether the agent has just said, since the customer's last turn, what was wrong."""
    for turn in reversed(before):
        if turn.role == "customer":
            return False
        reading = read(turn.text, turn.language) if turn.role == "agent" else None
        if reading is not None and reading.has("reason"):
            return True
    return False


def _all_asked(turn: Said, requests: Sequence[Request]) -> bool:
    """Whether each question of the turn is one of its recognised requests."""
    reading = read(turn.text, turn.language)
    if reading is None:
        return False
    known = {reading.sentence_of(reading.clause_at(request.end - 1)) for request in requests}
    asking = {
        number
        for number, end in enumerate(reading.sentences)
        if turn.text[:end].rstrip()[-1:] in _SENTENCE_SIGNS
    }
    return asking <= known


def _letters_said(before: Turns) -> int:
    return sum(
        sum(map(str.isalpha, text)) * (1 if text.isascii() else 2)
        for role, text, _ in before
        if role == "customer"
    )
