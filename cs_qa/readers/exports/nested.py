"""Looking into nested JSON of which any part may be missing or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from cs_qa.readers.options import ReadOptions
from cs_qa.readers.row import OUTCOME_KEYS, TRANSCRIPT_KEYS
from cs_qa.readers.wording import folded
from cs_qa.types import Role

__all__ = [
    "dig",
    "in_time_order",
    "known",
    "name_of",
    "objects",
    "text_of",
    "time_of",
    "told_role",
    "with_columns",
]

# An epoch above this counts milliseconds: in seconds it would be the year 5138.
_MAX_SECONDS = 100_000_000_000


def dig(value: object, *path: str) -> object:
    """What stands at a path of keys, None where a part of it is missing.

    In a list of objects a key names the one with that `id`.

    >>> dig({"fields": [{"id": 7, "value": "FR"}]}, "fields", "7", "value")
    'FR'
    """
    for key in path:
        if isinstance(value, list):
            value = next((item for item in objects(value) if name_of(item.get("id")) == key), None)
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value


def objects(value: object) -> Iterator[Mapping[str, object]]:
    """The objects of a list; nothing where it is no list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def name_of(value: object) -> str | None:
    """An identifier or a name as text; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def text_of(value: object) -> str:
    """A text; empty where there is none."""
    return value if isinstance(value, str) else ""


def known(**values: object) -> dict[str, object]:
    """The values that say something: neither null, blank nor empty."""
    return {
        key: value
        for key, value in values.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def time_of(value: object) -> object:
    """A time as the contract has it: an epoch (seconds or milliseconds) in UTC, text as it is.

    >>> time_of(1763283600)
    '2025-11-16T09:00:00+00:00'
    """
    if isinstance(value, str):
        text = value.strip()
        if not text.isascii() or not text.isdigit():
            return f"{text[:-4]}+00:00" if text.endswith(" UTC") else text or None
        value = int(text) if len(text) < 20 else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value:
        return None
    try:
        seconds = value / 1000 if value > _MAX_SECONDS else value
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(value)


def in_time_order(turns: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Turns of a page that may begin with the newest: turned round where every clock runs back."""
    times = [time for turn in turns if (time := _instant(turn.get("at"))) is not None]
    falls = len(times) > 1 and times[0] > times[-1]
    if falls and all(a >= b for a, b in pairwise(times)):
        return list(reversed(turns))
    return list(turns)


def _instant(value: object) -> float | None:
    try:
        return datetime.fromisoformat(text_of(value)).timestamp()
    except (ValueError, OverflowError):
        return None


def with_columns(
    row: dict[str, object], document: object, columns: Mapping[str, str]
) -> dict[str, object]:
    """The row with what the user finds elsewhere in the document: our name = keys with dots.

    Only what is of the conversation or its outcome can be mapped; keys that are not there count as
    missing, and leave what the row has.
    """
    for ours, theirs in columns.items():
        if (value := dig(document, *theirs.split("."))) is None:
            continue
        if ours in OUTCOME_KEYS:
            outcome = row.get("outcome")
            row["outcome"] = {**(outcome if isinstance(outcome, dict) else {}), ours: value}
        elif ours in TRANSCRIPT_KEYS and ours not in ("turns", "outcome"):
            row[ours] = value
    return row


def told_role(options: ReadOptions, *words: str | None) -> Role | None:
    """The role that the user gave to one of the words for an author: his id, name or kind."""
    told = {folded(name): role for name, role in options.roles.items()}
    told |= {folded(name): "agent" for name in options.agents}
    return next((told[name] for word in words if word and (name := folded(word)) in told), None)
