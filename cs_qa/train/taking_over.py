"""Versions taken into use, and out of it, by people of the desk: who may, and the audit log.

The registry keeps a history of its own; what is done here stands in the database's audit log too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from cs_qa.nn.registry import Registry
from cs_qa.nn.user_models import Change
from cs_qa.store import Store, audit
from cs_qa.store.access import Verb, permitted
from cs_qa.store.transactions import moment, writing

VERB: Verb = "manage_models"
"""What a role must be allowed: retraining reads every review, and changes all scores to come."""


def record(
    store: Store,
    verb: str,
    subject: str,
    detail: Mapping[str, object],
    *,
    by: str,
    now: datetime | None = None,
) -> None:
    """Write into the audit log what `by` did about training.

    Raises AccessError when `by` may not, StoreError when the database cannot be written.
    """
    with writing(store, f"The record of {subject}") as connection:
        permitted(connection, by, VERB)
        audit.record(
            connection, user_id=by, verb=verb, subject=subject, at=moment(now), detail=detail
        )


def promote(
    store: Store,
    registry: Registry,
    version: str,
    *,
    by: str,
    force: bool = False,
    now: datetime | None = None,
) -> Change | None:
    """Take a version of the heads into use; None where it was in use already.

    Raises AccessError when `by` may not, ModelError when the version may not be used (see
    `Registry.promote`), StoreError when the database cannot be written. Then nothing has changed.
    """
    with writing(store, f"The promotion of heads@{version}") as connection:
        permitted(connection, by, VERB)
        change = registry.promote("heads", version, force=force)
        if change is not None:
            _note(connection, "promote_model", change, by=by, now=now)
        return change


def rollback(store: Store, registry: Registry, *, by: str, now: datetime | None = None) -> Change:
    """Take into use what was before the last change of the heads.

    Raises AccessError when `by` may not, ModelError where nothing was before, StoreError when the
    database cannot be written.
    """
    with writing(store, "The rollback of the heads") as connection:
        permitted(connection, by, VERB)
        change = registry.rollback("heads")
        _note(connection, "roll_back_model", change, by=by, now=now)
        return change


def _note(
    connection: Connection, verb: str, change: Change, *, by: str, now: datetime | None
) -> None:
    audit.record(
        connection,
        user_id=by,
        verb=verb,
        subject=f"model/heads@{change.after['heads']}",
        at=moment(now),
        detail={"before": change.before, "after": change.after, "forced": change.forced},
    )
