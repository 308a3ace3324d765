"""The tables of the review desk, beside those of `schema` and in the same metadata.

Reviews, adjudications, calibration reviews and the audit log are append-only: no code changes or
deletes a row of them. Times are UTC, scores 0-100, slots 1 and 2.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from cs_qa.store.schema import StorableText, UtcDateTime, metadata

# `id` is the login. A user of the role "agent" may see the conversations of `agent_id` only.
users = Table(
    "users",
    metadata,
    Column("id", StorableText, primary_key=True),
    Column("name", StorableText, nullable=False),
    Column("role", Text, nullable=False),
    Column("agent_id", StorableText),
    Column("team", StorableText),
    Column("password_hash", Text),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# The rubrics that judged, so that an override is rescored with the one of its scorecard.
rubrics = Table(
    "rubrics",
    metadata,
    Column("ref", StorableText, primary_key=True),
    Column("content", JSON, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

# `number` is 2 for a week's second draw; `population` counts the transcripts drawn from.
samples = Table(
    "samples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("config", JSON, nullable=False),
    Column("population", Integer, nullable=False),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("drawn_by", StorableText, nullable=False),
    UniqueConstraint("week", "number", name="uq_samples_week_number"),
    sqlite_autoincrement=True,
)

# `scorecard_id` is the card at the draw, which is what the reviewers judge. `random_probability`
# is the chance of inclusion in the random part, NULL for an item that it did not draw.
sample_items = Table(
    "sample_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sample_id", ForeignKey("samples.id"), nullable=False),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False, index=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("explanation", StorableText, nullable=False),
    Column("stratum", JSON, nullable=False),
    Column("random_probability", Float),
    Column("is_blind", Boolean, nullable=False),
    Column("slots", Integer, nullable=False),
    UniqueConstraint("sample_id", "transcript_id", name="uq_sample_items_sample_id_transcript_id"),
    sqlite_autoincrement=True,
)

# One row a slot, made with the sample. Open: no user, or the lease has run out; done: `done_at`.
assignments = Table(
    "assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("sample_items.id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("user_id", ForeignKey("users.id"), index=True),
    Column("claimed_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("done_at", UtcDateTime),
    UniqueConstraint("item_id", "slot", name="uq_assignments_item_id_slot"),
    sqlite_autoincrement=True,
)
Index(
    "ix_assignments_unfinished",
    assignments.c.item_id,
    assignments.c.slot,
    sqlite_where=assignments.c.done_at.is_(None),
    postgresql_where=assignments.c.done_at.is_(None),
)

# Who ever held a slot: they have seen the item, so they never get its other slot.
holders = Table(
    "holders",
    metadata,
    Column("item_id", ForeignKey("sample_items.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("item_id", ForeignKey("sample_items.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

# `undoes` names the row that an undo takes back; `shown_machine` whether the reviewer saw the
# machine's findings and scores.
reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("sample_items.id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False, index=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("criterion", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("decision", JSON(none_as_null=True)),
    Column("score_before", Float),
    Column("score_after", Float),
    Column("total_before", Float),
    Column("total_after", Float),
    Column("reason_code", Text),
    Column("comment", StorableText, nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rubric", StorableText, nullable=False),
    Column("undoes", ForeignKey("reviews.id")),
    Column("shown_machine", Boolean, nullable=False),
    Index(None, "item_id", "slot", "criterion", "id"),
    sqlite_autoincrement=True,
)

adjudications = Table(
    "adjudications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("sample_items.id"), nullable=False),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False, index=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("criterion", Text, nullable=False),
    Column("decision", JSON, nullable=False),
    Column("reason", StorableText, nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rubric", StorableText, nullable=False),
    Column("score_before", Float),
    Column("score_after", Float),
    Column("total_before", Float),
    Column("total_after", Float),
    Index(None, "item_id", "criterion", "id"),
    sqlite_autoincrement=True,
)

# `criterion` NULL appeals against the whole card. `decision` and the figures after it stay NULL
# until a lead decides.
appeals = Table(
    "appeals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False, index=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("criterion", Text),
    Column("raised_by", ForeignKey("users.id"), nullable=False),
    Column("text", StorableText, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("decided_by", ForeignKey("users.id")),
    Column("decided_at", UtcDateTime),
    Column("answer", StorableText),
    Column("decision", JSON(none_as_null=True)),
    Column("rubric", StorableText),
    Column("score_after", Float),
    Column("total_after", Float),
    sqlite_autoincrement=True,
)

# `detail` is canonical JSON. `hash` is over the row and `previous_hash`; see `audit`.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("user_id", StorableText, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", StorableText, nullable=False, index=True),
    Column("detail", StorableText, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# Calibration: `participants` (logins) judge the same conversations without the machine's view,
# to compare with one another. What they judge is in force nowhere.
calibration_sessions = Table(
    "calibration_sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("participants", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", StorableText, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", StorableText),
    sqlite_autoincrement=True,
)

calibration_items = Table(
    "calibration_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", ForeignKey("calibration_sessions.id"), nullable=False),
    Column("transcript_id", ForeignKey("transcripts.id"), nullable=False, index=True),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint(
        "session_id", "transcript_id", name="uq_calibration_items_session_id_transcript_id"
    ),
    sqlite_autoincrement=True,
)

calibration_reviews = Table(
    "calibration_reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("calibration_items.id"), nullable=False),
    Column("criterion", Text, nullable=False),
    Column("decision", JSON, nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rubric", StorableText, nullable=False),
    Index(None, "item_id", "user_id", "id"),
    sqlite_autoincrement=True,
)

# The shop's own lexicons and policy packs: each version as the TOML text that was checked.
shop_files = Table(
    "shop_files",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("ref", StorableText, primary_key=True),
    Column("content", StorableText, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", StorableText, nullable=False),
)

# Which rubric, lexicons and packs an import takes where nobody says otherwise.
settings_in_use = Table(
    "settings_in_use",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("ref", StorableText, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
