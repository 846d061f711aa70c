"""SQL of the live room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    AskedQuestion,
    Candidate,
    Consent,
    InterviewPlan,
    Invitation,
    Question,
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
)

_RUNNING = (SessionState.CONNECTING, SessionState.LIVE, SessionState.DRAINING)


async def lock_session(db: AsyncSession, session_id: UUID) -> Session:
    """The session's row, which nobody else changes until this transaction ends."""
    statement = select(Session).where(Session.id == session_id).with_for_update()
    return (await db.exec(statement)).one()


async def running_sessions(db: AsyncSession) -> Sequence[Session]:
    """Sessions that a process left behind in the middle."""
    statement = select(Session).where(col(Session.state).in_(_RUNNING))
    return (await db.exec(statement)).all()


async def running_ids(db: AsyncSession) -> Sequence[UUID]:
    """The sessions that run now, in whichever process."""
    return (await db.exec(select(Session.id).where(col(Session.state).in_(_RUNNING)))).all()


async def media_end(db: AsyncSession, session_id: UUID) -> float:
    """How far utterances and recordings of a session reach, in media seconds."""
    spoken = await db.exec(
        select(func.max(Utterance.end)).where(Utterance.session_id == session_id)
    )
    recorded = await db.exec(
        select(func.max(Recording.offset + Recording.duration)).where(
            Recording.session_id == session_id
        )
    )
    return max(spoken.one() or 0.0, recorded.one() or 0.0)


async def next_segment(db: AsyncSession, session_id: UUID) -> int:
    """The number of the session's next recording."""
    statement = select(func.max(Recording.segment)).where(Recording.session_id == session_id)
    last: int | None = (await db.exec(statement)).one()
    return 0 if last is None else last + 1


async def recording_of(db: AsyncSession, connection_id: UUID) -> Recording | None:
    """The recording of a connection."""
    statement = select(Recording).where(Recording.connection_id == connection_id)
    return (await db.exec(statement)).first()


async def connection_ids(db: AsyncSession, session_id: UUID) -> set[UUID]:
    """All connections a session ever had."""
    statement = select(Recording.connection_id).where(Recording.session_id == session_id)
    return set((await db.exec(statement)).all())


async def last_end(db: AsyncSession, session_id: UUID) -> float:
    """Where the last utterance of a session ends."""
    statement = select(func.max(Utterance.end)).where(Utterance.session_id == session_id)
    return (await db.exec(statement)).one() or 0.0


async def open_recordings(db: AsyncSession) -> Sequence[Recording]:
    """Recordings not finished."""
    statement = select(Recording).where(Recording.state == RecordingState.OPEN)
    return (await db.exec(statement)).all()


async def asked(db: AsyncSession, session_id: UUID) -> Sequence[AskedQuestion]:
    """The questions asked so far, in the order of asking."""
    statement = (
        select(AskedQuestion)
        .where(AskedQuestion.session_id == session_id)
        .order_by(col(AskedQuestion.started), col(AskedQuestion.asked_at))
    )
    return (await db.exec(statement)).all()


async def recordings(db: AsyncSession, session_id: UUID) -> Sequence[Recording]:
    """Every recording of a session, in the order of its segments."""
    statement = select(Recording).where(Recording.session_id == session_id)
    return (await db.exec(statement.order_by(col(Recording.segment)))).all()


async def utterance_spans(db: AsyncSession, session_id: UUID) -> list[tuple[float, float]]:
    """From when to when each utterance of a session lasts."""
    statement = select(Utterance.start, Utterance.end).where(Utterance.session_id == session_id)
    return [(start, end) for start, end in (await db.exec(statement)).all()]


async def unfinished_plan(db: AsyncSession, session_id: UUID) -> bool:
    """Whether the interview has questions that were never asked."""
    plan = select(Session.plan_id).where(Session.id == session_id).scalar_subquery()
    in_all = select(func.count()).select_from(Question).where(col(Question.plan_id) == plan)
    asked_ones = select(func.count()).select_from(AskedQuestion)
    asked_of = asked_ones.where(col(AskedQuestion.session_id) == session_id)
    return (await db.exec(asked_of)).one() < (await db.exec(in_all)).one()


