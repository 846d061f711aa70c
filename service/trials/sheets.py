"""Sheets: opened, filled in without a look at others, locked for good."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.tables import (
    RaterKind,
    Rating,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetProposal,
    SheetPurpose,
    utc_now,
)
from service.trials import policy, sheet_queries, tasks
from service.trials.sheet_schemas import (
    ComparisonView,
    OtherView,
    ProposalView,
    SheetDraft,
    SheetOpening,
    SheetView,
)

SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet that is about to be locked, and the session it is of."""

    sheet: Sheet
    session: Session


async def open_sheet(db: AsyncSession, opening: SheetOpening, person: Person) -> SheetView:
    """Begin to rate; from here on the person is blind to the session. A repeat changes nothing.

    Raises ServiceError 404, `not_on_trial`, `not_selected` or `not_over` (409).
    """
    session = await sheet_queries.lock_session(db, opening.session_id)
    if session is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    known = await sheet_queries.own(db, session.id, person.id)
    if known is not None:
        return await show(db, known)
    if SessionState(session.state) is not SessionState.CLOSED:
        raise ServiceError("not_over", 409, "This interview is not over yet.")
    await tasks.must_be_open_to(db, session.id, opening.purpose, person=person)
    sheet = Sheet(session_id=session.id, account_id=person.id, purpose=opening.purpose)
    db.add(sheet)
    await db.flush()
    if opening.purpose is SheetPurpose.CHECK:
        await _propose(db, sheet)
    detail = {"purpose": opening.purpose.value}
    subject = f"sheet:{sheet.id}"
    await record(db, Entry(Tag.SHEET_OPENED, person.actor, subject, session.id, detail))
    return await show(db, sheet)


async def _propose(db: AsyncSession, sheet: Sheet) -> None:
    found = await sheet_queries.model_ratings(db, sheet.session_id)
    levels = {each: row.level for each, row in found.items() if row.level is not None}
    seed = f"{sheet.session_id}:{sheet.account_id}"
    for competency_id, shown in policy.proposals(levels, seed=seed).items():
        db.add(
            SheetProposal(
                sheet_id=sheet.id,
                competency_id=competency_id,
                rating_id=found[competency_id].id,
                level=levels[competency_id],
                shown=shown,
            )
        )
    await db.flush()


async def read_sheet(db: AsyncSession, session_id: UUID, person: Person) -> SheetView:
    """One's own sheet. Raises ServiceError 404."""
    sheet = await sheet_queries.own(db, session_id, person.id)
    if sheet is None:
        raise ServiceError("not_found", 404, "You have no sheet of this interview.")
    return await show(db, sheet)


async def lock_sheet(
    db: AsyncSession, session_id: UUID, *, draft: SheetDraft, person: Person
) -> SheetView:
    """Lock one's sheet for good; what nobody has rated yet is in force from then on.

    Raises ServiceError 404, `sheet_locked` (409), `sheet_incomplete` or `reason_missing` (422).
    """
    session = await sheet_queries.lock_session(db, session_id)
    sheet = await sheet_queries.own(db, session_id, person.id, lock=True)
    if session is None or sheet is None:
        raise ServiceError("not_found", 404, "You have no sheet of this interview.")
    if sheet.locked_at is not None:
        raise ServiceError("sheet_locked", 409, "This sheet is locked: it is not changed any more.")
    await _must_be_whole(db, Opened(sheet, session), draft)
    ratings = await _put_in_force(db, Opened(sheet, session), draft)
    for each in draft.levels:
        row = SheetLevel(sheet_id=sheet.id, **each.model_dump())
        row.rating_id = ratings.get(each.competency_id)
        db.add(row)
    sheet.locked_at = utc_now()
    sheet.seconds = min(draft.seconds, (sheet.locked_at - sheet.opened_at).total_seconds())
    sheet.digest = _digest(draft)
    db.add(sheet)
    await db.flush()
    await record(db, _entry(sheet, list(ratings.values()), person=person))
    return await show(db, sheet)


