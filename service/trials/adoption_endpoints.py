"""HTTP of the adoption report."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.access.deps import DatabaseDep
from service.access.docs import responses
from service.access.people import TrialReader
from service.tables import utc_now
from service.trials import adoption
from service.trials.adoption_schemas import AdoptionView

router = APIRouter(prefix="/api", tags=["trials"])


@router.get("/adoption", responses=responses(401, 403, 422))
async def get_adoption(
    _: TrialReader, database: DatabaseDep, *, months: Annotated[int, Query(ge=1, le=60)] = 12
) -> AdoptionView:
    """Whether people use what the model proposes, whether they look, and whether it drifts."""
    return await adoption.report(database, now=utc_now(), months=months)
