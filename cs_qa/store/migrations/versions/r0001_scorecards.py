"""The first schema: transcripts with their turns, and scorecards with their parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the tables."""
    _create_transcripts()
    _create_scorecards()
    _create_turns()
    _create_findings()
    _create_judgements()
    _create_turn_annotations()


def _create_transcripts() -> None:
    op.create_table(
        "transcripts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("market", sa.Text()),
        sa.Column("customer_id", sa.Text()),
        sa.Column("agent_id", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("urgency", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.JSON()),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transcripts"),
    )
    op.create_index("ix_transcripts_agent_id", "transcripts", ["agent_id"])
    op.create_index("ix_transcripts_channel", "transcripts", ["channel"])
    op.create_index("ix_transcripts_customer_id", "transcripts", ["customer_id"])
    op.create_index("ix_transcripts_market", "transcripts", ["market"])
    op.create_index("ix_transcripts_started_at", "transcripts", ["started_at"])
    op.create_index("ix_transcripts_team", "transcripts", ["team"])


def _create_scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("provenance_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("qualitative", sa.Float()),
        sa.Column("quantitative", sa.Float()),
        sa.Column("total", sa.Float()),
        sa.Column("grade", sa.Text()),
        sa.Column("critical_failures", sa.JSON(), nullable=False),
        sa.Column("is_critical", sa.Boolean(), nullable=False),
        sa.Column("is_unscored", sa.Boolean(), nullable=False),
        sa.Column("service", sa.JSON()),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("card_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcripts.id"], name="fk_scorecards_transcript_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scorecards"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scorecards_grade", "scorecards", ["grade"])
    op.create_index("ix_scorecards_language", "scorecards", ["language"])
    op.create_index("ix_scorecards_transcript_id_id", "scorecards", ["transcript_id", "id"])


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("transcript_id", sa.Text(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("agent_id", sa.Text()),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcripts.id"], name="fk_turns_transcript_id"
        ),
        sa.PrimaryKeyConstraint("transcript_id", "index", name="pk_turns"),
    )


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_findings_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_label_scorecard_id", "findings", ["label", "scorecard_id"])
    op.create_index("ix_findings_scorecard_id", "findings", ["scorecard_id"])


def _create_judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_judgements_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "criterion", name="pk_judgements"),
    )


def _create_turn_annotations() -> None:
    op.create_table(
        "turn_annotations",
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name="fk_turn_annotations_scorecard_id"
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "turn", name="pk_turn_annotations"),
    )
