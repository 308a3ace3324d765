"""The audit rows of imports: who imported what with which settings, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cs_qa.store import audit
from cs_qa.store.access import permitted
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, writing


def record_import(
    store: Store,
    import_id: str,
    verb: str,
    detail: Mapping[str, object],
    *,
    by: str,
    now: datetime | None = None,
) -> None:
    """Write that an import began, ended or was stopped (`verb`) into the audit log.

    Raises AccessError when `by` may not import, StoreError when the database cannot be written.
    """
    at = moment(now)
    with writing(store, f"The record of {import_id}") as connection:
        permitted(connection, by, "import_files")
        audit.record(
            connection,
            user_id=by,
            verb=verb,
            subject=f"import/{import_id}",
            at=at,
            detail=detail,
        )
