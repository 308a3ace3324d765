"""The tables of a rubric file, as pydantic models; `cs_qa.rubric` reads and serves them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Generic, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from cs_qa.types import BannedLabel, CriterionName, SentimentLabel, Urgency

RepeatLabel = Literal["repeated_script"]
PolicyLabel = Literal["accurate", "inaccurate", "unsupported"]
LanguageLabel = Literal[
    "language_mismatch", "placeholder", "mojibake", "mixed_language", "locale_form"
]
Label = TypeVar("Label", bound=str)

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Score = Annotated[Number, Field(ge=0, le=100)]
Weight = Annotated[Number, Field(ge=0)]
Probability = Annotated[Number, Field(ge=0, le=1)]
Seconds = Annotated[Number, Field(gt=0)]


def plain(name: str) -> str:
    """Name without case, and with one `_` for spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _one_word(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+", text):
        raise ValueError("must be one word without @")
    return text


def _language_code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*", text):
        raise ValueError("must be a language code such as de or pt-BR")
    return text


Word = Annotated[str, AfterValidator(_one_word)]
LanguageCode = Annotated[str, AfterValidator(_language_code)]


class Table(BaseModel):
    """A table of the file: no key is optional unless it has a default, none may be misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_T = TypeVar("_T", bound=BaseModel)


def _ascending(table: _T, *names: str) -> _T:
    for low, high in pairwise(names):
        if getattr(table, low) > getattr(table, high):
            raise ValueError(f"{low.rstrip('_')} may not be above {high.rstrip('_')}")
    return table


def _some_weight(table: _T, weights: Iterable[float]) -> _T:
    if not any(weights):
        raise ValueError("all weights are 0; one at least must be above 0")
    return table


def _has_each(table: _T, scores: Collection[str], labels: Sequence[str], key: str) -> _T:
    missing = [label for label in labels if label not in scores]
    if missing:
        raise ValueError(f"{key} lacks a number for {', '.join(missing)}")
    return table


class Criterion(Table):
    """What every criterion has: its weight in the qualitative half, and its pass mark if any."""

    weight: Weight
    pass_mark: Score | None = None


class FindingCriterion(Criterion, Generic[Label]):
    """A criterion that is judged by findings.

    `min_confidence` is by label. A counted finding of a critical label sets the qualitative
    score to 0.
    """

    critical_labels: tuple[Label, ...] = ()
    min_confidence: dict[Label, Probability] = Field(default_factory=dict)


class BannedPhrases(FindingCriterion[BannedLabel]):
    """100 minus a deduction for each flagged turn and label."""

    deductions: dict[BannedLabel, Score]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        return _has_each(self, self.deductions, get_args(BannedLabel), "deductions")


class PolicyAccuracy(FindingCriterion[PolicyLabel]):
    """Share of the statements that the policy decides which are accurate."""


class EmpathyLevels(Table):
    """Scores of the levels 0 (none), 1 (formulaic) and 2 (specific)."""

    none: Score
    formulaic: Score
    specific: Score

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _ascending(self, "none", "formulaic", "specific")

    def __getitem__(self, level: int) -> float:
        return (self.none, self.formulaic, self.specific)[level]


class EmpathyCriterion(Criterion):
    """Mean score of the levels of the answers to upset turns."""

    levels: EmpathyLevels


class SentimentChange(Table):
    """Scores of the change from the first to the last customer turn."""

    better_or_same: Score
    one_step_worse: Score
    two_steps_worse: Score

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _ascending(self, "two_steps_worse", "one_step_worse", "better_or_same")

    def after(self, steps_worse: int) -> float:
        """Score of a customer who is `steps_worse` (negative: better) than at first."""
        scores = (self.better_or_same, self.one_step_worse, self.two_steps_worse)
        return scores[max(0, steps_worse)]


class SentimentCriterion(Criterion):
    """Weighted mean of the last customer turn and the change up to it."""

    last_turn_weight: Weight
    change_weight: Weight
    last_turn: dict[SentimentLabel, Score]
    change: SentimentChange

    @model_validator(mode="after")
    def _holds(self) -> Self:
        _has_each(self, self.last_turn, get_args(SentimentLabel), "last_turn")
        return _some_weight(self, (self.last_turn_weight, self.change_weight))


class RepeatedScripts(FindingCriterion[RepeatLabel]):
    """100 minus a deduction for each repeated turn."""

    deduction: Score


class LanguageCriterion(FindingCriterion[LanguageLabel]):
    """Share of turns in the right language, minus a deduction for each other finding."""

    deduction: Score


class Criteria(Table):
    """The seven qualitative criteria; a weight of 0 leaves one out of the score."""

    banned_phrases: BannedPhrases
    empathy: EmpathyCriterion
    policy_accuracy: PolicyAccuracy
    sentiment: SentimentCriterion
    repeated_scripts: RepeatedScripts
    language: LanguageCriterion
    politeness: Criterion

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        return _some_weight(self, [criterion.weight for _, criterion in self])


class GradeThresholds(Table):
    """Least total for each grade but the lowest."""

    excellent: Score
    pass_: Score = Field(alias="pass")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _ascending(self, "pass_", "excellent")


class HalfWeights(Table):
    """Weights of the two halves of the total."""

    quantitative: Weight
    qualitative: Weight

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        return _some_weight(self, (self.quantitative, self.qualitative))


class QuantitativeWeights(Table):
    """Weights within the quantitative half."""

    first_response: Weight
    average_response: Weight
    replies_within_30s: Weight
    csat: Weight
    resolved: Weight
    no_complaint: Weight

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        return _some_weight(self, [weight for _, weight in self])


class Target(Table):
    """Response targets of a channel, in seconds; `also` holds its other names."""

    urgent: Seconds
    general: Seconds
    also: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return _ascending(self, "urgent", "general")


class Quantitative(Table):
    """What scores the service figures and the outcome of one transcript."""

    zero_at: Annotated[Number, Field(gt=1)]
    csat_worst: Number
    csat_best: Number
    weights: QuantitativeWeights
    targets: dict[str, Target]

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if self.csat_worst >= self.csat_best:
            raise ValueError("csat_worst must be below csat_best")
        if "default" not in self.targets:
            raise ValueError("targets.default is missing; it serves every channel not named")
        names = [name for channel in self.targets for name in self._names(channel)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"targets: channels named twice: {', '.join(twice)}")
        return self

    def _names(self, channel: str) -> list[str]:
        return [plain(name) for name in (channel, *self.targets[channel].also)]

    def target_s(self, channel: str | None, urgency: Urgency | None) -> float:
        """Response target in seconds; general where the urgency is not known."""
        name = plain(channel or "default")
        known = (target for key, target in self.targets.items() if name in self._names(key))
        target = next(known, self.targets["default"])
        return target.urgent if urgency == "urgent" else target.general


class Exceptions(Table):
    """Grade thresholds and pass marks of one language or market."""

    grades: GradeThresholds | None = None
    pass_marks: dict[CriterionName, Score] = Field(default_factory=dict)
