"""Ratings: append-only; the model's stays for ever beside the person's that replaced it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field
from typing_extensions import TypedDict

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now

# An interval three levels wide rules out next to nothing; two and a half are the scorer's usual.
# In words of SQL, as a database uses a partial index only where it finds them again in a query.
UNSURE = (
    "is_current AND rater = 'model' AND "
    "(abstained IN ('recognition_unsure', 'fallback_transcript') "
    "OR (level IS NOT NULL AND high - low >= 3.0))"
)
BY_PEOPLE = "is_current AND rater = 'human'"


class RaterKind(StrEnum):
    """Who rated."""

    MODEL = "model"
    HUMAN = "human"


class EvidenceJson(TypedDict):
    """A verbatim quote of an utterance; times in media seconds."""

    utterance_id: str
    quote: str
    start: float
    end: float


class Rating(Row, table=True):
    """One rater's level for one competency of one session. `level` None: abstained."""

    __tablename__ = "ratings"
    __table_args__ = (
        one_of("rater", RaterKind),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_range"),
        sa.CheckConstraint(
            "rater = 'model' OR (level IS NOT NULL AND reason IS NOT NULL AND reason <> ''"
            " AND account_id IS NOT NULL)",
            name="human_has_reason",
        ),
        sa.Index(
            "uq_ratings_current",
            "session_id",
            "competency_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        # The queue reads these two and never the rows: SQLite looks at the columns of the condition
        # once more, so they are in there. See service/review/queue_facts.py.
        sa.Index(
            "ix_ratings_unsure",
            "session_id",
            "is_current",
            "rater",
            "abstained",
            "level",
            "low",
            "high",
            sqlite_where=sa.text(UNSURE),
            postgresql_where=sa.text(UNSURE),
        ),
        sa.Index(
            "ix_ratings_by_people",
            "session_id",
            "is_current",
            "rater",
            sqlite_where=sa.text(BY_PEOPLE),
            postgresql_where=sa.text(BY_PEOPLE),
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id")
    rater: RaterKind = Field(sa_type=text_enum(RaterKind))
    account_id: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    rater_version: str = Field(default="", max_length=100)
    rubric_version: int = 1
    level: int | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    abstained: str | None = Field(default=None, max_length=40)
    reason: str | None = Field(default=None, max_length=4000)
    evidence: list[EvidenceJson] = Field(default_factory=list, sa_type=sa.JSON)
    detail: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    input_digest: str = Field(default="", max_length=64)
    supersedes_id: uuid.UUID | None = Field(default=None, foreign_key="ratings.id")
    is_current: bool = True
    created_at: datetime = Field(default_factory=utc_now)