async def _must_be_whole(db: AsyncSession, opened: Opened, draft: SheetDraft) -> None:
    wanted = await sheet_queries.competencies(db, opened.session.plan_id)
    given = [each.competency_id for each in draft.levels]
    if sorted(given) != sorted(wanted):
        raise ServiceError("sheet_incomplete", 422, "Give every competency exactly one level.")
    needs_reason = SheetPurpose(opened.sheet.purpose) is SheetPurpose.TRIAL
    if needs_reason and any(len(each.reason) < SHORTEST_REASON for each in draft.levels):
        raise ServiceError("reason_missing", 422, "Say why: the reason stays with the rating.")


async def _put_in_force(db: AsyncSession, opened: Opened, draft: SheetDraft) -> dict[UUID, UUID]:
    """Ratings for what has none in force: on trial no model's rating counts. Ids by competency."""
    if SheetPurpose(opened.sheet.purpose) is not SheetPurpose.TRIAL:
        return {}
    rated = await sheet_queries.in_force(db, opened.session.id)
    version = await sheet_queries.rubric_version(db, opened.session.plan_id)
    rows = [
        Rating(
            session_id=opened.session.id,
            competency_id=each.competency_id,
            rater=RaterKind.HUMAN,
            account_id=opened.sheet.account_id,
            rubric_version=version,
            level=each.level,
            reason=each.reason,
        )
        for each in draft.levels
        if each.competency_id not in rated
    ]
    db.add_all(rows)
    try:
        await db.flush()
    except IntegrityError as error:  # the partial unique index: one rating in force
        raise ServiceError(
            "rating_stale", 409, "Somebody has rated this meanwhile. Lock your sheet again."
        ) from error
    return {row.competency_id: row.id for row in rows}


def _digest(draft: SheetDraft) -> str:
    levels = sorted((str(each.competency_id), each.level, each.reason) for each in draft.levels)
    return hashlib.sha256(json.dumps(levels, ensure_ascii=False).encode()).hexdigest()


def _entry(sheet: Sheet, ratings: list[UUID], *, person: Person) -> Entry:
    """Names no level: who is still blind to the session may read the record."""
    detail = {
        "purpose": SheetPurpose(sheet.purpose).value,
        "digest": sheet.digest,
        "ratings": ratings,
        "seconds": round(sheet.seconds or 0.0, 1),
    }
    subject = f"sheet:{sheet.id}"
    return Entry(Tag.SHEET_LOCKED, person.actor, subject, sheet.session_id, detail)


async def show(db: AsyncSession, sheet: Sheet) -> SheetView:
    """A sheet for its owner: what it proposes, and once locked what others and the model said."""
    proposed = await sheet_queries.proposals(db, sheet.id)
    comparison = await _comparison(db, sheet) if sheet.locked_at else []
    return SheetView(
        id=sheet.id,
        session_id=sheet.session_id,
        purpose=SheetPurpose(sheet.purpose),
        opened_at=sheet.opened_at,
        locked_at=sheet.locked_at,
        seconds=sheet.seconds,
        proposals=[ProposalView.model_validate(row) for row in proposed],
        comparison=comparison,
    )


async def _comparison(db: AsyncSession, sheet: Sheet) -> list[ComparisonView]:
    proposed = {row.competency_id: row for row in await sheet_queries.proposals(db, sheet.id)}
    model = await sheet_queries.model_ratings(db, sheet.session_id)
    said: dict[UUID, list[OtherView]] = defaultdict(list)
    locked = await sheet_queries.others(db, sheet.session_id, sheet.account_id)
    if SheetPurpose(sheet.purpose) is not SheetPurpose.TRIAL:
        locked = [*await sheet_queries.standing(db, sheet.session_id), *locked]
    for competency_id, name, level in locked:
        said[competency_id].append(OtherView(rater_name=name, level=level))
    rows = []
    for row in await sheet_queries.levels(db, sheet.id):
        shown, own = proposed.get(row.competency_id), model.get(row.competency_id)
        error_in = shown is not None and shown.shown != shown.level
        rows.append(
            ComparisonView(
                competency_id=row.competency_id,
                level=row.level,
                reason=row.reason,
                model=shown.level if shown else own.level if own else None,
                others=said[row.competency_id],
                error_in=error_in,
                caught=policy.is_caught(level=shown.level, shown=shown.shown, said=row.level)
                if shown is not None and error_in
                else None,
            )
        )
    return rows
