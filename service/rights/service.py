"""What a candidate may ask for, and how it is taken down: each in one transaction."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.guests import Guest
from service.access.views import ConsentView
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.rights import queries
from service.rights.schemas import (
    ContestDraft,
    ContestView,
    RequestView,
    StatusView,
    Step,
)
from service.tables import (
    Contest,
    Mail,
    MailKind,
    RequestKind,
    RequestState,
    RightsRequest,
    Session,
    SessionState,
    utc_now,
)

# A month for each: GDPR art. 12(3), and 30 days for erasure in 820 ILCS 42/15.
DUE = timedelta(days=30)
RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE, SessionState.DRAINING})
OVER = frozenset({SessionState.CLOSED, SessionState.FAILED})


async def status(db: AsyncSession, guest: Guest) -> StatusView:
    """Where the interview stands, and what was asked for."""
    session = await db.get_one(Session, guest.session.id)
    found = await queries.decision(db, session.id)
    decided = found[0].created_at if found else None
    return StatusView(
        step=await _step(db, session, has_decision=found is not None, told=_is_told(found)),
        job=guest.plan.title,
        started_at=session.started_at,
        ended_at=session.ended_at,
        decided_at=decided,
        consent=ConsentView.of(guest.consent) if guest.consent else None,
        contests=[
            ContestView.model_validate(row) for row in await queries.contests(db, session.id)
        ],
        requests=[show(row) for row in await queries.requests(db, session.id)],
    )


def _is_told(found: object) -> bool:
    letter = found[1] if isinstance(found, tuple) else None
    return letter is not None and letter.sent_at is not None


async def _step(db: AsyncSession, session: Session, *, has_decision: bool, told: bool) -> Step:
    if SessionState(session.state) not in OVER:
        return "open"
    if has_decision:
        return "told" if told else "decided"
    if await queries.has_begun_review(db, session.id):
        return "in_review"
    return "transcribing" if await queries.unheard(db, session.id) else "waiting"


def show(row: RightsRequest) -> RequestView:
    """A request as it goes over the wire."""
    return RequestView.model_validate({**row.model_dump(), "due_at": row.created_at + DUE})


async def contest(db: AsyncSession, guest: Guest, draft: ContestDraft) -> None:
    """Take down an objection: the case goes first in the queue. Raises ServiceError 409."""
    session = await _lock(db, guest)
    if SessionState(session.state) not in OVER:
        raise ServiceError("not_over", 409, "The interview is not over yet.")
    if await queries.open_contest(db, session.id) is not None:
        raise ServiceError("already_asked", 409, "You have asked for this; it waits for an answer.")
    row = Contest(session_id=session.id, kind=draft.kind, text=draft.text)
    db.add(row)
    await db.flush()
    _letter(db, guest, MailKind.REQUESTED)
    await db.flush()
    detail = {"kind": row.kind.value, "has_text": bool(row.text)}
    await record(db, Entry(Tag.CONTESTED, guest.actor, f"contest:{row.id}", session.id, detail))


async def ask(db: AsyncSession, guest: Guest, kind: RequestKind) -> None:
    """Take down a request. Raises ServiceError 409."""
    session = await _lock(db, guest)
    state = SessionState(session.state)
    if state in RUNNING:
        raise ServiceError("interview_running", 409, "The interview is running. Let it end.")
    if kind is RequestKind.CONVERSATION and state in OVER:
        raise ServiceError("session_over", 409, "This interview is over.")
    if await queries.open_request(db, session.id, kind) is not None:
        raise ServiceError("already_asked", 409, "You have asked for this; it waits for an answer.")
    row = RightsRequest(session_id=session.id, kind=kind)
    db.add(row)
    await db.flush()
    _letter(db, guest, MailKind.REQUESTED)
    await db.flush()
    await _put_on_record(db, Tag.RIGHT_REQUESTED, row, actor=guest.actor)


async def take_back(db: AsyncSession, guest: Guest, request_id: UUID) -> None:
    """Withdraw a request that waits. Raises ServiceError 404 or 409."""
    await _lock(db, guest)
    row = await own_request(db, guest, request_id)
    if row.state is not RequestState.OPEN:
        raise ServiceError("already_settled", 409, "This request has been settled.")
    await settle(db, row, RequestState.DECLINED, note="")
    await _put_on_record(db, Tag.RIGHT_TAKEN_BACK, row, actor=guest.actor)


async def own_request(db: AsyncSession, guest: Guest, request_id: UUID) -> RightsRequest:
    """A request of that candidate. Raises ServiceError 404."""
    row = await db.get(RightsRequest, request_id)
    if row is None or row.session_id != guest.session.id:
        raise ServiceError("not_found", 404, "There is no such request.")
    return row


async def settle(
    db: AsyncSession, row: RightsRequest, state: RequestState, *, note: str, by: UUID | None = None
) -> None:
    """Put an end to a request."""
    row.state, row.note = state, note
    row.settled_at, row.settled_by = utc_now(), by
    db.add(row)
    await db.flush()


async def _lock(db: AsyncSession, guest: Guest) -> Session:
    session = await queries.lock_session(db, guest.session.id)
    if session is None:  # erased since the request came in
        raise ServiceError("invitation_erased", 410, "What this link opened was erased.")
    return session


def _letter(db: AsyncSession, guest: Guest, kind: MailKind) -> None:
    db.add(Mail(invitation_id=guest.invitation.id, kind=kind, due_at=utc_now()))


async def _put_on_record(db: AsyncSession, tag: Tag, row: RightsRequest, *, actor: str) -> None:
    detail = {"kind": RequestKind(row.kind).value, "state": RequestState(row.state).value}
    await record(db, Entry(tag, actor, f"request:{row.id}", row.session_id, detail))
