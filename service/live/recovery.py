"""After a crash: recordings are finished from what lies on disk, their unheard end is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import av

from service import telemetry
from service.live import queries, records
from service.live.ear import Ear, Heard
from service.live.encoded import EncodedFrame
from service.live.facts import read_facts
from service.live.recorder import AUDIO_FILE
from service.live.records import Kept
from service.live.remux import finish, origin_of
from service.live.tools import Facts, Tools
from service.live.utterances import keep
from service.tables import Recording, Session, SessionState

AUDIO_RATE = 48_000
AT_ONCE = 5.0  # seconds of sound decoded ahead of the pool


async def recover_recordings(tools: Tools) -> None:
    """Finish and store every recording of ours that was open when the last process ended."""
    async with tools.database.reading() as db:
        rows = await queries.open_recordings(db)
    for row in [row for row in rows if tools.share.owns(row.session_id)]:
        folder = tools.spool / str(row.connection_id)
        try:
            await hear_the_rest(tools, row, folder)
            finished = await asyncio.to_thread(finish, folder) if folder.is_dir() else None
            kept = Kept(row.session_id, row.connection_id, folder, recovered=True)
            await records.save_recording(tools, kept, finished)
            telemetry.log().info("recording_recovered", connection=str(row.connection_id))
        except Exception as error:  # one broken file must not keep the others from recovery
            telemetry.log().error(
                "recording_not_recovered", connection=str(row.connection_id), exc_info=error
            )


async def hear_the_rest(tools: Tools, row: Recording, folder: Path) -> None:
    """Make utterances of the recorded sound that no stored utterance covers."""
    if not (folder / AUDIO_FILE).is_file():
        return
    async with tools.database.reading() as db:
        after = await queries.last_end(db, row.session_id)
        facts = await read_facts(db, row.session_id, tools)
    if facts is None:
        return
    heard: list[Heard] = []
    ear = Ear(tools.pool, lambda one: heard.append(one) if one.final else None)
    listening = asyncio.create_task(ear.listen())
    try:
        for frame in packets(folder, origin=origin_of(folder), after=after):
            ear.push(frame)
            while ear.behind > AT_ONCE:  # noqa: ASYNC110 - the ear has no event for it
                await asyncio.sleep(0.01)
    finally:
        ear.end()
        await listening
    for one in heard:
        await keep(tools, row.session_id, one, question_id=_question_at(facts, one.start))


def _question_at(facts: Facts, at: float) -> UUID | None:
    standing = [question_id for question_id, started in facts.asked if started <= at]
    return standing[-1] if standing else None


def packets(folder: Path, *, origin: float, after: float) -> Iterator[EncodedFrame]:
    """The recorded Opus packets that end later than `after` (session seconds)."""
    try:
        with av.open(str(folder / AUDIO_FILE), "r") as container:
            for packet in container.demux(audio=0):
                if packet.pts is None or packet.time_base is None or not packet.size:
                    continue
                at = origin + float(packet.pts * packet.time_base)
                if at >= after:
                    ticks = round(float(packet.pts * packet.time_base) * AUDIO_RATE)
                    yield EncodedFrame("audio", "opus", bytes(packet), ticks, at)
    except av.FFmpegError:
        return  # the file ends in the middle of a block: what came before counts


async def sessions_left(tools: Tools) -> list[tuple[Facts, bool]]:
    """Sessions of ours that were running, and whether each was already ending.

    One that never had media goes back to where its candidate can begin anew.
    """
    async with tools.database.reading() as db:
        found_rows = await queries.running_sessions(db)
        rows = [row for row in found_rows if tools.share.owns(row.id)]
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
