"""An interview as its candidate sees it; several rooms answer with it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access import queries
from service.access.accommodations import AdjustmentsView, adjustments_of
from service.access.engines import EngineInfo, EngineReport
from service.access.guests import Guest
from service.access.inputs import Locale
from service.access.notices import Profile, PurposeName, faces_agreed, notice_for
from service.settings import Settings
from service.tables import Consent, SessionState

Spoken = Literal["zh", "en", ""]  # "": to be detected


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class QuestionView(_View):
    """A question; the times to think and to answer are this candidate's."""

    id: UUID
    index: int
    text: str
    seconds: int
    think_seconds: int
    retakes: int


class PurposeView(_View):
    """What is asked for."""

    purpose: PurposeName
    offered: bool
    required: bool


class NoticeView(_View):
    """Which notice the page is to show."""

    version: str
    profile: Profile
    purposes: list[PurposeView]


class PurposeFlags(_View):
    """What was agreed to."""

    recording: bool
    ai_scoring: bool
    facial_analysis: bool


class ConsentView(BaseModel):
    """The answer in force."""

    version: str
    locale: Locale
    purposes: PurposeFlags
    given_at: datetime

    @classmethod
    def of(cls, consent: Consent) -> Self:
        return cls(
            version=consent.notice_version,
            locale=cast(Locale, consent.locale),
            purposes=PurposeFlags.model_validate(consent),
            given_at=consent.given_at,
        )


class TranscriptionView(BaseModel):
    """Which engine will write captions; not `available`: the sound waits for one."""

    engine: str | None
    is_fallback: bool
    available: bool
    quality: str

    @classmethod
    def of(cls, info: EngineInfo) -> Self:
        return cls(
            engine=info.engine,
            is_fallback=info.is_fallback,
            available=info.engine is not None,
            quality=info.quality,
        )


class RetentionView(_View):
    """How long a class of data is kept after the interview."""

    data_class: str
    days: int


class InterviewView(BaseModel):
    """Everything the candidate's page needs to begin or go on.

    `faces`: they are looked at in this interview, so a second, small picture is of use.
    """

    session_id: UUID
    state: SessionState
    job_title: str
    language: Spoken
    locale: Locale
    jurisdiction: str
    expires_at: datetime
    total_questions: int
    questions: list[QuestionView]
    current_question_id: UUID | None
    notice: NoticeView
    consent: ConsentView | None
    faces: bool
    transcription: TranscriptionView
    retention: list[RetentionView]
    max_seconds: int
    accommodations: AdjustmentsView


def _consent(guest: Guest) -> ConsentView | None:
    return ConsentView.of(guest.consent) if guest.consent else None


async def interview_view(
    db: AsyncSession, guest: Guest, *, settings: Settings, engines: EngineReport
) -> InterviewView:
    """The interview as it stands in this transaction."""
    guest = await queries.refreshed(db, guest)
    questions = await queries.questions_of(db, guest.plan.id)
    notice = notice_for(guest.plan.jurisdiction, settings)
    adjusted = await adjustments_of(db, guest.invitation.id)
    return InterviewView(
        session_id=guest.session.id,
        state=SessionState(guest.session.state),
        job_title=guest.plan.title,
        language=cast(Spoken, guest.session.language),
        locale=cast(Locale, guest.invitation.locale),
        jurisdiction=guest.plan.jurisdiction,
        expires_at=guest.invitation.expires_at,
        total_questions=len(questions),
        questions=[
            QuestionView(
                id=question.id,
                index=question.index,
                text=question.text,
                seconds=adjusted.allowed(question.seconds),
                think_seconds=adjusted.allowed(question.think_seconds),
                retakes=question.retakes,
            )
            for question in questions
        ],
        current_question_id=guest.session.current_question_id,
        notice=NoticeView.model_validate(notice),
        consent=_consent(guest),
        faces=faces_agreed(guest.consent, guest.plan.jurisdiction, settings),
        transcription=TranscriptionView.of(engines.for_language(guest.session.language)),
        retention=[RetentionView.model_validate(kept) for kept in notice.retention],
        max_seconds=adjusted.allowed(settings.session_max_seconds),
        accommodations=AdjustmentsView.model_validate(adjusted),
    )
