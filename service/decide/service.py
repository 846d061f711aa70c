"""Deciding: a person alone, once everything that was proposed has been looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service import outbox
from service.access.blind import may_see
from service.access.blind_queries import must_see_ratings, sight_of
from service.access.people import Person
from service.audit import Entry, Tag, record
from service.decide import queries
from service.decide.schemas import (
    BasisView,
    DecisionDraft,
    DecisionView,
    LetterState,
    LetterView,
)
from service.errors import ServiceError
from service.review import queries as cases
from service.review import standing, work_queries
from service.settings import Settings
from service.tables import Decision, DecisionLetter, Outcome, Session, SessionState

SHORTEST_REASON = 5
OVER = frozenset({SessionState.CLOSED, SessionState.FAILED})


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, under which settings."""

    person: Person
    settings: Settings


def stale() -> ServiceError:
    """What whoever came second is told."""
    return ServiceError(
        "decision_stale", 409, "Somebody has decided since you opened this. Look again first."
    )


async def decide(
    db: AsyncSession, session_id: UUID, *, draft: DecisionDraft, by: Decider
) -> Decision:
    """Put a decision in force, with its audit event and webhook, in the caller's transaction.

    Raises ServiceError 404, `reason_missing` (422), `interview_running`, `not_looked_at` (with
    `missing`, the competencies left), `decision_stale` or `blind_first` (409).
    """
    if len(draft.reason) < SHORTEST_REASON:
        raise ServiceError("reason_missing", 422, "Say why: the reason stays with the decision.")
    session = await cases.lock_session(db, session_id)
    if session is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    if SessionState(session.state) not in OVER:
        raise ServiceError("interview_running", 409, "Wait until the interview has ended.")
    await must_see_ratings(db, by.person.id, session_id)
    found = await work_queries.standing(db, session.id, session.plan_id)
    _must_be_looked_at(found)
    before = await queries.current(db, session_id)
    if (before.id if before else None) != draft.replaces:
        raise stale()
    if before is not None:
        await queries.retire(db, before.id)
    return await _keep(db, session, draft=draft, place=_Place(before, found, by))


@dataclass(frozen=True, slots=True)
class _Place:
    before: Decision | None
    found: list[standing.Standing]
    by: Decider


def _must_be_looked_at(found: list[standing.Standing]) -> None:
    """Nothing may be decided on what nobody has seen."""
    left = standing.missing(found)
    if left:
        raise ServiceError(
            "not_looked_at",
            409,
            "Look at every competency first: accept, change or set aside what was proposed.",
            extra={"missing": [{"id": str(each.id), "name": each.name} for each in left]},
        )


async def _keep(
    db: AsyncSession, session: Session, *, draft: DecisionDraft, place: _Place
) -> Decision:
    before, by = place.before, place.by
    decision = Decision(
        session_id=session.id,
        outcome=draft.outcome,
        reason=draft.reason,
        account_id=by.person.id,
        rubric_version=await cases.rubric_version(db, session.plan_id),
        basis=standing.basis(place.found),
        supersedes_id=before.id if before else None,
    )
    db.add(decision)
    try:
        await db.flush()
    except IntegrityError as error:  # the partial unique index: one decision in force
        raise stale() from error
    facts = {
        "outcome": Outcome(decision.outcome).value,
        "from": Outcome(before.outcome).value if before else None,
        "replaces": decision.supersedes_id,
    }
    data = {**facts, "decision_id": decision.id, "account_id": by.person.id}
    event = outbox.Event("decision.made", session.id, data)
    await outbox.put(db, event, settings=by.settings)
    hidden = {"reason_sha256": hashlib.sha256(decision.reason.encode()).hexdigest()}
    subject, actor = f"decision:{decision.id}", by.person.actor
    await record(db, Entry(Tag.DECISION_MADE, actor, subject, session.id, {**facts, **hidden}))
    return decision


async def list_of(db: AsyncSession, session_id: UUID, *, viewer: UUID) -> list[DecisionView]:
    """The decisions on a case, the newest first; of somebody blind to it, only their own.

    Raises ServiceError 404.
    """
    if await cases.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    sight = await sight_of(db, viewer, session_id)
    rows = await queries.decisions(db, session_id)
    return [show(row) for row in rows if may_see(row.decision.account_id, sight, viewer)]


def show(row: queries.DecisionRow) -> DecisionView:
    """One decision with its letter."""
    decision, letter = row.decision, row.letter
    return DecisionView(
        id=decision.id,
        outcome=Outcome(decision.outcome),
        reason=decision.reason,
        by=row.account.name,
        rubric_version=decision.rubric_version,
        basis=[BasisView.model_validate(one) for one in decision.basis],
        is_current=decision.is_current,
        created_at=decision.created_at,
        letter=show_letter(letter, row.writer.name) if letter and row.writer else None,
    )


def show_letter(letter: DecisionLetter, by: str) -> LetterView:
    """One letter, and how far it has come."""
    return LetterView.model_validate(
        letter.model_dump() | {"state": letter_state(letter), "by": by}
    )


def letter_state(letter: DecisionLetter) -> LetterState:
    """How far it has come."""
    if letter.sent_at is not None:
        return "sent"
    if letter.dropped_at is not None:
        return "dropped"
    return "failed" if letter.failure else "due"
