"""Keep tries at questions and candidates' own words; questions may give time to think and retakes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("think_seconds", "retakes"):
        # A column's own CHECK: SQLite adds it without moving rows, and drops it with the column.
        op.execute(
            f"ALTER TABLE questions ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_questions_{name}_natural CHECK ({name} >= 0)"
        )
    _add_takes()
    _add_own_words()


def _add_takes() -> None:
    op.create_table(
        "takes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Float(), nullable=False),
        sa.Column("began", sa.Float(), nullable=True),
        sa.Column("ended", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_takes_number_positive")),
        sa.CheckConstraint("ended IS NULL OR ended >= asked", name=op.f("ck_takes_span_ordered")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_takes_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_takes_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takes")),
        sa.UniqueConstraint(
            "session_id",
            "question_id",
            "number",
            name=op.f("uq_takes_session_id_question_id_number"),
        ),
    )
    op.create_index(op.f("ix_takes_session_id"), "takes", ["session_id"])


def _add_own_words() -> None:
    op.create_table(
        "own_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("utterance_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_own_words_session_id_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["own_words.id"], name=op.f("fk_own_words_supersedes_id_own_words")
        ),
        sa.ForeignKeyConstraint(
            ["utterance_id"], ["utterances.id"], name=op.f("fk_own_words_utterance_id_utterances")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
    )
    op.create_index(op.f("ix_own_words_session_id"), "own_words", ["session_id"])
    op.create_index(op.f("ix_own_words_utterance_id"), "own_words", ["utterance_id"])
    op.create_index(
        "uq_own_words_current",
        "own_words",
        ["utterance_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def downgrade() -> None:
    op.drop_table("own_words")
    op.drop_table("takes")
    for name in ("retakes", "think_seconds"):
        op.drop_column("questions", name)
