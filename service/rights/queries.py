"""SQL of what candidates may ask for afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    Candidate,
    Consent,
    Contest,
    Decision,
    DecisionLetter,
    Erasure,
    InterviewPlan,
    Invitation,
    Observation,
    Question,
    RaterKind,
    Rating,
    Recording,
    RecordingState,
    RequestKind,
    RequestState,
    RightsRequest,
    Session,
    Utterance,
    UtteranceStatus,
    Verdict,
)

MOST = 500  # requests in one list
UNHEARD = (UtteranceStatus.PENDING, UtteranceStatus.WAITING)
HELD = (RecordingState.COMPLETE, RecordingState.RECOVERED)


@dataclass(frozen=True, slots=True)
class Head:
    """A session and what it hangs on."""

    session: Session
    invitation: Invitation
    candidate: Candidate
    plan: InterviewPlan


async def head(db: AsyncSession, session_id: UUID) -> Head | None:
    """The session of that id."""
    statement = (
        select(Session, Invitation, Candidate, InterviewPlan)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(Session.id == session_id)
    )
    row = (await db.exec(statement)).first()
    return Head(*row) if row else None


async def lock_session(db: AsyncSession, session_id: UUID) -> Session | None:
    """The session's row, which nobody else changes until this transaction ends."""
    statement = select(Session).where(Session.id == session_id).with_for_update()
    return (await db.exec(statement)).first()


async def consents(db: AsyncSession, invitation_id: UUID) -> Sequence[Consent]:
    """Every answer ever given, the oldest first."""
    statement = select(Consent).where(Consent.invitation_id == invitation_id)
    return (await db.exec(statement.order_by(col(Consent.given_at), col(Consent.id)))).all()


async def recordings(db: AsyncSession, session_id: UUID) -> Sequence[Recording]:
    """Finished files, in order."""
    statement = select(Recording).where(
        Recording.session_id == session_id, col(Recording.state).in_(HELD)
    )
    return (await db.exec(statement.order_by(col(Recording.segment)))).all()


async def utterances(db: AsyncSession, session_id: UUID) -> Sequence[Utterance]:
    """What was said and written, in order of time."""
    statement = select(Utterance).where(Utterance.session_id == session_id)
    order = (col(Utterance.start), col(Utterance.end), col(Utterance.id))
    return (await db.exec(statement.order_by(*order))).all()


async def questions(db: AsyncSession, plan_id: UUID) -> Sequence[Question]:
    """A plan's questions in the order of asking."""
    statement = select(Question).where(Question.plan_id == plan_id)
    return (await db.exec(statement.order_by(col(Question.index)))).all()


async def raters(db: AsyncSession, session_id: UUID) -> Sequence[str]:
    """Which models proposed ratings."""
    statement = select(Rating.rater_version).where(
        Rating.session_id == session_id, Rating.rater == RaterKind.MODEL
    )
    return sorted(set((await db.exec(statement)).all()))


async def face_engines(db: AsyncSession, session_id: UUID) -> tuple[int, set[str]]:
    """How many looks at the face are kept, and by which models."""
    statement = select(Observation.engines).where(Observation.session_id == session_id)
    rows = (await db.exec(statement)).all()
    return len(rows), {engine for engines in rows for engine in engines}


async def unheard(db: AsyncSession, session_id: UUID) -> int:
    """Speech that has no text yet."""
    statement = select(func.count()).where(
        col(Utterance.session_id) == session_id, col(Utterance.status).in_(UNHEARD)
    )
    return int((await db.exec(statement)).one())


async def has_begun_review(db: AsyncSession, session_id: UUID) -> bool:
    """Whether a person has rated anything, or said anything of a rating."""
    rated = select(Rating.id).where(
        Rating.session_id == session_id, Rating.rater == RaterKind.HUMAN
    )
    judged = select(Verdict.id).where(Verdict.session_id == session_id)
    return any([(await db.exec(each.limit(1))).first() is not None for each in (rated, judged)])


