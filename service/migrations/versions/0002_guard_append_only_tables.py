"""Guard append-only tables: the audit chain refuses every edit, ratings all but retirement."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AUDIT = "audit_events is append-only"
RATINGS = "ratings are append-only: only is_current may change"
FIXED = (
    "session_id",
    "competency_id",
    "rater",
    "account_id",
    "rater_version",
    "rubric_version",
    "level",
    "score",
    "low",
    "high",
    "abstained",
    "reason",
    "evidence",
    "detail",
    "input_digest",
    "supersedes_id",
    "created_at",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _sqlite() -> None:
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_events_no_{action.lower()} BEFORE {action} ON audit_events "
            f"BEGIN SELECT RAISE(ABORT, '{AUDIT}'); END"
        )
    op.execute(
        f"CREATE TRIGGER ratings_fixed BEFORE UPDATE OF {', '.join(FIXED)} ON ratings "
        f"BEGIN SELECT RAISE(ABORT, '{RATINGS}'); END"
    )


def _postgresql() -> None:
    for name, message in (("audit_events", AUDIT), ("ratings", RATINGS)):
        op.execute(
            f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
    op.execute(
        "CREATE TRIGGER audit_events_fixed BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()"
    )
    op.execute(
        f"CREATE TRIGGER ratings_fixed BEFORE UPDATE OF {', '.join(FIXED)} ON ratings "
        "FOR EACH ROW EXECUTE FUNCTION ratings_refuse()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("audit_events", "ratings"):
            op.execute(f"DROP FUNCTION {name}_refuse() CASCADE")
        return
    for name in ("audit_events_no_update", "audit_events_no_delete", "ratings_fixed"):
        op.execute(f"DROP TRIGGER {name}")
