"""Columns and keys: which there are, and what other files call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cs_qa.errors import InputError
from cs_qa.readers.row import OUTCOME_KEYS, TRANSCRIPT_KEYS, TURN_KEYS
from cs_qa.readers.values import shown

REQUIRED = ("id", "role", "text")
TURN_COLUMNS = ("role", "text", "at", "agent_id")
SHARED_COLUMNS = (
    *(key for key in TRANSCRIPT_KEYS if key not in ("id", "turns", "outcome", "agent_id")),
    *OUTCOME_KEYS,
)
COLUMNS = ("id", *SHARED_COLUMNS, *TURN_COLUMNS, "turn")
MAPPABLE = (*COLUMNS, "turns", "outcome")


def name_columns(found: Sequence[str], mapping: Mapping[str, str], *, source: str) -> list[str]:
    """Our name for each column of a file; other columns keep theirs, and become `extra` of a turn.

    Case, blanks and hyphens do not matter ("Transcript ID" is `id`). A column that only looks like
    ours, since the mapping or `transcript_id` took the name, is called `original_<name>`. Raises
    InputError where a required or a mapped column is missing, or a name stands twice.
    """
    own = [_own_name(column) for column in found]
    mapped = {theirs: ours for ours, theirs in mapping.items()}
    if "transcript_id" in own and "id" not in mapping:
        mapped[found[own.index("transcript_id")]] = "id"
    names: list[str] = []
    for column, known in zip(found, own, strict=True):
        taken = known in mapped.values()
        name = mapped.get(column, f"original_{known}" if taken else known)
        names.append(name if name in COLUMNS or name not in names else f"{name}_{len(names)}")
    _check(found, names, list(mapping.values()), source)
    return names


def _own_name(column: str) -> str:
    name = column.strip().lower().replace(" ", "_").replace("-", "_")
    return name if name in COLUMNS or name == "transcript_id" else column


def _check(found: Sequence[str], names: Sequence[str], mapped: Sequence[str], source: str) -> None:
    listed = ", ".join(shown(column) for column in found[:30]) + (" …" if len(found) > 30 else "")
    advice = "Map columns: --column text=message, or mapping={'text': 'message'} in Python."
    missing = [column for column in mapped if column not in found]
    missing += [name for name in REQUIRED if not missing and name not in names]
    if missing:
        optional = ", ".join(column for column in COLUMNS if column not in REQUIRED)
        raise InputError(
            f"{source} has no column {', '.join(map(shown, missing))}. Found: {listed}. "
            f"Needed: {', '.join(REQUIRED)}. Possible besides: {optional}. {advice}"
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise InputError(f"{source} has two columns {', '.join(twice)}. Found: {listed}. {advice}")


def rename_keys(row: object, mapping: Mapping[str, str]) -> object:
    """A nested row under our names; a mapped name counts at each level that knows it."""
    if not mapping or not isinstance(row, dict):
        return row
    renamed = _renamed(row, TRANSCRIPT_KEYS, mapping)
    if isinstance(turns := renamed.get("turns"), list):
        renamed["turns"] = [
            _renamed(turn, TURN_KEYS, mapping) if isinstance(turn, dict) else turn for turn in turns
        ]
    if isinstance(outcome := renamed.get("outcome"), dict):
        renamed["outcome"] = _renamed(outcome, OUTCOME_KEYS, mapping)
    return renamed


def _renamed(
    row: dict[str, object], known: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, object]:
    ours = {mapping[name]: name for name in known if mapping.get(name) in row}
    return {
        ours.get(key, f"original_{key}" if key in ours.values() else key): value
        for key, value in row.items()
    }
