"""Putting an event in the outbox, in the same transaction as what it tells of."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from service.settings import Settings
from service.tables import WebhookEvent, utc_now

Kind = Literal[
    "rating.accepted",
    "rating.changed",
    "rating.set_aside",
    "transcript.corrected",
    "decision.made",
]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `data` holds ids, levels and outcomes; never names, words or reasons."""

    kind: Kind
    session_id: uuid.UUID
    data: Mapping[str, object] = field(default_factory=dict)


async def put(db: AsyncSession, event: Event, *, settings: Settings) -> None:
    """Keep the event for the webhook; nothing where none is set up."""
    if not settings.webhook_url:
        return
    now = utc_now()
    data = {"session_id": event.session_id, **event.data}
    body = {"type": event.kind, "timestamp": now.isoformat(), "data": data}
    plain = json.loads(json.dumps(body, default=str))
    db.add(WebhookEvent(kind=event.kind, session_id=event.session_id, body=plain, due_at=now))
    await db.flush()
