"""Lists to download, safe to open in a spreadsheet. Each download goes on record."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.access.sheets import write
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.interviews.bulk import queries
from service.interviews.bulk.links import link_of
from service.settings import Settings
from service.tables import InvitationImport, SessionState, utc_now

MOST = 50_000
LIST = ("invitation_id", "plan", "name", "email", "state", "deadline", "time_zone", "created_at")
LINKS = ("line", "name", "email", "link", "deadline", "time_zone")


async def invitations_csv(db: AsyncSession, *, actor: Person) -> bytes:
    """All invitations without their links, deadlines on the candidates' clocks."""
    now, lines = utc_now(), []
    for invitation, session, plan, candidate in await queries.export(db, most=MOST):
        state = SessionState(session.state).value
        if invitation.revoked_at is not None:
            state = "revoked"
        elif session.started_at is None and invitation.expires_at <= now:
            state = "expired"
        local = invitation.expires_at.astimezone(ZoneInfo(invitation.time_zone))
        lines.append(
            (
                invitation.id,
                plan.title,
                candidate.name,
                candidate.email,
                state,
                local.strftime("%Y-%m-%d %H:%M"),
                invitation.time_zone,
                invitation.created_at.isoformat(timespec="seconds"),
            )
        )
    detail = {"rows": len(lines)}
    entry = Entry(Tag.INVITATIONS_EXPORTED, actor.actor, "invitations", detail=detail)
    await record(db, entry)
    return write(LIST, lines)


async def links_csv(
    db: AsyncSession, import_id: UUID, *, actor: Person, settings: Settings
) -> bytes:
    """The links of an import, for who sends them by other means. Raises ServiceError 404."""
    if await db.get(InvitationImport, import_id) is None:
        raise ServiceError("not_found", 404, "There is no such import.")
    found = await queries.imported(db, import_id)
    lines = [
        (
            invitation.import_line,
            candidate.name,
            candidate.email,
            link_of(settings, invitation.id),
            invitation.expires_at.astimezone(ZoneInfo(invitation.time_zone)).strftime(
                "%Y-%m-%d %H:%M"
            ),
            invitation.time_zone,
        )
        for invitation, candidate, _ in found
        if invitation.revoked_at is None
    ]
    subject, detail = f"import:{import_id}", {"rows": len(lines), "links": True}
    entry = Entry(Tag.INVITATIONS_EXPORTED, actor.actor, subject, detail=detail)
    await record(db, entry)
    return write(LINKS, lines)
