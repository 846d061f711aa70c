"""The other end of `media`: candidates who replay one encoded clip, in a process of their own."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import uvloop
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)

from service.live import clips
from service.live.replay import Replay, Script, Senders, install

FOR_EVER = 1 << 40  # packets of speech


@dataclass(frozen=True, slots=True)
class Played:
    """What one candidate has sent, and what the receiver reported as lost in the end."""

    packets: int
    lost: int
    lag: float  # seconds by which the latest packet of all left too late


@dataclass(slots=True)
class Candidate:
    """One connection and what plays over it."""

    connection: RTCPeerConnection
    replay: Replay
    playing: asyncio.Task[None]


def play(pipe: Connection, clip: Path, count: int) -> None:
    """The process. Sends `count` offers, takes as many answers, plays until told to stop."""
    uvloop.run(_play(pipe, clips.load(clip), count))


async def _play(pipe: Connection, clip: clips.EncodedClip, count: int) -> None:
    candidates = [_candidate(clip, number) for number in range(count)]
    for candidate in candidates:
        connection = candidate.connection
        await connection.setLocalDescription(await connection.createOffer())
        pipe.send(connection.localDescription.sdp)
        answer = await asyncio.to_thread(pipe.recv)
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    for candidate in candidates:
        await candidate.replay.audio.started.wait()
    pipe.send("playing")
    await asyncio.to_thread(pipe.recv)
    for candidate in candidates:
        candidate.playing.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await candidate.playing
    await asyncio.sleep(1.2)  # for the last receiver reports
    pipe.send([_played(candidate.replay) for candidate in candidates])
    for candidate in candidates:
        await candidate.connection.close()


def _candidate(clip: clips.EncodedClip, number: int) -> Candidate:
    connection = RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )
    # Each elsewhere in the clip, so that keyframes do not come from all at once.
    start = number * 37 % max(1, len(clip.audio))
    script = Script(clip, start=start, speech=FOR_EVER, seed=number)
    audio, video = (install(connection, kind, script) for kind in ("audio", "video"))
    replay = Replay(script, Senders(audio, video))
    return Candidate(connection, replay, asyncio.ensure_future(replay.run()))


def _played(replay: Replay) -> Played:
    tracks = (replay.audio.sent, replay.video.sent)
    return Played(
        packets=sum(track.packets for track in tracks),
        lost=sum(track.lost for track in tracks),
        lag=max(replay.lags, default=0.0),
    )
