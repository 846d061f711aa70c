"""SQL of the queue: a fixed number of queries per page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.errors import ServiceError
from service.review.queue_cursor import Cursor
from service.review.queue_facts import Facts, bound, facts
from service.tables import (
    Account,
    Assignment,
    Candidate,
    CaseLabel,
    Competency,
    InterviewPlan,
    Invitation,
    RaterKind,
    Rating,
    Role,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    Verdict,
)

NOBODY = UUID(int=0)
UNHEARD = (UtteranceStatus.PENDING, UtteranceStatus.WAITING)
Conditions = list[ColumnElement[bool]]
Key = ColumnElement[float] | ColumnElement[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions. None or empty: whichever. `viewer`: who asks; they may be blind to some."""

    viewer: UUID
    states: tuple[SessionState, ...] = ()
    text: str = ""
    plan_id: UUID | None = None
    assignee: UUID | None = None
    is_unassigned: bool = False
    language: str = ""
    label: str = ""
    confidence: str = ""
    is_overdue: bool = False
    is_contested: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A session's place in the queue, and what put it there. `key`: what it is sorted by."""

    id: UUID
    key: float | str
    is_open: bool
    is_contested: bool
    is_overdue: bool
    is_unsure: bool


def _base(wanted: Wanted) -> Conditions:
    """Conditions that need no facts."""
    found: Conditions = []
    if wanted.text:
        found.append(_named(wanted.text))
    if wanted.plan_id:
        found.append(col(Session.plan_id) == wanted.plan_id)
    if wanted.assignee:
        found.append(col(Assignment.account_id) == wanted.assignee)
    if wanted.is_unassigned:
        # Not IS NULL: PostgreSQL then expects one row, and walks everything anew for each it finds.
        found.append(sa.func.coalesce(col(Assignment.account_id), NOBODY) == NOBODY)
    if wanted.language:
        found.append(col(Session.language) == wanted.language)
    if wanted.label:
        own = select(CaseLabel.session_id).where(CaseLabel.label == wanted.label)
        found.append(col(Session.id).in_(own))
    return found


