"""What receiving a candidate costs: our path, aiortc's own, and the bare codecs.

Candidates in another process replay VP8 640x480 at 15 per second and Opus over real ICE, DTLS and
SRTP; each receiver gets the same packets, in turns, in one run, aiortc's own for fewer sessions.
CPU milliseconds of the receiving process (all threads) per second of one session:

- `stock`: aiortc's receivers, every picture and every sound decoded and taken from its track
- `stock_encoded`: aiortc's transports, our receiver in front of the decoders (CANDOR_RECEIVE=stock)
- `ours`: our path from the socket on, to encoded frames
- `ours_whole`: the same with the sound decoded to 16 kHz and everything recorded
With `--profile` the samples of `ours_whole` are kept as text: how much of its time goes to libopus,
the kernel and SRTP (OpenSSL's ciphers in libsrtp), and which functions take the rest.

- `codecs`: nothing but libvpx and libopus through PyAV on the same frames, without a network
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import re
import statistics
import tempfile
import time
import wave
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np
import uvloop
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av.packet import Packet

from benchmarks import opus, perf, report
from benchmarks.media_sender import Played, play
from service.live import clips
from service.live.audio import OpusDecoder
from service.live.client import RATE, Clip
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.recorder import Recorder
from service.live.signalling import parse_offer
from service.settings import Receive

SETTLE = 2.0  # seconds after the last candidate has begun to play
CLIP_SECONDS = 20
NEEDED = re.compile(r"opus|kernel|srtp|crypto|vdso|^_binding")  # the last: pylibsrtp
KINDS = ("stock", "stock_encoded", "ours", "ours_whole")
RUNNERS: dict[str, Callable[[Coroutine[Any, Any, Any]], Any]] = {
    "uvloop": uvloop.run,
    "asyncio": asyncio.run,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How much, for how long, how often."""

    sessions: int = 100
    stock_sessions: int = 12  # aiortc's own path fills a core at 24
    seconds: float = 10.0
    rounds: int = 3
    loop: str = "uvloop"
    kinds: tuple[str, ...] = KINDS
    profile: Path | None = None  # perf's samples of the last round of `ours_whole`

    def count(self, kind: str) -> int:
        """How many sessions `kind` gets."""
        return self.stock_sessions if kind.startswith("stock") else self.sessions


@dataclass(slots=True)
class Measured:
    """One receiver in one round."""

    ms_per_session_s: float
    frames: int
    packets_sent: int
    packets_lost: int
    sender_lag_s: float


