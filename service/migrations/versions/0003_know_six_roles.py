"""Know six roles: HR lead, hiring manager and data-protection officer beside the first three.

Accounts keep the role they have.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = "ck_accounts_role_known"
OLD = "role IN ('admin', 'reviewer', 'auditor')"
NEW = "role IN ('admin', 'hr_lead', 'reviewer', 'hiring_manager', 'auditor', 'data_protection')"


def upgrade() -> None:
    _change(OLD, NEW)


def downgrade() -> None:
    _change(NEW, OLD)


def _change(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(NAME), "accounts", type_="check")
        op.create_check_constraint(op.f(NAME), "accounts", after)
        return
    _rewrite(before, after)


def _rewrite(before: str, after: str) -> None:
    """SQLite's own way to change a CHECK without moving rows (lang_altertable, section 7).

    Rebuilding the table instead would drop it under the foreign keys of logins and plans.
    """
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    done = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'accounts' AND instr(sql, :before) > 0"
        ),
        {"before": before, "after": after},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
    if done.rowcount != 1:
        raise RuntimeError("accounts has no CHECK on roles as revision 0001 made it")
