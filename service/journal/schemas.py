"""What goes over the wire of the journal."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from service.tables import Lane


class GapView(BaseModel):
    """Media seconds that the recording misses."""

    start: float
    end: float


class HeldView(BaseModel):
    """Chunks of one run and lane that have come and are not used up yet."""

    run: UUID
    lane: Lane
    numbers: list[int]


class JournalView(BaseModel):
    """What is wanted of the browser's journal, and what of it is here."""

    now: float = Field(description="the session's media clock, seconds")
    safe_until: float = Field(description="before this, what no gap touches may be forgotten")
    wanted: list[GapView]
    held: list[HeldView]
    filling: bool = Field(description="gaps are being filled, or what is missing is not known yet")
    chunk_bytes: int = Field(description="the most one chunk may hold")
