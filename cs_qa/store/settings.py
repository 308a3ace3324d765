"""The shop's own rubrics, lexicons and policy packs, and which of them imports take by default.

A version is never changed or deleted: what is saved is a new one, and the older ones stay with
the scorecards that name them.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeVar

from sqlalchemy import Connection, delete, insert, select

from cs_qa.errors import InputError, LexiconError, PolicyError, RubricError
from cs_qa.phrases.lexicon_file import LexiconFile
from cs_qa.policy.pack import PolicyPack
from cs_qa.policy.pack_file import PackTable
from cs_qa.rubric import Rubric
from cs_qa.store import audit
from cs_qa.store.access import permitted
from cs_qa.store.desk_schema import rubrics, settings_in_use, shop_files
from cs_qa.store.rows import digest
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing

FileKind = Literal["lexicon", "policy"]

MAX_FILE_CHARACTERS = 2_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShopFile:
    """One version of a lexicon or policy pack; `content` is TOML."""

    kind: FileKind
    ref: str
    content: str
    added_at: datetime
    added_by: str
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class StoredRubric:
    """A rubric that imports can take; `added_at` is None for the one that ships with cs_qa."""

    ref: str
    added_at: datetime | None
    is_in_use: bool


def save_files(
    store: Store,
    kind: FileKind,
    contents: Iterable[str],
    *,
    in_use: Collection[str],
    by: str,
    now: datetime | None = None,
) -> list[str]:
    """Keep new versions and say which of all are in use afterwards; give the refs that are new.

    Raises LexiconError or PolicyError when a file does not hold; InputError when another file has
    its name and version or one that is to be used is not there; AccessError when `by` may not
    manage rubrics; StoreError when the database cannot be written. Then nothing changed.
    """
    at, new = moment(now), {_ref(kind, content): content for content in contents}
    with writing(store, f"The {kind}") as connection:
        permitted(connection, by, "manage_rubrics")
        added = [
            ref
            for ref, content in new.items()
            if _add(connection, kind, ref, content, by=by, at=at)
        ]
        _use(connection, kind, in_use, by=by, at=at)
    return added


def use_rubric(store: Store, ref: str, *, by: str, now: datetime | None = None) -> None:
    """Let imports take this rubric from now on.

    Raises InputError when the store does not have it, AccessError when `by` may not manage
    rubrics, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The choice of {ref}") as connection:
        permitted(connection, by, "manage_rubrics")
        find_rubric(connection, ref)
        _use(connection, "rubric", [ref], by=by, at=at)


def list_files(store: Store, kind: FileKind) -> list[ShopFile]:
    """List every version of a kind, the latest first."""
    listed = select(shop_files).where(shop_files.c.kind == kind)
    with reading(store) as connection:
        used = _refs_in_use(connection, kind)
        ordered = listed.order_by(shop_files.c.added_at.desc(), shop_files.c.ref.desc())
        return [
            ShopFile(**row._mapping, is_in_use=row.ref in used)
            for row in connection.execute(ordered)
        ]


def list_rubrics(store: Store) -> list[StoredRubric]:
    """List the rubrics that imports can take: the stored ones, latest first, and the default."""
    default = Rubric.default().ref
    listed = select(rubrics.c.ref, rubrics.c.added_at).order_by(
        rubrics.c.added_at.desc(), rubrics.c.ref
    )
    with reading(store) as connection:
        used = _refs_in_use(connection, "rubric") or {default}
        rows = connection.execute(listed).all()
    stored = [StoredRubric(row.ref, row.added_at, row.ref in used) for row in rows]
    if any(each.ref == default for each in stored):
        return stored
    return [*stored, StoredRubric(default, None, default in used)]


def rubric_in_use(store: Store) -> Rubric:
    """Read the rubric that imports take: the one chosen last, else the default."""
    with reading(store) as connection:
        chosen = next(iter(_refs_in_use(connection, "rubric")), Rubric.default().ref)
        return find_rubric(connection, chosen)


def lexicons(store: Store, refs: Collection[str]) -> tuple[LexiconFile, ...]:
    """Read stored lexicons; InputError where one is not there."""
    contents = _contents(store, "lexicon", refs)
    return tuple(LexiconFile.model_validate(tomllib.loads(each)) for each in contents)


