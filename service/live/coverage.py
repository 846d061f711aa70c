"""What of a session was recorded, what is missing, and how long its candidate could speak."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.journal.spans import Span, overlap, united, without
from service.live import queries
from service.tables import Recording, RecordingSource, RecordingState

LONGEST_AWAY = 3600.0  # seconds without a server that still have their place on the clock
_HELD = frozenset({RecordingState.COMPLETE, RecordingState.RECOVERED, RecordingState.JOINED})


def spans_of(rows: Iterable[Recording], *sources: RecordingSource) -> list[Span]:
    """Where the recordings of these sources have sound, in session seconds."""
    found: list[Span] = []
    for row in rows:
        if row.state in _HELD and row.source in sources:
            holes = [(start, end) for start, end in row.holes]
            found += without((row.offset, row.offset + row.duration), holes)
    return united(found)


async def stream_spans(db: AsyncSession, session_id: UUID) -> list[Span]:
    """What came over connections and is stored."""
    rows = await queries.recordings(db, session_id)
    return spans_of(rows, RecordingSource.STREAM)


def resumed(zero_at: datetime | None, reached: float, *, now: datetime) -> float:
    """Where a session's clock goes on after its process ended: the time away has passed.

    After more than an hour, or before the clock ever ran, it goes on from what was reached.
    """
    if zero_at is None:
        return reached
    elapsed = (now - zero_at).total_seconds()
    return elapsed if reached <= elapsed <= reached + LONGEST_AWAY else reached


def answered(spans: Iterable[Span], since: float, until: float) -> float:
    """Seconds from `since` to `until` in which the candidate was heard: outages do not count."""
    return overlap(spans, (since, until)) if until > since else 0.0
