"""What people add to a case: verdicts on ratings, corrected words, comments. Append-only."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now
from service.tables.utterances import WordJson


class VerdictKind(StrEnum):
    """What a person said of a proposed rating; changing it is a rating of its own."""

    ACCEPT = "accept"
    SET_ASIDE = "set_aside"


class Verdict(Row, table=True):
    """Counts for as long as `rating_id` is what is in force (None: nothing was)."""

    __tablename__ = "verdicts"
    __table_args__ = (
        one_of("kind", VerdictKind),
        sa.CheckConstraint("kind = 'accept' OR reason <> ''", name="set_aside_has_reason"),
        sa.CheckConstraint("kind <> 'accept' OR rating_id IS NOT NULL", name="accepts_something"),
        sa.Index(
            "uq_verdicts_current",
            "session_id",
            "competency_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id")
    rating_id: uuid.UUID | None = Field(default=None, foreign_key="ratings.id")
    kind: VerdictKind = Field(sa_type=text_enum(VerdictKind))
    reason: str = Field(default="", max_length=4000)
    account_id: uuid.UUID = Field(foreign_key="accounts.id")
    supersedes_id: uuid.UUID | None = Field(default=None, foreign_key="verdicts.id")
    is_current: bool = True
    created_at: datetime = Field(default_factory=utc_now)


class Correction(Row, table=True):
    """What an utterance says by a person's ears; what the engine wrote stays beside it."""

    __tablename__ = "corrections"
    __table_args__ = (
        sa.Index(
            "uq_corrections_current",
            "utterance_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    utterance_id: uuid.UUID = Field(foreign_key="utterances.id", index=True)
    text: str = Field(sa_type=sa.Text)
    words: list[WordJson] = Field(default_factory=list, sa_type=sa.JSON)
    account_id: uuid.UUID = Field(foreign_key="accounts.id")
    supersedes_id: uuid.UUID | None = Field(default=None, foreign_key="corrections.id")
    is_current: bool = True
    created_at: datetime = Field(default_factory=utc_now)


class Comment(Row, table=True):
    """A remark on a case; `at` is the moment of the recording it is about (media seconds)."""

    __tablename__ = "comments"
    __table_args__ = (retained(Retention.CONTENT),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id")
    text: str = Field(max_length=4000)
    at: float | None = None
    created_at: datetime = Field(default_factory=utc_now)


class Mention(Row, table=True):
    """Somebody who was named in a comment, and when they first saw it."""

    __tablename__ = "mentions"
    __table_args__ = (retained(Retention.CONTENT),)

    comment_id: uuid.UUID = Field(foreign_key="comments.id", primary_key=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id", primary_key=True, index=True)
    seen_at: datetime | None = None
