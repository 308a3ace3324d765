"""The tables of a policy pack file, as pydantic models; `cs_qa.policy.pack` serves them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cs_qa.policy.facts import FactValue, problem_of

VALID_UNTIL = "valid_until"


def _one_word(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+", text):
        raise ValueError("must be one word without @")
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("must be a currency code of three letters (ISO 4217), such as EUR")
    return code


def _typed(value: Any) -> Any:
    if isinstance(value, dict) or (
        isinstance(value, list) and not all(isinstance(each, str) for each in value)
    ):
        raise ValueError("must be a string, true or false, a number, a date or a list of strings")
    return tuple(value) if isinstance(value, list) else value


def _several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Word = Annotated[str, AfterValidator(_one_word)]
Text = Annotated[str, AfterValidator(_filled)]
Currency = Annotated[str, AfterValidator(_currency)]
Value = Annotated[FactValue, BeforeValidator(_typed)]


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {name: _tuples(each) for name, each in value.items()}
    return value


Markets = Annotated[tuple[Text, ...] | dict[str, tuple[Text, ...] | Text], BeforeValidator(_tuples)]


class Table(BaseModel):
    """A table of the file: none of its own keys may be misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Superseded(Table):
    """Old values of facts, right up to and with the day `valid_until`; in the file side by side."""

    valid_until: date
    facts: dict[str, Value]

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        facts = {name: value for name, value in table.items() if name != VALID_UNTIL}
        return {**{key: table[key] for key in table if key == VALID_UNTIL}, "facts": facts}


class ClauseTable(Table):
    """One `[[policy]]`: what holds on one topic in some markets."""

    id: Word
    topic: Text
    market: tuple[Text, ...] = Field(strict=False, min_length=1)
    text: dict[str, Text] = Field(default_factory=dict)
    facts: dict[str, Value] = Field(default_factory=dict)
    superseded: Annotated[tuple[Superseded, ...], BeforeValidator(_several)] = Field(
        default=(), strict=False
    )

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        everything = [
            ("facts", self.facts),
            *(("superseded", old.facts) for old in self.superseded),
        ]
        problems = [
            f"{table}.{name} {problem}"
            for table, facts in everything
            for name, value in facts.items()
            if (problem := problem_of(name, value))
        ]
        if not self.text and not self.facts:
            problems.append("has neither text nor facts, so nothing can be checked against it")
        if problems:
            raise ValueError(f"{self.id}: " + "; ".join(problems))
        return self


class PackTable(Table):
    """A whole file."""

    pack: Word
    version: Word
    effective_from: date
    effective_to: date | None = None
    currency: Currency | None = None
    markets: Markets = ()
    policy: tuple[ClauseTable, ...] = Field(strict=False, min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError(
                f"effective_to ({self.effective_to}) is before effective_from "
                f"({self.effective_from})"
            )
        twice = [id for id, count in Counter(each.id for each in self.policy).items() if count > 1]
        if twice:
            raise ValueError(f"each id may stand once, but {', '.join(twice)} stands more often")
        known = {*self.markets, "ALL"}
        unknown = sorted({m for each in self.policy for m in each.market} - known)
        if self.markets and isinstance(self.markets, tuple) and unknown:
            raise ValueError(
                f"markets lists {', '.join(self.markets)}, but clauses name {', '.join(unknown)}"
            )
        return self
