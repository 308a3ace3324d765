"""One JSON object -> one `Transcript`, and back.

Who says what must be right: without an id, a turn, a role or a text, or with an unknown role or
urgency, the row is unusable. What is known *about* a conversation may be missing: a value that
cannot be used (a CSAT of 9, a broken time, an unknown time zone) is None and stays as it came in
`extra`, under its own name, and `extra["at_problem"]` says what is wrong with a time; also with one
that is used though no clock showed it, since they were put forward. Unknown keys stay in `extra` at
each level. Blank names and NaN count as missing. Numbers and booleans may be written as text ("4",
"true", "yes", "是"), names of choices in any case. In all text, lone surrogates and NUL become
U+FFFD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from typing import TypeVar, cast, get_args

from cs_qa.errors import InputError
from cs_qa.readers.times import ReadTime, iso_time, placed, zone
from cs_qa.readers.values import (
    choice,
    flag,
    is_missing,
    kind,
    label,
    number,
    plain,
    safe_text,
    satisfaction,
    shown,
    solved,
)
from cs_qa.types import ROLES, AttitudeRating, Outcome, Role, Transcript, Turn, Urgency

Value = TypeVar("Value")

_PARTS = ("turns", "outcome")
_ABOUT = tuple(f.name for f in fields(Transcript) if f.name not in ("extra", *_PARTS))
TRANSCRIPT_KEYS = (*_ABOUT, *_PARTS)
TURN_KEYS = tuple(f.name for f in fields(Turn) if f.name != "extra")
OUTCOME_KEYS = tuple(f.name for f in fields(Outcome) if f.name != "extra")
_URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
_ATTITUDES: tuple[AttitudeRating, ...] = get_args(AttitudeRating)


class UnusableRowError(InputError):
    """Why a row is no transcript; `turn` is the 0-based turn that is at fault, where one is."""

    def __init__(self, problem: str, *, turn: int | None = None) -> None:
        super().__init__(problem)
        self.turn = turn


OnUnused = Callable[[str, object, ValueError, int | None], None]
"""Told of a value kept as extra: key, value, what is wrong, the 0-based turn if it is one's."""


