"""Rubric: the numbers that turn findings and service figures into scores, read from a TOML file.

`cs_qa/data/rubrics/default.toml` is the default and, read top to bottom, the reference of the
format. Nothing is judged here; `cs_qa.score` does that with these numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Self, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from cs_qa._rubric_tables import (
    Criteria,
    Criterion,
    Exceptions,
    FindingCriterion,
    GradeThresholds,
    HalfWeights,
    LanguageCode,
    Probability,
    Quantitative,
    Score,
    Table,
    Word,
    plain,
)
from cs_qa._toml import read_toml
from cs_qa.errors import RubricError
from cs_qa.types import CriterionName, Grade

__all__ = ["Criterion", "Rubric"]

DEFAULT_FILE = Path(__file__).parent / "data" / "rubrics" / "default.toml"


class Rubric(Table):
    """The numbers of one rubric file. Weights are relative: only their ratio counts."""

    name: Word
    version: Word
    pass_mark: Score
    min_confidence: Probability
    weights: HalfWeights
    grades: GradeThresholds
    criteria: Criteria
    quantitative: Quantitative
    languages: dict[LanguageCode, Exceptions] = Field(default_factory=dict)
    markets: dict[str, Exceptions] = Field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a rubric file; RubricError lists everything that is wrong with it."""
        try:
            rubric = cls.model_validate(read_toml(path, RubricError))
        except ValidationError as error:
            problems = [_explain(details) for details in error.errors()]
            raise RubricError("\n".join(f"{path}: {problem}" for problem in problems)) from None
        if Path(path) != DEFAULT_FILE and rubric.ref == _default().ref and rubric != _default():
            raise RubricError(
                f"{path}: name: {rubric.ref} is the rubric that ships with cs_qa, and this one "
                "differs. Give it a name of its own, so that scorecards tell them apart."
            )
        return rubric

    @classmethod
    def problems(cls, path: str | Path) -> list[str]:
        """Say what is wrong in a rubric file, one line a problem; empty where it holds."""
        try:
            cls.load(path)
        except RubricError as error:
            return str(error).split("\n")
        return []

    @staticmethod
    def default() -> Rubric:
        """The rubric that ships with cs_qa."""
        return _default()

    @property
    def ref(self) -> str:
        """Name and version, as scorecards state them: `default@1`."""
        return f"{self.name}@{self.version}"

    def criterion(self, name: CriterionName) -> Criterion:
        """The numbers that every criterion has, by its name."""
        criterion: Criterion = getattr(self.criteria, name)
        return criterion

    def min_confidence_for(self, name: CriterionName, label: str) -> float:
        """Confidence (0-1) from which a finding of this label counts."""
        criterion = self.criterion(name)
        if isinstance(criterion, FindingCriterion):
            by_label: Mapping[str, float] = criterion.min_confidence
            return by_label.get(label, self.min_confidence)
        return self.min_confidence

    def pass_mark_for(
        self, name: CriterionName, *, language: str | None = None, market: str | None = None
    ) -> float:
        """Score from which the criterion passes for this market, else language, else all."""
        for exceptions in self._exceptions(language, market):
            if name in exceptions.pass_marks:
                return exceptions.pass_marks[name]
        own = self.criterion(name).pass_mark
        return self.pass_mark if own is None else own

    def grade(
        self, total: float, *, language: str | None = None, market: str | None = None
    ) -> Grade:
        """Grade of a total (0-100) by the thresholds of this market, else language, else all."""
        special = (each.grades for each in self._exceptions(language, market) if each.grades)
        thresholds = next(special, self.grades)
        if total >= thresholds.excellent:
            return "excellent"
        return "pass" if total >= thresholds.pass_ else "needs_improvement"

    def _exceptions(self, language: str | None, market: str | None) -> Iterator[Exceptions]:
        code = plain(language or "")
        for table, key in (
            (self.markets, plain(market or "")),
            (self.languages, code),
            (self.languages, code.partition("_")[0]),
        ):
            yield from (each for name, each in table.items() if plain(name) == key)


@cache
def _default() -> Rubric:
    return Rubric.load(DEFAULT_FILE)


def _explain(error: ErrorDetails) -> str:
    """One line: which key, what is wrong, what is possible."""
    *above, last = error["loc"]
    if last == "[key]":
        above, last = above[:-1], above[-1]
    where = ".".join(map(str, (*above, last)))
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown key. Possible here: {', '.join(_possible(above))}."
    if error["type"] == "missing":
        return f"{where}: missing. The default rubric shows what belongs here."
    what = error["msg"].removeprefix("Value error, ").replace("Input should", "must")
    if error["type"] == "literal_error":
        what = f"unknown name. Possible here: {error['ctx']['expected']}"
    elif isinstance(error["input"], str | int | float):
        what = f"{what}, not {error['input']!r}"
    return f"{where}: {what}."


def _possible(path: Sequence[int | str]) -> list[str]:
    """Keys of the table at this path of the file."""
    kind: Any = Rubric
    for key in path:
        is_named_freely = get_origin(kind) is dict
        kind = get_args(kind)[1] if is_named_freely else kind.model_fields[key].annotation
        if isinstance(kind, UnionType):
            kind = get_args(kind)[0]
    return [field.alias or name for name, field in kind.model_fields.items()]
