"""What a person decides about one judgement: confirm it, override it and say why, or judge alone.

Who sees the machine's judgement confirms or overrides it; from whom it is hidden judges without
it. A decision names findings, turns and labels, not scores that a rubric makes of them;
`cs_qa.store.rescoring` works those out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from cs_qa._rubric_tables import LanguageLabel, PolicyLabel, RepeatLabel
from cs_qa.errors import InputError
from cs_qa.store.rows import canonical
from cs_qa.types import BANNED_LABELS, SENTIMENTS, CriterionName, SentimentLabel

Action = Literal["confirm", "override", "judge", "undo"]
HandVerdict = Literal["pass", "fail", "not_applicable"]
Reason = Literal[
    "wrong_label",
    "wrong_span",
    "not_a_violation",
    "missed_violation",
    "context_missed",
    "quotation",
    "policy_outdated",
    "translation",
    "level_too_high",
    "level_too_low",
    "other",
]

REASONS: Mapping[Reason, str] = {
    "wrong_label": "The finding is right, its label is not",
    "wrong_span": "The label is right, the words that are marked are not",
    "not_a_violation": "What was found is no violation",
    "missed_violation": "A violation was not found",
    "context_missed": "What was said before makes it something else",
    "quotation": "The agent quotes someone else",
    "policy_outdated": "The policy it was checked against is not the one in force",
    "translation": "The meaning was lost between languages",
    "level_too_high": "The level or label is too favourable",
    "level_too_low": "The level or label is too harsh",
    "other": "Another reason, given in the comment",
}

LABELS: Mapping[CriterionName, tuple[str, ...]] = {
    "banned_phrases": BANNED_LABELS,
    "repeated_scripts": get_args(RepeatLabel),
    "policy_accuracy": get_args(PolicyLabel),
    "language": get_args(LanguageLabel),
}
"""Labels that a person may give, by criterion; a criterion that is missing has no findings."""

LEVELS = (0, 1, 2)
MAX_COMMENT = 4_000
"""Characters that a comment, a reason or an appeal may have."""

_STRICT = ConfigDict(extra="forbid")


class DecisionError(InputError):
    """A decision that does not hold in itself, or not on the card that it is about."""


@dataclass(frozen=True, slots=True)
class FindingRef:
    """A finding of the reviewed card: its index in the judgement, and its `finding_id`.

    The index alone would name it; the id makes sure that it is the finding that was seen.
    """

    __pydantic_config__ = _STRICT

    index: int
    id: str


@dataclass(frozen=True, slots=True)
class AddedFinding:
    """A finding that the machine missed, over [start, end) code points of an agent's turn."""

    __pydantic_config__ = _STRICT

    label: str
    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A finding that stands under another label."""

    __pydantic_config__ = _STRICT

    finding: FindingRef
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision on one judgement; a DecisionError says what does not go together.

    `score` (0-100) and `verdict` are set by hand, or None where the rubric is to give them.
    `levels` are empathy levels (0-2) of agent turns and `sentiments` labels of customer turns,
    as pairs of turn and value. `reason_code` is one of `REASONS`: an override needs one, and
    "other" needs a comment (4,000 characters at most). To judge is to say all: what it does not
    name, the machine's findings too, is not there.
    """

    __pydantic_config__ = _STRICT

    criterion: CriterionName
    action: Action
    verdict: HandVerdict | None = None
    score: float | None = None
    removed: tuple[FindingRef, ...] = ()
    added: tuple[AddedFinding, ...] = ()
    relabelled: tuple[Relabelled, ...] = ()
    levels: tuple[tuple[int, int], ...] = ()
    sentiments: tuple[tuple[int, SentimentLabel], ...] = ()
    reason_code: Reason | None = None
    comment: str = ""

    def __post_init__(self) -> None:
        within_limit(self.comment, "comment")
        if self.action in ("override", "judge"):
            _check_change(self)
        elif self.is_by_hand or self.changes_evidence or self.reason_code is not None:
            raise DecisionError(
                f"{self.criterion}: {self.action} changes nothing, so it takes a comment only. "
                "Decide override to change the judgement."
            )

    @property
    def is_by_hand(self) -> bool:
        """Whether it sets a verdict or a score by hand."""
        return self.verdict is not None or self.score is not None

    @property
    def changes_evidence(self) -> bool:
        """Whether it changes findings, levels or labels that the rubric then judges."""
        return bool(self.removed or self.added or self.relabelled or self.levels or self.sentiments)

    def to_json(self) -> dict[str, Any]:
        """Give the decision as a JSON object; `from_json` reads it."""
        return dict(json.loads(canonical(asdict(self))))

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Decision:
        """Read the JSON object of a decision; DecisionError where it does not hold."""
        try:
            decision: Decision = _adapter().validate_json(canonical(data), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "decision"
            raise DecisionError(f"{where}: {first['msg']}.") from None
        return decision


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Decision)


