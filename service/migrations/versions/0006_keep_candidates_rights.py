"""Keep contests, requests, accommodations and tombstones; letters about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MAIL_KINDS = "ck_mails_kind_known"
OLD = "kind IN ('invitation', 'reminder')"
NEW = "kind IN ('invitation', 'reminder', 'received', 'requested', 'copy_ready', 'answered')"


def upgrade() -> None:
    _contests()
    _requests()
    _accommodations()
    _erasures()
    _change_mails(OLD, NEW)


def _contests() -> None:
    op.create_table(
        "contests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.Enum("review", "contest", native_enum=False, length=20), nullable=False
        ),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('review', 'contest')", name=op.f("ck_contests_kind_known")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_contests_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["accounts.id"], name=op.f("fk_contests_answered_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_contests_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
    )
    op.create_index(op.f("ix_contests_session_id"), "contests", ["session_id"])
    _one("uq_contests_open", "contests", ["session_id"], where="answered_at IS NULL")


def _requests() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("copy", "erasure", "conversation", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "ready", "done", "declined", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("blob_key", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('copy', 'erasure', 'conversation')",
            name=op.f("ck_rights_requests_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'ready', 'done', 'declined')",
            name=op.f("ck_rights_requests_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    op.create_index(op.f("ix_rights_requests_session_id"), "rights_requests", ["session_id"])
    columns = ["session_id", "kind"]
    _one("uq_rights_requests_open", "rights_requests", columns, where="state = 'open'")


def _accommodations() -> None:
    op.create_table(
        "accommodations",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("extra_time", sa.String(length=10), nullable=False),
        sa.Column("text_answers", sa.Boolean(), nullable=False),
        sa.Column("captions_always", sa.Boolean(), nullable=False),
        sa.Column("breaks", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "extra_time IN ('1', '1.25', '1.5', '2', 'none')",
            name=op.f("ck_accommodations_time_known"),
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_accommodations_invitation_id_invitations"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_accommodations")),
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("erased_by", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_session_id"), "erasures", ["session_id"])
    op.create_index(op.f("ix_erasures_token_hash"), "erasures", ["token_hash"])


def _one(name: str, table: str, columns: list[str], *, where: str) -> None:
    """A unique index over the rows that meet a condition."""
    condition = sa.text(where)
    op.create_index(
        op.f(name),
        table,
        columns,
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _change_mails(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(MAIL_KINDS), "mails", type_="check")
        op.create_check_constraint(op.f(MAIL_KINDS), "mails", after)
        return
    _rewrite(before, after)


def _rewrite(before: str, after: str) -> None:
    """SQLite's own way to change a CHECK without moving rows (lang_altertable, section 7)."""
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    done = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'mails' AND instr(sql, :before) > 0"
        ),
        {"before": before, "after": after},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    if done.rowcount != 1:
        raise RuntimeError("mails has no CHECK on kinds as revision 0004 made it")


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE kind NOT IN ('invitation', 'reminder')")
    _change_mails(NEW, OLD)
    for table in ("erasures", "accommodations", "rights_requests", "contests"):
        op.drop_table(table)
