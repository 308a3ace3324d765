"""What an agent asks the customer for: a speech act, not a keyword."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from cs_qa.requests.kinds import MASKS
from cs_qa.requests.reading import Found, Reading, read

__all__ = ["Request", "asked"]

_BARE_LETTERS = 12
_BARE_LETTERS_HAN = 6
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_VALUE = re.compile(r"\d{3}|\d[A-Z]|[A-Z]-?\d", re.ASCII)
_LIST_HEAD = re.compile(r"[:：]\s*(?:\d\W*)?$")


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked for, and the clause that asks: [start, end) in the turn's text.

    `is_with_reason`: it says why; `is_confirmation`: it only checks a value; `is_other`: it is
    about another object than before; `is_again`: it says itself that it asks again. `objects`
    are those that a photo is to show.
    """

    kind: str
    start: int
    end: int
    is_with_reason: bool = False
    is_confirmation: bool = False
    is_other: bool = False
    is_again: bool = False
    objects: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def asked(text: str, language: str | None) -> tuple[Request, ...]:
    """Find what an agent's turn asks for, in text order; nothing in a language without wordings.

    >>> [request.kind for request in asked("Could you send me your order number?", "en")]
    ['order_number']
    >>> asked("The order number is on the invoice.", "en")
    ()
    """
    reading = read(text, language)
    if reading is None or not reading.targets:
        return ()
    requests = {(each.kind, each.start): each for each in _requests(reading)}
    return tuple(sorted(requests.values(), key=lambda each: (each.start, each.kind)))


def _requests(reading: Reading) -> Iterator[Request]:
    for found in chain(reading.having("question"), reading.having("noun")):
        if _is_denied(reading, found):
            continue
        if found.cue.role == "question":
            yield _request(reading, found, found.clause)
        else:
            clause = _asking_clause(reading, found)
            if clause is not None:
                yield _request(reading, found, clause)
    for found in reading.having("everything"):
        if not _is_denied(reading, found):
            yield _request(reading, found, found.clause)


def _is_denied(reading: Reading, found: Found) -> bool:
    return any(other.clause == found.clause for other in reading.having("no"))


def _asking_clause(reading: Reading, noun: Found) -> int | None:
    """The clause whose wording makes the noun a request; its own where it is bare."""
    asks = [ask.clause for ask in reading.having("ask")]
    if noun.clause in asks:
        return noun.clause
    if not _is_bare(reading, noun.clause):
        return None
    sentence = reading.sentence_of(noun.clause)
    near = [clause for clause in asks if reading.sentence_of(clause) == sentence]
    if near:
        return min(near, key=lambda clause: abs(clause - noun.clause))
    before = [clause for clause in asks if clause < noun.clause]
    if before and _heads_list(reading, before[-1], noun.clause):
        return noun.clause
    start, end = reading.span(*_clauses_of(reading, sentence))
    alone = all(_is_bare(reading, c) for c in range(*_range(_clauses_of(reading, sentence))))
    return noun.clause if alone and (reading.text[start:end].rstrip()[-1:] in "?？؟.。") else None


def _range(pair: tuple[int, int]) -> tuple[int, int]:
    return pair[0], pair[1] + 1


def _heads_list(reading: Reading, head: int, item: int) -> bool:
    """Whether a clause ends in a colon, with nothing but bare clauses from there to the item."""
    text = reading.text[: reading.clauses[head]]
    return bool(_LIST_HEAD.search(text)) and all(
        _is_bare(reading, clause) for clause in range(head + 1, item + 1)
    )


def _clauses_of(reading: Reading, sentence: int) -> tuple[int, int]:
    numbers = [n for n in range(len(reading.clauses)) if reading.sentence_of(n) == sentence]
    return numbers[0], numbers[-1]


def _is_bare(reading: Reading, clause: int) -> bool:
    """Whether a clause says hardly more than the nouns in it."""
    start, end = reading.span(clause, clause)
    covered: set[int] = set()
    for found in reading.found:
        if found.clause == clause and found.cue.role in ("noun", "ask", "object"):
            covered.update(range(found.start, found.end))
    rest = "".join(reading.text[i] for i in range(start, end) if i not in covered)
    wide = bool(_WIDE.search(rest))
    limit = _BARE_LETTERS_HAN if wide else _BARE_LETTERS
    return sum(map(str.isalpha, rest)) <= limit


def _request(reading: Reading, found: Found, clause: int) -> Request:
    first, last = min(clause, found.clause), max(clause, found.clause)
    start, end = reading.span(min(first, reading.clause_at(found.start)), last)
    here = range(first, last + 1)
    near = {each.cue.role for each in reading.found if each.clause in here}
    part = reading.text[start:end]
    has_value = found.cue.role == "noun" and (
        bool(_VALUE.search(part)) or any(mask.search(part) for mask in MASKS.values())
    )
    return Request(
        kind=found.cue.of or "reason",
        start=start,
        end=end,
        is_with_reason=reading.has("reason"),
        is_confirmation=has_value or "confirm" in near,
        is_other="other" in near,
        is_again=found.cue.role == "everything" or "again" in near,
        objects=frozenset(each.cue.of for each in reading.having("object") if each.clause in here),
    )
