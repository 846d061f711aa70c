"""HTTP of inviting many: check, confirm, resend, letters, and lists to download."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from service.access.deps import Read, SettingsDep, Write, get_database
from service.access.docs import responses
from service.access.people import Exporter, Importer, InvitationReader, Inviter
from service.errors import ServiceError
from service.interviews import invitations
from service.interviews.bulk import exports, imports, post
from service.interviews.bulk import resend as again
from service.interviews.bulk.reading import MOST_BYTES
from service.interviews.bulk.schemas import (
    ConfirmOptions,
    ImportOptions,
    ImportReport,
    ImportResult,
    MailView,
    ResendDraft,
)
from service.interviews.schemas import InvitationView

router = APIRouter(prefix="/api", tags=["invitations"])
BINARY: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "maxLength": MOST_BYTES}
            }
        },
    }
}
CSV: dict[int | str, dict[str, object]] = {
    200: {"description": "UTF-8 with a mark.", "content": {"text/csv": {}}}
}
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200, pattern=r"^[\x21-\x7e]*$")]


async def _file(request: Request) -> bytes:
    """The body, read no further than the limit, after the caller's role was checked."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise ServiceError(
                "too_large", 413, f"The file is larger than {MOST_BYTES // 2**20} MiB. Split it."
            )
    return bytes(body)


def _download(content: bytes, name: str) -> Response:
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="text/csv", headers=headers)


@router.post(
    "/invitations/import/check",
    openapi_extra=BINARY,
    responses=responses(401, 403, 404, 413, 422),
)
async def check_import(
    request: Request, _: Importer, *, db: Read, options: Annotated[ImportOptions, Query()]
) -> ImportReport:
    """What a CSV or XLSX file (the body) would do, row by row. Nothing is stored."""
    return await imports.check(db, imports.Upload(await _file(request), options))


@router.post(
    "/invitations/import",
    status_code=201,
    openapi_extra=BINARY,
    responses=responses(401, 403, 404, 409, 413, 422),
)
async def confirm_import(
    request: Request,
    person: Importer,
    *,
    options: Annotated[ConfirmOptions, Query()],
    settings: SettingsDep,
    key: Key = "",
) -> ImportResult:
    """Invite everybody in the file, or nobody. A repeat makes nothing and answers the same.

    Without an Idempotency-Key, the same file with the same options is the same import.
    """
    upload = imports.Upload(await _file(request), options, key)
    database = get_database(request)
    return await imports.confirm(database, upload, actor=person, settings=settings)


@router.get(
    "/invitations/import/{import_id}/links",
    response_class=Response,
    responses=CSV | responses(401, 403, 404, 422),
)
async def download_links(
    import_id: UUID, person: Importer, *, db: Write, settings: SettingsDep
) -> Response:
    """The links of an import as CSV. The download goes on record."""
    content = await exports.links_csv(db, import_id, actor=person, settings=settings)
    return _download(content, f"links-{import_id}")


@router.get("/invitations/export", response_class=Response, responses=CSV | responses(401, 403))
async def download_invitations(person: Exporter, db: Write) -> Response:
    """Invitations as CSV, without links. The download goes on record."""
    return _download(await exports.invitations_csv(db, actor=person), "invitations")


@router.get("/invitations/mails", responses=responses(401, 403, 422))
async def list_mails(_: InvitationReader, db: Read, *, sent: bool = False) -> list[MailView]:
    """Letters that wait, by when they are due; with `sent`, those that went or were dropped."""
    return await post.list_mails(db, sent=sent)


@router.post(
    "/invitations/{invitation_id}/resend", responses=responses(400, 401, 403, 404, 409, 422)
)
async def resend_invitation(
    invitation_id: UUID, person: Inviter, *, db: Write, body: ResendDraft
) -> InvitationView:
    """Send the invitation again, with the same link, and a new deadline where one is given."""
    await again.resend(db, invitation_id, draft=body, actor=person)
    return await invitations.find(db, invitation_id)
