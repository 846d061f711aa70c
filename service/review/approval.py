"""Two pairs of eyes: a rubric scores nobody before somebody other than its author approved it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.access.permissions import ROLES, Permission
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.review.scoring import rate_session
from service.review.standing_gate import stand_the_gate
from service.tables import (
    Account,
    InterviewPlan,
    Rubric,
    Session,
    SessionState,
    utc_now,
)


class Approval(BaseModel):
    """`approved_by` None beside a time: no second person was asked for when it was made.

    `may_approve`: whoever asks could do it.
    """

    version: int
    author: str | None
    approved_at: datetime | None
    approved_by: str | None
    may_approve: bool


async def find(db: AsyncSession, plan_id: UUID, *, viewer: Person) -> Approval:
    """How the plan's rubric in force stands. Raises ServiceError 404."""
    return await _show(db, await _rubric(db, plan_id, lock=False), viewer=viewer)


async def approve(db: AsyncSession, plan_id: UUID, *, person: Person) -> Approval:
    """Let the rubric score.

    Raises ServiceError 404, or 409: `own_rubric`, `already_approved`, `rubric_fails` the gate.
    """
    rubric = await _rubric(db, plan_id, lock=True)
    if rubric.approved_at is not None:
        raise ServiceError("already_approved", 409, "This rubric is approved already.")
    if await _author(db, rubric) == person.id:
        raise ServiceError("own_rubric", 409, "Somebody else has to approve what you wrote.")
    stood = await stand_the_gate(db, plan_id)
    rubric.approved_at, rubric.approved_by = utc_now(), person.id
    db.add(rubric)
    await db.flush()
    detail = {"plan_id": plan_id, "version": rubric.version, "stood_cases": stood}
    await record(db, Entry(Tag.RUBRIC_APPROVED, person.actor, f"rubric:{rubric.id}", detail=detail))
    return await _show(db, rubric, viewer=person)


async def rate_waiting(database: Database, plan_id: UUID) -> None:
    """Rate the interviews that ended before the rubric was approved, one after the other."""
    ended = (SessionState.CLOSED, SessionState.FAILED)
    async with database.reading() as db:
        statement = select(Session.id).where(
            Session.plan_id == plan_id, col(Session.state).in_(ended)
        )
        waiting = (await db.exec(statement.order_by(col(Session.ended_at)))).all()
    for session_id in waiting:
        await rate_session(database, session_id)


async def _rubric(db: AsyncSession, plan_id: UUID, *, lock: bool) -> Rubric:
    statement = select(Rubric).where(Rubric.plan_id == plan_id, col(Rubric.is_current))
    rubric = (await db.exec(statement.with_for_update() if lock else statement)).first()
    if rubric is None:
        raise ServiceError("not_found", 404, "There is no such plan.")
    return rubric


async def _author(db: AsyncSession, rubric: Rubric) -> UUID | None:
    plan = await db.get_one(InterviewPlan, rubric.plan_id)
    return rubric.created_by or plan.created_by


async def _show(db: AsyncSession, rubric: Rubric, *, viewer: Person) -> Approval:
    author = await _author(db, rubric)
    may_write = viewer.role in ROLES[Permission.PLANS_WRITE]
    return Approval(
        version=rubric.version,
        author=await _name(db, author),
        approved_at=rubric.approved_at,
        approved_by=await _name(db, rubric.approved_by),
        may_approve=rubric.approved_at is None and may_write and author != viewer.id,
    )


async def _name(db: AsyncSession, account_id: UUID | None) -> str | None:
    account = await db.get(Account, account_id) if account_id else None
    return account.name if account else None