def policy_packs(store: Store, refs: Collection[str]) -> tuple[PolicyPack, ...]:
    """Read stored policy packs; InputError where one is not there."""
    contents = _contents(store, "policy", refs)
    return tuple(PolicyPack(PackTable.model_validate(tomllib.loads(each))) for each in contents)


def next_version(refs: Iterable[str], name: str) -> str:
    """Give the whole number above every version that a name has among refs.

    >>> next_version(["shop@1", "shop@2026.3", "shop@4", "other@9"], "shop")
    '5'
    """
    versions = [ref.rpartition("@")[2] for ref in refs if ref.rpartition("@")[0] == name]
    return str(1 + max((int(v) for v in versions if re.fullmatch(r"[0-9]{1,9}", v)), default=0))


def as_file(name: str, content: str | bytes, read: Callable[[Path], T]) -> T:
    """Read a text by what reads files; errors call it `name`, a file name without a folder."""
    data = content.encode() if isinstance(content, str) else content
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        try:
            return read(path)
        except (LexiconError, PolicyError, RubricError) as error:
            raise type(error)(str(error).replace(f"{folder}{os.sep}", "")) from None


def _ref(kind: FileKind, content: str) -> str:
    if len(content) > MAX_FILE_CHARACTERS:
        raise InputError(
            f"A {kind} file has at most {MAX_FILE_CHARACTERS:,} characters, not {len(content):,}. "
            "Divide it."
        )
    if kind == "policy":
        return as_file("pack.toml", content, PolicyPack.load).ref
    from cs_qa.phrases.shop import read_shop_lexicons

    (file,) = as_file("lexicon.toml", content, lambda path: read_shop_lexicons([path]))
    return file.ref


def _add(
    connection: Connection, kind: FileKind, ref: str, content: str, *, by: str, at: datetime
) -> bool:
    its_own = (shop_files.c.kind == kind, shop_files.c.ref == ref)
    known = connection.execute(select(shop_files.c.content).where(*its_own)).scalar()
    if known == content:
        return False
    if known is not None:
        raise InputError(
            f"There is another {kind} {ref}. Give this one a new version, so that scorecards tell "
            "them apart."
        )
    row = {"kind": kind, "ref": ref, "content": content, "added_at": at, "added_by": by}
    connection.execute(insert(shop_files), row)
    audit.record(
        connection,
        user_id=by,
        verb=f"add_{kind}",
        subject=f"{kind}/{ref}",
        at=at,
        detail={"content_hash": digest(content)},
    )
    return True


def _use(
    connection: Connection, kind: str, refs: Collection[str], *, by: str, at: datetime
) -> None:
    before, after = _refs_in_use(connection, kind), set(refs)
    if before == after:
        return
    if kind != "rubric":
        _refuse_unknown(connection, kind, after)
    gone = settings_in_use.c.ref.in_(before - after)
    connection.execute(delete(settings_in_use).where(settings_in_use.c.kind == kind, gone))
    for ref in sorted(after - before):
        connection.execute(insert(settings_in_use), {"kind": kind, "ref": ref, "since": at})
    detail: Mapping[str, Sequence[str]] = {"before": sorted(before), "after": sorted(after)}
    audit.record(
        connection, user_id=by, verb=f"use_{kind}", subject=f"{kind}/in_use", at=at, detail=detail
    )


def _refuse_unknown(connection: Connection, kind: str, refs: Collection[str]) -> None:
    listed = select(shop_files.c.ref).where(shop_files.c.kind == kind)
    known = set(connection.execute(listed).scalars())
    for ref in sorted(set(refs) - known):
        raise InputError(f"There is no {kind} {ref}. There are: {', '.join(sorted(known)) or '–'}.")


def _refs_in_use(connection: Connection, kind: str) -> set[str]:
    listed = select(settings_in_use.c.ref).where(settings_in_use.c.kind == kind)
    return set(connection.execute(listed).scalars())


def _contents(store: Store, kind: FileKind, refs: Collection[str]) -> list[str]:
    listed = select(shop_files.c.ref, shop_files.c.content).where(shop_files.c.kind == kind)
    with reading(store) as connection:
        _refuse_unknown(connection, kind, refs)
        found = {row.ref: row.content for row in connection.execute(listed)}
    return [found[ref] for ref in sorted(refs)]
