"""HTTP for guests: a case behind a link. The link's token is all that they have."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Response
from fastapi.responses import StreamingResponse

from service.access.deps import BlobsDep, DatabaseDep, SettingsDep
from service.access.docs import responses
from service.access.people import PUBLIC
from service.audit import Entry, Tag, record
from service.export import links
from service.export.schemas import Opening, SharedCase
from service.review import media, sending
from service.tables import utc_now

router = APIRouter(prefix="/api/shared", tags=["shared"], dependencies=[PUBLIC])
COOKIE = "candor_link"


@router.post("", responses=responses(400, 401, 410, 422))
async def open_link(
    body: Opening, response: Response, *, database: DatabaseDep, settings: SettingsDep
) -> SharedCase:
    """Show the case of a link. Each opening goes on record.

    A player cannot send a token with what it loads, so the recordings go by a cookie of this path.
    """
    async with database.reading() as db:
        link = await links.find(db, body.token)
        shown = await links.open_case(db, link, settings=settings)
    async with database.writing() as db:
        actor, subject = links.actor_of(link), f"session:{link.session_id}"
        await record(db, Entry(Tag.LINK_VIEWED, actor, subject, link.session_id))
    response.set_cookie(
        COOKIE,
        body.token,
        max_age=max(1, int((link.expires_at - utc_now()).total_seconds())),
        path="/api/shared",
        secure=settings.base_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return shown


@router.get(
    "/recordings/{recording_id}",
    response_class=StreamingResponse,
    responses=sending.MEDIA | responses(401, 404, 410, 416, 422),
)
async def get_shared_recording(
    recording_id: UUID,
    *,
    database: DatabaseDep,
    blobs: BlobsDep,
    token: Annotated[str, Cookie(alias=COOKIE)] = "",
    range_: Annotated[str, Header(alias="Range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """The recording of the case that the link shows, and no other."""
    async with database.reading() as db:
        link = await links.find(db, token)
    asked = media.Asked(link.session_id, recording_id, range_, if_range)
    viewer = media.Viewer(links.actor_of(link), Tag.LINK_PLAYED)
    return sending.answer(
        await media.open_recording(database, blobs, asked=asked, viewer=viewer), blobs
    )
