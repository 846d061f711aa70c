"""Mangled packets by the million on everything that reads the network: nothing raises or grows.

Two real aiortc senders (VP8 and H.264, both with Opus) are listened to for a few seconds over a
real connection, and what came is kept: SRTP-decrypted RTP and RTCP, and datagrams as they lay on
the wire. Mangled copies of it then go

- `rtp`: through our receive path; frames go to the 16 kHz decoder and, of every tenth stream, to
  the recorder (whose file must then be readable) and the picture decoder
- `rtcp`: through the transport of a live connection, which hands sender reports to our receivers
- `wire`: into the socket's callback of a live connection, as from the network, unauthenticated;
  afterwards its media must still flow
- `texts`: offers and trickle fragments, which are to be answered or refused

`raised` counts exceptions of any kind, those that an event loop reports included. Memory is the
process's, after a collection; growth is from the first tenth of the packets on.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from math import inf
from pathlib import Path
from struct import pack, unpack_from
from typing import Any

import av
import uvloop
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from benchmarks import report
from benchmarks.fuzz_capture import Captured, Listening, captured, listening
from benchmarks.mangle import mangled, mangled_text
from service.live.audio import OpusDecoder
from service.live.clock import TrackClock
from service.live.encoded import EncodedFrame
from service.live.errors import OfferRefused
from service.live.peer import Listener, Peer
from service.live.recorder import Recorder
from service.live.remux import finish
from service.live.rtp.path import ReceivePath
from service.live.rtp.track import Outlet, Track
from service.live.signalling import parse_fragment, parse_offer

KEPT_EVERY = 10  # streams of which one is also recorded and looked at
SHARES = (1.0, 0.3, 0.05)  # of a stream's packets that are broken: from noise to hardly any
AGAIN = 0.1  # of the packets of a picture come twice
MOST_TICKS = 10  # at one time; patience that shrinks on the way makes a second one due
PAUSE = 2.0  # virtual seconds between two streams
FLAT_BYTES = 16 << 20  # growth of the process beyond this, or beyond 5 %, is a leak
CODECS = ("video/VP8", "video/H264")
# A binding request (RFC 8489) whose PRIORITY has two bytes instead of four.
SHORT_STUN = bytes.fromhex("000100082112a442") + bytes(12) + bytes.fromhex("0024000200010000")
WARM_UP, LOOKS = 10, 20
Failures = Counter[str]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """How many of each, and the seed."""

    packets: int = 1_000_000
    rtcp: int = 100_000
    wire: int = 100_000
    texts: int = 20_000
    offers: int = 500
    seed: int = 1
    capture_seconds: float = 4.0


@dataclass(slots=True)
class Memory:
    """Resident bytes by the number of packets taken, after a collection each."""

    looks: list[tuple[int, int]] = field(default_factory=list)

    def look(self, done: int) -> None:
        """Note what is held now."""
        gc.collect()
        self.looks.append((done, report.resident_bytes()))

    @property
    def growth(self) -> tuple[int, float]:
        """Bytes, and the share of what was held, from after the warm-up to the end."""
        if len(self.looks) < 2:
            return 0, 0.0
        first = self.looks[min(LOOKS // WARM_UP, len(self.looks) - 2)][1]
        grown = self.looks[-1][1] - first
        return grown, grown / first


class Looker:
    """Decodes pictures as the face workers do: after a broken one it waits for a keyframe."""

    def __init__(self) -> None:
        self._context: av.CodecContext | None = None

    def see(self, frame: EncodedFrame) -> None:
        """Decode a picture."""
        if frame.keyframe:
            self._context = av.CodecContext.create(frame.codec, "r")
        if isinstance(self._context, VideoCodecContext):
            try:
                self._context.decode(Packet(frame.data))
            except av.FFmpegError:
                self._context = None


class Sink:
    """A receive path of one connection with all that hangs on it. `stream` plays one stream."""

    def __init__(self, source: Captured, folder: Path, failures: Failures) -> None:
        self._source, self._folder, self._failures = source, folder, failures
        self._now = self._zero = 0.0
        self._share = 1.0
        self.path = ReceivePath(lambda feedback: None)
        outlet = Outlet(on_frame=self._on_frame)
        self.tracks = [
            Track(plan, clock=TrackClock(plan.rate, lambda: self._now), outlet=outlet)
            for plan in source.plans
        ]
        for track in self.tracks:
            self.path.add(track)
        self.frames: Counter[str] = Counter()
        self.recordings = 0
        self._decoder = OpusDecoder()
        self._recorder: Recorder | None = None
        self._looker: Looker | None = None

    def stream(self, dice: random.Random, *, keep: bool) -> int:
        """Play a mangled copy of the stream; how many packets that were."""
        if keep:
            self._recorder = Recorder(self._folder / "recording", origin=self._zero)
            self._looker = Looker()
        stretch, self._share = dice.choice((0.0, 0.05, 0.3)), dice.choice(SHARES)
        numbers, times = dice.getrandbits(16), dice.getrandbits(32)
        packets = [(at, _shifted(data, numbers, times)) for at, data in self._source.rtp]
        packets += self._again(packets, dice)
        packets = sorted((at + dice.random() * stretch, data) for at, data in packets)
        for at, data in packets:
            self._guarded(partial(self._take, self._zero + at, data, dice))
        self._zero += packets[-1][0] + PAUSE
        self._guarded(partial(self._run_to, self._zero))
        if keep:
            self._guarded(self._finish)
        return len(packets)

    def _again(
        self, packets: list[tuple[float, bytes]], dice: random.Random
    ) -> list[tuple[float, bytes]]:
        """Some of the picture's packets once more, as retransmissions (RFC 4588)."""
        plan = next(plan for plan in self._source.plans if plan.kind == "video")
        kind, source = next(iter(plan.rtx)), next(iter(plan.rtx_sources), 0)
        out: list[tuple[float, bytes]] = []
        for at, data in packets:
            if data[1] & 0x7F in plan.codecs and dice.random() < AGAIN:
                head = bytes([data[0] & 0xEF, data[1] & 0x80 | kind]) + pack("!H", len(out))
                body = 12 + 4 * (1 + int.from_bytes(data[14:16], "big")) if data[0] & 0x10 else 12
                out.append((at, head + data[4:8] + pack("!I", source) + data[2:4] + data[body:]))
        return out

    def _take(self, at: float, data: bytes, dice: random.Random) -> None:
        self._run_to(at)
        self.path.datagram(mangled(data, dice, share=self._share), self._now)

    def _run_to(self, now: float) -> None:
        ticks = 0
        while self.path.due <= now:
            before = self._now
            self._now = max(self._now, self.path.due)
            self.path.tick(self._now)
            ticks = 0 if self._now > before else ticks + 1
            if ticks > MOST_TICKS:
                raise RuntimeError("ticks that change nothing would spin")
        self._now = max(self._now, now)

    def _on_frame(self, frame: EncodedFrame) -> None:
        self.frames[frame.codec] += 1
        if frame.kind == "audio":
            self._decoder.decode(frame)
        elif self._looker is not None:
            self._looker.see(frame)
        if self._recorder is not None:
            self._recorder.push(frame)

    def _finish(self) -> None:
        recorder, self._recorder, self._looker = self._recorder, None, None
        if recorder is None:
            return
        recorder.close()
        if recorder.failure is not None:
            raise recorder.failure
        finished = finish(recorder.folder)
        if finished is not None:
            with av.open(str(finished.path)) as container:
                self.recordings += any(packet.size for packet in container.demux())
        for path in recorder.folder.iterdir():
            path.unlink()
        recorder.folder.rmdir()

    def _guarded(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:  # what is looked for
            self._failures[repr(error)[:120]] += 1


def _shifted(data: bytes, numbers: int, times: int) -> bytes:
    """A packet of a stream that began elsewhere."""
    number, time = unpack_from("!HI", data, 2)
    return data[:2] + pack("!HI", number + numbers & 0xFFFF, time + times & 0xFFFFFFFF) + data[8:]


def fuzz_rtp(sources: list[Captured], settings: Settings) -> Json:
    """Mangled RTP, decrypted already, to our path."""
    dice, failures, memory = random.Random(settings.seed), Failures(), Memory()
    done, streams = 0, 0
    with tempfile.TemporaryDirectory(prefix="candor-fuzz-") as folder:
        sinks = [Sink(one, Path(folder), failures) for one in sources]
        while done < settings.packets:
            keep = streams // len(sinks) % KEPT_EVERY == 0
            done += sinks[streams % len(sinks)].stream(dice, keep=keep)
            streams += 1
            if done >= len(memory.looks) * settings.packets / LOOKS:
                memory.look(done)
        memory.look(done)
    grown, share = memory.growth
    frames = sum((sink.frames for sink in sinks), Counter())
    stuck = sum(sink.path.due < inf for sink in sinks)
    return {
        "packets": done,
        "streams": streams,
        "raised": dict(failures),
        "frames": dict(frames),
        "recordings_read_back": sum(sink.recordings for sink in sinks),
        "still_waiting": stuck,
        "resident_mb": [[count, round(held / 2**20, 1)] for count, held in memory.looks],
        "growth_mb": round(grown / 2**20, 2),
        "growth_share": round(share, 4),
        "flat": grown <= FLAT_BYTES or share <= 0.05,
    }


async def fuzz_rtcp(live: Listening, settings: Settings) -> Json:
    """Mangled RTCP, decrypted already, to the transport of a live connection."""
    dice, failures = random.Random(settings.seed + 1), Failures()
    for number in range(settings.rtcp):
        data = mangled(dice.choice(live.captured.rtcp), dice)
        try:
            await live.transport._handle_rtcp_data(data)
        except Exception as error:
            failures[repr(error)[:120]] += 1
        if number % 1000 == 0:
            await asyncio.sleep(0)
    return {"packets": settings.rtcp, "raised": dict(failures), "alive": await live.flows()}


async def fuzz_wire(live: Listening, settings: Settings) -> Json:
    """Mangled datagrams into the socket's callback of a live connection."""
    dice, failures = random.Random(settings.seed + 2), Failures()
    protocol, address = live.protocol, live.address
    kinds = [[SHORT_STUN], *(kind for kind in live.captured.wire.values() if kind)]
    for number in range(settings.wire):
        data = mangled(dice.choice(dice.choice(kinds)), dice)
        try:
            protocol.datagram_received(data, address)
        except Exception as error:
            failures[repr(error)[:120]] += 1
        if number % 100 == 0:
            await asyncio.sleep(0)
    return {
        "packets": settings.wire,
        "kinds": {kind: len(found) for kind, found in live.captured.wire.items()},
        "raised": dict(failures + live.unhandled),
        "alive": await live.flows(),
    }


async def fuzz_texts(live: Listening, settings: Settings) -> Json:
    """Mangled offers and fragments: read all, and negotiate some of what is read."""
    dice, failures = random.Random(settings.seed + 3), Failures()
    lines = live.captured.offer.splitlines()
    candidates = [line for line in lines if line.startswith("a=candidate") or "mid:" in line]
    fragment = ["a=ice-ufrag:abcd", "a=ice-pwd:" + "x" * 22, "m=audio 9 RTP/AVP 0", *candidates]
    refused = negotiated = 0
    for number in range(settings.texts):
        reader, source = ((parse_offer, lines), (parse_fragment, fragment))[number % 2]
        text = mangled_text(source, dice)
        try:
            reader(text)
            if source is lines and negotiated < settings.offers:
                negotiated += 1
                await _negotiate(text)
        except OfferRefused:
            refused += 1
        except Exception as error:
            failures[repr(error)[:120]] += 1
    return {
        "texts": settings.texts,
        "negotiated": negotiated,
        "refused": refused,
        "raised": dict(failures),
    }


async def _negotiate(text: bytes) -> None:
    peer = Peer(now=lambda: 0.0, listener=Listener())
    try:
        await peer.answer(parse_offer(text))
    finally:
        await peer.close()


async def _connected(settings: Settings) -> tuple[list[Captured], Json]:
    """What needs an event loop: the captures, and the parts over live connections."""
    sources = [await captured(codec, settings.capture_seconds) for codec in CODECS]
    parts: Json = {}
    async with listening("video/VP8", settings.capture_seconds) as live:
        for name, fuzz in (("rtcp", fuzz_rtcp), ("texts", fuzz_texts), ("wire", fuzz_wire)):
            report.progress(name)
            parts[name] = await fuzz(live, settings)
    return sources, parts


def measure(settings: Settings) -> Json:
    """Everything; `passed` when nothing raised, nothing grew and the connection lived."""
    sources, parts = uvloop.run(_connected(settings))
    report.progress(f"rtp: {settings.packets:,} packets")
    found = {"rtp": fuzz_rtp(sources, settings), **parts}
    passed = all(
        not part["raised"] and part.get("alive", True) and part.get("flat", True)
        for part in found.values()
    )
    return {"passed": passed, **found}


def main(argv: list[str]) -> int:
    """Run it, keep the result, end in one JSON line; 1 when something raised or grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line")
    parser.add_argument("--packets", type=int, default=Settings().packets)
    parser.add_argument("--keep", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args(argv)
    tenth = max(100, options.packets // 10)
    settings = Settings(options.packets, tenth, tenth, tenth // 5, tenth // 200)
    found = measure(settings)
    result = {
        "benchmark": "fuzz",
        **found,
        **report.circumstances(["aiortc", "aioice", "av", "uvloop"], asdict(settings)),
    }
    if options.keep:
        report.write("fuzz", result)
    if options.json:
        report.last_line(result)
    return 0 if found["passed"] else 1
