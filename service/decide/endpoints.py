"""HTTP of decisions and the letters that tell them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from service.access.blind_queries import must_see_ratings
from service.access.deps import Read, SettingsDep, Write
from service.access.docs import responses
from service.access.inputs import Locale
from service.access.people import CaseReader, DecisionMaker
from service.decide import letters, service
from service.decide.schemas import (
    DecisionDraft,
    DecisionView,
    LetterDraft,
    LetterPreview,
    LetterView,
)

router = APIRouter(prefix="/api/review/cases/{session_id}/decisions", tags=["decisions"])


async def _decider(person: DecisionMaker, settings: SettingsDep) -> service.Decider:
    return service.Decider(person, settings)


ByDecider = Annotated[service.Decider, Depends(_decider)]


@router.get("", responses=responses(401, 403, 404, 422))
async def get_decisions(session_id: UUID, person: CaseReader, *, db: Read) -> list[DecisionView]:
    """What was decided on a case, the newest first."""
    return await service.list_of(db, session_id, viewer=person.id)


@router.post("", status_code=201, responses=responses(400, 401, 403, 404, 409, 422))
async def make_decision(
    session_id: UUID, *, by: ByDecider, db: Write, body: DecisionDraft
) -> list[DecisionView]:
    """Advance, hold or decline, after every competency was looked at; the newest one counts."""
    await service.decide(db, session_id, draft=body, by=by)
    return await service.list_of(db, session_id, viewer=by.person.id)


@router.get("/{decision_id}/letter", responses=responses(401, 403, 404, 409, 422))
async def preview_letter(
    session_id: UUID, decision_id: UUID, *, by: ByDecider, db: Read, locale: Locale | None = None
) -> LetterPreview:
    """The letter as the template has it; nothing is sent."""
    await must_see_ratings(db, by.person.id, session_id)
    place = (session_id, decision_id)
    return await letters.preview(db, place, locale=locale, settings=by.settings)


@router.post(
    "/{decision_id}/letter",
    status_code=201,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def send_letter(
    session_id: UUID, decision_id: UUID, *, by: ByDecider, db: Write, body: LetterDraft
) -> LetterView:
    """Send the candidate this letter; it is kept as it goes."""
    await must_see_ratings(db, by.person.id, session_id)
    letter = await letters.put(db, (session_id, decision_id), draft=body, by=by)
    return service.show_letter(letter, by.person.name)