@dataclass(slots=True)
class House:
    """The receiving side of all sessions: answers offers, counts frames, closes."""

    stack: AsyncExitStack
    folder: Path
    frames: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def answer(self, kind: str, offer: str) -> str:
        """The answer to one candidate, as `kind` gives it."""
        if kind == "stock":
            return await self._stock(offer)
        if kind == "stock_encoded":
            return await self._peer(offer, "stock", self._count)
        if kind == "ours":
            return await self._peer(offer, "own", self._count)
        return await self._peer(offer, "own", self._whole())

    def _count(self, frame: EncodedFrame) -> None:
        self.frames += 1

    def _whole(self) -> Callable[[EncodedFrame], None]:
        decoder = OpusDecoder()
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        recorder = Recorder(folder, origin=0.0)
        self.stack.callback(recorder.close)

        def take(frame: EncodedFrame) -> None:
            self.frames += 1
            recorder.push(frame)
            if frame.kind == "audio":
                decoder.decode(frame)

        return take

    async def _peer(
        self, offer: str, receive: Receive, on_frame: Callable[[EncodedFrame], None]
    ) -> str:
        began = time.monotonic()
        peer = Peer(
            now=lambda: time.monotonic() - began,
            listener=Listener(on_frame=on_frame),
            receive=receive,
        )
        self.stack.push_async_callback(peer.close)
        return await peer.answer(parse_offer(offer.encode()))

    async def _stock(self, offer: str) -> str:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.stack.push_async_callback(connection.close)
        connection.on("track", self._take_all)
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return str(connection.localDescription.sdp)

    def _take_all(self, track: MediaStreamTrack) -> None:
        self.tasks.append(asyncio.ensure_future(self._taking(track)))

    async def _taking(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                await track.recv()
                self.frames += 1


@asynccontextmanager
async def candidates(clip: Path, count: int) -> AsyncIterator[Connection]:
    """A process with `count` candidates; the pipe that it talks over."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=play, args=(theirs, clip, count), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        await asyncio.to_thread(process.join, 20)
        if process.is_alive():
            process.kill()


async def measure(kind: str, clip: Path, settings: Settings) -> Measured:
    """One receiver for all its sessions, for so many seconds."""
    count = settings.count(kind)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack, candidates(clip, count) as pipe:
            house = House(stack, Path(folder))
            for _ in range(count):
                offer = await asyncio.to_thread(pipe.recv)
                pipe.send(await house.answer(kind, offer))
            await asyncio.to_thread(pipe.recv)
            await asyncio.sleep(SETTLE)
            began, cpu, frames = time.monotonic(), time.process_time(), house.frames
            await asyncio.sleep(settings.seconds)
            spent = time.process_time() - cpu
            seconds, frames = time.monotonic() - began, house.frames - frames
            if settings.profile is not None and kind == "ours_whole":
                async with perf.recording(os.getpid(), settings.profile):
                    await asyncio.sleep(settings.seconds)
            pipe.send("stop")
            played: list[Played] = await asyncio.to_thread(pipe.recv)
            await stack.aclose()
            for task in house.tasks:
                task.cancel()
    return Measured(
        ms_per_session_s=1000 * spent / seconds / count,
        frames=frames,
        packets_sent=sum(one.packets for one in played),
        packets_lost=sum(one.lost for one in played),
        sender_lag_s=max(one.lag for one in played),
    )


def codecs(clip: clips.EncodedClip) -> float:
    """CPU ms per second of the clip that libvpx and libopus take through PyAV, single-threaded."""
    video = av.CodecContext.create("libvpx", "r")
    audio = av.CodecContext.create("opus", "r")
    if not isinstance(video, av.VideoCodecContext) or not isinstance(audio, av.AudioCodecContext):
        raise TypeError("no such codecs")
    video.thread_count = 1
    began = time.process_time()
    for pieces in clip.video:
        video.decode(Packet(b"".join(pieces)))
    for packet in clip.audio:
        audio.decode(Packet(packet))
    return 1000 * (time.process_time() - began) / clip.seconds


def make_clip(folder: Path) -> Path:
    """A clip of 20 s: a read recording where one is installed, else noise, over moving stripes."""
    sound = opus.recording()
    pcm = np.random.default_rng(1).normal(0, 3000, CLIP_SECONDS * RATE).astype("<i2").tobytes()
    if sound is not None:
        with wave.open(str(sound)) as source:
            if source.getframerate() == RATE and source.getnchannels() == 1:
                pcm = source.readframes(CLIP_SECONDS * RATE)
    path = folder / "sound.wav"
    with wave.open(str(path), "w") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm)
    return clips.encoded(Clip(sound=path), name="media", folder=folder)


def rounds(clip: Path, settings: Settings) -> tuple[dict[str, list[Measured]], list[float]]:
    """All receivers in turns, and the bare codecs once a round."""
    found: dict[str, list[Measured]] = {kind: [] for kind in settings.kinds}
    bare: list[float] = []
    decoded = clips.load(clip)
    for number in range(settings.rounds):
        bare.append(codecs(decoded))
        for kind in settings.kinds:
            one = RUNNERS[settings.loop](measure(kind, clip, settings))
            report.progress(f"round {number + 1} {kind}: {one.ms_per_session_s:.2f} ms/s {one}")
            found[kind].append(one)
    return found, bare


def summary(measured: list[Measured]) -> dict[str, object]:
    """The median round, all rounds, and what was lost in any."""
    values = [round(one.ms_per_session_s, 2) for one in measured]
    return {
        "ms_per_session_s": statistics.median(values),
        "rounds": values,
        "frames_per_session": round(statistics.median(one.frames for one in measured)),
        "packets_sent": sum(one.packets_sent for one in measured),
        "packets_lost": sum(one.packets_lost for one in measured),
        "sender_lag_s": round(max(one.sender_lag_s for one in measured), 3),
    }


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks media", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--stock-sessions", type=int, default=12, help="of aiortc's own path")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--loop", choices=sorted(RUNNERS), default="uvloop")
    parser.add_argument("--kinds", default=",".join(KINDS), help="receivers, by comma")
    parser.add_argument("--name", default="media", help="of the result file")
    parser.add_argument("--profile", action="store_true", help="keep a profile (needs perf)")
    options = parser.parse_args(argv)
    if options.profile and not perf.is_there():
        raise SystemExit("--profile needs Linux perf: apt-get install linux-perf")
    settings = Settings(
        options.sessions,
        options.stock_sessions,
        options.seconds,
        options.rounds,
        options.loop,
        tuple(kind for kind in KINDS if kind in options.kinds.split(",")),
    )
    load = round(os.getloadavg()[0], 2)
    shares: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        if options.profile:
            settings = replace(settings, profile=Path(folder) / "perf.data")
        found, bare = rounds(make_clip(Path(folder)), settings)
        if settings.profile is not None:
            shares = keep_profile(settings, f"{options.name}-profile")
    kinds = {kind: summary(measured) for kind, measured in found.items()}
    result: dict[str, object] = {
        "benchmark": "media",
        "sessions": settings.sessions,
        "stock_sessions": settings.stock_sessions,
        "lost": sum(one.packets_lost for one in found.get("ours_whole", [])),
        "ours_ms_per_session_s": _of(kinds, "ours_whole"),
        "ours_receive_only_ms_per_session_s": _of(kinds, "ours"),
        "stock_ms_per_session_s": _of(kinds, "stock"),
        "floor_ms_per_session_s": round(statistics.median(bare), 2),
        "ours_of_stock": _share(kinds),
        "receivers": kinds,
        "codec_kernel_srtp_share": round(sum(shares.values()), 3) if shares else None,
        **report.circumstances(
            ("aiortc", "aioice", "av", "pylibsrtp", "uvloop"),
            {
                "seconds": settings.seconds,
                "rounds": settings.rounds,
                "loop": settings.loop,
                "load_before": load,
            },
        ),
    }
    report.write(options.name, result)
    report.last_line(result)
    return 0


def keep_profile(settings: Settings, name: str) -> dict[str, float]:
    """Write the profile as text; the shares of libopus, kernel and SRTP."""
    if settings.profile is None:
        return {}
    libraries = perf.by_library(settings.profile)
    wanted = {lib: share for lib, share in libraries.items() if NEEDED.search(lib)}
    machine = report.machine()
    lines = [
        f"Receiving, 16 kHz sound and recording of {settings.sessions} sessions in one process.",
        f"Commit {report.commit()}; {machine['cpu']}, {machine['cores']} cores.",
        f"Codec, kernel and SRTP: {100 * sum(wanted.values()):.0f} % of the samples.",
        "",
        "By library (* counts as codec, kernel or SRTP)",
    ]
    lines += [
        f"{100 * share:6.2f} % {'*' if lib in wanted else ' '} {lib}"
        for lib, share in libraries.items()
        if share >= 0.002
    ]
    lines += ["", "By function", perf.by_symbol(settings.profile)]
    path = report.RESULTS / f"{name}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report.progress(f"written: {path.name}")
    return wanted


def _share(kinds: dict[str, dict[str, object]]) -> float | None:
    """What our whole path costs, as a share of aiortc receiving and decoding the same packets."""
    ours, stock = (_of(kinds, kind) for kind in ("ours_whole", "stock"))
    if isinstance(ours, float) and isinstance(stock, float):
        return round(ours / stock, 3)
    return None


def _of(kinds: dict[str, dict[str, object]], kind: str) -> object:
    return kinds.get(kind, {}).get("ms_per_session_s")
