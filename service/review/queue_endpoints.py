"""HTTP of the queue: pages, counts, what to filter by, assignments and labels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.access.deps import Read, Write
from service.access.docs import responses
from service.access.people import CaseReader, Reviewer
from service.review import queue, queue_hands
from service.review.queue_schemas import (
    Assigned,
    AssignmentDraft,
    LabelDraft,
    Labelled,
    Queue,
    QueueChoices,
    QueueCounts,
    QueueFilter,
    QueueQuery,
)
from service.tables import utc_now

router = APIRouter(prefix="/review")


@router.get("/queue", responses=responses(401, 403, 422))
async def get_queue(
    person: CaseReader, db: Read, *, asked: Annotated[QueueQuery, Query()]
) -> Queue:
    """Interviews to look at: contested, overdue and unsure ones first, unless sorted otherwise."""
    return await queue.page(db, asked, person=person, now=utc_now())


@router.get("/queue/counts", responses=responses(401, 403, 422))
async def get_queue_counts(
    person: CaseReader, db: Read, *, asked: Annotated[QueueFilter, Query()]
) -> QueueCounts:
    """How many there are by state, and how many wait for what."""
    return await queue.counts(db, asked, person=person, now=utc_now())


@router.get("/queue/choices", responses=responses(401, 403))
async def get_queue_choices(_: CaseReader, db: Read) -> QueueChoices:
    """Plans, people, labels and languages to filter by."""
    return await queue.choices(db)


@router.post("/assignments", responses=responses(400, 401, 403, 404, 422))
async def assign_cases(person: Reviewer, db: Write, *, body: AssignmentDraft) -> Assigned:
    """Take cases, give them to somebody, or to nobody."""
    return await queue_hands.assign(db, body, person=person)


@router.post("/labels", responses=responses(400, 401, 403, 404, 409, 422))
async def label_cases(person: Reviewer, db: Write, *, body: LabelDraft) -> Labelled:
    """Put labels on cases, and take labels off."""
    return await queue_hands.label(db, body, person=person)
