"""What speaks against a hit: a quotation, a negation, a next step, an excusing phrase."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from cs_qa.phrases.patterns import AnyOf
from cs_qa.phrases.sentences import sentence_ends
from cs_qa.text.normalise import Normalised
from cs_qa.types import BannedLabel

__all__ = ["Guards", "Reading"]

_QUOTED = re.compile(
    r"“[^“”]+”|„[^„“”]+[“”]|”[^“”\n]+”|«[^«»]+»|»[^«»]+«|‹[^‹›]+›|›[^‹›]+‹|‚[^‚‘’\n]+[‘’]"
    r"|「[^「」]+」|『[^『』]+』|｢[^｢｣]+｣|《[^《》]+》|〈[^〈〉]+〉|〝[^〝〞〟]+[〞〟]|\"[^\"\n]+\""
    r"|(?<!\w)[‘'](?=\S)[^\n]+?(?<=\S)[’'](?!\w)"
)
_QUOTE_MARK = re.compile("[“”„«»‹›‚‘’'\"「『｢《〈〝]")
_CLAUSE = re.compile(r"[,;:،、()]| - ")
_UNSPACED_GAP = "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{0,2}"


@dataclass
class Reading:
    """One turn as a lexicon reads it; `folded` has a character for each one of `normalised`."""

    text: str
    normalised: Normalised
    folded: str
    next_step: AnyOf

    @cached_property
    def next_steps(self) -> list[tuple[int, int]]:
        """Where the turn promises a step, in offsets of the folded text."""
        return [found.span() for found in self.next_step.regex.finditer(self.folded)]

    @cached_property
    def _ends(self) -> list[int]:
        offsets = self.normalised.offsets
        ends = [bisect_left(offsets, end) for end in sentence_ends(self.text)]
        return [*ends[:-1], len(self.folded)]

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Quotations, as offsets in the original text; not one that is the whole turn."""
        if not _QUOTE_MARK.search(self.text):
            return []
        whole = self.text.strip()
        return [m.span() for m in _QUOTED.finditer(self.text) if m[0] != whole]

    def is_broken(self, start: int, end: int) -> bool:
        """Whether a line break stands in [start, end) of the folded text."""
        first, last = self.normalised.span(start, end)
        return "\n" in self.text[first:last]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence around [start, end), both in offsets of the folded text."""
        ends = self._ends
        before = bisect_right(ends, start)
        last = ends[min(bisect_left(ends, end), len(ends) - 1)]
        return (ends[before - 1] if before else 0), last


@dataclass(frozen=True)
class Guards:
    """The guards of one language, as patterns on folded text."""

    quote: AnyOf
    negation: AnyOf

    @cached_property
    def _negation_before(self) -> re.Pattern[str]:
        gap = rf"(?: (?:\S+ )?|{_UNSPACED_GAP})"
        return re.compile(rf"(?:{self.negation.expression}){gap}$")

    def against(
        self, reading: Reading, start: int, end: int, *, label: BannedLabel, unless: AnyOf
    ) -> str | None:
        """Name the guard that voids a hit of the label in [start, end) of the folded text."""
        if self.is_quoted(reading, start, end):
            return "quote"
        if self.is_negated(reading, start, end):
            return "negation"
        if unless.stands_in(reading.folded, *reading.sentence(start, end)):
            return "unless"
        if label == "deflecting" and self.has_next_step(reading, start, end):
            return "next_step"
        return None

    def is_quoted(self, reading: Reading, start: int, end: int) -> bool:
        """Whether the hit stands in quotation marks or after a lead-in such as "you wrote"."""
        first, last = reading.normalised.span(start, end)
        if any(opening < first and last < closing for opening, closing in reading.quoted):
            return True
        sentence_start, _ = reading.sentence(start, end)
        return self.quote.stands_in(reading.folded, sentence_start, start)

    def is_negated(self, reading: Reading, start: int, end: int) -> bool:
        """Whether a negation stands before the hit in its clause, at most a word between."""
        sentence_start, _ = reading.sentence(start, end)
        clause = _CLAUSE.split(reading.folded[sentence_start:start])[-1]
        found = self._negation_before.search(clause)
        return found is not None and not _is_choice(clause, found.start())

    def has_next_step(self, reading: Reading, start: int, end: int) -> bool:
        """Whether the turn promises a concrete step elsewhere than in the hit."""
        return any(
            not self.is_negated(reading, *step)
            for step in reading.next_steps
            if step[1] <= start or end <= step[0]
        )


def _is_choice(clause: str, negation: int) -> bool:
    """Whether the Chinese negation there is half of a question: verb, "not", the same verb."""
    around = clause[max(0, negation - 1) : negation + 2]
    return len(around) == 3 and around[0] == around[2]
