"""One JSON object -> one `Transcript`, and back.

Who says what must be right: without an id, a turn, a role or a text, or with an unknown role or
urgency, the row is unusable. What is known *about* a conversation may be missing: a value that
cannot be used (a CSAT of 9, a broken time, an unknown time zone) is None and stays as it came in
`extra`, under its own name, and `extra["at_problem"]` says what is wrong with a time. Unknown keys
stay in `extra` at each level. Blank names and NaN count as missing. Numbers and booleans may be
written as text ("4", "true", "yes", "是"), names of choices in any case. In all text, lone
surrogates and NUL become U+FFFD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, tzinfo
from typing import TypeVar, cast, get_args

from cs_qa.errors import InputError
from cs_qa.readers.values import (
    choice,
    flag,
    kind,
    label,
    moment,
    number,
    plain,
    safe_text,
    satisfaction,
    shown,
    zone,
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


def transcript_from_json(row: object, *, timezone: str | None = None) -> Transcript:
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
        return _transcript(name, _in_zone(row, timezone))
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


def _transcript(name: str, row: Mapping[str, object]) -> Transcript:
    extra = _unknown(row, TRANSCRIPT_KEYS)
    local = _optional(row, "timezone", lambda value: zone(label(value)), extra)
    turns = tuple(_turn(i, turn, local) for i, turn in enumerate(_turns(row.get("turns"))))
    agent_id = _optional(row, "agent_id", label, extra)
    if agent_id is None and "agent_id" not in extra:
        agent_id = _main_agent(turns)
    return Transcript(
        id=name,
        turns=turns,
        channel=_optional(row, "channel", label, extra),
        market=_optional(row, "market", label, extra),
        customer_id=_optional(row, "customer_id", label, extra),
        agent_id=agent_id,
        team=_optional(row, "team", label, extra),
        language=_optional(row, "language", label, extra),
        urgency=_urgency(row.get("urgency")),
        timezone=None if local is None else local.key,
        outcome=_optional(row, "outcome", _outcome, extra),
        extra=extra,
    )


def _in_zone(row: Mapping[str, object], timezone: str | None) -> Mapping[str, object]:
    if timezone is None or not is_missing(row.get("timezone")):
        return row
    return {**row, "timezone": timezone}


def _turns(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        found = "no turns" if value is None else f"turns is {kind(value)}"
        raise UnusableRowError(f"{found}; it must be a list of turns, each with role and text")
    if not value:
        raise UnusableRowError("turns is empty; a transcript needs at least one turn")
    return value


def _turn(index: int, row: object, local: tzinfo | None) -> Turn:
    if not isinstance(row, Mapping):
        raise UnusableRowError(
            f"turns[{index}] is {kind(row)}; it must be an object with role and text", turn=index
        )
    try:
        role = choice(row.get("role"), ROLES)
    except ValueError as problem:
        found = problem if "role" in row else f"is missing; possible: {', '.join(ROLES)}"
        raise UnusableRowError(f"turns[{index}].role {found}", turn=index) from None
    text = row.get("text")
    if not isinstance(text, str):
        fault = "is missing" if "text" not in row else f"is {kind(text)}"
        raise UnusableRowError(
            f'turns[{index}].text {fault}; it must be a string ("" is allowed)', turn=index
        )
    extra = _unknown(row, TURN_KEYS)
    agent_id = _optional(row, "agent_id", label, extra)
    at = _optional(row, "at", lambda value: moment(value, local), extra, note="at_problem")
    return Turn(cast(Role, role), safe_text(text), at, agent_id, extra)


def _outcome(row: object) -> Outcome:
    if not isinstance(row, Mapping):
        raise ValueError(f"outcome is {kind(row)}")
    extra = _unknown(row, OUTCOME_KEYS)
    return Outcome(
        csat=_optional(row, "csat", satisfaction, extra),
        resolved=_optional(row, "resolved", flag, extra),
        contact_reason=_optional(row, "contact_reason", label, extra),
        converted=_optional(row, "converted", flag, extra),
        order_value=_optional(row, "order_value", number, extra),
        currency=_optional(row, "currency", label, extra),
        complaint=_optional(row, "complaint", flag, extra),
        attitude_rating=_optional(row, "attitude_rating", _attitude, extra),
        extra=extra,
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


def is_missing(value: object) -> bool:
    """Whether a value says nothing: null, blank text or NaN."""
    if isinstance(value, str):
        return not value.strip()
    # NaN and pandas' NaT, which stand for what is missing, are unequal to themselves.
    return value is None or (isinstance(value, float | datetime) and value != value)


def _optional(
    row: Mapping[str, object],
    key: str,
    parse: Callable[[object], Value],
    extra: dict[str, object],
    *,
    note: str | None = None,
) -> Value | None:
    """The parsed value; None where it is missing or, then kept in `extra`, cannot be used."""
    value = row.get(key)
    if is_missing(value):
        return None
    try:
        return parse(value)
    except ValueError as problem:
        if (carried := _carried(key, value)) is not None:
            extra[key] = carried
        if note is not None:
            extra[note] = str(problem)
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
