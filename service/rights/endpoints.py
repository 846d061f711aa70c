"""HTTP of candidates' rights: theirs under /api/candidate, the organisation's under /api/rights."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.responses import StreamingResponse

from service.access.deps import BlobsDep, DatabaseDep, Read, SettingsDep, Write
from service.access.docs import responses
from service.access.guests import GuestDep
from service.access.people import (
    PUBLIC,
    CaseReader,
    DataEraser,
    DecisionMaker,
    InvitationReader,
    Inviter,
)
from service.access.queries import refreshed
from service.audit import Entry, Tag, record
from service.blobs import BlobMissing
from service.errors import ServiceError
from service.mail import mailer_of
from service.rights import office, receipts, service, withdrawal
from service.rights.erasing import Eraser
from service.rights.keeper import Keeper
from service.rights.schemas import (
    AnswerDraft,
    ContestDraft,
    ErasureView,
    KeysView,
    NoteDraft,
    OfficeContest,
    OfficeRequest,
    ReceiptView,
    RequestDraft,
    StatusView,
    WithdrawalDraft,
)
from service.rights.signing import Signer
from service.tables import RequestState

router = APIRouter(tags=["rights"])
KEYS = "/.well-known/candor-receipt-keys.json"
ZIP: dict[int | str, dict[str, object]] = {
    200: {"description": "The copy.", "content": {"application/zip": {}}}
}


def get_eraser(database: DatabaseDep, blobs: BlobsDep, settings: SettingsDep) -> Eraser:
    """What erases here."""
    return Eraser(database, blobs, settings)


EraserDep = Annotated[Eraser, Depends(get_eraser)]


@router.get(KEYS, dependencies=[PUBLIC])
async def receipt_keys(settings: SettingsDep, response: Response) -> KeysView:
    """The public key that receipts are signed with, for anybody who wants to check one."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return KeysView.model_validate({"keys": [Signer.of(settings.signing_key).jwk()]})


@router.get("/api/candidate/rights", responses=responses(401, 410))
async def get_status(guest: GuestDep, db: Read) -> StatusView:
    """Where the interview stands, and what was asked for. No score, no outcome."""
    return await service.status(db, await refreshed(db, guest))


@router.get("/api/candidate/receipt", responses=responses(401, 410))
async def get_receipt(guest: GuestDep, db: Read, *, settings: SettingsDep) -> ReceiptView:
    """What was collected, by which models, on whose word; signed."""
    found = await receipts.receipt(db, await refreshed(db, guest), settings=settings)
    return ReceiptView.model_validate(found)


@router.post("/api/candidate/rights/contest", responses=responses(400, 401, 409, 410, 422))
async def contest(guest: GuestDep, db: Write, *, body: ContestDraft) -> StatusView:
    """Contest a result, or have a person judge alone."""
    await service.contest(db, guest, body)
    return await service.status(db, guest)


@router.post("/api/candidate/rights/requests", responses=responses(400, 401, 409, 410, 422))
async def ask(
    guest: GuestDep, db: Write, *, body: RequestDraft, request: Request, after: BackgroundTasks
) -> StatusView:
    """Ask for a copy, for erasure, or for a conversation in place of a recording."""
    await service.ask(db, guest, body.kind)
    keeper = cast(Keeper | None, getattr(request.app.state, "keeper", None))
    if keeper is not None:
        after.add_task(keeper.wake)
    return await service.status(db, guest)


@router.post(
    "/api/candidate/rights/requests/{request_id}/revoke",
    responses=responses(401, 404, 409, 410, 422),
)
async def take_back(request_id: UUID, guest: GuestDep, *, db: Write) -> StatusView:
    """Take a request back that waits."""
    await service.take_back(db, guest, request_id)
    return await service.status(db, guest)


@router.post("/api/candidate/rights/withdraw", responses=responses(400, 401, 409, 410, 422))
async def withdraw(
    guest: GuestDep, body: WithdrawalDraft, *, eraser: EraserDep, database: DatabaseDep
) -> StatusView:
    """Take consents back: what rested on them goes."""
    await withdrawal.withdraw(eraser, guest, body.purposes)
    async with database.reading() as db:
        return await service.status(db, await refreshed(db, guest))


@router.get(
    "/api/candidate/rights/requests/{request_id}/copy",
    response_class=StreamingResponse,
    responses=ZIP | responses(401, 404, 410, 422),
)
async def get_copy(
    request_id: UUID, guest: GuestDep, *, db: Write, blobs: BlobsDep
) -> StreamingResponse:
    """The copy, once it is ready."""
    row = await service.own_request(db, guest, request_id)
    missing = ServiceError("not_found", 404, "There is no such copy, or no longer.")
    if row.state is not RequestState.READY or not row.blob_key:
        raise missing
    try:
        size = (await blobs.head(row.blob_key)).size
    except BlobMissing as error:
        raise missing from error
    subject = f"request:{row.id}"
    await record(db, Entry(Tag.COPY_FETCHED, guest.actor, subject, row.session_id))
    headers = {
        "Content-Disposition": 'attachment; filename="my-interview.zip"',
        "Content-Length": str(size),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    pieces = blobs.read_range(row.blob_key, 0, size)
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


@router.get("/api/rights/requests", responses=responses(401, 403, 422))
async def list_requests(
    _: InvitationReader, db: Read, *, settled: bool = False
) -> list[OfficeRequest]:
    """What candidates have asked for: what waits the longest first, or what was settled."""
    return await office.list_requests(db, is_open=not settled)


@router.get("/api/rights/contests", responses=responses(401, 403, 422))
async def list_contests(_: CaseReader, db: Read, *, answered: bool = False) -> list[OfficeContest]:
    """What candidates object to: what waits the longest first, or what was answered."""
    return await office.list_contests(db, is_open=not answered)


@router.post(
    "/api/rights/contests/{contest_id}/answer",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def answer_contest(
    contest_id: UUID, person: DecisionMaker, *, db: Write, body: AnswerDraft
) -> Response:
    """Answer an objection: only somebody who may decide otherwise can."""
    await office.answer_contest(db, contest_id, text=body.text, person=person)
    return Response(status_code=204)


@router.post(
    "/api/rights/requests/{request_id}/settle",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def settle_request(
    request_id: UUID, person: Inviter, *, db: Write, body: NoteDraft
) -> Response:
    """A conversation was held, or agreed upon; the note goes to the candidate."""
    done = RequestState.DONE
    await office.settle_request(db, request_id, state=done, note=body.note, person=person)
    return Response(status_code=204)


@router.post(
    "/api/rights/requests/{request_id}/decline",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def decline_request(
    request_id: UUID, person: DataEraser, *, db: Write, body: NoteDraft
) -> Response:
    """Decline a request, with a reason that the candidate reads."""
    state = RequestState.DECLINED
    await office.settle_request(db, request_id, state=state, note=body.note, person=person)
    return Response(status_code=204)


@router.post(
    "/api/rights/sessions/{session_id}/erase", responses=responses(401, 403, 404, 409, 422)
)
async def erase(
    session_id: UUID, person: DataEraser, *, eraser: EraserDep, settings: SettingsDep
) -> ErasureView:
    """Erase everything of one candidate's interview, and write to them one last time."""
    mailer = mailer_of(settings)
    done = await office.erase(eraser, mailer, session_id=session_id, person=person)
    return ErasureView.model_validate(done)
