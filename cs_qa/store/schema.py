"""The tables, in types that SQLite and PostgreSQL share.

A transcript and its turns are written once. Scorecards are appended, never changed: the one with
the highest id is current. Times are UTC, scores 0-100, spans half-open code-point offsets.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

REVISION = "0002"
VERSION_TABLE = "cs_qa_version"

# PostgreSQL refuses NUL in text and both databases refuse half a surrogate pair. One code point
# takes the place of one, so that offsets still hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    r"""Put U+FFFD for each code point that no database takes.

    >>> storable("a\x00b\ud83d")
    'a�b�'
    """
    return _UNSTORABLE.sub("\ufffd", text)


class StorableText(TypeDecorator[str]):
    """Text of any source, made storable on the way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Make the text storable."""
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC: SQLite forgets time zones and would return it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Convert to UTC; a naive datetime is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time to store needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Return it aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("id", StorableText, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("channel", StorableText, index=True),
    Column("market", StorableText, index=True),
    Column("customer_id", StorableText, index=True),
    Column("agent_id", StorableText, index=True),
    Column("team", StorableText, index=True),
    Column("urgency", StorableText),
    Column("timezone", StorableText),
    Column("started_at", UtcDateTime, index=True),
    Column("outcome", JSON(none_as_null=True)),
    Column("turn_count", Integer, nullable=False),
    Column("search_text", StorableText, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("transcript_id", ForeignKey("transcripts.id"), primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("text", StorableText, nullable=False),
    Column("at", UtcDateTime),
    Column("agent_id", StorableText),
)

scorecards = Table(
    "scorecards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False),
    Column("inspected_at", UtcDateTime, nullable=False),
    Column("provenance", JSON, nullable=False),
    Column("provenance_hash", Text, nullable=False),
    Column("language", StorableText, index=True),
    Column("qualitative", Float),
    Column("quantitative", Float),
    Column("total", Float),
    Column("grade", Text, index=True),
    Column("critical_failures", JSON, nullable=False),
    Column("is_critical", Boolean, nullable=False),
    Column("is_unscored", Boolean, nullable=False),
    Column("service", JSON(none_as_null=True)),
    Column("card", StorableText, nullable=False),
    Column("card_hash", Text, nullable=False),
    Index(None, "transcript_id", "id"),
    sqlite_autoincrement=True,
)

judgements = Table(
    "judgements",
    metadata,
    Column("scorecard_id", ForeignKey("scorecards.id"), primary_key=True),
    Column("criterion", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("score", Float),
    Column("verdict", Text, nullable=False),
    Column("confidence", Float),
    Column("reason", StorableText, nullable=False),
)

turn_annotations = Table(
    "turn_annotations",
    metadata,
    Column("scorecard_id", ForeignKey("scorecards.id"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("language", StorableText),
    Column("annotations", JSON, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False, index=True),
    Column("criterion", Text, nullable=False),
    Column("label", StorableText, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", StorableText, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("detector", Text, nullable=False),
    Column("explanation", StorableText, nullable=False),
    Column("detail", JSON(none_as_null=True)),
    Index(None, "label", "scorecard_id"),
)
