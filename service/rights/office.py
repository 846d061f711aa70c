"""What the organisation does with requests and objections: answer, decline, erase."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.mail import Mailer
from service.rights import farewell, queries
from service.rights.erasing import Eraser, Order
from service.rights.schemas import OfficeContest, OfficeRequest
from service.rights.service import DUE, settle, show
from service.tables import (
    Contest,
    Erasure,
    Mail,
    MailKind,
    RequestKind,
    RequestState,
    RightsRequest,
    utc_now,
)


async def list_requests(db: AsyncSession, *, is_open: bool) -> list[OfficeRequest]:
    """Requests that wait, or those that were settled."""
    rows = await queries.all_requests(db, is_open=is_open)
    heads = await queries.heads(db, [row.session_id for row in rows])
    return [_request(row, heads.get(row.session_id)) for row in rows]


def _request(row: RightsRequest, head: queries.Head | None) -> OfficeRequest:
    return OfficeRequest(
        **show(row).model_dump(),
        session_id=row.session_id,
        candidate_name=head.candidate.name if head else "",
        job=head.plan.title if head else "",
    )


async def list_contests(db: AsyncSession, *, is_open: bool) -> list[OfficeContest]:
    """Objections that wait, or those that were answered."""
    rows: Sequence[Contest] = await queries.all_contests(db, is_open=is_open)
    heads = await queries.heads(db, [row.session_id for row in rows])
    return [
        OfficeContest(
            **row.model_dump(exclude={"answered_by"}),
            candidate_name=heads[row.session_id].candidate.name,
            job=heads[row.session_id].plan.title,
            due_at=row.created_at + DUE,
        )
        for row in rows
    ]


async def answer_contest(db: AsyncSession, contest_id: UUID, *, text: str, person: Person) -> None:
    """Answer an objection; the candidate gets a letter. Raises ServiceError 404 or 409."""
    row = await db.get(Contest, contest_id, with_for_update=True)
    if row is None:
        raise ServiceError("not_found", 404, "There is no such objection.")
    if row.answered_at is not None:
        raise ServiceError("already_settled", 409, "Somebody has answered this already.")
    row.answer, row.answered_at, row.answered_by = text, utc_now(), person.id
    db.add(row)
    await _tell(db, row.session_id)
    await db.flush()
    subject = f"contest:{row.id}"
    await record(db, Entry(Tag.CONTEST_ANSWERED, person.actor, subject, row.session_id))


async def settle_request(
    db: AsyncSession,
    request_id: UUID,
    *,
    state: RequestState,
    note: str,
    person: Person,
) -> None:
    """Decline a request, or call a conversation held. Raises ServiceError 404 or 409."""
    row = await db.get(RightsRequest, request_id, with_for_update=True)
    if row is None:
        raise ServiceError("not_found", 404, "There is no such request.")
    if row.state is not RequestState.OPEN:
        raise ServiceError("already_settled", 409, "Somebody has settled this already.")
    if state is RequestState.DONE and row.kind is not RequestKind.CONVERSATION:
        raise ServiceError("wrong_request", 409, "Only a conversation is settled by word.")
    await settle(db, row, state, note=note, by=person.id)
    await _tell(db, row.session_id)
    await db.flush()
    detail = {"kind": RequestKind(row.kind).value, "state": state.value}
    subject = f"request:{row.id}"
    await record(db, Entry(Tag.RIGHT_SETTLED, person.actor, subject, row.session_id, detail))


async def _tell(db: AsyncSession, session_id: UUID) -> None:
    head = await queries.head(db, session_id)
    if head is not None:
        db.add(Mail(invitation_id=head.invitation.id, kind=MailKind.ANSWERED, due_at=utc_now()))


async def erase(eraser: Eraser, mailer: Mailer, *, session_id: UUID, person: Person) -> Erasure:
    """Erase all of one candidate's interview and tell them. Raises ServiceError 404 or 409."""
    async with eraser.database.reading() as db:
        head = await queries.head(db, session_id)
        asked = await queries.open_request(db, session_id, RequestKind.ERASURE)
    if head is None:
        raise ServiceError("not_found", 404, "There is no such interview.")
    order = Order(session_id, "request" if asked else "office", by=person.id)
    erasure = await eraser.erase(order)
    letter = farewell.write(head, erasure)
    await farewell.send(eraser.database, mailer, letter=letter, erasure=erasure)
    async with eraser.database.reading() as db:
        return await db.get_one(Erasure, erasure.id)
