"""Recordings: one file of encoded media per connection."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class RecordingState(StrEnum):
    """How far a file has come."""

    OPEN = "open"  # being written, or left by a crash and not yet recovered
    COMPLETE = "complete"
    RECOVERED = "recovered"  # finished after a crash
    EMPTY = "empty"  # the connection brought no media


class Recording(Row, table=True):
    """`offset` is where it starts on the session's media clock; both times in seconds."""

    __tablename__ = "recordings"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "segment"),
        one_of("state", RecordingState),
        retained(Retention.RECORDING),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    segment: int
    connection_id: uuid.UUID
    state: RecordingState = Field(default=RecordingState.OPEN, sa_type=text_enum(RecordingState))
    mime: str = Field(default="video/webm", max_length=100)
    blob_key: str = Field(default="", max_length=300)
    offset: float = 0.0
    duration: float = 0.0
    size: int = Field(default=0, sa_type=sa.BigInteger)
    sha256: str = Field(default="", max_length=64)
    started_at: datetime = Field(default_factory=utc_now)