async def decision(
    db: AsyncSession, session_id: UUID
) -> tuple[Decision, DecisionLetter | None] | None:
    """The decision in force, and the letter that tells it."""
    statement = (
        select(Decision, DecisionLetter)
        .outerjoin(DecisionLetter, col(DecisionLetter.decision_id) == Decision.id)
        .where(Decision.session_id == session_id, col(Decision.is_current))
    )
    return (await db.exec(statement)).first()


async def contests(db: AsyncSession, session_id: UUID) -> Sequence[Contest]:
    """Objections of a candidate, the newest first."""
    statement = select(Contest).where(Contest.session_id == session_id)
    return (await db.exec(statement.order_by(col(Contest.created_at).desc()))).all()


async def open_contest(db: AsyncSession, session_id: UUID) -> Contest | None:
    """The objection that waits for an answer."""
    statement = select(Contest).where(
        Contest.session_id == session_id, col(Contest.answered_at).is_(None)
    )
    return (await db.exec(statement)).first()


async def requests(db: AsyncSession, session_id: UUID) -> Sequence[RightsRequest]:
    """Requests of a candidate, the newest first."""
    statement = select(RightsRequest).where(RightsRequest.session_id == session_id)
    return (await db.exec(statement.order_by(col(RightsRequest.created_at).desc()))).all()


async def open_request(
    db: AsyncSession, session_id: UUID, kind: RequestKind
) -> RightsRequest | None:
    """The request of that kind that is not settled."""
    statement = select(RightsRequest).where(
        RightsRequest.session_id == session_id,
        RightsRequest.kind == kind,
        RightsRequest.state == RequestState.OPEN,
    )
    return (await db.exec(statement)).first()


async def all_requests(db: AsyncSession, *, is_open: bool) -> Sequence[RightsRequest]:
    """Everybody's requests: those that wait, the oldest first; or the others, the newest first."""
    waits = col(RightsRequest.state) == RequestState.OPEN
    at = col(RightsRequest.created_at)
    statement = select(RightsRequest).where(waits if is_open else ~waits)
    return (await db.exec(statement.order_by(at if is_open else at.desc()).limit(MOST))).all()


async def all_contests(db: AsyncSession, *, is_open: bool) -> Sequence[Contest]:
    """Everybody's objections, in the same order."""
    waits = col(Contest.answered_at).is_(None)
    at = col(Contest.created_at)
    statement = select(Contest).where(waits if is_open else ~waits)
    return (await db.exec(statement.order_by(at if is_open else at.desc()).limit(MOST))).all()


async def heads(db: AsyncSession, session_ids: Sequence[UUID]) -> dict[UUID, Head]:
    """Those of the sessions that are still there."""
    statement = (
        select(Session, Invitation, Candidate, InterviewPlan)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(col(Session.id).in_(session_ids))
    )
    return {row[0].id: Head(*row) for row in (await db.exec(statement)).all()}


async def retire_model_ratings(db: AsyncSession, session_id: UUID) -> int:
    """Take what a model proposed out of force."""
    statement = update(Rating).where(
        col(Rating.session_id) == session_id,
        col(Rating.rater) == RaterKind.MODEL,
        col(Rating.is_current),
    )
    return (await db.exec(statement.values(is_current=False))).rowcount


async def retire_consent(db: AsyncSession, invitation_id: UUID) -> None:
    """The answer in force, if any, becomes history."""
    statement = update(Consent).where(
        col(Consent.invitation_id) == invitation_id, col(Consent.is_current)
    )
    await db.exec(statement.values(is_current=False))


async def erasure_of(db: AsyncSession, session_id: UUID) -> Erasure | None:
    """The tombstone of a session that was erased as a whole."""
    statement = select(Erasure).where(Erasure.session_id == session_id)
    found = (await db.exec(statement.order_by(col(Erasure.erased_at).desc()))).all()
    return next((one for one in found if "personal" in one.classes), None)
