"""HTTP of comparisons, exports and links for guests."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from service.access.deps import DatabaseDep, Read, SettingsDep, Write
from service.access.docs import responses
from service.access.inputs import Locale
from service.access.people import CaseReader, Exporter, LinkMaker
from service.audit import Entry, Tag, record, record_all
from service.export import compare, links, pack, pdf
from service.export.schemas import Comparison, LinkDraft, LinkMade, LinkView

router = APIRouter(prefix="/api/review", tags=["export"])
Form = Literal["pdf", "json", "csv"]
MIMES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}
FILE: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The case as a file.",
        "content": {"application/pdf": {}, "application/json": {}, "text/csv": {}},
    }
}


@router.get("/compare", responses=responses(401, 403, 404, 409, 422))
async def compare_cases(
    person: CaseReader,
    database: DatabaseDep,
    *,
    case: Annotated[list[UUID], Query(min_length=1, max_length=10)],
) -> Comparison:
    """Two to five candidates side by side; that they were compared goes on each one's record."""
    async with database.reading() as db:
        found = await compare.compare(db, case, person=person)
    compared = [one.session_id for one in found.cases]
    async with database.writing() as db:
        detail = {"with": compared, "rubric_version": found.rubric_version}
        await record_all(
            db,
            [
                Entry(Tag.CASES_COMPARED, person.actor, f"session:{one}", one, detail)
                for one in compared
            ],
        )
    return found


@router.get(
    "/cases/{session_id}/export",
    response_class=Response,
    responses=FILE | responses(401, 403, 404, 409, 422, 503),
)
async def export_case(
    session_id: UUID,
    person: Exporter,
    *,
    database: DatabaseDep,
    settings: SettingsDep,
    form: Form = "pdf",
    locale: Locale = "en",
) -> Response:
    """A case as a pack on paper, as data, or as a table. That it was taken goes on record."""
    async with database.reading() as db:
        found = await pack.collect(db, session_id, person=person, settings=settings)
    data = await asyncio.to_thread(_write, found, form, locale)
    async with database.writing() as db:
        detail = {"form": form, "bytes": len(data)}
        subject = f"session:{session_id}"
        await record(db, Entry(Tag.CASE_EXPORTED, person.actor, subject, session_id, detail))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="case-{str(session_id)[-12:]}.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=MIMES[form], headers=headers)


def _write(found: pack.Pack, form: Form, locale: Locale) -> bytes:
    if form == "pdf":
        return pdf.make(found, locale)
    return pack.as_json(found) if form == "json" else pack.as_csv(found)


async def _sharer(person: LinkMaker, settings: SettingsDep) -> links.Sharer:
    return links.Sharer(person, settings)


BySharer = Annotated[links.Sharer, Depends(_sharer)]


@router.get("/cases/{session_id}/links", responses=responses(401, 403, 404, 422))
async def get_links(session_id: UUID, _: BySharer, *, db: Read) -> list[LinkView]:
    """The links to a case, and how often each was opened."""
    return await links.list_of(db, session_id)


@router.post(
    "/cases/{session_id}/links",
    status_code=201,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def make_link(session_id: UUID, by: BySharer, *, db: Write, body: LinkDraft) -> LinkMade:
    """A link that shows this case to one person without a login; it is told once."""
    return await links.make(db, session_id, draft=body, by=by)


@router.post(
    "/cases/{session_id}/links/{link_id}/revoke",
    status_code=204,
    responses=responses(401, 403, 404, 422),
)
async def revoke_link(session_id: UUID, link_id: UUID, *, by: BySharer, db: Write) -> None:
    """End a link at once."""
    await links.revoke(db, (session_id, link_id), by=by)
