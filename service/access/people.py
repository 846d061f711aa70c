"""The person of the organisation behind a request, and the roles a route asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.deps import DatabaseDep
from service.access.tokens import token_hash
from service.errors import ServiceError
from service.tables import Account, Login, Role, utc_now

COOKIE = "candor_login"
INTENT_HEADER = "X-Candor-Request"  # browsers won't add it across origins without our leave (CSRF)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone logged in."""

    id: UUID
    login_id: UUID
    name: str
    email: str
    role: Role
    locale: str

    @property
    def actor(self) -> str:
        """How the audit record names them."""
        return f"account:{self.id}"


async def find_person(db: AsyncSession, token: str) -> Person | None:
    """The active account behind a login cookie, if the login still counts."""
    statement = (
        select(Account, Login)
        .join(Login, col(Login.account_id) == Account.id)
        .where(
            Login.token_hash == token_hash(token),
            col(Login.revoked_at).is_(None),
            Login.expires_at > utc_now(),
            col(Account.is_active),
        )
    )
    row = (await db.exec(statement)).first()
    if row is None:
        return None
    account, login = row
    return Person(
        account.id, login.id, account.name, account.email, Role(account.role), account.locale
    )


async def current_person(request: Request, database: DatabaseDep) -> Person:
    """Whoever is logged in; 401 otherwise, 403 for a change without the intent header."""
    token = request.cookies.get(COOKIE, "")
    async with database.reading() as db:
        person = await find_person(db, token) if token else None
    if person is None:
        raise ServiceError("unauthorized", 401, "Log in first.")
    if request.method not in SAFE_METHODS and request.headers.get(INTENT_HEADER) != "1":
        raise ServiceError(
            "forbidden", 403, f"Changes need the header {INTENT_HEADER}: 1 (protects from CSRF)."
        )
    return person


def require(*roles: Role) -> Callable[[Person], Awaitable[Person]]:
    """A dependency that lets only these roles pass."""

    async def check(person: Annotated[Person, Depends(current_person)]) -> Person:
        if person.role not in roles:
            raise ServiceError("forbidden", 403, "Your role does not allow this.")
        return person

    check.__dict__["roles"] = roles  # read by the test that every route asks for a role
    return check


AnyPerson = Annotated[Person, Depends(require(Role.ADMIN, Role.REVIEWER, Role.AUDITOR))]
Reviewer = Annotated[Person, Depends(require(Role.ADMIN, Role.REVIEWER))]
Auditor = Annotated[Person, Depends(require(Role.ADMIN, Role.AUDITOR))]
