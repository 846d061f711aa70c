"""Fills what the recording misses from what the browser kept, and joins it all in the end."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from uuid import UUID

from service import telemetry
from service.audit import Entry, Tag, record
from service.blobs import BlobMissing
from service.journal import queries as journal_queries
from service.journal.host import LEAST_GAP, Standing
from service.journal.service import MARGIN
from service.journal.spans import Span
from service.live import queries, records
from service.live.coverage import spans_of
from service.live.encoded import EncodedFrame
from service.live.hearing import hear_missing
from service.live.pieces import Piece, fill_frames
from service.live.recorder import HELD_FRAMES, Recorder
from service.live.records import Kept
from service.live.remux import Finished, finish
from service.live.stitch import Part, stitch
from service.live.tools import Tools
from service.tables import (
    JournalChunk,
    Lane,
    Recording,
    RecordingSource,
    RecordingState,
    new_id,
)

_PLAYABLE = frozenset({RecordingState.COMPLETE, RecordingState.RECOVERED})
_TURN = 0.05  # seconds between two looks at the recorder's queue


@dataclass(frozen=True, slots=True)
class Filled:
    """Which gap was filled by which recording."""

    gap: Span
    recording: UUID


async def fill_gaps(
    tools: Tools, session_id: UUID, standing: Standing, *, claims: set[UUID]
) -> list[Filled]:
    """Make a recording of every gap that chunks cover, and hear it.

    `claims` holds the ids of those being made, so that nobody takes them for left over.
    """
    async with tools.database.reading() as db:
        rows = await journal_queries.chunks(db, session_id)
    out: list[Filled] = []
    for gap in standing.gaps if rows else []:
        near = [row for row in rows if row.start < gap[1] + MARGIN and row.end > gap[0] - MARGIN]
        runs = {(row.run, row.lane) for row in near}
        heads = [row for row in rows if row.number == 0 and (row.run, row.lane) in runs]
        if not any(row.lane == Lane.AUDIO for row in near):
            continue
        pieces = await _read(tools, {row.id: row for row in [*heads, *near]}.values())
        frames = await asyncio.to_thread(fill_frames, pieces, gap)
        if frames and frames[-1].media_time - frames[0].media_time >= LEAST_GAP / 2:
            connection_id = new_id()
            claims.add(connection_id)
            try:
                kept = Kept(session_id, connection_id, tools.spool / str(connection_id))
                out.append(await _fill(tools, kept, frames=frames, gap=gap))
            finally:
                claims.discard(connection_id)
    return out


async def _read(tools: Tools, rows: Iterable[JournalChunk]) -> list[Piece]:
    found: list[Piece] = []
    for row in rows:
        try:
            data = await tools.blobs.get(row.blob_key)
        except BlobMissing:
            continue
        found.append(Piece(row.run, row.lane, row.number, row.origin, data))
    return found


async def _fill(tools: Tools, kept: Kept, *, frames: list[EncodedFrame], gap: Span) -> Filled:
    """A recording of its own: from here on it is recovered after a crash as any other is."""
    session_id = kept.session_id
    async with tools.database.writing() as db:
        segment = await queries.next_segment(db, session_id)
        row = Recording(
            session_id=session_id,
            segment=segment,
            connection_id=kept.connection_id,
            source=RecordingSource.JOURNAL,
        )
        db.add(row)
        await db.flush()
        subject = f"recording:{row.id}"
        detail = {"start": round(gap[0], 3), "end": round(gap[1], 3)}
        await record(db, Entry(Tag.JOURNAL_RECEIVED, "system", subject, session_id, detail))
    finished = await asyncio.to_thread(_write, kept.folder, frames)
    await hear_missing(tools, session_id, kept.folder)
    await records.save_recording(tools, kept, finished)
    telemetry.log().info("gap_filled", session=str(session_id), recording=str(row.id))
    return Filled(gap, row.id)


def _write(folder: Path, frames: list[EncodedFrame]) -> Finished | None:
    """Blocks."""
    recorder = Recorder(folder, origin=frames[0].media_time)
    for frame in frames:
        while recorder.held >= HELD_FRAMES // 2 and recorder.failure is None:
            time.sleep(_TURN)
        recorder.push(frame)
    recorder.close()
    if recorder.failure is not None:
        raise recorder.failure
    return finish(folder)


async def drop_chunks(tools: Tools, session_id: UUID) -> None:
    """Forget a session's chunks: no gap needs them any more, or they could fill no more of it."""
    async with tools.database.reading() as db:
        rows = await journal_queries.chunks(db, session_id)
    for row in rows:
        await tools.blobs.delete(row.blob_key)
    if rows:
        async with tools.database.writing() as db:
            await journal_queries.forget(db, [row.id for row in rows])


class Joined(Enum):
    """What came of it. `UNLIKE`: pictures of two kinds fit into no file. `LATER`: not ready yet."""

    DONE = "done"
    UNLIKE = "unlike"
    LATER = "later"


async def join(tools: Tools, session_id: UUID) -> Joined:
    """Stitch the recordings of an interview that is over into one."""
    async with tools.database.reading() as db:
        rows = await queries.recordings(db, session_id)
    parts = [row for row in rows if row.state in _PLAYABLE and row.blob_key]
    if any(row.state == RecordingState.OPEN for row in rows):
        return Joined.LATER
    if len(parts) < 2:
        return Joined.DONE
    folder = tools.spool / f"joined-{session_id}"
    try:
        finished = await _join(tools, parts, folder)
        if finished is None:
            return Joined.UNLIKE
        await _keep(tools, session_id, parts=parts, finished=finished)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return Joined.DONE


async def _join(tools: Tools, parts: Sequence[Recording], folder: Path) -> Finished | None:
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    found: list[Part] = []
    for row in parts:
        path = folder / f"{row.segment}{Path(row.blob_key).suffix}"
        await tools.blobs.fetch(row.blob_key, path)
        spans = tuple(spans_of([row], *RecordingSource))
        leads = row.source != RecordingSource.JOURNAL
        found.append(Part(path, row.offset, spans, leads))
    return await asyncio.to_thread(stitch, found, folder)


async def _keep(
    tools: Tools, session_id: UUID, *, parts: Sequence[Recording], finished: Finished
) -> None:
    """The joined file takes the place of its parts, in one transaction; then their files go."""
    joined_id = new_id()
    key = f"recordings/{session_id}/{joined_id}{finished.path.suffix}"
    await tools.blobs.put(key, finished.path)
    async with tools.database.writing() as db:
        row = Recording(
            session_id=session_id,
            segment=await queries.next_segment(db, session_id),
            connection_id=joined_id,
            source=RecordingSource.STITCHED,
            started_at=parts[0].started_at,
        )
        records.complete(row, finished, key=key)
        db.add(row)
        for part in parts:
            found = await db.get_one(Recording, part.id)
            found.state, found.blob_key = RecordingState.JOINED, ""
            db.add(found)
        await db.flush()
        detail = {
            "seconds": round(row.duration, 3),
            "sha256": row.sha256,
            "parts": [str(part.id) for part in parts],
        }
        subject = f"recording:{row.id}"
        await record(db, Entry(Tag.RECORDING_STITCHED, "system", subject, session_id, detail))
    for part in parts:
        await tools.blobs.delete(part.blob_key)
