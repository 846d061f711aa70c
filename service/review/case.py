"""One case: everything that a person needs to decide, put together at reading time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind import CLEAR, Sight, may_see
from service.access.blind_queries import sight_of
from service.access.notices import faces_agreed, faces_allowed
from service.access.people import Person
from service.access.queries import own_words_of, takes_of
from service.access.tries import is_replaced
from service.access.views import ConsentView
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.review import (
    corrections,
    queries,
    rating_views,
    second,
    timeline,
    verdicts,
    work_queries,
)
from service.review.freezing import frozen
from service.review.schemas import (
    Case,
    CaseCandidate,
    CaseFaces,
    CasePlan,
    CaseQuestion,
    CaseRecording,
    CaseSession,
    CaseUtterance,
    Note,
)
from service.review.standing import standings
from service.review.work_schemas import CorrectionView, StandingView
from service.settings import Settings
from service.tables import (
    TYPED,
    Account,
    AskedQuestion,
    Competency,
    Consent,
    Correction,
    OwnWords,
    Question,
    Recording,
    RecordingSource,
    SessionState,
    Take,
    Utterance,
    UtteranceStatus,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class CaseRows:
    """What the database holds of a case. No `observations` unless they may be shown."""

    head: queries.Head
    consent: Consent | None
    questions: Sequence[tuple[Question, AskedQuestion | None]]
    recordings: Sequence[Recording]
    utterances: Sequence[Utterance]
    ratings: Sequence[queries.RatingRow]
    are_faces_allowed: bool
    competencies: Sequence[Competency]
    verdicts: Sequence[tuple[Verdict, Account]]
    corrections: Sequence[tuple[Correction, Account]]
    takes: Sequence[Take] = ()
    own_words: Mapping[UUID, OwnWords] = field(default_factory=dict)
    sight: Sight = CLEAR
    observations: Sequence[queries.Look] = field(default=())


async def load(
    db: AsyncSession, session_id: UUID, settings: Settings, *, viewer: UUID | None
) -> CaseRows:
    """Read a case. Raises ServiceError 404. What must not be shown is not handed on.

    `viewer` None: somebody without a login.
    """
    head = await queries.head(db, session_id)
    if head is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    consent = await queries.consent(db, head.session.invitation_id)
    place = head.plan.jurisdiction
    agreed = faces_agreed(consent, place, settings)
    sight = await sight_of(db, viewer, session_id)
    rated = await queries.ratings(db, session_id)
    if held := (await frozen(db, [session_id])).get(session_id):
        rated = [row for row in rated if not held.hides(row.rating.rater, row.rating.competency_id)]
    said = await work_queries.verdicts(db, session_id)
    return CaseRows(
        head=head,
        consent=consent,
        questions=await queries.questions(db, head.session),
        recordings=await queries.recordings(db, session_id),
        utterances=await queries.utterances(db, session_id),
        ratings=[row for row in rated if may_see(row.rating.account_id, sight, viewer)],
        are_faces_allowed=faces_allowed(place, settings),
        competencies=await work_queries.competencies(db, head.plan.id),
        verdicts=[pair for pair in said if may_see(pair[0].account_id, sight, viewer)],
        corrections=await work_queries.corrections(db, session_id),
        takes=await takes_of(db, session_id),
        own_words=await own_words_of(db, session_id),
        sight=sight,
        observations=await queries.observations(db, session_id) if agreed else (),
    )


async def view(
    database: Database, session_id: UUID, *, person: Person, settings: Settings
) -> bytes:
    """A case as JSON, put on record before it is shown."""
    async with database.reading() as db:
        rows = await load(db, session_id, settings, viewer=person.id)
    async with database.writing() as db:
        subject = f"session:{session_id}"
        await record(db, Entry(Tag.CASE_VIEWED, person.actor, subject, session_id))
    return await asyncio.to_thread(_to_json, rows)


def _to_json(rows: CaseRows) -> bytes:
    return build(rows).model_dump_json().encode()


def build(rows: CaseRows) -> Case:
    """Put a case together; takes some milliseconds for a long interview."""
    head = rows.head
    asked = [row for _, row in rows.questions if row is not None]
    in_force = {row.utterance_id: row for row, _ in rows.corrections if row.is_current}
    said = corrections.overlaid(rows.utterances, in_force)
    spoken = [row for row in said if row.engine != TYPED]  # writing has no pace and no pauses
    line = timeline.build(spoken, rows.observations, asked, duration=head.session.media_seconds)
    is_shadow = rows.sight.is_shadow
    shown = [rating_views.show(row, is_shadow=is_shadow) for row in rows.ratings]
    standing = _standing(rows)
    return Case(
        session=_session(head),
        candidate=CaseCandidate.model_validate(head.candidate),
        plan=CasePlan.model_validate(head.plan),
        consent=ConsentView.of(rows.consent) if rows.consent else None,
        questions=[_question(*pair) for pair in rows.questions],
        recordings=[_recording(row) for row in rows.recordings],
        utterances=_utterances(rows, said),
        faces=_faces(rows) or timeline.faces(rows.observations, line),
        statistics=timeline.statistics(line),
        ratings=[rating for rating in shown if rating.is_current],
        history=[rating for rating in shown if not rating.is_current],
        competencies=standing.competencies,
        summary=standing.summary,
        verdicts=[verdicts.show(*pair) for pair in rows.verdicts],
        notes=notes(rows),
    )


def _session(head: queries.Head) -> CaseSession:
    session = head.session
    return CaseSession(
        id=session.id,
        state=SessionState(session.state),
        language=session.language,
        jurisdiction=head.plan.jurisdiction,
        started_at=session.started_at,
        ended_at=session.ended_at,
        duration=session.media_seconds,
    )


def _question(question: Question, asked: AskedQuestion | None) -> CaseQuestion:
    return CaseQuestion(
        id=question.id,
        index=question.index,
        text=question.text,
        started=asked.started if asked else None,
        ended=asked.ended if asked else None,
    )


def _recording(row: Recording) -> CaseRecording:
    return CaseRecording(
        id=row.id,
        url=f"/api/review/cases/{row.session_id}/recordings/{row.id}",
        mime=row.mime,
        size=row.size,
        offset=row.offset,
        duration=row.duration,
    )


def _standing(rows: CaseRows) -> StandingView:
    """From what the viewer may see: somebody blind sees that others have said nothing."""
    rated = [row.rating for row in rows.ratings if row.rating.is_current]
    given = [verdict for verdict, _ in rows.verdicts if verdict.is_current]
    return verdicts.show_standing(standings(rows.competencies, rated, given), rows.verdicts)


def _utterances(rows: CaseRows, said: Sequence[Utterance]) -> list[CaseUtterance]:
    made: dict[UUID, list[CorrectionView]] = {}
    for correction, account in rows.corrections:
        made.setdefault(correction.utterance_id, []).append(corrections.show(correction, account))
    pairs = zip(rows.utterances, said, strict=True)
    shown = [_utterance(heard, row, made.get(row.id, [])) for heard, row in pairs]
    for line_, row in zip(shown, said, strict=True):
        own = rows.own_words.get(row.id)
        line_.own_text = own.text if own else None
        middle = (row.start + row.end) / 2
        line_.is_replaced = is_replaced(rows.takes, row.question_id, middle)
    return shown


def _utterance(heard: Utterance, row: Utterance, made: list[CorrectionView]) -> CaseUtterance:
    is_done = row.status is UtteranceStatus.DONE
    values = row.model_dump() | {
        "engine": row.engine or None,
        "confidence": row.confidence if is_done else None,
        "heard": None if heard is row else heard.text,
        "corrections": made,
    }
    return CaseUtterance.model_validate(values)


def _faces(rows: CaseRows) -> CaseFaces | None:
    """The refusal, where faces must not be shown."""
    if not rows.are_faces_allowed:
        return CaseFaces(allowed=False, reason="jurisdiction", samples=[], spans=[], weight=0.0)
    if rows.consent is None or not (rows.consent.recording and rows.consent.facial_analysis):
        return CaseFaces(allowed=False, reason="consent", samples=[], spans=[], weight=0.0)
    return None


def _was_interrupted(rows: Sequence[Recording]) -> bool:
    return len(rows) > 1 or any(row.source == RecordingSource.STITCHED for row in rows)


def notes(rows: CaseRows) -> list[Note]:
    """What a person should know before they trust what they see."""
    states = {row.status for row in rows.utterances}
    is_over = SessionState(rows.head.session.state) in {SessionState.CLOSED, SessionState.FAILED}
    consent = rows.consent
    found: list[tuple[Note, bool]] = [
        ("engine_fallback", any(row.is_fallback for row in rows.utterances)),
        ("waiting_transcript", bool(states & {UtteranceStatus.PENDING, UtteranceStatus.WAITING})),
        ("engine_missing", UtteranceStatus.WAITING in states),
        ("no_recording", is_over and not rows.recordings),
        ("interrupted", _was_interrupted(rows.recordings)),
        ("ai_scoring_refused", consent is not None and not consent.ai_scoring),
        ("person_first", second.needs_person([row.rating for row in rows.ratings])),
        ("blind", rows.sight.is_blind),
        ("on_trial", rows.sight.is_shadow),
    ]
    return [note for note, holds in found if holds]
