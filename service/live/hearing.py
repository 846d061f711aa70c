"""Hears recorded sound again where no utterance covers it: after a crash, or out of a journal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import av

from service.journal.spans import overlap
from service.live import queries
from service.live.binding import question_at
from service.live.ear import Ear, Heard
from service.live.encoded import EncodedFrame
from service.live.facts import read_facts
from service.live.recorder import AUDIO_FILE
from service.live.remux import origin_of
from service.live.tools import Facts, Tools
from service.live.utterances import keep

AUDIO_RATE = 48_000
AT_ONCE = 5.0  # seconds of sound decoded ahead of the pool
KNOWN = 0.5  # share of an utterance that lies under another one: it is the same speech


async def hear_rest(tools: Tools, session_id: UUID, folder: Path) -> None:
    """Make utterances of what a connection recorded after the last stored one."""
    async with tools.database.reading() as db:
        after = await queries.last_end(db, session_id)
    await _hear(tools, session_id, folder=folder, after=after)


async def hear_missing(tools: Tools, session_id: UUID, folder: Path) -> None:
    """Make utterances of all that was recorded here, but for what was heard before."""
    await _hear(tools, session_id, folder=folder, after=float("-inf"))


async def _hear(tools: Tools, session_id: UUID, *, folder: Path, after: float) -> None:
    if not (folder / AUDIO_FILE).is_file():
        return
    async with tools.database.reading() as db:
        facts = await read_facts(db, session_id, tools)
        known = await queries.utterance_spans(db, session_id)
    if facts is None:
        return
    for one in await _listen(tools, facts, folder=folder, after=after):
        if overlap(known, (one.start, one.end)) < KNOWN * (one.end - one.start):
            question_id = question_at(facts.asked, (one.start + one.end) / 2)
            await keep(tools, session_id, one, question_id=question_id)


async def _listen(tools: Tools, facts: Facts, *, folder: Path, after: float) -> list[Heard]:
    heard: list[Heard] = []
    ear = Ear(tools.pool, lambda one: heard.append(one) if one.final else None)
    for _, started in facts.asked:
        ear.boundary(started)
    listening = asyncio.create_task(ear.listen())
    try:
        for frame in packets(folder, origin=origin_of(folder), after=after):
            ear.push(frame)
            while ear.behind > AT_ONCE:  # noqa: ASYNC110 - the ear has no event for it
                await asyncio.sleep(0.01)
    finally:
        ear.end()
        await listening
    return heard


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
