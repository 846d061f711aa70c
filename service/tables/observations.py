"""Observations: what was seen of a face at one moment. Biometric; erased on its own clock."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, retained


class Observation(Row, table=True):
    """One look. `at` in media seconds; `face` holds the largest face's measures, if any."""

    __tablename__ = "observations"
    __table_args__ = (
        sa.Index("ix_observations_session_at", "session_id", "at"),
        retained(Retention.BIOMETRIC),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id")
    at: float
    faces: int
    brightness: float = 0.0
    face: dict[str, object] | None = Field(default=None, sa_type=sa.JSON)
    engines: list[str] = Field(default_factory=list, sa_type=sa.JSON)
