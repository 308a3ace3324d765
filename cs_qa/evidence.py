"""Where in a turn a banned label shows: the run of sentences that carries it.

Annotators mark whole sentences: nearly nine spans in ten of the seed data begin and end with one.
So the words are looked for sentence by sentence, by what the network says of the turn as if it
read otherwise: one sentence alone, or all but some. How a reading is scored is the caller's to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from cs_qa.phrases.hits import Hit
from cs_qa.phrases.sentences import sentence_ends
from cs_qa.types import BANNED_LABELS, BannedLabel, Evidence

CARRIES = 0.0
"""Logit over which a sentence alone carries a label: likelier than not. -1 to 1 measured alike."""

EVIDENCE_SENTENCES = 100
"""Sentences of a turn that are looked at, so that a pasted book does not take hours."""

LEFT_OUT = 8
"""Places that may carry a label, likeliest first, that the turn is read without."""

Range = tuple[int, int]
"""Half-open range of code points, [start, end)."""

Score = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Gives the banned logits, in the order of `BANNED_LABELS`, of a turn as if it read so.

The texts are variants of one turn, to be scored in the context of that turn. Above 0 a label is
likelier than not.
"""


def carrying_spans(
    text: str,
    labels: Sequence[BannedLabel],
    *,
    score: Score,
    hits: Sequence[Hit] = (),
    spared: Sequence[Range] = (),
) -> list[Evidence]:
    """Give one piece of evidence for each label, in the order of `labels`.

    A label that a phrase of the lexicon gives has the sentences of its phrases, as far as they
    are neighbours of the best one's; hits that a guard voids are passed over. For any other the
    sentences that carry it alone are looked for; where they stand apart, or none does, it is the
    place that makes the label likelier than the rest of the turn does by most.

    `spared` are the parts of the turn that are not to be judged, such as quoted lines and exempt
    text: unless they are all that is said, they are not read, and are evidence only within a
    sentence that goes on beside them.

    `score` is called once with the sentences, `EVIDENCE_SENTENCES` at most, if there are two or
    more, and then, for a label whose place is still open, with `LEFT_OUT` texts at most. A label
    with a phrase needs no call.
    """
    turn = _Turn(text, score, spared)
    standing = [hit for hit in hits if hit.guard is None]
    return [
        _of_phrases(text, label, own)
        if (own := [hit for hit in standing if hit.label == label])
        else Evidence(label, *turn.place(label))
        for label in labels
    ]


def sentence_spans(text: str) -> list[Range]:
    """Give the sentences of a text as half-open spans without the space around them.

    >>> sentence_spans("Sorry. Not my job!")
    [(0, 6), (7, 18)]
    """
    spans, start = [], 0
    for end in sentence_ends(text):
        sentence = text[start:end]
        if sentence.strip():
            spans.append(
                (start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip()))
            )
        start = end
    return spans


def remainder(text: str, span: Range, cuts: Iterable[Range]) -> str:
    """Give what is left of text[start:end] without some parts of it, with a space for each.

    >>> remainder("Hello. Not my job! Bye.", (0, 23), [(7, 18)])
    'Hello. Bye.'
    """
    done, end = span
    parts = []
    for first, last in sorted(cuts):
        parts.append(text[done : min(first, end)])
        done = max(done, last)
    parts.append(text[done:end])
    return " ".join(part.strip() for part in parts if part.strip())


def _of_phrases(text: str, label: BannedLabel, hits: Sequence[Hit]) -> Evidence:
    best = min(hits, key=lambda hit: (hit.suspected, hit.strength == "weak", hit.start))
    held = [
        (start, end)
        for start, end in sentence_spans(text)
        if any(start < hit.end and hit.start < end for hit in hits)
    ]
    start, end = next(
        (start, end) for start, end in _joined(text, held) if start < best.end and best.start < end
    )
    return Evidence(label, start, end, text[best.start : best.end], is_disguised=best.suspected)


class _Turn:
    """One turn whose sentences are weighed; each is scored once, for all labels."""

    def __init__(self, text: str, score: Score, spared: Sequence[Range]) -> None:
        self._text = text
        self._score = score
        self._whole = (0, len(text))
        is_judged = any(map(str.isalnum, remainder(text, self._whole, spared)))
        self._spared = spared if is_judged else ()

    def place(self, label: BannedLabel) -> Range:
        """Give the run of sentences that carries a label best."""
        if len(self._sentences) == 1:
            return self._sentences[0]
        column = BANNED_LABELS.index(label)
        alone = {
            sentence: logits[column]
            for sentence, logits in zip(self._sentences, self._alone, strict=True)
        }
        carrying = [sentence for sentence, logit in alone.items() if logit > CARRIES]
        runs = _joined(self._text, carrying) or self._sentences
        if len(runs) == 1:
            return runs[0]
        places = {run: _highest(alone, run) for run in runs}
        return self._most_telling(places, column)

    @cached_property
    def _sentences(self) -> list[Range]:
        """The sentences that may be evidence."""
        return list(islice(filter(self._is_judged, sentence_spans(self._text)), EVIDENCE_SENTENCES))

    def _is_judged(self, sentence: Range) -> bool:
        start, end = sentence
        cuts = [cut for cut in self._spared if cut[0] < end and start < cut[1]]
        return not cuts or any(map(str.isalnum, remainder(self._text, sentence, cuts)))

    @cached_property
    def _alone(self) -> Sequence[Sequence[float]]:
        return self._score([remainder(self._text, each, self._spared) for each in self._sentences])

    def _most_telling(self, places: Mapping[Range, float], column: int) -> Range:
        """Give the place with which the label is likelier than without it by most.

        `places` has each with its logit alone; of equals the likelier alone is given, or the first.
        """
        likeliest = sorted(places, key=lambda place: -places[place])[:LEFT_OUT]
        rest = [remainder(self._text, self._whole, [*self._spared, place]) for place in likeliest]
        gains = [
            _probability(places[place]) - _probability(logits[column])
            for place, logits in zip(likeliest, self._score(rest), strict=True)
        ]
        return likeliest[gains.index(max(gains))]


def _highest(logits: Mapping[Range, float], place: Range) -> float:
    return max(logit for (start, _), logit in logits.items() if place[0] <= start < place[1])


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _joined(text: str, sentences: Iterable[Range]) -> list[Range]:
    """Join sentences, given in order, that have only space between them."""
    runs: list[Range] = []
    for start, end in sentences:
        if runs and not text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
