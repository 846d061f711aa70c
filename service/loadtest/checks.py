"""What the server kept of each sitting, read as HR would read it, after the load."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from service.demo.hr import Hr, Json
from service.demo.stages import DemoError
from service.live.client import ClientError
from service.live.clips import load
from service.live.recorded import sound_packets
from service.live.replay import Script
from service.loadtest.sitting import Kept, Sitting
from service.loadtest.words import tokens

AT_ONCE = 2  # cases read at the same time
SETTLE_WITHIN = 20.0  # seconds for a session to be closed and its recordings to be listed
FILLER_MOST = 3  # bytes of an Opus packet without sound
ENDED = frozenset({"closed", "failed"})


async def look(hr: Hr, sittings: Sequence[Sitting], *, deep: bool) -> None:
    """Fill in `kept` of all who joined. `deep` reads the recordings and compares every packet."""
    turn = asyncio.Semaphore(AT_ONCE)
    joined = [one for one in sittings if one.up is not None]
    await asyncio.gather(*(_look(hr, one, turn, deep=deep) for one in joined))


async def _look(hr: Hr, sitting: Sitting, turn: asyncio.Semaphore, *, deep: bool) -> None:
    async with turn:
        try:
            case = await _settled(hr, sitting.session_id)
            sitting.kept = await _kept(hr, case, sitting, deep=deep)
        except (DemoError, ClientError):
            return  # what could not be read stays unknown, and the report says so


async def _settled(hr: Hr, session_id: str) -> Json:
    """The case once it is over; as it is when that takes too long."""
    deadline = asyncio.get_running_loop().time() + SETTLE_WITHIN
    while True:
        case = await hr.case(session_id)
        is_over = case["session"]["state"] in ENDED
        if is_over or asyncio.get_running_loop().time() > deadline:
            return case
        await asyncio.sleep(0.5)


async def _kept(hr: Hr, case: Json, sitting: Sitting, *, deep: bool) -> Kept:
    recordings = sorted(case["recordings"], key=lambda one: one["offset"])
    words = tokens(" ".join(one["text"] for one in case["utterances"]))
    delivered, foreign = None, 0
    if deep and recordings and sitting.outcome:
        files = [await hr.recording(one["url"]) for one in recordings]
        delivered, foreign = await asyncio.to_thread(_compare, files, sitting)
    return Kept(
        state=case["session"]["state"],
        words=tuple(words),
        waiting=sum(one["status"] == "waiting" for one in case["utterances"]),
        faces=len(case["faces"]["samples"]),
        recordings=len(recordings),
        recorded=sum(one["duration"] for one in recordings),
        gaps=_gaps(recordings),
        delivered=delivered,
        foreign=foreign,
    )


def _gaps(recordings: Sequence[Json]) -> float:
    """Seconds between one recording's end and the next one's beginning."""
    gap = 0.0
    for one, following in pairwise(recordings):
        gap += max(0.0, following["offset"] - one["offset"] - one["duration"])
    return gap


def _compare(files: Sequence[bytes], sitting: Sitting) -> tuple[float, int]:
    """(share of the sound's packets that were kept, packets that are not this clip's)

    Packets of hardly any bytes are left out on both sides: where one was lost, the server writes
    such a one itself.
    """
    clip = load(sitting.clip.path)
    script = Script(clip, sitting.part.start, sitting.part.speech)
    known = {*clip.audio, *clip.silence}
    kept = [packet for file in files for packet in sound_packets(file) if _says_something(packet)]
    foreign = sum(packet not in known for packet in kept)
    packets = sitting.outcome.audio.packets if sitting.outcome else 0
    sent = sum(_says_something(script.sound(number)) for number in range(packets))
    return min(1.0, (len(kept) - foreign) / max(1, sent)), foreign


def _says_something(packet: bytes) -> bool:
    return len(packet) > FILLER_MOST
