"""How a candidate answered: each try at a question, and their own words for what was heard."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, retained, utc_now


class Take(Row, table=True):
    """One try at a question, in media seconds: asked, answered from `began` on, until `ended`.

    The last take of a question counts. Earlier ones are kept, and marked as replaced wherever
    they are shown.
    """

    __tablename__ = "takes"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "question_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_positive"),
        sa.CheckConstraint("ended IS NULL OR ended >= asked", name="span_ordered"),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    question_id: uuid.UUID = Field(foreign_key="questions.id")
    number: int = 1
    asked: float
    began: float | None = None  # None: still thinking
    ended: float | None = None  # None: still at it
    created_at: datetime = Field(default_factory=utc_now)


class OwnWords(Row, table=True):
    """What a candidate says they said. Stands beside what the engine wrote; neither is edited."""

    __tablename__ = "own_words"
    __table_args__ = (
        sa.Index(
            "uq_own_words_current",
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
    text: str = Field(max_length=4000)
    supersedes_id: uuid.UUID | None = Field(default=None, foreign_key="own_words.id")
    is_current: bool = True
    created_at: datetime = Field(default_factory=utc_now)
