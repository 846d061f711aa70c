"""HTTP of sheets: what there is to rate, one's own sheet, and its lock."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from service.access.deps import Read, Write
from service.access.docs import responses
from service.access.people import Reviewer
from service.trials import sheets, tasks
from service.trials.sheet_schemas import SheetDraft, SheetOpening, SheetView, TasksView

router = APIRouter(prefix="/api/sheets", tags=["trials"])


@router.get("", responses=responses(401, 403))
async def get_tasks(person: Reviewer, db: Read) -> TasksView:
    """Interviews that whoever asks is to rate blind or to check, and by what policy."""
    return await tasks.tasks(db, person)


@router.post("", status_code=201, responses=responses(400, 401, 403, 404, 409, 422))
async def open_sheet(body: SheetOpening, person: Reviewer, *, db: Write) -> SheetView:
    """Begin to rate; from here on others' ratings and the model's are withheld."""
    return await sheets.open_sheet(db, body, person)


@router.get("/{session_id}", responses=responses(401, 403, 404, 422))
async def get_sheet(session_id: UUID, person: Reviewer, *, db: Read) -> SheetView:
    """One's own sheet; once it is locked, beside what others and the model said."""
    return await sheets.read_sheet(db, session_id, person)


@router.post("/{session_id}/lock", responses=responses(400, 401, 403, 404, 409, 422))
async def lock_sheet(
    session_id: UUID, body: SheetDraft, *, person: Reviewer, db: Write
) -> SheetView:
    """Lock one's sheet for good."""
    return await sheets.lock_sheet(db, session_id, draft=body, person=person)
