"""A bad network in a process of its own: UDP relays that drop and delay, one for each connection.

A browser is given a relay's address for the server's. Both directions are delayed alike and lose
alike, sound, pictures, repeats and reports; nothing is dropped before the first `Say`. It needs no
rights and no kernel module, so that tests can use it too.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import uvloop

Address = tuple[str, int]
Parcel = tuple[asyncio.DatagramTransport, bytes, Address | None]
ROUND_TRIP = 0.050  # seconds, both ways together
QUEUE = 0.5  # seconds of a limited line's own buffer; what does not fit is lost
JITTER = 0.005  # added at random; packets do not overtake each other


@dataclass(frozen=True, slots=True)
class Say:
    """What relay `key` does from now on. `burst`: this many RTP packets in a row are lost once.

    `rate`: bit/s each way that pass, behind a queue of `QUEUE` seconds; 0: all of it.
    """

    key: str
    loss: float = 0.0
    rate: float = 0.0
    dark: bool = False  # nothing at all passes
    burst: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """Asks for a relay to `server`; the answer is its address."""

    key: str
    server: Address


@dataclass(frozen=True, slots=True)
class Tell:
    """Asks what relay `key` counted; the answer is a `Count`."""

    key: str


@dataclass(slots=True)
class Count:
    """RTP packets that the browser sent since the first `Say`, and those that were dropped."""

    sent: int = 0
    dropped: int = 0
    by_type: dict[int, list[int]] = field(default_factory=dict)  # payload type: sent, dropped


@dataclass(slots=True)
class Leg:
    """One relay: the browser's side and the server's side."""

    said: Say
    dice: random.Random
    delay: float  # seconds each way
    count: Count = field(default_factory=Count)
    told: bool = False  # something was said: packets are counted
    burst: int = 0
    browser: Address | None = None
    front: asyncio.DatagramTransport | None = None
    back: asyncio.DatagramTransport | None = None
    last: list[float] = field(default_factory=lambda: [0.0, 0.0])  # when the latest one is due
    free: list[float] = field(default_factory=lambda: [0.0, 0.0])  # when a limited line is idle
    under_way: tuple[deque[Parcel], deque[Parcel]] = field(
        default_factory=lambda: (deque(), deque())
    )

    def up(self, data: bytes, address: Address) -> None:
        """From the browser."""
        self.browser = address
        lost = self._loses(data)
        if self.told and is_rtp(data):
            pair = self.count.by_type.setdefault(data[1] & 0x7F, [0, 0])
            pair[0] += 1
            pair[1] += lost
            self.count.sent += 1
            self.count.dropped += lost
        if not lost and self.back is not None:
            self._later(0, self.back, data, None)

    def down(self, data: bytes, _: Address) -> None:
        """From the server."""
        if self.front is not None and self.browser is not None and not self._fades():
            self._later(1, self.front, data, self.browser)

    def _loses(self, data: bytes) -> bool:
        if self.burst and is_rtp(data):
            self.burst -= 1
            return True
        return self._fades()

    def _fades(self) -> bool:
        return self.said.dark or self.dice.random() < self.said.loss

    def _later(
        self, side: int, way: asyncio.DatagramTransport, data: bytes, to: Address | None
    ) -> None:
        loop = asyncio.get_running_loop()
        sent = self._sent(side, len(data), now=loop.time())
        if sent is None:
            return
        due = max(self.last[side], sent + self.delay + self.dice.random() * JITTER)
        self.last[side] = due
        # Timers may change places by a millisecond: each passes on the oldest, whosever it was.
        self.under_way[side].append((way, data, to))
        loop.call_at(due, self._pass, side)

    def _sent(self, side: int, size: int, *, now: float) -> float | None:
        """When the line has put a datagram on its way; None: its queue is full."""
        if not self.said.rate:
            return now
        begins = max(now, self.free[side])
        if begins - now > QUEUE:
            return None
        # UDP and IPv4 headers count on a real line, too.
        self.free[side] = begins + (size + 28) * 8 / self.said.rate
        return self.free[side]

    def _pass(self, side: int) -> None:
        way, data, to = self.under_way[side].popleft()
        if not way.is_closing():
            way.sendto(data, to)


class _Side(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, Address], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._take(data, addr)


def is_rtp(data: bytes) -> bool:
    """Whether a datagram is SRTP and no STUN, DTLS or RTCP (RFC 7983, RFC 5761)."""
    return len(data) > 12 and 127 < data[0] < 192 and not 192 <= data[1] <= 208


class Relays:
    """All relays of the process, and the pipe they are told by."""

    def __init__(self, pipe: Connection, seed: int, *, delay: float) -> None:
        self._pipe, self._seed, self._delay = pipe, seed, delay
        self._legs: dict[str, Leg] = {}

    async def run(self) -> None:
        """Obey until the pipe closes."""
        while True:
            try:
                wish: object = await asyncio.to_thread(self._pipe.recv)
            except (EOFError, OSError):
                return
            if isinstance(wish, Open):
                self._pipe.send(await self._open(wish))
            elif isinstance(wish, Say):
                leg = self._legs[wish.key]
                leg.said, leg.burst, leg.told = wish, wish.burst, True
            elif isinstance(wish, Tell):
                self._pipe.send(self._legs[wish.key].count)

    async def _open(self, wish: Open) -> Address:
        loop = asyncio.get_running_loop()
        leg = Leg(Say(wish.key), random.Random(f"{self._seed} {wish.key}"), self._delay)
        host = wish.server[0]
        leg.front, _ = await loop.create_datagram_endpoint(
            lambda: _Side(leg.up), local_addr=(host, 0)
        )
        leg.back, _ = await loop.create_datagram_endpoint(
            lambda: _Side(leg.down), remote_addr=wish.server
        )
        self._legs[wish.key] = leg
        address: Address = leg.front.get_extra_info("sockname")[:2]
        return address


def serve(pipe: Connection, seed: int, delay: float) -> None:
    """The process's work."""
    uvloop.run(Relays(pipe, seed, delay=delay).run())


@contextmanager
def relays(seed: int, *, round_trip: float = ROUND_TRIP) -> Iterator[Connection]:
    """The process; the pipe that it obeys."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, seed, round_trip / 2), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()
            process.join()


def through(sdp: str, relay: Address, server: Address) -> str:
    """An answer whose only candidate is the relay that stands for `server`."""
    lines: list[str] = []
    for line in sdp.splitlines():
        if line.startswith("a=candidate:"):
            part = line.split(" ")
            if (part[4], int(part[5])) != server or part[7] != "host":
                continue
            part[4], part[5] = relay[0], str(relay[1])
            line = " ".join(part)
        lines.append(line)
    return "\r\n".join(lines) + "\r\n"


def server_of(sdp: str) -> Address:
    """The first host candidate of an answer."""
    for line in sdp.splitlines():
        part = line.split(" ")
        if line.startswith("a=candidate:") and part[7] == "host" and ":" not in part[4]:
            return part[4], int(part[5])
    raise ValueError("the answer has no candidate")
