"""The sample job: written answers with word times, rated by the real scorer; nobody spoke them.

There is no sound and no picture, and none is invented: each case says that nothing was recorded,
and its words name the engine "sample-written".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Entry, Tag, record
from service.db import Database
from service.interviews.schemas import Plan, PlanDraft
from service.review import override
from service.review.hands import By
from service.review.schemas import OverrideDraft
from service.review.scoring import rate_session
from service.seed.jobs import make_sample
from service.seed.store import HOST, somebody
from service.seed.words import timed_words
from service.settings import Settings
from service.tables import (
    Account,
    AskedQuestion,
    Candidate,
    CaseLabel,
    Competency,
    Consent,
    Contest,
    ContestKind,
    InterviewPlan,
    Invitation,
    Rating,
    Role,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    utc_now,
)

ENGINE = "sample-written"
THINKING = 4.0  # seconds before each answer, and after it
REVIEWER = "Sample reviewer · 示例复核人"


class Judged(BaseModel):
    """What the sample's reviewer set in place of the model's level."""

    competency: str
    level: int
    reason: str


class Told(BaseModel):
    """One interview as it is written down. `surety`: how surely its words were "heard", 0..1."""

    name: str
    hours_ago: float
    surety: float
    answers: list[str]
    override: Judged | None = None
    contest: str = ""
    label: str = ""


class Script(BaseModel):
    """A job in one language."""

    plan: PlanDraft
    interviews: list[Told]


@dataclass(frozen=True, slots=True)
class Held:
    """A stored interview, and its place in the script."""

    session_id: UUID
    told: Told


def scripts() -> Mapping[str, Script]:
    """The sample's scripts by language."""
    text = resources.files("service.seed").joinpath("answers.json").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Script]).validate_json(text)


async def add(database: Database, settings: Settings) -> int:
    """Write the sample where it is missing; returns how many interviews were added."""
    added = 0
    for language, script in scripts().items():
        async with database.writing() as db:
            if await _is_there(db, script.plan.title):
                continue
            longest = settings.session_max_seconds
            plan = await make_sample(db, script.plan, max_seconds=longest)
            reviewer = await somebody(db, REVIEWER, role=Role.REVIEWER, email=f"reviewer@{HOST}")
            held = [
                Held(await _store(db, told, (number, language), plan=plan), told)
                for number, told in enumerate(script.interviews)
            ]
            facts = {"sessions": len(held)}
            await record(db, Entry(Tag.SAMPLES_MADE, "system", f"plan:{plan.id}", detail=facts))
        for each in held:
            await rate_session(database, each.session_id)
            async with database.writing() as db:
                await _follow_up(db, each, plan=plan, by=_hands(reviewer, settings))
        added += len(held)
    return added


async def _is_there(db: AsyncSession, title: str) -> bool:
    known = select(InterviewPlan.id).where(
        InterviewPlan.title == title, col(InterviewPlan.is_sample)
    )
    return (await db.exec(known)).first() is not None


def _hands(reviewer: Account, settings: Settings) -> By:
    """The sample's reviewer; no webhook tells the world of a sample."""
    quiet = settings.model_copy(update={"webhook_url": ""})
    return By(reviewer.id, reviewer.name, Role.REVIEWER, f"account:{reviewer.id}", quiet)


async def _store(db: AsyncSession, told: Told, place: tuple[int, str], *, plan: Plan) -> UUID:
    number, language = place
    ended = utc_now() - timedelta(hours=told.hours_ago)
    candidate = Candidate(
        name=told.name, email=f"{language}{number}@{HOST}", created_at=ended - timedelta(days=2)
    )
    db.add(candidate)
    await db.flush()
    invitation = Invitation(
        plan_id=plan.id,
        candidate_id=candidate.id,
        token_hash=f"sample-{plan.id}-{number}"[:64],  # no token hashes to it
        locale="zh-CN" if language == "zh" else "en",
        expires_at=ended + timedelta(days=7),
        created_at=ended - timedelta(days=2),
    )
    db.add(invitation)
    await db.flush()
    db.add(_consent(invitation, at=ended - timedelta(hours=1)))
    session = Session(
        invitation_id=invitation.id,
        plan_id=plan.id,
        state=SessionState.CLOSED,
        language=language,
        ended_at=ended,
        created_at=ended - timedelta(days=2),
    )
    db.add(session)
    await db.flush()
    session.media_seconds = _say(db, session, told=told, plan=plan)
    session.started_at = ended - timedelta(seconds=session.media_seconds)
    db.add(session)
    await db.flush()
    return session.id


def _consent(invitation: Invitation, *, at: datetime) -> Consent:
    return Consent(
        invitation_id=invitation.id,
        notice_version="sample",
        profile="STRICT",
        locale=invitation.locale,
        recording=True,
        ai_scoring=True,
        facial_analysis=False,
        given_at=at,
    )


def _say(db: AsyncSession, session: Session, *, told: Told, plan: Plan) -> float:
    """One utterance per answer; returns where the last question ends (media seconds)."""
    at = 0.0
    for question, text in zip(plan.questions, told.answers, strict=True):
        words = timed_words(
            text, language=session.language, start=at + THINKING, surety=told.surety
        )
        end = words[-1]["end"]
        db.add(
            Utterance(
                session_id=session.id,
                question_id=question.id,
                start=words[0]["start"],
                end=end,
                status=UtteranceStatus.DONE,
                text=text,
                words=words,
                language=session.language,
                engine=ENGINE,
                confidence=told.surety,
            )
        )
        db.add(
            AskedQuestion(
                session_id=session.id, question_id=question.id, started=at, ended=end + THINKING
            )
        )
        at = end + THINKING
    return at


async def _follow_up(db: AsyncSession, held: Held, *, plan: Plan, by: By) -> None:
    """What people did with it: a level changed, an objection, a label."""
    told = held.told
    if told.contest:
        db.add(Contest(session_id=held.session_id, kind=ContestKind.CONTEST, text=told.contest))
    if told.label:
        db.add(CaseLabel(session_id=held.session_id, label=told.label))
    if told.override is None:
        return
    found = await db.exec(
        select(Competency.id).where(
            Competency.plan_id == plan.id, Competency.key == told.override.competency
        )
    )
    competency_id = found.one()
    current = await db.exec(
        select(Rating.id).where(
            Rating.session_id == held.session_id,
            Rating.competency_id == competency_id,
            col(Rating.is_current),
        )
    )
    draft = OverrideDraft(
        level=told.override.level, reason=told.override.reason, replaces=current.first()
    )
    await override.override(db, override.Target(held.session_id, competency_id), draft=draft, by=by)
