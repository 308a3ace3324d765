"""What the inspector makes of the cases, and the figures that come of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import combinations
from statistics import pstdev
from typing import Literal

from cs_qa.batch import Inspector
from cs_qa.types import Grade, Scorecard, SentimentLabel, Transcript, Turn
from fairness.cases import Answer, Complaint, Said, Story, Swap

Part = Literal["labels", "empathy", "sentiment"]
PARTS: tuple[Part, ...] = ("labels", "empathy", "sentiment")


@dataclass(frozen=True)
class Told:
    """What is judged of one conversation: its last agent turn, and the customer's last before it.

    `labels` are those at the rubric's thresholds; `probabilities` belong to each part.
    """

    labels: frozenset[str]
    empathy: int | None
    sentiment: SentimentLabel
    probabilities: Mapping[Part, tuple[float, ...]]


@dataclass(frozen=True)
class Swapped:
    """A swap and what was told of each of its variants."""

    swap: Swap
    told: tuple[Told, ...]

    @property
    def pairs(self) -> list[tuple[Told, Told]]:
        return list(combinations(self.told, 2))

    def flips(self, *parts: Part) -> int:
        """Pairs of variants that differ in any of the parts; in any at all without one."""
        return sum(
            any(getattr(a, part) != getattr(b, part) for part in parts or PARTS)
            for a, b in self.pairs
        )

    @property
    def right(self) -> int:
        """Variants that get the label they are written for; clean ones that get none."""
        wanted = self.swap.labels
        return sum(wanted <= t.labels if wanted else not t.labels for t in self.told)

    def spread(self, part: Part) -> float:
        """By how much a probability of this part differs between variants, at most (0-1)."""
        columns = zip(*(each.probabilities[part] for each in self.told), strict=True)
        return max((max(column) - min(column) for column in columns), default=0.0)


@dataclass(frozen=True)
class Complained:
    """A complaint and the sentiment told of it, said curtly and politely."""

    complaint: Complaint
    curt: SentimentLabel
    polite: SentimentLabel

    @property
    def is_softened(self) -> bool:
        """Whether politeness hid it: negative when curt, and not when polite."""
        return self.curt == "negative" != self.polite


@dataclass(frozen=True)
class Answered:
    """A clean answer and the labels that it got, said plainly and politely."""

    answer: Answer
    plain: frozenset[str]
    polite: frozenset[str]


@dataclass(frozen=True)
class Graded:
    """A parallel conversation and its grade; `qualitative` is 0-100."""

    story: Story
    grade: Grade
    qualitative: float


def swapped(swaps: Sequence[Swap], *, redact: bool = True) -> list[Swapped]:
    told = iter(_told([each for swap in swaps for each in swap.variants], redact=redact))
    return [Swapped(swap, tuple(next(told) for _ in swap.variants)) for swap in swaps]


def complained(complaints: Sequence[Complaint]) -> list[Complained]:
    told = iter(_told([(text,) for each in complaints for text in (each.curt, each.polite)]))
    return [Complained(each, next(told).sentiment, next(told).sentiment) for each in complaints]


def answered(answers: Sequence[Answer]) -> list[Answered]:
    said = [(each.customer, text) for each in answers for text in (each.plain, each.polite)]
    told = iter(_told(said))
    return [Answered(each, next(told).labels, next(told).labels) for each in answers]


def graded(stories: Sequence[Story]) -> list[Graded]:
    cards = _cards(Inspector.default(), [story.transcript for story in stories])
    return [_graded(story, card) for story, card in zip(stories, cards, strict=True)]


def flip_rate(results: Sequence[Swapped], *parts: Part) -> float:
    """Share of the pairs of variants that are judged differently."""
    return _share(sum(r.flips(*parts) for r in results), sum(len(r.pairs) for r in results))


def right_rate(results: Sequence[Swapped]) -> float:
    """Share of the variants that are judged as they are written."""
    return _share(sum(r.right for r in results), sum(len(r.told) for r in results))


def softened_rate(results: Sequence[Complained]) -> float:
    """Share of the complaints negative when curt that are no longer so when polite."""
    curt = [each for each in results if each.curt == "negative"]
    return _share(sum(each.is_softened for each in curt), len(curt))


def positive_rate(results: Sequence[Complained]) -> float:
    """Share of the polite complaints that are taken for positive."""
    return _share(sum(each.polite == "positive" for each in results), len(results))


def flagged_rate(results: Sequence[Answered], manner: Literal["plain", "polite"]) -> float:
    """Share of the clean answers that are flagged, said in this manner."""
    return _share(sum(bool(getattr(each, manner)) for each in results), len(results))


def by_story(results: Iterable[Graded]) -> dict[str, list[Graded]]:
    found: dict[str, list[Graded]] = defaultdict(list)
    for each in results:
        found[each.story.name].append(each)
    return dict(found)


def majority(parallel: Sequence[Graded]) -> Grade:
    """The grade that most languages get for one conversation."""
    return Counter(each.grade for each in parallel).most_common(1)[0][0]


def agreement(results: Iterable[Graded]) -> float:
    """Share of the conversations that get the grade which most languages get for them."""
    stories = by_story(results).values()
    agreeing = [each.grade == majority(parallel) for parallel in stories for each in parallel]
    return _share(sum(agreeing), len(agreeing))


def deviation(parallel: Sequence[Graded]) -> float:
    """Standard deviation of the qualitative score of one conversation over the languages."""
    return pstdev(each.qualitative for each in parallel)


def figures(
    masked: Sequence[Swapped],
    unmasked: Sequence[Swapped],
    complaints: Sequence[Complained],
    answers: Sequence[Answered],
    stories: Sequence[Graded],
) -> dict[str, float]:
    """Every figure that has a bound or a target, by its name; shares are 0-1, scores 0-100."""
    as_written = sum(each.grade == each.story.intended for each in stories)
    deviations = map(deviation, by_story(stories).values())
    return {
        "swaps: judged differently": flip_rate(masked),
        "swaps, nothing masked: judged differently": flip_rate(unmasked),
        **{f"swaps: {part} judged differently": flip_rate(masked, part) for part in PARTS},
        "swaps: judged as written": right_rate(masked),
        "complaints: hidden by politeness": softened_rate(complaints),
        "complaints: polite taken for positive": positive_rate(complaints),
        "answers: plain flagged": flagged_rate(answers, "plain"),
        "answers: polite flagged": flagged_rate(answers, "polite"),
        "stories: grade of the majority": agreement(stories),
        "stories: grade as written": _share(as_written, len(stories)),
        "stories: deviation of the qualitative score, worst": max(deviations),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _told(conversations: Sequence[Said], *, redact: bool = True) -> list[Told]:
    transcripts = [
        Transcript(str(number), tuple(map(_turn, range(len(said)), said)))
        for number, said in enumerate(conversations)
    ]
    inspector = Inspector(redact=redact)
    return [_of(card, inspector) for card in _cards(inspector, transcripts)]


def _cards(inspector: Inspector, transcripts: Sequence[Transcript]) -> list[Scorecard]:
    cards = list(inspector.inspect(transcripts))
    for card in cards:
        reasons = {each.reason for each in card.judgements if each.verdict == "unscored"}
        if reasons:
            raise ValueError(f"{card.transcript_id} is unscored: {'; '.join(sorted(reasons))}")
    return cards


def _graded(story: Story, card: Scorecard) -> Graded:
    assert card.grade is not None
    assert card.qualitative is not None
    return Graded(story, card.grade, card.qualitative)


def _turn(index: int, text: str) -> Turn:
    return Turn("agent" if index % 2 else "customer", text)


def _of(card: Scorecard, inspector: Inspector) -> Told:
    turns = card.annotated.turns
    last, sentiment = turns[-1], next(t.sentiment for t in reversed(turns) if t.sentiment)
    banned = last.banned or {}
    least = inspector.rubric.min_confidence_for
    return Told(
        frozenset(name for name, p in banned.items() if p >= least("banned_phrases", name)),
        last.empathy.level if last.empathy else None,
        sentiment.label,
        {
            "labels": tuple(banned.values()),
            "empathy": last.empathy.probabilities if last.empathy else (),
            "sentiment": astuple(sentiment),
        },
    )
