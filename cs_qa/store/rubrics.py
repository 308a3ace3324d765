"""The rubrics that judged what the store keeps, by their ref (`default@1`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from cs_qa.errors import InputError, RubricError
from cs_qa.rubric import Rubric
from cs_qa.store import audit
from cs_qa.store.access import permitted
from cs_qa.store.desk_schema import rubrics
from cs_qa.store.rows import canonical, digest
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, reading, writing


def add_rubric(store: Store, rubric: Rubric, *, by: str, now: datetime | None = None) -> bool:
    """Keep a rubric, so that overrides of its scorecards are rescored with it.

    Returns False when the store has it already. Raises RubricError when another rubric has its
    name and version, AccessError when `by` may not manage rubrics, StoreError when the database
    cannot be written.
    """
    at = moment(now)
    content = _content(rubric)
    content_hash = digest(canonical(content))
    with writing(store, f"The rubric {rubric.ref}") as connection:
        permitted(connection, by, "manage_rubrics")
        known = select(rubrics.c.content_hash).where(rubrics.c.ref == rubric.ref)
        stored_hash = connection.execute(known).scalar()
        if stored_hash == content_hash:
            return False
        if stored_hash is not None:
            raise RubricError(
                f"The store has another rubric {rubric.ref}. Give this one a new version, so "
                "that scorecards tell them apart."
            )
        row = {"ref": rubric.ref, "content": content, "content_hash": content_hash}
        connection.execute(insert(rubrics), row | {"added_at": at})
        audit.record(
            connection,
            user_id=by,
            verb="add_rubric",
            subject=f"rubric/{rubric.ref}",
            at=at,
            detail={"content_hash": content_hash},
        )
    return True


def rubric(store: Store, ref: str) -> Rubric:
    """Read the rubric of a ref, as `find_rubric` does."""
    with reading(store) as connection:
        return find_rubric(connection, ref)


def find_rubric(connection: Connection, ref: str) -> Rubric:
    """Read the rubric that judged under this ref; the one that ships with cs_qa needs no row.

    Raises InputError when the store does not have it.
    """
    stored = connection.execute(select(rubrics.c.content).where(rubrics.c.ref == ref)).scalar()
    if stored is not None:
        return Rubric.model_validate(stored)
    default = Rubric.default()
    if ref != default.ref:
        raise InputError(
            f"The store does not have the rubric {ref}, which a score here was made with. Add its "
            "file to the store, then try again."
        )
    return default


def _content(rubric: Rubric) -> dict[str, Any]:
    return rubric.model_dump(mode="json", by_alias=True)
