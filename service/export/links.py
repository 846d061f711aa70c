"""Links that show one case to one person without a login, until they expire or are revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind_queries import must_see_ratings
from service.access.people import Person
from service.access.tokens import new_token, token_hash
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.export import queries
from service.export.schemas import (
    LinkDraft,
    LinkMade,
    LinkView,
    SharedCase,
    SharedRating,
    SharedUtterance,
)
from service.review import case as cases
from service.review import queries as heads
from service.review.schemas import Case
from service.settings import Settings
from service.tables import Account, CaseLink, utc_now

LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sharer:
    """Who makes links, under which settings."""

    person: Person
    settings: Settings


def actor_of(link: CaseLink) -> str:
    """How the audit record names whoever holds the link."""
    return f"link:{link.id}"


async def make(db: AsyncSession, session_id: UUID, *, draft: LinkDraft, by: Sharer) -> LinkMade:
    """A new link. Raises ServiceError 404, `link_expiry` (422) or `blind_first` (409)."""
    if await heads.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    await must_see_ratings(db, by.person.id, session_id)
    now = utc_now()
    if not now < draft.expires_at <= now + LONGEST:
        raise ServiceError("link_expiry", 422, "A link ends within the next 30 days.")
    token = new_token()
    link = CaseLink(
        session_id=session_id,
        token_hash=token_hash(token),
        label=draft.label,
        created_by=by.person.id,
        expires_at=draft.expires_at,
    )
    db.add(link)
    await db.flush()
    detail = {"expires_at": link.expires_at}
    entry = Entry(Tag.LINK_CREATED, by.person.actor, f"link:{link.id}", session_id, detail)
    await record(db, entry)
    view = _show(link, by.person.name, (0, None))
    return LinkMade(link=f"{by.settings.base_url}/hr/shared#{token}", made=view)


def _show(link: CaseLink, by: str, viewed: tuple[int, object]) -> LinkView:
    count, at = viewed
    return LinkView.model_validate(
        link.model_dump() | {"created_by": by, "views": count, "last_view_at": at}
    )


async def list_of(db: AsyncSession, session_id: UUID) -> list[LinkView]:
    """The links to a case, the newest first. Raises ServiceError 404."""
    if await heads.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    viewed = await queries.views(db, session_id)
    found: list[tuple[CaseLink, Account]] = await queries.links(db, session_id)
    return [
        _show(link, account.name, viewed.get(actor_of(link), (0, None))) for link, account in found
    ]


async def revoke(db: AsyncSession, place: tuple[UUID, UUID], *, by: Sharer) -> None:
    """End a link at once. `place`: session and link. Raises ServiceError 404."""
    session_id, link_id = place
    link = await db.get(CaseLink, link_id, with_for_update=True)
    if link is None or link.session_id != session_id:
        raise ServiceError("not_found", 404, "There is no such link.")
    if link.revoked_at is not None:
        return
    link.revoked_at = utc_now()
    db.add(link)
    await db.flush()
    entry = Entry(Tag.LINK_REVOKED, by.person.actor, f"link:{link.id}", session_id)
    await record(db, entry)


async def find(db: AsyncSession, token: str) -> CaseLink:
    """The link of a token, if it still opens. Raises ServiceError 401 or 410.

    Expired and revoked answer alike, as whoever holds the link need not know which.
    """
    link = await queries.link_by_hash(db, token_hash(token)) if token else None
    if link is None:
        raise ServiceError("link_unknown", 401, "This link is not known. Ask for a new one.")
    if link.revoked_at is not None or link.expires_at <= utc_now():
        raise ServiceError("link_over", 410, "This link has ended. Ask for a new one.")
    return link


async def open_case(db: AsyncSession, link: CaseLink, *, settings: Settings) -> SharedCase:
    """What the guest sees."""
    rows = await cases.load(db, link.session_id, settings, viewer=None)
    return _shared(cases.build(rows), link)


def _shared(case: Case, link: CaseLink) -> SharedCase:
    recordings = [
        one.model_copy(update={"url": f"/api/shared/recordings/{one.id}"})
        for one in case.recordings
    ]
    return SharedCase(
        label=link.label,
        expires_at=link.expires_at,
        candidate_name=case.candidate.name,
        plan=case.plan,
        held_at=case.session.started_at,
        duration=case.session.duration,
        questions=case.questions,
        recordings=recordings,
        utterances=[SharedUtterance.model_validate(one.model_dump()) for one in case.utterances],
        competencies=[one.model_copy(update={"verdict": None}) for one in case.competencies],
        ratings=[SharedRating.model_validate(one.model_dump()) for one in case.ratings],
    )
