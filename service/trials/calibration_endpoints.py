"""HTTP of calibration: samples, fits, and the way of a model to publication."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.access.deps import DatabaseDep, Read, Write
from service.access.docs import responses
from service.access.people import TrialKeeper, TrialReader
from service.tables import FittedState
from service.trials import calibration, publishing
from service.trials.calibration_schemas import (
    CompetencyLabels,
    FitDraft,
    ModelReason,
    ModelView,
    SamplesDraft,
    SamplesView,
)

router = APIRouter(prefix="/api/calibration", tags=["trials"])


@router.get("", responses=responses(401, 403))
async def get_overview(person: TrialReader, db: Read) -> list[CompetencyLabels]:
    """Every competency, how many interviews people have rated on it, and its models."""
    return await publishing.overview(db, person)


@router.post("/samples", status_code=201, responses=responses(400, 401, 403, 422))
async def add_samples(body: SamplesDraft, person: TrialKeeper, *, db: Write) -> SamplesView:
    """Ask people to rate interviews of a plan blind."""
    return await publishing.add_samples(db, body, person)


@router.post("/models", status_code=201, responses=responses(400, 401, 403, 404, 409, 422))
async def fit_model(body: FitDraft, person: TrialKeeper, *, database: DatabaseDep) -> ModelView:
    """Fit a new version to people's locked ratings; it is a draft and rates nobody."""
    made = await calibration.make(database, body.competency_id, person)
    async with database.reading() as db:
        return await publishing.read_model(db, made, person)


@router.get("/models/{model_id}", responses=responses(401, 403, 404, 422))
async def get_model(model_id: UUID, person: TrialReader, *, db: Read) -> ModelView:
    """One version, what was measured, and what it would change."""
    return await publishing.read_model(db, model_id, person)


@router.post("/models/{model_id}/propose", responses=responses(401, 403, 404, 409, 422))
async def propose_model(model_id: UUID, person: TrialKeeper, *, db: Write) -> ModelView:
    """Put a draft up for a second person."""
    return await publishing.move(db, model_id, FittedState.PROPOSED, reason="", person=person)


@router.post("/models/{model_id}/publish", responses=responses(400, 401, 403, 404, 409, 422))
async def publish_model(
    model_id: UUID, body: ModelReason, *, person: TrialKeeper, db: Write
) -> ModelView:
    """Let a proposed model rate from now on; never by whoever fitted or proposed it."""
    to = FittedState.PUBLISHED
    return await publishing.move(db, model_id, to, reason=body.reason, person=person)


@router.post("/models/{model_id}/drop", responses=responses(400, 401, 403, 404, 409, 422))
async def drop_model(
    model_id: UUID, body: ModelReason, *, person: TrialKeeper, db: Write
) -> ModelView:
    """Give up a model that is not published."""
    to = FittedState.DROPPED
    return await publishing.move(db, model_id, to, reason=body.reason, person=person)
