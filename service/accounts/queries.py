"""SQL on accounts and logins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Account, Login, Role


async def account_by_email(db: AsyncSession, email: str) -> Account | None:
    """The active account of an address (lower-case)."""
    statement = select(Account).where(Account.email == email, col(Account.is_active))
    return (await db.exec(statement)).first()


async def email_taken(db: AsyncSession, email: str) -> bool:
    """Whether any account, active or not, has that address."""
    return (await db.exec(select(Account.id).where(Account.email == email))).first() is not None


async def revoke_login(db: AsyncSession, login_id: UUID, at: datetime) -> None:
    """End one login; the first end stands."""
    statement = update(Login).where(col(Login.id) == login_id, col(Login.revoked_at).is_(None))
    await db.exec(statement.values(revoked_at=at))


async def set_locale(db: AsyncSession, account_id: UUID, locale: str) -> None:
    """Change the language of an account's pages."""
    await db.exec(update(Account).where(col(Account.id) == account_id).values(locale=locale))


async def accounts(db: AsyncSession) -> Sequence[Account]:
    """Everybody, by name."""
    return (await db.exec(select(Account).order_by(col(Account.name), col(Account.id)))).all()


async def lock_account(db: AsyncSession, account_id: UUID) -> Account | None:
    """One account, with all administrators locked: two cannot take each other's role at once."""
    is_meant = (col(Account.id) == account_id) | (col(Account.role) == Role.ADMIN)
    statement = select(Account).where(is_meant).order_by(col(Account.id)).with_for_update()
    found = (await db.exec(statement)).all()
    return next((account for account in found if account.id == account_id), None)


async def count_admins(db: AsyncSession) -> int:
    """Administrators who may log in."""
    statement = select(Account.id).where(Account.role == Role.ADMIN, col(Account.is_active))
    return len((await db.exec(statement)).all())


async def account_of_any_state(db: AsyncSession, email: str) -> Account | None:
    """The account of an address (lower-case), active or not."""
    return (await db.exec(select(Account).where(Account.email == email))).first()
