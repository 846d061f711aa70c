"""Letters about decisions: seen before they go, kept as they went."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.inputs import Locale
from service.audit import Entry, Tag, record
from service.decide import queries
from service.decide.schemas import LetterDraft, LetterPreview
from service.decide.service import Decider
from service.decide.wording import Facts, write
from service.errors import ServiceError
from service.interviews.bulk.links import link_of, renew
from service.review import queries as cases
from service.settings import Settings
from service.tables import Decision, DecisionLetter, Outcome, RaterKind


async def preview(
    db: AsyncSession, place: tuple[UUID, UUID], *, locale: Locale | None, settings: Settings
) -> LetterPreview:
    """The letter as the template has it, in the candidate's language unless another is asked for.

    `place`: session and decision. Raises ServiceError 404 or `decision_stale` (409).
    """
    decision = await _in_force(db, place)
    invitation, candidate, plan = await queries.invited(db, decision.session_id)
    ratings = await cases.ratings(db, decision.session_id)
    facts = Facts(
        name=candidate.name,
        job=plan.title,
        link=link_of(settings, invitation.id),
        is_ai_rated=any(row.rating.rater is RaterKind.MODEL for row in ratings),
    )
    chosen: Locale = locale or ("zh-CN" if invitation.locale == "zh-CN" else "en")
    subject, text = write(Outcome(decision.outcome), facts, chosen)
    return LetterPreview(
        locale=chosen,
        subject=subject,
        text=text,
        name=candidate.name,
        address=candidate.email,
    )


async def _in_force(db: AsyncSession, place: tuple[UUID, UUID]) -> Decision:
    session_id, decision_id = place
    decision = await db.get(Decision, decision_id)
    if decision is None or decision.session_id != session_id:
        raise ServiceError("not_found", 404, "There is no such decision.")
    if not decision.is_current:
        raise ServiceError(
            "decision_stale", 409, "This decision has been replaced. Write about the newer one."
        )
    return decision


async def put(
    db: AsyncSession, place: tuple[UUID, UUID], *, draft: LetterDraft, by: Decider
) -> DecisionLetter:
    """Keep a letter to be sent. One decision is told once.

    Raises ServiceError 404, `decision_stale` or `letter_written` (409).
    """
    await cases.lock_session(db, place[0])  # the decision stays in force while we write
    decision = await _in_force(db, place)
    written = ServiceError("letter_written", 409, "This decision has been told already.")
    if await queries.letter_of(db, decision.id) is not None:
        raise written
    invitation, _, _ = await queries.invited(db, decision.session_id)
    if renewed := renew(by.settings, invitation):
        db.add(invitation)
    letter = DecisionLetter(
        decision_id=decision.id,
        account_id=by.person.id,
        locale=draft.locale,
        subject=draft.subject,
        text=draft.text,
    )
    db.add(letter)
    try:
        await db.flush()
    except IntegrityError as error:
        raise written from error
    detail = {
        "decision_id": decision.id,
        "locale": draft.locale,
        "link_renewed": renewed,
        "text_sha256": hashlib.sha256(draft.text.encode()).hexdigest(),
    }
    subject, actor = f"letter:{letter.id}", by.person.actor
    await record(db, Entry(Tag.LETTER_WRITTEN, actor, subject, decision.session_id, detail))
    return letter
