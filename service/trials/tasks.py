"""What somebody is asked to rate, and whether they may open a sheet of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.errors import ServiceError
from service.tables import SheetPurpose
from service.trials import policy, sheet_queries
from service.trials.sheet_queries import Head
from service.trials.sheet_schemas import PolicyView, TasksView, TaskView

POLICY = PolicyView(
    rerate_share=policy.RERATE_SHARE,
    check_share=policy.CHECK_SHARE,
    error_share=policy.ERROR_SHARE,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    session_id: UUID
    purpose: SheetPurpose
    opened_at: datetime | None = None


async def tasks(db: AsyncSession, person: Person) -> TasksView:
    """What is begun, then interviews on trial that want a rater, re-ratings and checks."""
    wanted = [_Wanted(*row) for row in await sheet_queries.begun(db, person.id)]
    wanted += [
        _Wanted(session_id, SheetPurpose.TRIAL)
        for session_id, locked in await sheet_queries.on_trial(db, person.id)
        if locked < 1 + policy.wants_second(session_id)
    ]
    for purpose in (SheetPurpose.RERATE, SheetPurpose.CHECK):
        wanted += [_Wanted(found, purpose) for found in await _selected(db, person.id, purpose)]
    once = {each.session_id: each for each in reversed(wanted)}  # the first reason counts
    kept = [each for each in wanted if once[each.session_id] is each]
    heads = await sheet_queries.heads(db, list(once))
    return TasksView(policy=POLICY, items=[_task(heads[each.session_id], each) for each in kept])


async def must_be_open_to(
    db: AsyncSession, session_id: UUID, purpose: SheetPurpose, *, person: Person
) -> None:
    """Refuse a sheet that nobody asked this person for.

    Raises ServiceError `not_on_trial` or `not_selected` (409).
    """
    if purpose is SheetPurpose.TRIAL:
        if not await sheet_queries.is_on_running_trial(db, session_id):
            raise ServiceError("not_on_trial", 409, "This interview is on no running trial.")
        return
    if session_id not in await _selected(db, person.id, purpose):
        raise ServiceError(
            "not_selected", 409, "This interview is not one that you are asked to rate again."
        )


async def _selected(db: AsyncSession, account_id: UUID, purpose: SheetPurpose) -> list[UUID]:
    """Re-ratings (samples for calibration among them) or checks for somebody, never both."""
    found = await sheet_queries.unseen(db, account_id, purpose)
    if purpose is SheetPurpose.RERATE:
        again = [each for each in found if policy.wants_rerating(each)]
        return list(dict.fromkeys([*await sheet_queries.samples(db, account_id), *again]))
    return [each for each in found if policy.wants_check(each) and not policy.wants_rerating(each)]


def _task(head: Head, wanted: _Wanted) -> TaskView:
    return TaskView(
        session_id=wanted.session_id,
        purpose=wanted.purpose,
        candidate_name=head.candidate_name,
        plan_title=head.plan_title,
        ended_at=head.session.ended_at,
        duration=head.session.media_seconds,
        opened_at=wanted.opened_at,
    )
