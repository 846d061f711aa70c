"""SQL on accounts and logins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Account, Login


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
