"""Takes chunks in: checked, bounded, once each."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from service.access.guests import Guest
from service.access.notices import require_recording
from service.blobs import Blobs
from service.db import Database
from service.journal import errors, queries
from service.journal.host import Host, Standing
from service.journal.schemas import GapView, HeldView, JournalView
from service.settings import Settings
from service.tables import JournalChunk, Lane, SessionState, utc_now

CHUNK_BYTES = 1 << 20  # a second of the journal is about 12 KB
SESSION_BYTES = 192 << 20  # three hours of it
MARGIN = 3.0  # seconds around a gap: chunks are cut where the browser likes
BURST, RATE = 8 << 20, 1 << 20  # bytes at once and per second, of one session
MOST_BUCKETS = 4096
LATE = timedelta(hours=72)  # after its end an interview takes nothing more
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, slots=True)
class Place:
    """Which chunk it is and where it lies; seconds on the session's media clock."""

    run: UUID
    lane: Lane
    number: int
    origin: float
    start: float
    end: float


class Allowance:
    """Bytes that each session may still send now: a bucket of `BURST` that fills at `RATE`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[UUID, tuple[float, float]] = OrderedDict()

    def take(self, session_id: UUID, size: int) -> None:
        """Use some up. Raises ServiceError 429 that says how long to wait."""
        now = self._clock()
        left, then = self._buckets.pop(session_id, (float(BURST), now))
        left = min(float(BURST), left + (now - then) * RATE)
        enough = left >= size
        self._buckets[session_id] = (left - size if enough else left, now)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not enough:
            raise errors.too_fast(max(1, math.ceil((size - left) / RATE)))


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of all sessions here."""

    settings: Settings
    database: Database
    blobs: Blobs
    host: Host
    allowance: Allowance

    async def view(self, guest: Guest) -> JournalView:
        """What is wanted, and what is here."""
        require_recording(guest, self.settings)
        session_id = guest.session.id
        standing = await self.host.standing(session_id)
        async with self.database.reading() as db:
            rows = await queries.chunks(db, session_id)
        held: dict[tuple[UUID, Lane], list[int]] = {}
        for row in rows:
            held.setdefault((row.run, Lane(row.lane)), []).append(row.number)
        return JournalView(
            now=standing.now,
            safe_until=standing.edge,
            wanted=[GapView(start=start, end=end) for start, end in standing.gaps],
            held=[HeldView(run=run, lane=lane, numbers=n) for (run, lane), n in held.items()],
            filling=standing.busy,
            chunk_bytes=CHUNK_BYTES,
        )

    async def take(self, guest: Guest, place: Place, *, body: bytes, digest: str) -> bool:
        """Keep a chunk; False when it was here already. Raises ServiceError."""
        require_recording(guest, self.settings)
        self._require_open(guest)
        found = _require_digest(body, digest)
        session_id = guest.session.id
        if await self._is_here(session_id, place, sha256=found):
            return False
        _require_needed(await self.host.standing(session_id), place)
        self.allowance.take(session_id, len(body))
        key = f"recordings/{session_id}/journal/{place.run}-{place.lane}-{place.number}"
        row = JournalChunk(
            session_id=session_id,
            run=place.run,
            lane=place.lane,
            number=place.number,
            origin=place.origin,
            start=place.start,
            end=place.end,
            size=len(body),
            sha256=found,
            blob_key=key,
        )
        await self._require_room(session_id, len(body))
        await self.blobs.put(key, body)
        try:
            async with self.database.writing() as db:
                db.add(row)
        except IntegrityError:  # the same one came twice at once
            return not await self._is_here(session_id, place, sha256=found)
        return True

    async def digest_of(self, guest: Guest, *, run: UUID, lane: Lane, number: int) -> str:
        """The Content-Digest of a chunk that is here. Raises ServiceError 404."""
        async with self.database.reading() as db:
            row = await queries.chunk(db, guest.session.id, run=run, lane=lane, number=number)
        if row is None:
            raise errors.chunk_missing()
        return content_digest(row.sha256)

    async def fill(self, guest: Guest) -> JournalView:
        """All that the browser has was sent: use it."""
        require_recording(guest, self.settings)
        self.host.fill(guest.session.id)
        return await self.view(guest)

    def _require_open(self, guest: Guest) -> None:
        ended = guest.session.ended_at
        if SessionState(guest.session.state) is SessionState.CLOSED and (
            ended is None or utc_now() - ended > LATE
        ):
            raise errors.over()

    async def _is_here(self, session_id: UUID, place: Place, *, sha256: str) -> bool:
        async with self.database.reading() as db:
            row = await queries.chunk(
                db, session_id, run=place.run, lane=place.lane, number=place.number
            )
        if row is not None and row.sha256 != sha256:
            raise errors.conflict()
        return row is not None

    async def _require_room(self, session_id: UUID, size: int) -> None:
        async with self.database.reading() as db:
            if await queries.held_bytes(db, session_id) + size > SESSION_BYTES:
                raise errors.full()


def content_digest(sha256: str) -> str:
    """A hexadecimal SHA-256 as the field of RFC 9530."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def _require_digest(body: bytes, given: str) -> str:
    match = _DIGEST.search(given)
    if match is None:
        raise errors.digest_missing()
    try:
        wanted = base64.b64decode(match[1], validate=True)
    except binascii.Error as error:
        raise errors.digest_missing() from error
    found = hashlib.sha256(body)
    if found.digest() != wanted:
        raise errors.digest_mismatch()
    return found.hexdigest()


def _require_needed(standing: Standing, place: Place) -> None:
    """Chunks that touch a gap, and the heads of their files; nothing else is taken."""
    if place.end < place.start:
        raise errors.place_invalid()
    touched = any(
        place.start < end + MARGIN and place.end > start - MARGIN for start, end in standing.gaps
    )
    if not touched and (place.number > 0 or not standing.gaps):
        raise errors.not_needed()
