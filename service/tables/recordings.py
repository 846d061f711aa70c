"""Recordings: one file of encoded media per connection, and what a browser kept of its gaps."""

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
    JOINED = "joined"  # its media lies in the one file that was stitched from all of them


class RecordingSource(StrEnum):
    """Where the media of a recording came from."""

    STREAM = "stream"  # a connection, as it happened
    JOURNAL = "journal"  # kept by the candidate's browser, sent for a gap
    STITCHED = "stitched"  # put together from the others


class Lane(StrEnum):
    """A browser's journal keeps sound and picture apart."""

    AUDIO = "audio"
    VIDEO = "video"


class Recording(Row, table=True):
    """`offset` is where it starts on the session's media clock; both times in seconds.

    `holes`: [start, end] pairs on the same clock between which no sound came.
    """

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
    source: RecordingSource = Field(
        default=RecordingSource.STREAM,
        sa_type=text_enum(RecordingSource),
        sa_column_kwargs={"server_default": "stream"},
    )
    holes: list[list[float]] = Field(
        default_factory=list, sa_type=sa.JSON, sa_column_kwargs={"server_default": "[]"}
    )


class JournalChunk(Row, table=True):
    """A piece of what a browser recorded beside the stream, kept until its gap is filled.

    `run` is one start of the browser's recorder; its chunks, numbered from 0, are one file.
    `origin` is where the run's own time zero lies on the session's media clock, in seconds;
    `start` and `end` say there too what the chunk roughly holds. 0 also holds the file's head.
    """

    __tablename__ = "journal_chunks"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "run", "lane", "number"),
        one_of("lane", Lane),
        retained(Retention.RECORDING),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    run: uuid.UUID
    lane: Lane = Field(sa_type=text_enum(Lane))
    number: int
    origin: float
    start: float
    end: float
    size: int
    sha256: str = Field(max_length=64)
    blob_key: str = Field(max_length=300)
    received_at: datetime = Field(default_factory=utc_now)
