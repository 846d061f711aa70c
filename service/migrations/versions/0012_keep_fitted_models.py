"""Keep samples for calibration, and score models that a second person publishes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MESSAGE = "a fitted model is never edited"
FIXED = "competency_id, version, document, report, created_by, created_at"


def upgrade() -> None:
    op.create_table(
        "calibration_samples",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _refers("calibration_samples", "session_id", "sessions"),
        _refers("calibration_samples", "added_by", "accounts"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_calibration_samples")),
    )
    op.create_table(
        "fitted_models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        _check("state_known", "state IN ('draft', 'proposed', 'published', 'retired', 'dropped')"),
        _check("published", "state NOT IN ('published', 'retired') OR published_by IS NOT NULL"),
        _check(
            "four_eyes",
            "published_by IS NULL OR (published_by <> created_by AND published_by <> proposed_by)",
        ),
        _refers("fitted_models", "competency_id", "competencies"),
        _refers("fitted_models", "created_by", "accounts"),
        _refers("fitted_models", "proposed_by", "accounts"),
        _refers("fitted_models", "published_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_models")),
        sa.UniqueConstraint(
            "competency_id", "version", name=op.f("uq_fitted_models_competency_id_version")
        ),
    )
    op.create_index(op.f("ix_fitted_models_competency_id"), "fitted_models", ["competency_id"])
    published = sa.text("state = 'published'")
    op.create_index(
        op.f("uq_fitted_models_published"),
        "fitted_models",
        ["competency_id"],
        unique=True,
        sqlite_where=published,
        postgresql_where=published,
    )
    _guard()


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_fitted_models_{name}"))


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _guard() -> None:
    start = f"CREATE TRIGGER fitted_models_fixed BEFORE UPDATE OF {FIXED} ON fitted_models"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION fitted_models_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        op.execute(f"{start} FOR EACH ROW EXECUTE FUNCTION fitted_models_refuse()")
        return
    op.execute(f"{start} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def downgrade() -> None:
    op.drop_table("fitted_models")
    op.drop_table("calibration_samples")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION fitted_models_refuse()")
