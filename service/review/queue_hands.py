"""Cases given to people, and labels on them: many at once, each change on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.access.permissions import ROLES, Permission
from service.audit import Entry, Tag, record_all
from service.errors import ServiceError
from service.review.queue_schemas import (
    MOST_LABELS,
    Assigned,
    AssignmentDraft,
    LabelDraft,
    Labelled,
)
from service.tables import Account, Assignment, CaseLabel, Role, Session


async def assign(db: AsyncSession, draft: AssignmentDraft, *, person: Person) -> Assigned:
    """Give cases to a person, or to nobody.

    Who may rate takes free cases and lets go of their own; what is with a colleague stays there.
    Only who may assign gives to others and takes from them. Raises ServiceError 403, 404, 422.
    """
    may_assign = person.role in ROLES[Permission.CASES_ASSIGN]
    if draft.account_id not in {None, person.id}:
        if not may_assign:
            raise ServiceError("forbidden", 403, "Your role lets you take cases yourself only.")
        await _check_rater(db, draft.account_id)
    ids = list(dict.fromkeys(draft.session_ids))
    await _lock(db, ids)
    rows = await db.exec(select(Assignment).where(col(Assignment.session_id).in_(ids)))
    before = {row.session_id: row for row in rows.all()}
    kept: list[UUID] = []
    changed: list[UUID] = []
    for session_id in ids:
        row = before.get(session_id)
        holder = row.account_id if row else None
        if holder == draft.account_id:
            continue
        if holder not in {None, person.id} and not may_assign:
            kept.append(session_id)
            continue
        await _hand_over(db, row, session_id, to=draft.account_id, by=person.id)
        changed.append(session_id)
    await db.flush()
    await record_all(db, [_moved(each, draft.account_id, person) for each in changed])
    return Assigned(changed=len(changed), kept=kept)


async def _check_rater(db: AsyncSession, account_id: UUID | None) -> None:
    account = await db.get(Account, account_id)
    if account is None or not account.is_active:
        raise ServiceError("not_found", 404, "There is no such person.")
    if Role(account.role) not in ROLES[Permission.CASES_RATE]:
        raise ServiceError("invalid_body", 422, "This person's role does not review cases.")


async def _lock(db: AsyncSession, ids: Sequence[UUID]) -> None:
    """In one order, so that two bulk changes never wait crosswise. Raises ServiceError 404."""
    statement = select(Session.id).where(col(Session.id).in_(ids)).order_by(col(Session.id))
    if len((await db.exec(statement.with_for_update())).all()) != len(ids):
        raise ServiceError("not_found", 404, "One of these cases does not exist (any more).")


async def _hand_over(
    db: AsyncSession, row: Assignment | None, session_id: UUID, *, to: UUID | None, by: UUID
) -> None:
    if row is not None:
        await db.delete(row)
        await db.flush()
    if to is not None:
        db.add(Assignment(session_id=session_id, account_id=to, assigned_by=by))


def _moved(session_id: UUID, account_id: UUID | None, person: Person) -> Entry:
    detail = {"account_id": account_id}
    return Entry(Tag.CASE_ASSIGNED, person.actor, f"session:{session_id}", session_id, detail)


async def label(db: AsyncSession, draft: LabelDraft, *, person: Person) -> Labelled:
    """Put labels on cases and take some off. Raises ServiceError 404, 409 for too many of them."""
    ids = list(dict.fromkeys(draft.session_ids))
    await _lock(db, ids)
    rows = await db.exec(select(CaseLabel).where(col(CaseLabel.session_id).in_(ids)))
    own: dict[UUID, set[str]] = {session_id: set() for session_id in ids}
    for row in rows.all():
        own[row.session_id].add(row.label)
    entries, changed = [], 0
    for session_id, labels in own.items():
        added = set(draft.add) - labels - set(draft.remove)
        removed = labels & set(draft.remove)
        if len(labels | added) - len(removed) > MOST_LABELS:
            raise ServiceError("too_many_labels", 409, f"A case has {MOST_LABELS} labels at most.")
        if added or removed:
            await _relabel(db, session_id, add=added, remove=removed)
            entries.append(_labelled(session_id, person, added=len(added), removed=len(removed)))
            changed += len(added) + len(removed)
    await db.flush()
    await record_all(db, entries)
    return Labelled(changed=changed)


async def _relabel(
    db: AsyncSession, session_id: UUID, *, add: Collection[str], remove: Collection[str]
) -> None:
    if remove:
        await db.exec(
            delete(CaseLabel).where(
                col(CaseLabel.session_id) == session_id, col(CaseLabel.label).in_(remove)
            )
        )
    db.add_all(CaseLabel(session_id=session_id, label=each) for each in sorted(add))


def _labelled(session_id: UUID, person: Person, *, added: int, removed: int) -> Entry:
    """Counts only: what people write may name somebody."""
    detail = {"added": added, "removed": removed}
    return Entry(Tag.CASE_LABELLED, person.actor, f"session:{session_id}", session_id, detail)