def _named(text: str) -> ColumnElement[bool]:
    """Candidates by a part of their name or address: one walk through one small index."""
    hits = (
        select(Invitation.id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .where(
            sa.or_(
                col(Candidate.name).icontains(text, autoescape=True),
                col(Candidate.email).icontains(text, autoescape=True),
            )
        )
    )
    return col(Session.invitation_id).in_(hits)


def _narrow(wanted: Wanted, known: Facts) -> Conditions:
    """Conditions on the facts."""
    found: Conditions = []
    if wanted.states:
        found.append(col(Session.state).in_(wanted.states))
    if wanted.is_overdue:
        found.append(known.is_overdue)
    if wanted.is_contested:
        found.append(known.is_contested)
    if wanted.is_open:
        found.append(known.is_open)
    rated = sa.exists().where(
        col(Rating.session_id) == col(Session.id), sa.text("ratings.is_current")
    )
    if wanted.confidence:
        found.append(sa.not_(known.is_blind))
    if wanted.confidence == "low":
        found.append(known.is_unsure)
    elif wanted.confidence == "sure":
        found.append(sa.and_(sa.not_(known.is_unsure), rated))
    elif wanted.confidence == "none":
        found.append(sa.not_(rated))
    return found


@dataclass(frozen=True, slots=True)
class Cut:
    """How a page is cut: sorted by what, after which row, as of when, and how many rows."""

    sort: str
    descending: bool
    now: datetime
    after: Cursor | None
    limit: int


def _source(known: Facts, *, with_candidates: bool) -> sa.FromClause:
    if not with_candidates:
        return known.source
    return known.source.join(Invitation, col(Invitation.id) == col(Session.invitation_id)).join(
        Candidate, col(Candidate.id) == col(Invitation.candidate_id)
    )


async def places(db: AsyncSession, wanted: Wanted, cut: Cut) -> list[Place]:
    """The places of one page, in order. Raises ServiceError 422 where the cursor's row is gone."""
    known, given = facts(), bound(cut.now, wanted.viewer)
    key = known.key_of[cut.sort]
    source = _source(known, with_candidates=cut.sort == "candidate")
    conditions = [*_base(wanted), *_narrow(wanted, known)]
    if cut.after is not None:
        conditions.append(_past(key, await _key_of(db, source, key=key, after=cut.after), cut))
    flags = (known.is_open, known.is_contested, known.is_overdue, known.is_unsure)
    order = (key.desc(), col(Session.id).desc()) if cut.descending else (key, col(Session.id))
    statement = sa.select(col(Session.id), key, *flags).select_from(source).where(*conditions)
    rows = (
        await (await db.connection()).execute(statement.order_by(*order).limit(cut.limit), given)
    ).all()
    return [Place(row[0], cast(float | str, row[1]), *map(bool, row[2:])) for row in rows]


async def _key_of(
    db: AsyncSession, source: sa.FromClause, *, key: Key, after: Cursor
) -> float | str:
    """Of the cursor's row. Only names are looked up, which do not depend on when one asks."""
    if after.key is not None:
        return after.key
    statement = sa.select(key).select_from(source).where(col(Session.id) == after.id)
    given = bound(after.at, after.id)
    found = (await (await db.connection()).execute(statement, given)).scalar_one_or_none()
    if found is None:
        raise ServiceError("invalid_body", 422, "The cursor's case is gone: begin again.")
    return cast(float | str, found)


def _past(key: Key, value: float | str, cut: Cut) -> ColumnElement[bool]:
    """Rows past the cursor's, in the order of the page."""
    assert cut.after is not None  # noqa: S101 - asked for only then
    row_id = col(Session.id)
    if cut.descending:
        return sa.or_(key < value, sa.and_(key == value, row_id < cut.after.id))
    return sa.or_(key > value, sa.and_(key == value, row_id > cut.after.id))


async def counts(
    db: AsyncSession, wanted: Wanted, *, now: datetime
) -> dict[SessionState, list[int]]:
    """By state: how many; of them open, contested, overdue, unsure, mine, nobody's (all open)."""
    known = facts()
    account = col(Assignment.account_id)
    flags = (
        known.is_open,
        known.is_contested,
        known.is_overdue,
        sa.and_(known.is_open, known.is_unsure),
        sa.and_(known.is_open, account == wanted.viewer),
        sa.and_(known.is_open, account.is_(None)),
    )
    sums = [sa.func.sum(sa.case((flag, 1), else_=0)) for flag in flags]
    statement = (
        sa.select(col(Session.state), sa.func.count(), *sums)
        .select_from(known.source)
        .where(*_base(wanted))
        .group_by(col(Session.state))
    )
    given = bound(now, wanted.viewer)
    rows = (await (await db.connection()).execute(statement, given)).all()
    return {SessionState(row[0]): [int(each) for each in row[1:]] for row in rows}


@dataclass(frozen=True, slots=True)
class Entry:
    """A session with whom and what it is about, and the person it is with (None: nobody)."""

    language: str
    state: SessionState
    started_at: datetime | None
    ended_at: datetime | None
    candidate_name: str
    candidate_email: str
    plan_id: UUID
    plan_title: str
    review_hours: int
    assignee_id: UUID | None
    assignee_name: str | None


async def entries(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Entry]:
    """What a page shows of these sessions."""
    statement = (
        sa.select(
            col(Session.id),
            *(col(Session.language), col(Session.state)),
            *(col(Session.started_at), col(Session.ended_at)),
            *(col(Candidate.name), col(Candidate.email)),
            *(col(InterviewPlan.id), col(InterviewPlan.title), col(InterviewPlan.review_hours)),
            *(col(Account.id), col(Account.name)),
        )
        .select_from(Session)
        .join(Invitation, col(Invitation.id) == col(Session.invitation_id))
        .join(Candidate, col(Candidate.id) == col(Invitation.candidate_id))
        .join(InterviewPlan, col(InterviewPlan.id) == col(Session.plan_id))
        .outerjoin(Assignment, col(Assignment.session_id) == col(Session.id))
        .outerjoin(Account, col(Account.id) == col(Assignment.account_id))
        .where(col(Session.id).in_(ids))
    )
    found = (await (await db.connection()).execute(statement)).all()
    rows: list[tuple[Any, ...]] = [tuple(row) for row in found]
    return {row[0]: Entry(*row[1:]) for row in rows}


async def labels(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Labels of several sessions, in alphabetical order."""
    statement = select(CaseLabel).where(col(CaseLabel.session_id).in_(ids))
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in (await db.exec(statement.order_by(col(CaseLabel.label)))).all():
        found[row.session_id].append(row.label)
    return found


@dataclass(frozen=True, slots=True)
class ShortRating:
    """A rating in force without its explanation."""

    session_id: UUID
    competency_id: UUID
    name: str
    level: int | None
    rater: RaterKind
    account_id: UUID | None


async def current_ratings(db: AsyncSession, session_ids: Collection[UUID]) -> list[ShortRating]:
    """The ratings in force of several sessions, in the order of their competencies."""
    statement = (
        sa.select(
            col(Rating.session_id),
            col(Rating.competency_id),
            col(Competency.name),
            col(Rating.level),
            col(Rating.rater),
            col(Rating.account_id),
        )
        .join(Competency, col(Competency.id) == col(Rating.competency_id))
        .where(col(Rating.session_id).in_(session_ids), sa.text("ratings.is_current"))
        .order_by(col(Competency.index))
    )
    return [ShortRating(*row) for row in (await (await db.connection()).execute(statement)).all()]


async def reviewed(db: AsyncSession, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sessions in which a person has rated anything, or let it stand."""
    rated = select(Rating.session_id).where(
        col(Rating.session_id).in_(session_ids), col(Rating.rater) == RaterKind.HUMAN
    )
    stood = select(Verdict.session_id).where(col(Verdict.session_id).in_(session_ids))
    return set((await db.exec(rated.distinct())).all()) | set(
        (await db.exec(stood.distinct())).all()
    )


async def unheard(db: AsyncSession, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sessions with speech that has no text yet."""
    statement = select(Utterance.session_id).where(
        col(Utterance.session_id).in_(session_ids), col(Utterance.status).in_(UNHEARD)
    )
    return set((await db.exec(statement.distinct())).all())


async def plans(db: AsyncSession) -> Sequence[tuple[UUID, str]]:
    """Every plan, by title."""
    statement = select(InterviewPlan.id, InterviewPlan.title)
    return (await db.exec(statement.order_by(sa.func.lower(InterviewPlan.title)))).all()


async def people(db: AsyncSession, roles: Collection[Role]) -> Sequence[tuple[UUID, str]]:
    """Everybody active with one of these roles, by name."""
    statement = select(Account.id, Account.name).where(
        col(Account.is_active), col(Account.role).in_(roles)
    )
    return (await db.exec(statement.order_by(sa.func.lower(Account.name)))).all()


async def all_labels(db: AsyncSession) -> Sequence[str]:
    """Every label in use."""
    return (await db.exec(select(CaseLabel.label).distinct().order_by(CaseLabel.label))).all()


async def languages(db: AsyncSession) -> Sequence[str]:
    """Every language interviews were held in."""
    found = select(Session.language).where(Session.language != "").distinct()
    return (await db.exec(found.order_by(Session.language))).all()
