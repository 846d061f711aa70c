"""Keep trials of the model beside people, and sheets that nobody edits once they are locked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LOCKED = "sheets are never edited once they are locked"
PRESET = "what a trial was started with never changes"
FIXED = {
    "sheet_levels": ("sheet_id", "competency_id", "level", "reason"),
    "sheet_proposals": ("sheet_id", "competency_id", "rating_id", "level", "shown"),
    "trial_sessions": ("session_id", "trial_id", "assigned_at"),
    "trials": (
        "basis",
        "plan_id",
        "import_id",
        "share",
        "seed",
        "metric",
        "gate",
        "min_n",
        "created_by",
        "created_at",
    ),
}


def upgrade() -> None:
    _trials()
    _trial_sessions()
    _sheets()
    _sheet_levels()
    _sheet_proposals()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _trials() -> None:
    op.create_table(
        "trials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("gate", sa.Float(), nullable=False),
        sa.Column("min_n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=2000), nullable=False),
        _check("trials", "basis_known", "basis IN ('job', 'group', 'random')"),
        _check("trials", "metric_known", "metric IN ('qwk', 'icc')"),
        _check("trials", "state_known", "state IN ('running', 'passed', 'stopped')"),
        _check("trials", "share_range", "share > 0 AND share <= 1"),
        _check("trials", "gate_range", "gate > 0 AND gate < 1"),
        _check("trials", "enough", "min_n >= 30"),
        _check("trials", "job_named", "basis <> 'job' OR plan_id IS NOT NULL"),
        _check("trials", "group_named", "basis <> 'group' OR import_id IS NOT NULL"),
        _refers("trials", "plan_id", "plans"),
        _refers("trials", "import_id", "invitation_imports"),
        _refers("trials", "created_by", "accounts"),
        _refers("trials", "ended_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    op.create_index(op.f("ix_trials_state"), "trials", ["state"])


def _trial_sessions() -> None:
    op.create_table(
        "trial_sessions",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        _refers("trial_sessions", "session_id", "sessions"),
        _refers("trial_sessions", "trial_id", "trials"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_trial_sessions")),
    )
    op.create_index(op.f("ix_trial_sessions_trial_id"), "trial_sessions", ["trial_id"])


def _sheets() -> None:
    op.create_table(
        "sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _check("sheets", "purpose_known", "purpose IN ('trial', 'rerate', 'check')"),
        _refers("sheets", "session_id", "sessions"),
        _refers("sheets", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
        sa.UniqueConstraint(
            "session_id", "account_id", name=op.f("uq_sheets_session_id_account_id")
        ),
    )
    op.create_index(op.f("ix_sheets_session_id"), "sheets", ["session_id"])
    op.create_index(op.f("ix_sheets_account_id"), "sheets", ["account_id"])


def _sheet_levels() -> None:
    op.create_table(
        "sheet_levels",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=True),
        _check("sheet_levels", "level_range", "level BETWEEN 1 AND 5"),
        _refers("sheet_levels", "sheet_id", "sheets"),
        _refers("sheet_levels", "competency_id", "competencies"),
        _refers("sheet_levels", "rating_id", "ratings"),
        sa.PrimaryKeyConstraint("sheet_id", "competency_id", name=op.f("pk_sheet_levels")),
    )


def _sheet_proposals() -> None:
    op.create_table(
        "sheet_proposals",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("competency_id", sa.Uuid(), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        _check("sheet_proposals", "shown_range", "shown BETWEEN 1 AND 5"),
        _refers("sheet_proposals", "sheet_id", "sheets"),
        _refers("sheet_proposals", "competency_id", "competencies"),
        _refers("sheet_proposals", "rating_id", "ratings"),
        sa.PrimaryKeyConstraint("sheet_id", "competency_id", name=op.f("pk_sheet_proposals")),
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _guard_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER sheets_locked BEFORE UPDATE ON sheets WHEN OLD.locked_at IS NOT NULL "
        f"BEGIN SELECT RAISE(ABORT, '{LOCKED}'); END"
    )
    for table, columns in FIXED.items():
        message = PRESET if table.startswith("trial") else LOCKED
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _guard_postgresql() -> None:
    for name, message in (("sheets", LOCKED), ("trials", PRESET)):
        op.execute(
            f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
    op.execute(
        "CREATE TRIGGER sheets_locked BEFORE UPDATE ON sheets FOR EACH ROW "
        "WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION sheets_refuse()"
    )
    for table, columns in FIXED.items():
        function = "trials_refuse" if table.startswith("trial") else "sheets_refuse"
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    for table in ("sheet_proposals", "sheet_levels", "sheets", "trial_sessions", "trials"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("sheets", "trials"):
            op.execute(f"DROP FUNCTION {name}_refuse()")
