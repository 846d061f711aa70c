"""Adding colleagues and changing what they may do."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.accounts import queries
from service.accounts.schemas import (
    AccountDraft,
    Colleague,
    ColleagueDraft,
    ColleaguePatch,
    NewColleague,
)
from service.accounts.service import add_account
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.tables import Account, Role


async def add(db: AsyncSession, draft: ColleagueDraft, *, actor: Person) -> NewColleague:
    """Add a person. Raises ServiceError 409 `email_taken`."""
    made = None if draft.password else secrets.token_urlsafe(12)
    whole = AccountDraft(**draft.model_dump() | {"password": draft.password or made})
    account = await add_account(db, whole, actor=actor.actor)
    return NewColleague(**Colleague.model_validate(account).model_dump(), password=made)


async def change(
    db: AsyncSession, account_id: UUID, *, patch: ColleaguePatch, actor: Person | None
) -> Account:
    """Change role or activity; what is as asked stays unrecorded. `actor` None: the system.

    Raises ServiceError 404; 409 `own_account` (nobody shuts themselves out) and `last_admin`.
    """
    account = await queries.lock_account(db, account_id)
    if account is None:
        raise ServiceError("not_found", 404, "There is no such person.")
    if actor is not None and actor.id == account_id:
        raise ServiceError("own_account", 409, "Ask another administrator to change your account.")
    who, subject = actor.actor if actor else "system", f"account:{account.id}"
    if patch.role is not None and patch.role != account.role:
        detail = {"from": Role(account.role).value, "to": patch.role.value}
        account.role = patch.role
        await db.flush()
        await record(db, Entry(Tag.ACCOUNT_ROLE_CHANGED, who, subject, detail=detail))
    if patch.is_active is not None and patch.is_active != account.is_active:
        account.is_active = patch.is_active
        await db.flush()
        tag = Tag.ACCOUNT_REOPENED if patch.is_active else Tag.ACCOUNT_CLOSED
        await record(db, Entry(tag, who, subject))
    if await queries.count_admins(db) == 0:
        raise ServiceError("last_admin", 409, "Somebody must remain an administrator.")
    return account
