"""What leaves the house: events for other systems, and links that show a case to a guest."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, retained, utc_now


class WebhookEvent(Row, table=True):
    """One event for the webhook, kept until it has been taken. Holds ids and levels, no names."""

    __tablename__ = "webhook_events"
    __table_args__ = (retained(Retention.LOG),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=60)
    session_id: uuid.UUID | None = Field(default=None, index=True)
    body: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    due_at: datetime = Field(default_factory=utc_now, index=True)
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    dropped_at: datetime | None = None
    attempts: int = 0
    failure: str = Field(default="", max_length=60)
    created_at: datetime = Field(default_factory=utc_now)


class CaseLink(Row, table=True):
    """A link that shows one case to one person without a login. Only its token's hash is kept."""

    __tablename__ = "case_links"
    __table_args__ = (
        sa.CheckConstraint("label <> ''", name="has_label"),
        retained(Retention.PERSONAL),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    label: str = Field(max_length=200)  # whom it is for; drawn over all that it shows
    created_by: uuid.UUID = Field(foreign_key="accounts.id")
    expires_at: datetime
    revoked_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
