"""HTTP of trials: start, report, stop, and let the model out of the shadow."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.access.deps import DatabaseDep, Read, Write
from service.access.docs import responses
from service.access.people import TrialKeeper, TrialReader
from service.trials import report, service
from service.trials.schemas import GroupView, ReportView, TrialDraft, TrialEnd, TrialView

router = APIRouter(prefix="/api", tags=["trials"])


@router.get("/trials", responses=responses(401, 403))
async def get_trials(_: TrialReader, db: Read) -> list[TrialView]:
    """All trials, the newest first."""
    return await service.list_trials(db)


@router.post("/trials", status_code=201, responses=responses(400, 401, 403, 404, 422))
async def start_trial(body: TrialDraft, person: TrialKeeper, *, db: Write) -> TrialView:
    """Start a trial: from now on the model rates its interviews in the shadow."""
    return await service.start(db, body, person)


@router.get("/trials/groups", responses=responses(401, 403))
async def get_groups(_: TrialReader, db: Read) -> list[GroupView]:
    """Imports whose invitations can be taken as a group."""
    return await service.list_groups(db)


@router.get("/trials/{trial_id}", responses=responses(401, 403, 404, 422))
async def get_report(trial_id: UUID, _: TrialReader, *, database: DatabaseDep) -> ReportView:
    """How far the model agrees with people's locked ratings."""
    return await report.report(database, trial_id)


@router.post("/trials/{trial_id}/stop", responses=responses(400, 401, 403, 404, 409, 422))
async def stop_trial(
    trial_id: UUID, body: TrialEnd, *, person: TrialKeeper, db: Write
) -> TrialView:
    """End a trial that has not passed."""
    return await service.stop(db, trial_id, reason=body.reason, person=person)


@router.post("/trials/{trial_id}/pass", responses=responses(400, 401, 403, 404, 409, 422))
async def pass_trial(
    trial_id: UUID, body: TrialEnd, *, person: TrialKeeper, database: DatabaseDep
) -> TrialView:
    """Let the model out of the shadow; refused unless the lower bound passes the gate."""
    return await service.let_out(database, trial_id, reason=body.reason, person=person)
