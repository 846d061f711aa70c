"""SQL of what people add to a case: verdicts, corrected words, comments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.permissions import ROLES, Permission
from service.review.standing import Standing, standings
from service.tables import (
    Account,
    Comment,
    Competency,
    Correction,
    Mention,
    Rating,
    Role,
    Utterance,
    Verdict,
)

MOST_COMMENTS = 2000


async def competencies(db: AsyncSession, plan_id: UUID) -> Sequence[Competency]:
    """Everything a plan rates, in its order."""
    own = select(Competency).where(Competency.plan_id == plan_id)
    return (await db.exec(own.order_by(col(Competency.index), col(Competency.key)))).all()


async def verdicts(db: AsyncSession, session_id: UUID) -> list[tuple[Verdict, Account]]:
    """Every verdict ever given, the newest first, with who gave it."""
    statement = (
        select(Verdict, Account)
        .join(Account, col(Account.id) == Verdict.account_id)
        .where(Verdict.session_id == session_id)
        .order_by(col(Verdict.created_at).desc(), col(Verdict.id).desc())
    )
    return list((await db.exec(statement)).all())


async def current_verdict(
    db: AsyncSession, session_id: UUID, competency_id: UUID
) -> Verdict | None:
    """The newest one; whether it still counts depends on the rating in force."""
    statement = select(Verdict).where(
        Verdict.session_id == session_id,
        Verdict.competency_id == competency_id,
        col(Verdict.is_current),
    )
    return (await db.exec(statement)).first()


async def retire_verdict(db: AsyncSession, verdict_id: UUID) -> None:
    """Take a verdict out of force."""
    statement = update(Verdict).where(col(Verdict.id) == verdict_id).values(is_current=False)
    await db.exec(statement.execution_options(synchronize_session=False))


async def standing(db: AsyncSession, session_id: UUID, plan_id: UUID) -> list[Standing]:
    """Where every competency of a session stands."""
    rated = select(Rating).where(Rating.session_id == session_id, col(Rating.is_current))
    said = select(Verdict).where(Verdict.session_id == session_id, col(Verdict.is_current))
    return standings(
        await competencies(db, plan_id), (await db.exec(rated)).all(), (await db.exec(said)).all()
    )


async def utterance(db: AsyncSession, session_id: UUID, utterance_id: UUID) -> Utterance | None:
    """One utterance of that session."""
    statement = select(Utterance).where(
        Utterance.id == utterance_id, Utterance.session_id == session_id
    )
    return (await db.exec(statement)).first()


async def corrections(db: AsyncSession, session_id: UUID) -> list[tuple[Correction, Account]]:
    """Every correction of a session, the newest first, with who made it."""
    statement = (
        select(Correction, Account)
        .join(Account, col(Account.id) == Correction.account_id)
        .where(Correction.session_id == session_id)
        .order_by(col(Correction.created_at).desc(), col(Correction.id).desc())
    )
    return list((await db.exec(statement)).all())


async def corrections_in_force(db: AsyncSession, session_id: UUID) -> dict[UUID, Correction]:
    """By utterance."""
    statement = select(Correction).where(
        Correction.session_id == session_id, col(Correction.is_current)
    )
    return {row.utterance_id: row for row in (await db.exec(statement)).all()}


async def retire_correction(db: AsyncSession, correction_id: UUID) -> None:
    """Take a correction out of force."""
    statement = (
        update(Correction).where(col(Correction.id) == correction_id).values(is_current=False)
    )
    await db.exec(statement.execution_options(synchronize_session=False))


async def comments(db: AsyncSession, session_id: UUID) -> list[tuple[Comment, Account]]:
    """What was remarked on a case, the oldest first."""
    statement = (
        select(Comment, Account)
        .join(Account, col(Account.id) == Comment.account_id)
        .where(Comment.session_id == session_id)
        .order_by(col(Comment.created_at), col(Comment.id))
        .limit(MOST_COMMENTS)
    )
    return list((await db.exec(statement)).all())


async def mentioned(db: AsyncSession, session_id: UUID) -> dict[UUID, list[Account]]:
    """Who is named in which comment of a case."""
    statement = (
        select(Mention, Account)
        .join(Comment, col(Comment.id) == Mention.comment_id)
        .join(Account, col(Account.id) == Mention.account_id)
        .where(Comment.session_id == session_id)
        .order_by(col(Account.name))
    )
    found: dict[UUID, list[Account]] = {}
    for mention, account in (await db.exec(statement)).all():
        found.setdefault(mention.comment_id, []).append(account)
    return found


async def case_people(db: AsyncSession) -> Sequence[Account]:
    """Everybody who may open a case: whom one may mention."""
    roles = [Role(role) for role in ROLES[Permission.CASES_READ]]
    statement = select(Account).where(col(Account.is_active), col(Account.role).in_(roles))
    return (await db.exec(statement.order_by(col(Account.name)))).all()


async def mentions_of(
    db: AsyncSession, account_id: UUID, *, most: int
) -> list[tuple[Mention, Comment, Account]]:
    """Where somebody was named, the newest first, and by whom."""
    statement = (
        select(Mention, Comment, Account)
        .join(Comment, col(Comment.id) == Mention.comment_id)
        .join(Account, col(Account.id) == Comment.account_id)
        .where(Mention.account_id == account_id)
        .order_by(col(Comment.created_at).desc())
        .limit(most)
    )
    return list((await db.exec(statement)).all())