def finding_id(finding: Mapping[str, Any]) -> str:
    """Name a finding of a scorecard's JSON by what it says.

    >>> finding_id({"label": "hostile", "turn": 3, "start": 0, "end": 12})
    'hostile:3:0-12'
    """
    return f"{finding['label']}:{finding['turn']}:{finding['start']}-{finding['end']}"


def within_limit(text: str, what: str) -> str:
    """Give the text back; DecisionError where it is longer than may be kept."""
    if len(text) > MAX_COMMENT:
        raise DecisionError(
            f"The {what} has {len(text)} characters; {MAX_COMMENT} are possible. Shorten it."
        )
    return text


def _check_change(decision: Decision) -> None:
    if not (decision.is_by_hand or decision.changes_evidence):
        raise DecisionError(
            f"{decision.criterion}: nothing is decided. Give a finding, a level, a label, a "
            "verdict or a score; or confirm the judgement, if you see it."
        )
    if decision.action == "judge" and (decision.removed or decision.relabelled):
        raise DecisionError(
            f"{decision.criterion}: who judges alone sees no findings to reject or relabel."
        )
    _check_reason(decision)
    _check_by_hand(decision)
    _check_kinds(decision)
    _check_values(decision)


def _check_reason(decision: Decision) -> None:
    needed = decision.action == "override" or decision.reason_code is not None
    if needed and decision.reason_code not in REASONS:
        raise DecisionError(
            f"{decision.criterion}: an override needs a reason. Possible: {', '.join(REASONS)}."
        )
    if decision.reason_code == "other" and not decision.comment.strip():
        raise DecisionError(f"{decision.criterion}: the reason 'other' needs a comment.")


def _check_by_hand(decision: Decision) -> None:
    score, verdict = decision.score, decision.verdict
    if verdict is not None and verdict not in get_args(HandVerdict):
        raise DecisionError(
            f"{decision.criterion}: no verdict {verdict!r}. Possible by hand: "
            f"{', '.join(get_args(HandVerdict))}."
        )
    if score is not None and not 0 <= score <= 100:
        raise DecisionError(f"{decision.criterion}: the score {score} is not within 0 to 100.")
    if score is not None and verdict == "not_applicable":
        raise DecisionError(
            f"{decision.criterion}: what is not applicable has no score. Leave one of them out."
        )


def _check_kinds(decision: Decision) -> None:
    """Findings, levels and sentiment labels each belong to some criteria only."""
    given = {
        "findings": decision.removed or decision.added or decision.relabelled,
        "levels": decision.levels,
        "sentiments": decision.sentiments,
    }
    takes = {"empathy": "levels", "sentiment": "sentiments"}.get(decision.criterion)
    if decision.criterion in LABELS:
        takes = "findings"
    for kind, changes in given.items():
        if changes and kind != takes:
            possible = f"{takes}, a verdict or a score" if takes else "a verdict or a score"
            raise DecisionError(f"{decision.criterion} has no {kind}. Possible: {possible}.")


def _check_values(decision: Decision) -> None:
    possible = LABELS.get(decision.criterion, ())
    labels = [each.label for each in decision.added] + [r.label for r in decision.relabelled]
    for label in labels:
        if label not in possible:
            raise DecisionError(
                f"{decision.criterion} has no label {label!r}. Possible: {', '.join(possible)}."
            )
    for _, level in decision.levels:
        if level not in LEVELS:
            raise DecisionError(f"There is no empathy level {level}. Possible: 0, 1, 2.")
    for _, name in decision.sentiments:
        if name not in SENTIMENTS:
            raise DecisionError(f"No sentiment {name!r}. Possible: {', '.join(SENTIMENTS)}.")
    touched = [*decision.removed, *(each.finding for each in decision.relabelled)]
    _each_once(decision, [ref.index for ref in touched], "finding")
    _each_once(decision, decision.added, "added finding")
    _each_once(decision, [turn for turn, _ in (*decision.levels, *decision.sentiments)], "turn")


def _each_once(decision: Decision, values: Iterable[object], what: str) -> None:
    values = list(values)
    for value in values:
        if values.count(value) > 1:
            raise DecisionError(
                f"{decision.criterion}: the {what} {value} is decided twice. Decide it once."
            )
