"""Candidates, their invitations and their consents."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, retained, utc_now


class Candidate(Row, table=True):
    """Who the person is. The only table with a candidate's name and address."""

    __tablename__ = "candidates"
    __table_args__ = (retained(Retention.PERSONAL),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=200)
    email: str = Field(max_length=320)
    created_at: datetime = Field(default_factory=utc_now)


class Invitation(Row, table=True):
    """A link to one interview. Only the SHA-256 of its token is kept."""

    __tablename__ = "invitations"
    __table_args__ = (retained(Retention.PERSONAL),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    candidate_id: uuid.UUID = Field(foreign_key="candidates.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    locale: str = Field(default="en", max_length=10)
    expires_at: datetime
    revoked_at: datetime | None = None
    created_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)


class Consent(Row, table=True):
    """What the candidate agreed to, one row per answer given; the newest one is current."""

    __tablename__ = "consents"
    __table_args__ = (
        sa.Index(
            "uq_consents_current",
            "invitation_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        retained(Retention.PERSONAL),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    invitation_id: uuid.UUID = Field(foreign_key="invitations.id", index=True)
    notice_version: str = Field(max_length=40)
    profile: str = Field(max_length=20)
    locale: str = Field(max_length=10)
    recording: bool
    ai_scoring: bool
    facial_analysis: bool
    is_current: bool = True
    given_at: datetime = Field(default_factory=utc_now)
