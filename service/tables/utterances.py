"""Utterances: what was said, when, in answer to which question, and how surely it was heard."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field
from typing_extensions import TypedDict

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now

TYPED = "typed"  # the engine of an answer that was written, not spoken


class UtteranceStatus(StrEnum):
    """How far its transcription has come. The sound is kept in every one of them."""

    PENDING = "pending"
    DONE = "done"
    WAITING = "waiting"  # no engine for its language yet
    FAILED = "failed"  # the engine could not read it; it may be tried again


class WordJson(TypedDict):
    """One word; times on the session's media clock, confidence 0..1."""

    text: str
    start: float
    end: float
    confidence: float


class Utterance(Row, table=True):
    """Times are seconds on the session's media clock."""

    __tablename__ = "utterances"
    __table_args__ = (
        one_of("status", UtteranceStatus),
        sa.CheckConstraint('"end" > start', name="span_positive"),
        sa.Index("ix_utterances_session_start", "session_id", "start"),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id")
    question_id: uuid.UUID | None = Field(default=None, foreign_key="questions.id")
    start: float
    end: float
    status: UtteranceStatus = Field(
        default=UtteranceStatus.PENDING, sa_type=text_enum(UtteranceStatus), index=True
    )
    text: str = Field(default="", sa_type=sa.Text)
    words: list[WordJson] = Field(default_factory=list, sa_type=sa.JSON)
    language: str = Field(default="", max_length=10)
    engine: str = Field(default="", max_length=100)
    engine_version: str = Field(default="", max_length=100)
    is_fallback: bool = False
    confidence: float = 0.0
    audio_key: str = Field(default="", max_length=300)
    attempts: int = 0
    created_at: datetime = Field(default_factory=utc_now)
