"""SQL of what the queue sorts and filters by, of every session, in one FROM.

Each fact comes from one partial index that holds little else, joined as a set: with 10,000 sessions
that is faster than asking per session, in SQLite and in PostgreSQL (benchmarks/results/api.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, FunctionElement
from sqlmodel import col

from service.tables import (
    Assignment,
    Candidate,
    Competency,
    InterviewPlan,
    RaterKind,
    Rating,
    Session,
    Sheet,
    Trial,
    TrialSession,
    TrialState,
    Verdict,
)
from service.tables.ratings import BY_PEOPLE, UNSURE

NEVER = 5e10  # seconds since 1970: after every deadline there will be
RANK = 1e11  # what one step of urgency weighs against any deadline


class epoch(FunctionElement[float]):
    """A stored time as seconds since 1970, so that both databases can reckon with it."""

    type = sa.Float()
    inherit_cache = True
    name = "epoch"


@compiles(epoch, "sqlite")
def _julian(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"((julianday({compiler.process(element.clauses, **options)}) - 2440587.5) * 86400.0)"


@compiles(epoch, "postgresql")
def _extract(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"CAST(EXTRACT(EPOCH FROM {inner}) AS DOUBLE PRECISION)"


def _true_of(table: str, condition: str) -> ColumnElement[bool]:
    """A partial index's own words: SQLite compares them as they stand."""
    return sa.text(condition.replace("is_current", f"{table}.is_current"))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Facts:
    """Columns over `source`. `key_of`: what each order sorts by, the first least."""

    source: sa.FromClause
    is_open: ColumnElement[bool]
    is_contested: ColumnElement[bool]
    is_overdue: ColumnElement[bool]
    is_unsure: ColumnElement[bool]
    is_blind: ColumnElement[bool]
    key_of: Mapping[str, ColumnElement[float] | ColumnElement[str]]


def _sessions_with(table: str, where: str) -> sa.Subquery:
    """Ids of sessions, each once. `where` in the words of a partial index, as it must be found."""
    found = sa.table(table, sa.column("session_id", sa.Uuid()))
    return sa.select(found.c.session_id).where(sa.text(where)).distinct().subquery()


def _judged() -> sa.Subquery:
    """How many competencies of a session have a person's rating in force."""
    found = sa.table("ratings", sa.column("session_id", sa.Uuid()))
    count = sa.func.count().label("n")
    statement = sa.select(found.c.session_id, count).where(sa.text(BY_PEOPLE))
    return statement.group_by(found.c.session_id).subquery()


def _let_stand() -> sa.Subquery:
    """On how many a person said something of the proposal in force (or of there being none).

    As `service.review.standing` has it: what was said of an earlier one no longer counts.
    """
    spoken_of = sa.select(col(Rating.id)).where(
        col(Rating.id) == col(Verdict.rating_id),
        col(Rating.is_current),
        col(Rating.rater) == RaterKind.MODEL,
    )
    in_force = sa.select(col(Rating.id)).where(
        col(Rating.session_id) == col(Verdict.session_id),
        col(Rating.competency_id) == col(Verdict.competency_id),
        sa.text("ratings.is_current"),
    )
    nothing = sa.and_(col(Verdict.rating_id).is_(None), sa.not_(in_force.exists()))
    count = sa.func.count().label("n")
    statement = sa.select(col(Verdict.session_id), count).where(
        sa.text("verdicts.is_current"), sa.or_(spoken_of.exists(), nothing)
    )
    return statement.group_by(col(Verdict.session_id)).subquery()


def _asked_about() -> sa.Subquery:
    """How many competencies each plan has."""
    plan_id, count = col(Competency.plan_id), sa.func.count().label("n")
    return sa.select(plan_id, count).group_by(plan_id).subquery()


def _blind(viewer: ColumnElement[UUID]) -> sa.Subquery:
    """Sessions whose ratings this person must not see yet, as `service.access.blind` has it."""
    own = sa.and_(
        col(Sheet.session_id) == col(TrialSession.session_id),
        col(Sheet.account_id) == viewer,
        col(Sheet.locked_at).is_not(None),
    )
    on_trial = (
        sa.select(col(TrialSession.session_id))
        .join(Trial, col(Trial.id) == col(TrialSession.trial_id))
        .where(col(Trial.state) == TrialState.RUNNING, sa.not_(sa.exists().where(own)))
    )
    opened = sa.select(col(Sheet.session_id)).where(
        col(Sheet.account_id) == viewer, col(Sheet.locked_at).is_(None)
    )
    return sa.union(on_trial, opened).subquery()


def bound(now: datetime, viewer: UUID) -> dict[str, object]:
    """As of when, and who asks."""
    return {"now": now.timestamp(), "viewer": viewer}


@cache
def facts() -> Facts:
    """What is known of every session, as far as a person may know it; put together once.

    Every statement with them is executed with `bound(...)`.
    """
    now, viewer = sa.bindparam("now", type_=sa.Float()), sa.bindparam("viewer", type_=sa.Uuid())
    unsure = _sessions_with("ratings", UNSURE)
    contested = _sessions_with("contests", "answered_at IS NULL")
    decided = _sessions_with("decisions", "is_current")
    judged, stands = _judged(), _let_stand()
    asked, blind = _asked_about(), _blind(viewer)
    source = (
        sa.join(Session, InterviewPlan, col(InterviewPlan.id) == col(Session.plan_id))
        .outerjoin(asked, asked.c.plan_id == col(Session.plan_id))
        .outerjoin(Assignment, col(Assignment.session_id) == col(Session.id))
    )
    for joined in (judged, stands, unsure, contested, decided, blind):
        source = source.outerjoin(joined, joined.c.session_id == col(Session.id))
    is_open = sa.and_(
        col(Session.ended_at).is_not(None),
        decided.c.session_id.is_(None),
        sa.func.coalesce(judged.c.n, 0) + sa.func.coalesce(stands.c.n, 0)
        < sa.func.coalesce(asked.c.n, 0),
    )
    is_contested = contested.c.session_id.is_not(None)
    due = epoch(col(Session.ended_at)) + col(InterviewPlan.review_hours) * 3600.0
    is_overdue = sa.and_(is_open, due < now)
    is_blind = blind.c.session_id.is_not(None)
    is_unsure = sa.and_(unsure.c.session_id.is_not(None), sa.not_(is_blind))
    by_due = sa.func.coalesce(due, NEVER)
    rank = sa.case(  # in this order, as each condition is reckoned out for every session
        (is_contested, -4.0),
        (sa.not_(is_open), 0.0),
        (due < now, -3.0),
        (is_unsure, -2.0),
        else_=-1.0,
    )
    keys: dict[str, ColumnElement[float] | ColumnElement[str]] = {
        "urgency": rank * RANK + by_due,
        "due": by_due,
        "held": sa.func.coalesce(epoch(col(Session.started_at)), 0.0),
        "candidate": sa.func.lower(col(Candidate.name)),
        "plan": sa.func.lower(col(InterviewPlan.title)),
    }
    return Facts(source, is_open, is_contested, is_overdue, is_unsure, is_blind, keys)
