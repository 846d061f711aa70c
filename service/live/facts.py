"""Reads what a live session needs to know about its interview."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.accommodations import Adjustments, adjustments_of
from service.access.notices import faces_agreed
from service.access.queries import questions_of
from service.live import queries, takes
from service.live.coverage import resumed, stream_spans
from service.live.staging import Terms
from service.live.tools import AskedNow, Facts, Tools
from service.tables import Question, utc_now


async def read_facts(db: AsyncSession, session_id: UUID, tools: Tools) -> Facts | None:
    """The facts as they stand; None when there is no such session."""
    found = await queries.speaker_of(db, session_id)
    if found is None:
        return None
    session, invitation, plan, consent = found
    asked = await queries.asked(db, session_id)
    reached = await queries.media_end(db, session_id)
    adjusted = await adjustments_of(db, invitation.id)
    return Facts(
        session_id=session_id,
        actor=f"candidate:{invitation.candidate_id}",
        language=session.language,
        faces=faces_agreed(consent, plan.jurisdiction, tools.settings),
        questions=tuple(_asked(one, adjusted) for one in await questions_of(db, plan.id)),
        current=session.current_question_id,
        asked=tuple((row.question_id, row.started) for row in asked),
        elapsed=resumed(session.zero_at, max(session.media_seconds, reached), now=utc_now()),
        streamed=tuple(await stream_spans(db, session_id)),
        begun=session.started_at is not None,
        limit=adjusted.allowed(tools.settings.session_max_seconds),
        breaks=adjusted.breaks,
        standing=await takes.standing(db, session_id, session.current_question_id),
    )


def _asked(question: Question, adjusted: Adjustments) -> AskedNow:
    """A question as this candidate is asked it."""
    seconds = adjusted.allowed(question.seconds)
    think = adjusted.allowed(question.think_seconds)
    terms = Terms(think=think, answer=seconds, retakes=question.retakes)
    return AskedNow(question.id, question.index, question.text, seconds, terms)
