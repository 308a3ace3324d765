"""Rows of labelled data, a type for each task of `evaluate`, and how a file of them is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cs_qa.errors import InputError, RowError
from cs_qa.text.personal import EntityType
from cs_qa.types import BannedLabel, Role, SentimentLabel

LEVELS = (0, 1, 2)

Labels = list[BannedLabel | Literal["repeated_script"]]


class Row(BaseModel):
    """What every labelled row has; other keys are ignored."""

    model_config = ConfigDict(strict=True)

    id: Any = None
    lang: str


class TurnRow(BaseModel):
    """A turn; an agent turn without `banned` has no labels and is not measured."""

    role: Role
    text: str
    banned: Labels | None = None


class BannedRow(Row):
    """An agent turn after its context. A `repeated_script` is another detector's to find."""

    context: list[TurnRow]
    text: str
    labels: Labels


class EmpathyRow(Row):
    """A customer's message and the answer to it."""

    customer: str
    agent: str
    level: Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]


class SentimentRow(Row):
    """A customer's message."""

    text: str
    label: SentimentLabel


class PolitenessRow(Row):
    """A message with the crowd's score; over 0 it is polite."""

    text: str
    score: float


class LanguageRow(Row):
    """A text in a known language."""

    text: str


class ConversationRow(Row):
    """A whole conversation."""

    turns: Annotated[list[TurnRow], Field(min_length=1)]


class RepeatedRow(Row):
    """A whole conversation; `repeated` are the agent turns, from 0, that repeat an earlier one."""

    turns: Annotated[list[TurnRow], Field(min_length=1)]
    repeated: list[Annotated[int, Field(ge=0)]]

    @model_validator(mode="after")
    def _are_agent_turns(self) -> Self:
        for place in self.repeated:
            if place >= len(self.turns) or self.turns[place].role != "agent":
                raise ValueError(f"repeated: turn {place} is not an agent turn")
        return self


class EntityRow(BaseModel):
    """A span of personal data, half-open, in code points of the text."""

    type: EntityType
    start: Annotated[int, Field(ge=0)]
    end: int

    @model_validator(mode="after")
    def _is_span(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        return self


class PersonalDataRow(Row):
    """A message and the personal data in it."""

    text: str
    entities: list[EntityRow]


class ClaimRow(BaseModel):
    """What a message states about the policy, and whether that is right."""

    policy_id: str
    verdict: Literal["accurate", "inaccurate"]
    span: str | None = None


class PolicyRow(Row):
    """An agent's answer to a customer in a market, and what it states.

    `pack` names the policy to judge it by. `unsupported`: it states something, too, that no clause
    of the pack covers.
    """

    market: str | None = None
    pack: str | None = None
    customer: str = ""
    agent: str
    claims: list[ClaimRow]
    unsupported: bool = False


R = TypeVar("R", bound=Row)


def read_rows(
    path: Path, row_type: type[R], on_error: Callable[[RowError], None]
) -> Iterator[tuple[int, R]]:
    """Yield each usable row with its line (from 1); tell `on_error` of the others.

    Raises InputError where the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = row_type.model_validate(json.loads(line.decode("utf-8-sig")))
        except ValidationError as error:
            on_error(RowError(_explained(error), source=str(path), line=number))
        except (ValueError, RecursionError) as error:
            on_error(RowError(f"is not JSON: {error}", source=str(path), line=number))
        else:
            yield number, row


def _explained(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'the row'}: {each['msg']}" for each in error.errors()
    )
