"""Recordings as byte ranges (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.audit import Entry, Tag, record
from service.blobs import BlobMissing, Blobs
from service.db import Database
from service.errors import ServiceError
from service.review import queries
from service.tables import Recording, utc_now

# One range; a list of ranges is answered with the whole file, as the RFC allows.
RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-(?P<suffix>\d{1,18}))")
ONE_VIEWING = timedelta(hours=1)  # a player asks for many ranges; this many are one viewing


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` (inclusive) to `end` (exclusive) of a file of `size`."""

    start: int
    end: int
    size: int
    is_partial: bool

    @property
    def content_range(self) -> str:
        """The value of the Content-Range header."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording to be sent, and which part of it."""

    recording: Recording
    span: Span

    @property
    def etag(self) -> str:
        """Strong: files never change once they can be played."""
        return f'"{self.recording.sha256 or self.recording.id}"'


def parse_range(header: str, size: int) -> Span:
    """What to send for a Range header; anything that is none means the whole file.

    Raises ServiceError 416 when the range lies outside the file.
    """
    whole = Span(0, size, size, is_partial=False)
    match = RANGE.fullmatch(header.strip().lower())
    if match is None:
        return whole
    if match["suffix"] is not None:
        start, end = max(0, size - int(match["suffix"])), size
    else:
        start = int(match["first"])
        end = min(int(match["last"]) + 1, size) if match["last"] else size
        if match["last"] and int(match["last"]) < start:
            return whole  # RFC 9110: an invalid range is ignored
    if start >= size or start >= end:
        headers = {"Content-Range": f"bytes */{size}"}
        raise ServiceError(
            "range_not_satisfiable", 416, "That lies outside the recording.", headers=headers
        )
    return Span(start, end, size, is_partial=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of which recording somebody wants. `if_range`: only if it is still that file."""

    session_id: UUID
    recording_id: UUID
    range: str
    if_range: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who plays it, and what the record calls that."""

    actor: str
    tag: Tag = Tag.RECORDING_VIEWED


async def open_recording(
    database: Database, blobs: Blobs, *, asked: Asked, viewer: Viewer
) -> Opened:
    """Find the recording and put the viewing on record. Raises ServiceError 404 or 416."""
    async with database.reading() as db:
        found = await queries.recording(db, asked.session_id, asked.recording_id)
    missing = ServiceError("not_found", 404, "There is no such recording.")
    if found is None:
        raise missing
    try:
        size = (await blobs.head(found.blob_key)).size
    except BlobMissing as error:
        raise missing from error
    is_same = asked.if_range in {"", Opened(found, Span(0, 0, 0, is_partial=False)).etag}
    span = parse_range(asked.range if is_same else "", size)
    await _put_on_record(database, found, viewer=viewer, is_start=span.start == 0)
    return Opened(found, span)


async def _put_on_record(
    database: Database, found: Recording, *, viewer: Viewer, is_start: bool
) -> None:
    """Once per start from the beginning, and for whoever starts elsewhere without having begun."""
    async with database.writing() as db:
        since = utc_now() - ONE_VIEWING
        known = queries.Viewing(viewer.actor, viewer.tag, since)
        if is_start or not await queries.has_viewed(db, found, known):
            subject = f"recording:{found.id}"
            await record(db, Entry(viewer.tag, viewer.actor, subject, found.session_id))