async def in_parts(db: AsyncSession) -> Sequence[UUID]:
    """Interviews that are over and have several files that can be played."""
    statement = (
        select(Recording.session_id)
        .join(Session, col(Session.id) == Recording.session_id)
        .where(
            Session.state == SessionState.CLOSED,
            col(Recording.state).in_([RecordingState.COMPLETE, RecordingState.RECOVERED]),
            Recording.blob_key != "",
        )
        .group_by(col(Recording.session_id))
        .having(func.count() > 1)
    )
    return (await db.exec(statement)).all()


async def touch(db: AsyncSession, session_id: UUID, media_seconds: float) -> None:
    """Note how far the session's media clock has come."""
    statement = update(Session).where(col(Session.id) == session_id)
    await db.exec(statement.values(media_seconds=media_seconds))


async def unheard(
    db: AsyncSession, *, but: Collection[str], limit: int, after: Utterance | None = None
) -> Sequence[tuple[Utterance, str]]:
    """Utterances without a text, oldest first, with their language.

    Those that wait already, in a language of `but`, are left out. `after`: only what follows.
    """
    statement = (
        select(Utterance, Session.language)
        .join(Session, col(Session.id) == Utterance.session_id)
        .where(
            or_(
                col(Utterance.status) == UtteranceStatus.PENDING,
                and_(
                    col(Utterance.status) == UtteranceStatus.WAITING,
                    col(Session.language).not_in(but),
                ),
            )
        )
        .order_by(col(Utterance.created_at), col(Utterance.id))
        .limit(limit)
    )
    if after is not None:
        at, same = col(Utterance.created_at), col(Utterance.created_at) == after.created_at
        later = and_(same, col(Utterance.id) > after.id)
        statement = statement.where(or_(at > after.created_at, later))
    return (await db.exec(statement)).all()


async def count_unheard(db: AsyncSession, session_id: UUID) -> int:
    """Utterances of a session that still wait for their text."""
    statement = select(func.count()).where(
        col(Utterance.session_id) == session_id,
        col(Utterance.status).in_([UtteranceStatus.PENDING, UtteranceStatus.WAITING]),
    )
    return int((await db.exec(statement)).one())


async def utterance_counts(db: AsyncSession, session_id: UUID) -> dict[str, int]:
    """How many utterances of a session stand where."""
    statement = (
        select(Utterance.status, func.count())
        .where(col(Utterance.session_id) == session_id)
        .group_by(col(Utterance.status))
    )
    return {str(status): count for status, count in (await db.exec(statement)).all()}


async def live_rows(
    db: AsyncSession, session_ids: Sequence[UUID]
) -> Sequence[tuple[Session, Candidate, InterviewPlan]]:
    """What HR sees of running sessions."""
    statement = (
        select(Session, Candidate, InterviewPlan)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(col(Session.id).in_(session_ids))
        .order_by(col(Session.created_at))
    )
    return (await db.exec(statement)).all()


async def speaker_of(
    db: AsyncSession, session_id: UUID
) -> tuple[Session, Invitation, InterviewPlan, Consent | None] | None:
    """A session with what its live part needs to know."""
    statement = (
        select(Session, Invitation, InterviewPlan, Consent)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .outerjoin(Consent, (col(Consent.invitation_id) == Invitation.id) & col(Consent.is_current))
        .where(Session.id == session_id)
    )
    return (await db.exec(statement)).first()


async def session_exists(db: AsyncSession, session_id: UUID) -> bool:
    """Whether there is such a session."""
    return (await db.exec(select(Session.id).where(Session.id == session_id))).first() is not None


async def mark_ended(db: AsyncSession, session_id: UUID, *, at: datetime, media: float) -> None:
    """Close the question that still stands, when the session ends."""
    statement = update(AskedQuestion).where(
        col(AskedQuestion.session_id) == session_id, col(AskedQuestion.ended).is_(None)
    )
    ended = case((col(AskedQuestion.started) > media, col(AskedQuestion.started)), else_=media)
    await db.exec(statement.values(ended=ended))
    await db.exec(
        update(Session)
        .where(col(Session.id) == session_id)
        .values(current_question_id=None, media_seconds=media, ended_at=at)
    )
