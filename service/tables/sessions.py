"""A session: one sitting of one candidate, its states, and which question was asked when."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class SessionState(StrEnum):
    """Where a session stands."""

    INVITED = "invited"
    CONSENTED = "consented"
    CONNECTING = "connecting"
    LIVE = "live"
    DRAINING = "draining"
    CLOSED = "closed"
    FAILED = "failed"


S = SessionState
MOVES: dict[SessionState, frozenset[SessionState]] = {
    S.INVITED: frozenset({S.CONSENTED, S.FAILED}),
    S.CONSENTED: frozenset({S.INVITED, S.CONNECTING, S.DRAINING, S.FAILED}),
    S.CONNECTING: frozenset({S.CONSENTED, S.LIVE, S.DRAINING, S.FAILED}),
    S.LIVE: frozenset({S.CONNECTING, S.DRAINING, S.FAILED}),
    S.DRAINING: frozenset({S.CLOSED, S.FAILED}),
    S.CLOSED: frozenset(),
    S.FAILED: frozenset({S.CONNECTING, S.DRAINING}),  # a candidate may come back to a failed one
}


class Session(Row, table=True):
    """One sitting. `media_seconds` is how far its media clock has come, over all connections.

    `zero_at` is the wall time of media second 0: after a restart the clock goes on from there, so
    that what a browser kept meanwhile has its place.
    """

    __tablename__ = "sessions"
    __table_args__ = (one_of("state", SessionState), retained(Retention.CONTENT))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    invitation_id: uuid.UUID = Field(foreign_key="invitations.id", unique=True)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    state: SessionState = Field(
        default=SessionState.INVITED, sa_type=text_enum(SessionState), index=True
    )
    language: str = Field(default="", max_length=10)
    current_question_id: uuid.UUID | None = Field(default=None, foreign_key="questions.id")
    media_seconds: float = 0.0
    zero_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)


class AskedQuestion(Row, table=True):
    """From when to when (media seconds) a question stood before the candidate."""

    __tablename__ = "asked_questions"
    __table_args__ = (retained(Retention.CONTENT),)

    session_id: uuid.UUID = Field(foreign_key="sessions.id", primary_key=True)
    question_id: uuid.UUID = Field(foreign_key="questions.id", primary_key=True)
    started: float
    ended: float | None = None
    asked_at: datetime = Field(default_factory=utc_now)
