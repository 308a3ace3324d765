"""Tables whose rows stand in another order, mostly that of time: put together by id, on disk."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from cs_qa.errors import InputError
from cs_qa.readers.tables.raw import RawRow, id_of

__all__ = ["Placed", "by_id"]

Placed = tuple[int, RawRow]
"""A row and its place among all rows, from 0."""

CACHE_KIB = 64 * 1024
MAX_HELD = 1000


def by_id(rows: Iterable[RawRow], id_at: int, *, source: str) -> Iterator[list[Placed]]:
    """Yield the rows of each id, in the order in which the ids appear first.

    A row whose id cannot be read is one of the rows around it where these have one id, else it
    comes alone. The rows wait on disk, among the temporary files, for this user's eyes only. Raises
    InputError where there is no room for them.
    """
    try:
        with (
            TemporaryDirectory(prefix="cs_qa-", ignore_cleanup_errors=True) as folder,
            closing(sqlite3.connect(Path(folder) / "rows.sqlite", isolation_level=None)) as db,
        ):
            _store(db, _owned(rows, id_at))
            for _, group in groupby(_stored(db), key=lambda row: row[0]):
                yield [(place, RawRow(*pickle.loads(data))) for _, place, data in group]  # noqa: S301 - written above, into a folder of our own
    except sqlite3.Error as error:
        raise InputError(
            f"{source}: its rows are not in the order of their ids and could not be sorted "
            f"({error}); make room for twice the file in the folder for temporary files, or name "
            "another with TMPDIR, or sort the file by id"
        ) from error


def _store(db: sqlite3.Connection, rows: Iterable[tuple[int, int, bytes]]) -> None:
    # Nothing here outlives the process, so that no journal is needed.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("PRAGMA temp_store=FILE")
    db.execute("CREATE TABLE kept (place INTEGER PRIMARY KEY, owner INTEGER, data BLOB)")
    db.execute("CREATE TABLE owners (owner INTEGER PRIMARY KEY, first INTEGER)")
    db.execute("CREATE TABLE sorted (rank INTEGER PRIMARY KEY, first INTEGER, place INTEGER)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO kept VALUES (?, ?, ?)", rows)
    db.execute("INSERT INTO owners SELECT owner, MIN(place) FROM kept GROUP BY owner")
    # Only numbers are sorted: with the rows in it, the sorter would write them once more.
    db.execute(
        "INSERT INTO sorted (first, place) "
        "SELECT first, place FROM kept JOIN owners USING (owner) ORDER BY first, place"
    )
    db.execute("COMMIT")


def _stored(db: sqlite3.Connection) -> Iterator[tuple[int, int, bytes]]:
    return db.execute(
        "SELECT first, place, data FROM sorted CROSS JOIN kept USING (place) ORDER BY rank"
    )


def _owned(rows: Iterable[RawRow], id_at: int) -> Iterator[tuple[int, int, bytes]]:
    """The rows with their places and digests of the ids that they belong to."""
    last: str | None = None
    held: list[Placed] = []
    for place, row in enumerate(rows):
        name = id_of(row, id_at)
        is_cut = row.problem is not None and len(row.cells) <= id_at + 1
        if name is None or is_cut:
            held.append((place, row))
            if len(held) < MAX_HELD:
                continue
            name = None
        yield from _torn(held, id_at, last, name)
        held.clear()
        if name is not None:
            yield place, _digest(name), _packed(row)
            last = name
    yield from _torn(held, id_at, last, None)


def _torn(
    held: Sequence[Placed], id_at: int, last: str | None, following: str | None
) -> Iterator[tuple[int, int, bytes]]:
    for place, row in held:
        part = id_of(row, id_at)
        is_inside = last is not None and last == following
        is_cut_off = last is not None and part is not None and last.startswith(part)
        if last is not None and (is_inside or is_cut_off):
            owner = last
        else:
            owner = part if part is not None else f"\0{place}"
        yield place, _digest(owner), _packed(row)


def _packed(row: RawRow) -> bytes:
    return pickle.dumps((row.line, row.cells, row.problem), protocol=5)


def _digest(name: str) -> int:
    digest = blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
