"""Keep who looks after a case, labels, deadlines of review, approvals of rubrics, and freezes.

Rubrics that are in force already count as approved when they were made.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSURE = (
    "is_current AND rater = 'model' AND "
    "(abstained IN ('recognition_unsure', 'fallback_transcript') "
    "OR (level IS NOT NULL AND high - low >= 3.0))"
)
BY_PEOPLE = "is_current AND rater = 'human'"


def upgrade() -> None:
    _assignments()
    _freezes()
    op.add_column(
        "plans", sa.Column("review_hours", sa.Integer(), nullable=False, server_default="72")
    )
    for column in ("created_by", "approved_by"):
        _refer_to_accounts(column)
    op.add_column("rubrics", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE rubrics SET approved_at = created_at")
    op.create_index("ix_candidates_search", "candidates", ["name", "email", "id"])
    for name, columns, where in (
        (
            "ix_ratings_unsure",
            ["session_id", "is_current", "rater", "abstained", "level", "low", "high"],
            UNSURE,
        ),
        ("ix_ratings_by_people", ["session_id", "is_current", "rater"], BY_PEOPLE),
    ):
        op.create_index(
            name,
            "ratings",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assignments_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["accounts.id"], name=op.f("fk_assignments_assigned_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_assignments_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_account_id"), "assignments", ["account_id"])
    op.create_table(
        "case_labels",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.CheckConstraint("label <> ''", name=op.f("ck_case_labels_label_given")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_case_labels_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("session_id", "label", name=op.f("pk_case_labels")),
    )
    op.create_index(op.f("ix_case_labels_label"), "case_labels", ["label"])


def _freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(length=2000), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NULL OR (lifted_by IS NOT NULL AND lift_reason <> '')",
            name=op.f("ck_freezes_lifted_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["accounts.id"], name=op.f("fk_freezes_frozen_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["accounts.id"], name=op.f("fk_freezes_lifted_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_freezes_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_freezes_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
    )
    op.create_index(op.f("ix_freezes_session_id"), "freezes", ["session_id"])


def _refer_to_accounts(column: str) -> None:
    """SQLite takes a reference with its column only; else the whole table would be rebuilt."""
    name = f"fk_rubrics_{column}_accounts"
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("rubrics", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(name), "rubrics", "accounts", [column], ["id"])
        return
    op.execute(
        f"ALTER TABLE rubrics ADD COLUMN {column} CHAR(32) CONSTRAINT {name} "
        "REFERENCES accounts (id)"
    )


def downgrade() -> None:
    for name in ("ix_ratings_by_people", "ix_ratings_unsure"):
        op.drop_index(name, "ratings")
    op.drop_index("ix_candidates_search", "candidates")
    with op.batch_alter_table("rubrics", schema=None) as batch_op:
        for column in ("approved_at", "approved_by", "created_by"):
            batch_op.drop_column(column)
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_column("review_hours")
    op.drop_table("freezes")
    op.drop_table("case_labels")
    op.drop_table("assignments")
