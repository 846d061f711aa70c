"""After a crash: recordings are finished from what lies on disk, their unheard end is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Container
from uuid import UUID

from service import telemetry
from service.live import queries, records
from service.live.facts import read_facts
from service.live.hearing import hear_missing, hear_rest
from service.live.records import Kept
from service.live.remux import finish
from service.live.tools import Facts, Tools
from service.tables import RecordingSource, Session, SessionState


async def recover_recordings(tools: Tools, *, but: Collection[UUID] = ()) -> int:
    """Finish and store every recording of ours that its process did not; how many.

    `but`: connections that live, or are about to be stored by their session.
    """
    async with tools.database.reading() as db:
        rows = await queries.open_recordings(db)
    done = 0
    for row in rows:
        if row.connection_id in but or not tools.share.owns(row.session_id):
            continue
        folder = tools.spool / str(row.connection_id)
        try:
            hear = hear_missing if row.source == RecordingSource.JOURNAL else hear_rest
            await hear(tools, row.session_id, folder)
            finished = await asyncio.to_thread(finish, folder) if folder.is_dir() else None
            kept = Kept(row.session_id, row.connection_id, folder, recovered=True)
            await records.save_recording(tools, kept, finished)
            telemetry.log().info("recording_recovered", connection=str(row.connection_id))
            done += 1
        except Exception as error:  # one broken file must not keep the others from recovery
            telemetry.log().error(
                "recording_not_recovered", connection=str(row.connection_id), exc_info=error
            )
    return done


async def sessions_left(tools: Tools, *, but: Container[UUID] = ()) -> list[tuple[Facts, bool]]:
    """Sessions of ours that were running, and whether each was already ending; not those of `but`.

    One that never had media goes back to where its candidate can begin anew.
    """
    async with tools.database.reading() as db:
        found_rows = await queries.running_sessions(db)
        rows = [row for row in found_rows if row.id not in but and tools.share.owns(row.id)]
        facts = {row.id: await read_facts(db, row.id, tools) for row in rows}
    out: list[tuple[Facts, bool]] = []
    for row in rows:
        found = facts[row.id]
        if found is None:
            continue
        if _never_began(row):
            await records.step_back(tools, found, to=SessionState.CONSENTED)
        else:
            out.append((found, row.state == SessionState.DRAINING))
    return out


def _never_began(row: Session) -> bool:
    return row.state == SessionState.CONNECTING and row.started_at is None
