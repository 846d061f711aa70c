"""The person of the organisation behind a request, and the permission a route asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.deps import DatabaseDep
from service.access.permissions import ROLES, Permission
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


async def open_to_all() -> None:
    """What a route depends on that needs nobody's leave, so that it is no oversight."""


def require(permission: Permission) -> Callable[[Person], Awaitable[Person]]:
    """A dependency that lets only roles with this permission pass."""

    async def check(person: Annotated[Person, Depends(current_person)]) -> Person:
        if person.role not in ROLES[permission]:
            raise ServiceError("forbidden", 403, "Your role does not allow this.")
        return person

    check.__dict__["permission"] = permission  # read by the test that every route declares one
    return check


PUBLIC = Depends(open_to_all)
AnyPerson = Annotated[Person, Depends(require(Permission.SELF))]
PlanReader = Annotated[Person, Depends(require(Permission.PLANS_READ))]
PlanWriter = Annotated[Person, Depends(require(Permission.PLANS_WRITE))]
InvitationReader = Annotated[Person, Depends(require(Permission.INVITATIONS_READ))]
Inviter = Annotated[Person, Depends(require(Permission.INVITATIONS_WRITE))]
Importer = Annotated[Person, Depends(require(Permission.INVITATIONS_IMPORT))]
CaseReader = Annotated[Person, Depends(require(Permission.CASES_READ))]
Reviewer = Annotated[Person, Depends(require(Permission.CASES_RATE))]
LinkMaker = Annotated[Person, Depends(require(Permission.LINKS_WRITE))]
DecisionMaker = Annotated[Person, Depends(require(Permission.DECISIONS_WRITE))]
Auditor = Annotated[Person, Depends(require(Permission.AUDIT_READ))]
PeopleReader = Annotated[Person, Depends(require(Permission.PEOPLE_READ))]
PeopleWriter = Annotated[Person, Depends(require(Permission.PEOPLE_WRITE))]
DataEraser = Annotated[Person, Depends(require(Permission.ERASURE_WRITE))]
Exporter = Annotated[Person, Depends(require(Permission.EXPORTS_READ))]
TrialReader = Annotated[Person, Depends(require(Permission.TRIALS_READ))]
TrialKeeper = Annotated[Person, Depends(require(Permission.TRIALS_WRITE))]
