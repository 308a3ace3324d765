"""The review desk: users, rubrics, samples, assignments, drafts, reviews, appeals, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables; those of 0001 stay as they are."""
    _create_users()
    _create_rubrics()
    _create_samples()
    _create_sample_items()
    _create_assignments()
    _create_holders()
    _create_drafts()
    _create_reviews()
    _create_adjudications()
    _create_appeals()
    _create_audit()
    _create_calibration_sessions()
    _create_calibration_items()
    _create_calibration_reviews()
    _create_shop_files()
    _create_settings_in_use()


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("password_hash", sa.Text()),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )


def _create_rubrics() -> None:
    op.create_table(
        "rubrics",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_rubrics"),
    )


def _create_samples() -> None:
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
        sa.UniqueConstraint("week", "number", name="uq_samples_week_number"),
        sqlite_autoincrement=True,
    )


def _create_sample_items() -> None:
    op.create_table(
        "sample_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("stratum", sa.JSON(), nullable=False),
        sa.Column("random_probability", sa.Float()),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        _foreign_key("sample_items", "sample_id", "samples.id"),
        _foreign_key("sample_items", "transcript_id", "transcripts.id"),
        _foreign_key("sample_items", "scorecard_id", "scorecards.id"),
        sa.PrimaryKeyConstraint("id", name="pk_sample_items"),
        sa.UniqueConstraint(
            "sample_id", "transcript_id", name="uq_sample_items_sample_id_transcript_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sample_items_transcript_id", "sample_items", ["transcript_id"])


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text()),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        _foreign_key("assignments", "item_id", "sample_items.id"),
        _foreign_key("assignments", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint("item_id", "slot", name="uq_assignments_item_id_slot"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assignments_user_id", "assignments", ["user_id"])
    op.create_index(
        "ix_assignments_unfinished",
        "assignments",
        ["item_id", "slot"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _create_holders() -> None:
    op.create_table(
        "holders",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("holders", "item_id", "sample_items.id"),
        _foreign_key("holders", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("item_id", "slot", "user_id", name="pk_holders"),
    )


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("drafts", "item_id", "sample_items.id"),
        _foreign_key("drafts", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("item_id", "slot", "user_id", name="pk_drafts"),
    )


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("decision", sa.JSON()),
        sa.Column("score_before", sa.Float()),
        sa.Column("score_after", sa.Float()),
        sa.Column("total_before", sa.Float()),
        sa.Column("total_after", sa.Float()),
        sa.Column("reason_code", sa.Text()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("shown_machine", sa.Boolean(), nullable=False),
        _foreign_key("reviews", "item_id", "sample_items.id"),
        _foreign_key("reviews", "transcript_id", "transcripts.id"),
        _foreign_key("reviews", "scorecard_id", "scorecards.id"),
        _foreign_key("reviews", "user_id", "users.id"),
        _foreign_key("reviews", "undoes", "reviews.id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_transcript_id", "reviews", ["transcript_id"])
    op.create_index(
        "ix_reviews_item_id_slot_criterion_id", "reviews", ["item_id", "slot", "criterion", "id"]
    )


def _create_adjudications() -> None:
    op.create_table(
        "adjudications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("score_before", sa.Float()),
        sa.Column("score_after", sa.Float()),
        sa.Column("total_before", sa.Float()),
        sa.Column("total_after", sa.Float()),
        _foreign_key("adjudications", "item_id", "sample_items.id"),
        _foreign_key("adjudications", "transcript_id", "transcripts.id"),
        _foreign_key("adjudications", "scorecard_id", "scorecards.id"),
        _foreign_key("adjudications", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_adjudications"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_adjudications_transcript_id", "adjudications", ["transcript_id"])
    op.create_index(
        "ix_adjudications_item_id_criterion_id", "adjudications", ["item_id", "criterion", "id"]
    )


def _create_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text()),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text()),
        sa.Column("decision", sa.JSON()),
        sa.Column("rubric", sa.Text()),
        sa.Column("score_after", sa.Float()),
        sa.Column("total_after", sa.Float()),
        _foreign_key("appeals", "transcript_id", "transcripts.id"),
        _foreign_key("appeals", "scorecard_id", "scorecards.id"),
        _foreign_key("appeals", "raised_by", "users.id"),
        _foreign_key("appeals", "decided_by", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appeals_transcript_id", "appeals", ["transcript_id"])
    op.create_index("ix_appeals_state", "appeals", ["state"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _create_calibration_sessions() -> None:
    op.create_table(
        "calibration_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_sessions"),
        sqlite_autoincrement=True,
    )


def _create_calibration_items() -> None:
    op.create_table(
        "calibration_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _foreign_key("calibration_items", "session_id", "calibration_sessions.id"),
        _foreign_key("calibration_items", "transcript_id", "transcripts.id"),
        _foreign_key("calibration_items", "scorecard_id", "scorecards.id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_items"),
        sa.UniqueConstraint(
            "session_id", "transcript_id", name="uq_calibration_items_session_id_transcript_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calibration_items_transcript_id", "calibration_items", ["transcript_id"])


def _create_calibration_reviews() -> None:
    op.create_table(
        "calibration_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        _foreign_key("calibration_reviews", "item_id", "calibration_items.id"),
        _foreign_key("calibration_reviews", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_reviews"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_calibration_reviews_item_id_user_id_id",
        "calibration_reviews",
        ["item_id", "user_id", "id"],
    )


def _create_shop_files() -> None:
    op.create_table(
        "shop_files",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", name="pk_shop_files"),
    )


def _create_settings_in_use() -> None:
    op.create_table(
        "settings_in_use",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", name="pk_settings_in_use"),
    )