def _ignore(_key: str, _value: object, _problem: ValueError, _turn: int | None) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How values are understood that the contract leaves to the format."""

    read_time: ReadTime = iso_time
    on_unused: OnUnused = _ignore


CONTRACT = Rules()


def transcript_from_json(
    row: object, *, timezone: str | None = None, rules: Rules = CONTRACT
) -> Transcript:
    """The transcript that a JSON object of the contract holds.

    `timezone` (IANA) is taken where the object names none. Where it names no agent, that is the one
    who wrote most agent turns (the first of equals). Raises UnusableRowError, one line that names
    the key and what is possible.

    >>> transcript_from_json({"id": 7, "turns": [{"role": "agent", "text": "Hello"}]}).id
    '7'
    """
    if not isinstance(row, Mapping):
        raise UnusableRowError(f"{kind(row)}, not a JSON object with id and turns")
    name = _identifier(row.get("id"))
    try:
        return _transcript(name, _in_zone(row, timezone), rules)
    except UnusableRowError as problem:
        raise UnusableRowError(f"transcript {shown(name)}: {problem}", turn=problem.turn) from None


def transcript_to_json(transcript: Transcript) -> dict[str, object]:
    """The JSON object of the contract; reading it again gives an equal transcript.

    Every key of the contract is there, null where nothing is known; the keys of `extra` stand
    at the level they came from.
    """
    row = _with_extra(transcript, TRANSCRIPT_KEYS)
    row["turns"] = [_turn_to_json(turn) for turn in transcript.turns]
    if transcript.outcome is not None:
        row["outcome"] = _with_extra(transcript.outcome, OUTCOME_KEYS)
    return row


def _identifier(value: object) -> str:
    if value is None:
        raise UnusableRowError(
            'no "id"; every transcript needs one, a non-empty string or a number'
        )
    try:
        name = label(value)
    except ValueError as problem:
        raise UnusableRowError(f"id {problem}") from None
    if not name.strip():
        raise UnusableRowError(
            "id is empty; every transcript needs one, a non-empty string or a number"
        )
    return name


def _transcript(name: str, row: Mapping[str, object], rules: Rules) -> Transcript:
    about = _Level(row, TRANSCRIPT_KEYS, rules)
    local = about.optional("timezone", lambda value: zone(label(value)))
    turns = _turns(row.get("turns"), local, rules)
    agent_id = about.optional("agent_id", label)
    if agent_id is None and "agent_id" not in about.extra:
        agent_id = _main_agent(turns)
    return Transcript(
        id=name,
        turns=turns,
        channel=about.optional("channel", label),
        market=about.optional("market", label),
        customer_id=about.optional("customer_id", label),
        agent_id=agent_id,
        team=about.optional("team", label),
        language=about.optional("language", label),
        urgency=_urgency(row.get("urgency")),
        timezone=None if local is None else local.key,
        outcome=about.optional("outcome", lambda value: _outcome(value, rules)),
        extra=about.extra,
    )


def _in_zone(row: Mapping[str, object], timezone: str | None) -> Mapping[str, object]:
    if timezone is None or not is_missing(row.get("timezone")):
        return row
    return {**row, "timezone": timezone}


def _turns(value: object, local: tzinfo | None, rules: Rules) -> tuple[Turn, ...]:
    if not isinstance(value, list | tuple):
        found = "no turns" if value is None else f"turns is {kind(value)}"
        raise UnusableRowError(f"{found}; it must be a list of turns, each with role and text")
    if not value:
        raise UnusableRowError("turns is empty; a transcript needs at least one turn")
    turns: list[Turn] = []
    last = None
    for index, row in enumerate(value):
        turn = _turn(index, row, local, last, rules)
        turns.append(turn)
        last = turn.at or last
    return tuple(turns)


def _turn(
    index: int, row: object, local: tzinfo | None, last: datetime | None, rules: Rules
) -> Turn:
    """The turn that a JSON object holds; `last` is the time of the turn above."""
    if not isinstance(row, Mapping):
        raise UnusableRowError(
            f"turns[{index}] is {kind(row)}; it must be an object with role and text", turn=index
        )
    role = _role(index, row)
    text = row.get("text")
    if not isinstance(text, str):
        fault = "is missing" if "text" not in row else f"is {kind(text)}"
        raise UnusableRowError(
            f'turns[{index}].text {fault}; it must be a string ("" is allowed)', turn=index
        )
    own = _Level(row, TURN_KEYS, rules, turn=index)
    agent_id = own.optional("agent_id", label)
    at, odd = own.optional(
        "at", lambda value: placed(rules.read_time(value), local, after=last), note="at_problem"
    ) or (None, None)
    if odd is not None:
        own.extra["at_problem"] = odd
    return Turn(role, safe_text(text), at, agent_id, own.extra)


def _role(index: int, row: Mapping[str, object]) -> Role:
    value = row.get("role")
    try:
        return cast(Role, choice(value, ROLES))
    except ValueError as problem:
        found = str(problem) if "role" in row else f"is missing; possible: {', '.join(ROLES)}"
        if isinstance(value, str) and value.strip():
            found += f'. Say who it is in a mapping file: [roles] {shown(value)} = "agent"'
        raise UnusableRowError(f"turns[{index}].role {found}", turn=index) from None


def _outcome(row: object, rules: Rules) -> Outcome:
    if not isinstance(row, Mapping):
        raise ValueError(f"outcome is {kind(row)}")
    own = _Level(row, OUTCOME_KEYS, rules)
    return Outcome(
        csat=own.optional("csat", satisfaction),
        resolved=own.optional("resolved", solved),
        contact_reason=own.optional("contact_reason", label),
        converted=own.optional("converted", flag),
        order_value=own.optional("order_value", number),
        currency=own.optional("currency", label),
        complaint=own.optional("complaint", flag),
        attitude_rating=own.optional("attitude_rating", _attitude),
        extra=own.extra,
    )


def _attitude(value: object) -> AttitudeRating:
    return cast(AttitudeRating, choice(value, _ATTITUDES))


def _urgency(value: object) -> Urgency | None:
    if is_missing(value):
        return None
    try:
        return cast(Urgency, choice(value, _URGENCIES))
    except ValueError as problem:
        raise UnusableRowError(f"urgency {problem}, or leave it out") from None


class _Level:
    """One object of a row: its values that may be missing, and what is kept of it as extra."""

    def __init__(
        self,
        row: Mapping[str, object],
        known: Sequence[str],
        rules: Rules,
        *,
        turn: int | None = None,
    ) -> None:
        self._row = row
        self._rules = rules
        self._turn = turn
        self.extra = _unknown(row, known)

    def optional(
        self, key: str, parse: Callable[[object], Value], *, note: str | None = None
    ) -> Value | None:
        """The parsed value; None where it is missing or, then kept as extra, cannot be used."""
        value = self._row.get(key)
        if is_missing(value):
            return None
        try:
            return parse(value)
        except ValueError as problem:
            if (carried := _carried(key, value)) is not None:
                self.extra[key] = carried
            if note is not None:
                self.extra[note] = str(problem)
            self._rules.on_unused(key, value, problem, self._turn)
            return None


def _unknown(row: Mapping[str, object], known: Iterable[str]) -> dict[str, object]:
    return {
        safe_text(str(key)): _carried(key, value) for key, value in row.items() if key not in known
    }


def _carried(key: str, value: object) -> object:
    try:
        return plain(value)
    except ValueError as problem:
        raise UnusableRowError(f"{shown(key)} is {problem}") from None


def _main_agent(turns: Sequence[Turn]) -> str | None:
    written = Counter(t.agent_id for t in turns if t.role == "agent" and t.agent_id is not None)
    return max(written, key=lambda agent: written[agent], default=None)


def _turn_to_json(turn: Turn) -> dict[str, object]:
    row = _with_extra(turn, TURN_KEYS)
    if turn.at is not None:
        row["at"] = turn.at.isoformat()
    return row


def _with_extra(noun: Transcript | Turn | Outcome, keys: Sequence[str]) -> dict[str, object]:
    """The fields, with `extra` beside them; what was unusable goes back under its own name."""
    known = {key: getattr(noun, key) for key in keys}
    row = {key: noun.extra.get(key) if value is None else value for key, value in known.items()}
    return row | {key: value for key, value in noun.extra.items() if key not in row}
