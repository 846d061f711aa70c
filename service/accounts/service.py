"""What happens when people are added, log in and log out."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.access.tokens import new_token, token_hash
from service.accounts import queries
from service.accounts.schemas import AccountDraft, Credentials
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.tables import Account, Login, Role, new_id, utc_now

HASHER = PasswordHash.recommended()  # argon2id; about 200 ms and 64 MiB, so never on the loop


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A fresh login: who, and the cookie's token (kept nowhere else)."""

    person: Person
    token: str


@cache
def _decoy() -> str:
    return HASHER.hash(secrets.token_hex(16))


def _matches(password: str, stored: str | None) -> bool:
    """Takes as long for an unknown account as for a wrong password."""
    decoy = _decoy()
    return HASHER.verify(password, stored or decoy) and stored is not None


async def add_account(db: AsyncSession, draft: AccountDraft, *, actor: str = "system") -> Account:
    """Add a person. Raises ServiceError 409 `email_taken`."""
    if await queries.email_taken(db, draft.email):
        raise ServiceError("email_taken", 409, "There is an account with this e-mail address.")
    hashed = await asyncio.to_thread(HASHER.hash, draft.password)
    account = Account(
        email=draft.email,
        name=draft.name,
        role=draft.role,
        locale=draft.locale,
        password_hash=hashed,
    )
    db.add(account)
    detail = {"role": draft.role.value}
    await db.flush()
    await record(db, Entry(Tag.ACCOUNT_ADDED, actor, f"account:{account.id}", detail=detail))
    return account


async def _refuse(database: Database, account: Account | None) -> ServiceError:
    """Record the failure in a transaction that stands, and give back what to raise."""
    subject = f"account:{account.id}" if account else "account:unknown"
    async with database.writing() as db:
        await record(db, Entry(Tag.LOGIN_FAILED, "system", subject))
    return ServiceError("login_failed", 401, "E-mail address or password is wrong.")


async def log_in(database: Database, credentials: Credentials, *, hours: int) -> LoggedIn:
    """Check a password and open a login. No transaction is open while argon2 works."""
    async with database.reading() as db:
        account = await queries.account_by_email(db, credentials.email)
    stored = account.password_hash if account else None
    is_right = await asyncio.to_thread(_matches, credentials.password, stored)
    if account is None or not is_right:
        raise await _refuse(database, account)
    token, now, login_id = new_token(), utc_now(), new_id()
    async with database.writing() as db:
        db.add(
            Login(
                id=login_id,
                account_id=account.id,
                token_hash=token_hash(token),
                created_at=now,
                expires_at=now + timedelta(hours=hours),
            )
        )
        await db.flush()
        who = f"account:{account.id}"
        await record(db, Entry(Tag.LOGIN_OK, who, f"login:{login_id}"))
    role = Role(account.role)
    person = Person(account.id, login_id, account.name, account.email, role, account.locale)
    return LoggedIn(person, token)


async def log_out(db: AsyncSession, person: Person) -> None:
    """End the login that the request came with; others of the same person go on."""
    await queries.revoke_login(db, person.login_id, utc_now())
    await record(db, Entry(Tag.LOGOUT, person.actor, f"login:{person.login_id}"))
