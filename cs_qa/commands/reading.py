"""The options that say how inputs are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions


def read_options(
    mapping: Path | None,
    *,
    columns: Sequence[str],
    encoding: str | None,
    timezone: str | None,
    dates: str | None,
    agents: Sequence[str],
) -> ReadOptions:
    """What the mapping file says, and over it what the command line says.

    Raises InputError that names what does not hold.
    """
    base = ReadOptions() if mapping is None else ReadOptions.load(mapping)
    given = {
        "columns": {**base.columns, **_columns(columns)},
        "encoding": encoding,
        "timezone": timezone,
        "date_order": dates,
        "agents": tuple(agents),
    }
    changes = {key: value for key, value in given.items() if value}
    return ReadOptions(**base.model_dump() | changes)


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        ours, _, theirs = pair.partition("=")
        if not (ours and theirs):
            raise InputError(f"--column {pair} is not OURS=THEIRS, such as text=message.")
        if ours in columns or theirs in columns.values():
            raise InputError(f"--column {pair}: one of the two names is mapped already.")
        columns[ours] = theirs
    return columns
