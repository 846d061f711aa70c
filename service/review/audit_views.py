"""Events of the record as one person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind import CLEAR, shown_detail
from service.access.blind_queries import sights
from service.review.schemas import AuditView
from service.tables import AuditEvent


async def show(db: AsyncSession, events: Sequence[AuditEvent], *, viewer: UUID) -> list[AuditView]:
    """Events; those of sessions that the viewer is blind to without what would tell a level."""
    found = await sights(db, viewer, {event.session_id for event in events if event.session_id})
    return [
        _view(event, shown_detail(event.tag, event.actor, event.detail, found=sight, viewer=viewer))
        for event in events
        for sight in [found.get(event.session_id, CLEAR) if event.session_id else CLEAR]
    ]


def _view(event: AuditEvent, detail: dict[str, object]) -> AuditView:
    return AuditView.model_validate(event.model_dump() | {"detail": detail})
