"""What candidates ask for afterwards, how they need to be interviewed, and what was erased."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class ContestKind(StrEnum):
    """What a candidate wants looked at again."""

    REVIEW = "review"  # a person is to judge, whatever a model proposed
    CONTEST = "contest"  # they disagree with a rating or a decision


class Contest(Row, table=True):
    """A candidate's objection. Open until somebody has answered it; one open per session."""

    __tablename__ = "contests"
    __table_args__ = (
        one_of("kind", ContestKind),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"
        ),
        sa.Index(
            "uq_contests_open",
            "session_id",
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    kind: ContestKind = Field(sa_type=text_enum(ContestKind))
    text: str = Field(default="", max_length=4000)  # the candidate's own words
    answer: str = Field(default="", max_length=4000)
    created_at: datetime = Field(default_factory=utc_now)
    answered_at: datetime | None = None
    answered_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")


class RequestKind(StrEnum):
    """What a candidate may ask for."""

    COPY = "copy"
    ERASURE = "erasure"
    CONVERSATION = "conversation"  # with a person, in place of a recording


class RequestState(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    READY = "ready"  # a copy that can be fetched
    DONE = "done"
    DECLINED = "declined"  # `note` says why, to the candidate


class RightsRequest(Row, table=True):
    """A candidate's request. It outlives what it asks to erase, so it refers to no other row."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        one_of("kind", RequestKind),
        one_of("state", RequestState),
        sa.Index(
            "uq_rights_requests_open",
            "session_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        retained(Retention.LOG),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(index=True)
    kind: RequestKind = Field(sa_type=text_enum(RequestKind))
    state: RequestState = Field(default=RequestState.OPEN, sa_type=text_enum(RequestState))
    blob_key: str = Field(default="", max_length=300)  # of a copy
    note: str = Field(default="", max_length=2000)
    created_at: datetime = Field(default_factory=utc_now)
    settled_at: datetime | None = None
    settled_by: uuid.UUID | None = None
    expires_at: datetime | None = None  # of a copy


class Accommodation(Row, table=True):
    """How somebody needs to be interviewed. May tell of a disability (GDPR art. 9).

    So it has a table of its own, which nothing that rates or shows a case reads.
    """

    __tablename__ = "accommodations"
    __table_args__ = (
        sa.CheckConstraint("extra_time IN ('1', '1.25', '1.5', '2', 'none')", name="time_known"),
        retained(Retention.PERSONAL),
    )

    invitation_id: uuid.UUID = Field(foreign_key="invitations.id", primary_key=True)
    extra_time: str = Field(default="1", max_length=10)  # times the usual; "none": no limit
    text_answers: bool = False
    captions_always: bool = False
    breaks: bool = False
    updated_at: datetime = Field(default_factory=utc_now)


class Erasure(Row, table=True):
    """A tombstone: that something was erased, of whom (ids only), why, and by whom.

    `token_hash`: so that the candidate's link can say so, in place of "unknown".
    """

    __tablename__ = "erasures"
    __table_args__ = (retained(Retention.LOG),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(index=True)
    invitation_id: uuid.UUID
    candidate_id: uuid.UUID
    token_hash: str = Field(default="", max_length=64, index=True)
    cause: str = Field(max_length=20)  # request, retention, withdrawal
    classes: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    erased_by: uuid.UUID | None = None
    erased_at: datetime = Field(default_factory=utc_now)
    letter: str = Field(default="", max_length=40)  # sent, or why not
