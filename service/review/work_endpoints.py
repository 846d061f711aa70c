"""HTTP of what people add to a case: verdicts, corrected words, comments."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from service.access.blind_queries import must_see_ratings, sight_of
from service.access.deps import Read, Write, get_database
from service.access.docs import responses
from service.access.people import CaseReader
from service.errors import ServiceError
from service.review import comments, corrections, queries, verdicts, work_queries
from service.review.hands import ByReviewer
from service.review.override import Target
from service.review.scoring import rate_session
from service.review.work_schemas import (
    CommentDraft,
    CommentView,
    CorrectionDraft,
    CorrectionView,
    MentionView,
    PersonView,
    StandingView,
    VerdictDraft,
)
from service.tables import Account

router = APIRouter(prefix="/api/review", tags=["review"])


@router.post(
    "/cases/{session_id}/ratings/{competency_id}/verdict",
    status_code=201,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def give_verdict(
    session_id: UUID, competency_id: UUID, *, by: ByReviewer, db: Write, body: VerdictDraft
) -> StandingView:
    """Accept what a model proposed, or set it aside; the whole is reckoned again at once."""
    await must_see_ratings(db, by.id, session_id)
    await verdicts.give(db, Target(session_id, competency_id), draft=body, by=by)
    session = await queries.lock_session(db, session_id)
    assert session is not None  # noqa: S101 - it was there a statement ago, and is locked
    return await verdicts.standing_view(db, session)


@router.post(
    "/cases/{session_id}/utterances/{utterance_id}/correction",
    status_code=201,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def correct_utterance(
    session_id: UUID, utterance_id: UUID, *, by: ByReviewer, request: Request, body: CorrectionDraft
) -> CorrectionView:
    """Correct what an engine heard. A model's ratings are made again from the corrected words."""
    database = get_database(request)
    async with database.writing() as db:
        row = await corrections.correct(db, (session_id, utterance_id), draft=body, by=by)
        view = corrections.show(row, await db.get_one(Account, by.id))
    await rate_session(database, session_id)
    return view


@router.get("/cases/{session_id}/comments", responses=responses(401, 403, 404, 422))
async def get_comments(session_id: UUID, person: CaseReader, *, db: Read) -> list[CommentView]:
    """The remarks on a case; of somebody blind to it, only their own."""
    found = await comments.list_of(db, session_id)
    sight = await sight_of(db, person.id, session_id)
    return [one for one in found if not sight.is_blind or one.by.id == person.id]


@router.post(
    "/cases/{session_id}/comments",
    status_code=201,
    responses=responses(400, 401, 403, 404, 422),
)
async def add_comment(
    session_id: UUID, *, by: ByReviewer, db: Write, body: CommentDraft
) -> CommentView:
    """Remark on a case, and call colleagues to it."""
    return await comments.add(db, session_id, draft=body, by=by)


@router.post(
    "/cases/{session_id}/mentions/seen", status_code=204, responses=responses(401, 403, 404, 422)
)
async def see_mentions(session_id: UUID, person: CaseReader, *, db: Write) -> None:
    """Everything that calls me in this case has been seen."""
    if await queries.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    await comments.see(db, session_id, person.id)


@router.get("/mentions", responses=responses(401, 403))
async def get_mentions(person: CaseReader, db: Read) -> list[MentionView]:
    """Where colleagues call me, the newest first."""
    return await comments.mentions(db, person.id)


@router.get("/people", responses=responses(401, 403))
async def get_case_people(_: CaseReader, db: Read) -> list[PersonView]:
    """Whom one may call: everybody who may open cases, by name only."""
    return [PersonView.model_validate(one) for one in await work_queries.case_people(db)]
