"""Candidates, their invitations, the letters to them, and their consents."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class Candidate(Row, table=True):
    """Who the person is. The only table with a candidate's name and address."""

    __tablename__ = "candidates"
    __table_args__ = (
        sa.Index("ix_candidates_search", "name", "email", "id"),  # searched instead of the rows
        retained(Retention.PERSONAL),
    )

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
    time_zone: str = Field(default="UTC", max_length=64)  # IANA; the deadline is told in it
    import_id: uuid.UUID | None = Field(
        default=None, foreign_key="invitation_imports.id", index=True
    )
    import_line: int | None = None  # of the file, 1-based


class InvitationImport(Row, table=True):
    """One confirmed import of many invitations. The file itself is never kept.

    `digest` is the SHA-256 of file and options: a repeat under the same key must be the same.
    """

    __tablename__ = "invitation_imports"
    __table_args__ = (retained(Retention.SETUP),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    digest: str = Field(max_length=64)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    created_count: int
    left_out_count: int
    created_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)


class MailKind(StrEnum):
    """What a letter is about."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    RECEIVED = "received"  # the interview, with the way to its receipt
    REQUESTED = "requested"  # what the candidate asked for has come in
    COPY_READY = "copy_ready"
    ANSWERED = "answered"  # a contest or a request


class Mail(Row, table=True):
    """A letter to a candidate, due at some time; its words and link are made when it goes."""

    __tablename__ = "mails"
    __table_args__ = (one_of("kind", MailKind), retained(Retention.PERSONAL))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    invitation_id: uuid.UUID = Field(foreign_key="invitations.id", index=True)
    kind: MailKind = Field(sa_type=text_enum(MailKind))
    due_at: datetime = Field(index=True)
    claimed_at: datetime | None = None  # a sender took it; after a while another may
    sent_at: datetime | None = None
    dropped_at: datetime | None = None  # not needed any more, or refused for good
    attempts: int = 0
    failure: str = Field(default="", max_length=40)
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
