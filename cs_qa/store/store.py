"""The verbs of the store: add scorecards, list transcripts, read one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import DBAPIError

from cs_qa.errors import StoreError
from cs_qa.store import query
from cs_qa.store.locking import writing
from cs_qa.store.query import ANY, Order, TranscriptFilter, TranscriptRow
from cs_qa.store.rows import (
    Card,
    Row,
    annotation_rows,
    finding_rows,
    judgement_rows,
    plain,
    scorecard_row,
    transcript_row,
    turn_rows,
)
from cs_qa.store.schema import (
    findings,
    judgements,
    scorecards,
    transcripts,
    turn_annotations,
    turns,
)
from cs_qa.types import Scorecard


@dataclass(slots=True)
class AddResult:
    """What became of the cards: `refused` says of each refused one which it is and why."""

    added: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


class Store:
    """A database of inspected transcripts; `open_store` makes it, `close` or `with` ends it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise StoreError(f"The database cannot be read: {error.orig}.") from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def add_scorecards(self, cards: Iterable[Scorecard | Card]) -> AddResult:
        """Add inspected transcripts, all in one transaction that holds while `cards` is read.

        A card is a `Scorecard` or its JSON form. One equal to the transcript's current card is
        left out (`unchanged`), another becomes the current one. A transcript whose id is taken
        by other content is refused. Raises StoreError when the database cannot be written; then
        nothing was added.
        """
        at = datetime.now(UTC)
        result = AddResult()
        try:
            with writing(self._engine) as connection:
                for card in cards:
                    _add(connection, card, at=at, result=result)
        except DBAPIError as error:
            raise StoreError(
                f"The scorecards could not be stored: {error.orig}. None of this batch was added; "
                "free space or wait for other writers to finish, then add them again."
            ) from error
        return result

    def transcripts(
        self,
        where: TranscriptFilter = ANY,
        *,
        order: Order = "attention",
        limit: int = 50,
        offset: int = 0,
    ) -> list[TranscriptRow]:
        """List one page of the transcripts that match, with the figures of their current card."""
        with self._reading() as connection:
            return query.page(connection, where, order=order, limit=limit, offset=offset)

    def count(self, where: TranscriptFilter = ANY) -> int:
        """Count the transcripts that match."""
        with self._reading() as connection:
            return query.count(connection, where)

    def facets(self) -> dict[str, dict[str, int]]:
        """Each filter's values with the number of transcripts that have them, most first."""
        with self._reading() as connection:
            return query.facets(connection)

    def scorecard(self, transcript_id: str) -> dict[str, Any] | None:
        """Read the current scorecard of a transcript in its JSON form, None if it has none."""
        current = (
            select(scorecards.c.card)
            .where(scorecards.c.transcript_id == transcript_id)
            .order_by(scorecards.c.id.desc())
            .limit(1)
        )
        with self._reading() as connection:
            text = connection.execute(current).scalar()
        return None if text is None else dict(json.loads(text))


def _add(
    connection: Connection, card: Scorecard | Card, *, at: datetime, result: AddResult
) -> None:
    card = _json_form(card)
    transcript = transcript_row(card)
    known = _content_hash(connection, transcript["id"])
    if known is not None and known != transcript["content_hash"]:
        result.refused.append(
            f"{transcript['id']}: the store has a transcript of this id with other content. "
            "Give this one another id, or store it in another database."
        )
        return
    if known is None:
        connection.execute(insert(transcripts), transcript)
        _insert_all(connection, turns, turn_rows(card))
    new = scorecard_row(card, at=at)
    if _current_hash(connection, transcript["id"]) == new["card_hash"]:
        result.unchanged += 1
        return
    _add_card(connection, card, new)
    result.added += 1


def _json_form(card: Scorecard | Card) -> Card:
    if isinstance(card, Scorecard):
        from cs_qa.arrow import scorecard_to_json

        card = scorecard_to_json(card)
    return cast(Card, plain(card))


def _content_hash(connection: Connection, transcript_id: str) -> str | None:
    return connection.execute(
        select(transcripts.c.content_hash).where(transcripts.c.id == transcript_id)
    ).scalar()


def _current_hash(connection: Connection, transcript_id: str) -> str | None:
    return connection.execute(
        select(scorecards.c.card_hash)
        .where(scorecards.c.transcript_id == transcript_id)
        .order_by(scorecards.c.id.desc())
        .limit(1)
    ).scalar()


def _add_card(connection: Connection, card: Card, row: Row) -> None:
    inserted = connection.execute(insert(scorecards).returning(scorecards.c.id), row)
    scorecard_id = inserted.scalar_one()
    _insert_all(connection, judgements, judgement_rows(card, scorecard_id))
    _insert_all(connection, turn_annotations, annotation_rows(card, scorecard_id))
    _insert_all(connection, findings, finding_rows(card, scorecard_id))


def _insert_all(connection: Connection, table: Table, rows: list[Row]) -> None:
    # Without rows SQLAlchemy would insert one of defaults.
    if rows:
        connection.execute(insert(table), rows)
