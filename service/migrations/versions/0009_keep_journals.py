"""Keep pieces of browsers' journals, what a recording misses, and when a session's clock began.

A recording may now be a part of one that was stitched from several.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ck_recordings_state_known"
OLD = "state IN ('open', 'complete', 'recovered', 'empty')"
NEW = "state IN ('open', 'complete', 'recovered', 'empty', 'joined')"


def upgrade() -> None:
    op.create_table(
        "journal_chunks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Float(), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("end", sa.Float(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("blob_key", sa.String(length=300), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lane IN ('audio', 'video')", name=op.f("ck_journal_chunks_lane_known")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_journal_chunks_session_id_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_chunks")),
        sa.UniqueConstraint(
            "session_id",
            "run",
            "lane",
            "number",
            name=op.f("uq_journal_chunks_session_id_run_lane_number"),
        ),
    )
    op.create_index(op.f("ix_journal_chunks_session_id"), "journal_chunks", ["session_id"])
    op.add_column(
        "recordings",
        sa.Column("source", sa.String(length=20), nullable=False, server_default="stream"),
    )
    op.add_column("recordings", sa.Column("holes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("sessions", sa.Column("zero_at", sa.DateTime(timezone=True), nullable=True))
    _know(OLD, NEW)


def downgrade() -> None:
    _know(NEW, OLD)
    op.drop_column("sessions", "zero_at")
    op.drop_column("recordings", "holes")
    op.drop_column("recordings", "source")
    op.drop_table("journal_chunks")


def _know(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "recordings", type_="check")
        op.create_check_constraint(op.f(NAME), "recordings", after)
        return
    _rewrite(before, after)


def _rewrite(before: str, after: str) -> None:
    """SQLite's own way to change a CHECK without moving rows, as revision 0003 does it."""
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    done = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'recordings' AND instr(sql, :before) > 0"
        ),
        {"before": before, "after": after},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    if done.rowcount != 1:
        raise RuntimeError("recordings has no CHECK on states as revision 0001 made it")
