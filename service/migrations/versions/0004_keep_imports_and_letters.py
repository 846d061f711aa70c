"""Keep imports of invitations, the letters to candidates, and the zone of each deadline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("left_out_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_invitation_imports_created_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_invitation_imports_plan_id_plans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_imports")),
        sa.UniqueConstraint("key", name=op.f("uq_invitation_imports_key")),
    )
    op.create_index(op.f("ix_invitation_imports_plan_id"), "invitation_imports", ["plan_id"])
    op.add_column(
        "invitations",
        sa.Column("time_zone", sa.String(length=64), nullable=False, server_default="UTC"),
    )
    op.add_column("invitations", sa.Column("import_line", sa.Integer(), nullable=True))
    _refer_to_imports()
    op.create_index(op.f("ix_invitations_import_id"), "invitations", ["import_id"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invitation", "reminder", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reminder')", name=op.f("ck_mails_kind_known")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_mails_invitation_id_invitations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(op.f("ix_mails_due_at"), "mails", ["due_at"])
    op.create_index(op.f("ix_mails_invitation_id"), "mails", ["invitation_id"])


def _refer_to_imports() -> None:
    """SQLite takes a reference with its column only; else the whole table would be rebuilt."""
    name = "fk_invitations_import_id_invitation_imports"
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("invitations", sa.Column("import_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(name), "invitations", "invitation_imports", ["import_id"], ["id"]
        )
        return
    op.execute(
        f"ALTER TABLE invitations ADD COLUMN import_id CHAR(32) "
        f"CONSTRAINT {name} REFERENCES invitation_imports (id)"
    )


def downgrade() -> None:
    op.drop_table("mails")
    op.drop_index(op.f("ix_invitations_import_id"), "invitations")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        for column in ("import_line", "import_id", "time_zone"):
            batch_op.drop_column(column)
    op.drop_table("invitation_imports")
