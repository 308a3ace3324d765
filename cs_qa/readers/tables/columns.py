"""Columns and keys: which there are, and what other files call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType

from cs_qa.errors import InputError
from cs_qa.readers.row import OUTCOME_KEYS, TRANSCRIPT_KEYS, TURN_KEYS
from cs_qa.readers.tables.headers import DATES, TIMES_OF_DAY, rank_of
from cs_qa.readers.tables.roles import own_role
from cs_qa.readers.values import is_missing, shown
from cs_qa.readers.wording import folded
from cs_qa.types import Role

NO_ROLES: Mapping[str, Role] = MappingProxyType({})

REQUIRED = ("id", "role", "text")
TURN_COLUMNS = ("role", "text", "at", "agent_id")
SHARED_COLUMNS = (
    *(key for key in TRANSCRIPT_KEYS if key not in ("id", "turns", "outcome", "agent_id")),
    *OUTCOME_KEYS,
)
COLUMNS = ("id", *SHARED_COLUMNS, *TURN_COLUMNS, "turn")
MAPPABLE = (*COLUMNS, "turns", "outcome")


TIME_OF_DAY = "at (time of day)"
"""What the second of two columns is called that hold the day and the time of day."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table are called here, in their order.

    Columns that are none of ours keep their own name, and become `extra` of a turn. `rivals` are
    those that could have been one of ours, had not another been the better name for it.
    """

    found: Sequence[str]
    names: Sequence[str]
    rivals: Mapping[str, str]
    is_guessed: bool

    def place(self, name: str) -> int | None:
        """The index of the column that is called so here, None where there is none."""
        return self.names.index(name) if name in self.names else None

    def preview(self, cells: Sequence[object]) -> str:
        """The mapping for people to check, with the cells of the first row; several lines."""
        pairs = list(zip_longest(self.found, self.names, list(cells)[: len(self.found)]))
        known = [pair for pair in pairs if pair[1] in (*COLUMNS, TIME_OF_DAY)]
        lines = ["the columns are taken for"]
        lines += [
            f"  {shown(column)} -> {name}"
            + ("" if is_missing(cell) else f", as in {_sample(cell)}")
            for column, name, cell in known
        ]
        rest = [
            shown(column) + (f" (not {self.rivals[column]})" if column in self.rivals else "")
            for column, name, _ in pairs
            if name not in (*COLUMNS, TIME_OF_DAY)
        ]
        if rest:
            lines.append(f"  kept as extra: {', '.join(rest)}")
        lines.append("  to change it: --column OURS=THEIRS, or a mapping file with --mapping")
        return "\n".join(lines)


def name_columns(found: Sequence[str], mapping: Mapping[str, str], *, source: str) -> Columns:
    """Our name for each column of a table: by the mapping, else by our names, else by other names.

    Case, blanks and hyphens do not matter ("Transcript ID" is `id`). A column that only looks like
    ours, since the mapping or `transcript_id` took the name, is called `original_<name>`. Raises
    InputError where a required or a mapped column is missing, or one of our names stands twice.
    """
    own = [_own_name(column) for column in found]
    mapped = {theirs: ours for ours, theirs in mapping.items()}
    if "transcript_id" in own and "id" not in mapping:
        mapped[found[own.index("transcript_id")]] = "id"
    guessed, rivals = _guessed(found, own, mapped)
    names: list[str] = []
    for place, (column, known) in enumerate(zip(found, own, strict=True)):
        taken = known in mapped.values()
        name = mapped.get(column, f"original_{known}" if taken else known)
        name = guessed.get(place, name)
        names.append(name if name in COLUMNS or name not in names else f"{name}_{len(names)}")
    _check(found, names, list(mapping.values()), source)
    return Columns(found, names, rivals, bool(guessed or rivals))


def _sample(cell: object) -> str:
    return shown(cell.isoformat(" ") if isinstance(cell, datetime) else cell)


def _own_name(column: str) -> str:
    name = column.strip().lower().replace(" ", "_").replace("-", "_")
    return name if name in COLUMNS or name == "transcript_id" else column


def _guessed(
    found: Sequence[str], own: Sequence[str], mapped: Mapping[str, str]
) -> tuple[dict[int, str], dict[str, str]]:
    """Our names for columns that are called otherwise, by place; and the lesser candidates."""
    taken = {*own, *mapped.values()}
    candidates: dict[str, list[tuple[int, int]]] = {}
    for place, column in enumerate(found):
        if column not in mapped and own[place] not in (*COLUMNS, "transcript_id"):
            ours, rank = rank_of(column) or ("", 0)
            candidates.setdefault(ours, []).append((rank, place))
    candidates.pop("", None)
    guessed: dict[int, str] = {}
    if "at" not in taken:
        guessed |= _day_and_time(found, candidates.get("at", []))
    rivals: dict[str, str] = {}
    for ours, places in candidates.items():
        for _, place in sorted(places):
            if ours not in taken and ours not in guessed.values():
                guessed[place] = ours
            elif place not in guessed:
                rivals[found[place]] = ours
    return guessed, rivals


def _day_and_time(found: Sequence[str], candidates: Sequence[tuple[int, int]]) -> dict[int, str]:
    """The two columns of day and time of day, where no column can hold both."""
    places = [place for _, place in sorted(candidates)]
    days = [place for place in places if folded(found[place]) in DATES]
    times = [place for place in places if folded(found[place]) in TIMES_OF_DAY]
    if not (days and times) or len({*days, *times}) < len(places):
        return {}
    return {days[0]: "at", times[0]: TIME_OF_DAY}


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


def rename_keys(
    row: object, mapping: Mapping[str, str], roles: Mapping[str, Role] = NO_ROLES
) -> object:
    """A nested row under our names; a mapped name counts at each level that knows it.

    `roles` are words that stand for a role ({"Berater": "agent"}).
    """
    if not (mapping or roles) or not isinstance(row, dict):
        return row
    renamed = _renamed(row, TRANSCRIPT_KEYS, mapping)
    if isinstance(turns := renamed.get("turns"), list):
        renamed["turns"] = [
            _renamed_turn(turn, mapping, roles) if isinstance(turn, dict) else turn
            for turn in turns
        ]
    if isinstance(outcome := renamed.get("outcome"), dict):
        renamed["outcome"] = _renamed(outcome, OUTCOME_KEYS, mapping)
    return renamed


def _renamed_turn(
    turn: dict[str, object], mapping: Mapping[str, str], roles: Mapping[str, Role]
) -> dict[str, object]:
    renamed = _renamed(turn, TURN_KEYS, mapping)
    if "role" in renamed:
        renamed["role"] = own_role(renamed["role"], roles)
    return renamed


def _renamed(
    row: dict[str, object], known: Sequence[str], mapping: Mapping[str, str]
) -> dict[str, object]:
    ours = {mapping[name]: name for name in known if mapping.get(name) in row}
    return {
        ours.get(key, f"original_{key}" if key in ours.values() else key): value
        for key, value in row.items()
    }
