"""A candidate whose network, page or tab fails at random, and who goes on speaking where one can.

Speaks the packets of a clip, fifty a second by its own clock, to the stream and into its journal.
Like the page: a connection that is silent for 3 s is made anew; what is missing is sent then; the
interview ends when all is safe.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import httpx
from aiortc import RTCPeerConnection

from benchmarks.chaos_journal import Device, Run, Sender
from service.live.client import ClientError
from service.live.clips import EncodedClip
from service.live.replay import ReplayClient, Script

PACKETS = 50
SILENCE = 3.0
CHUNK = 1.0
ENDS_WITHIN = 240.0
FINAL = frozenset({"session_over", "invitation_used", "invitation_unknown", "consent_missing"})
T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens `at` seconds into the sitting; `seconds` it lasts."""

    kind: str  # "offline", "reload" or "tab_kill"
    at: float
    seconds: float


@dataclass(slots=True)
class Told:
    """What a candidate knows of their sitting afterwards. Packets are counted from its beginning.

    `said`: stretches of packets spoken while a page was open. `asked`: each question, with the
    packets being spoken when it was asked for and when it came. In seconds: `clock` is what the
    server's clock said in the end, `offline` the time without network.
    """

    error: str = ""
    said: list[tuple[int, int]] = field(default_factory=list)
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    clock: float = 0.0
    offline: float = 0.0
    faults: int = 0
    connections: int = 0
    sent: int = 0


class Line(httpx.AsyncBaseTransport):
    """HTTP that can be cut."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self.is_cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("the network is away", request=request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Mute:
    """A datagram transport that sends nothing."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def sendto(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def cut(connection: RTCPeerConnection, *, is_cut: bool) -> None:
    """Let no datagram of a connection through, either way; or let them through again."""
    for ice in {t.sender.transport.transport for t in connection.getTransceivers()}:
        for protocol in ice._connection._protocols:
            if is_cut and not isinstance(protocol.transport, _Mute):
                protocol.transport = cast(Any, _Mute(protocol.transport))
                vars(protocol)["datagram_received"] = lambda *_: None
            elif not is_cut and isinstance(protocol.transport, _Mute):
                protocol.transport = protocol.transport.inner
                del protocol.datagram_received


@dataclass(frozen=True)
class Voice(Script):
    """Says what is due by the candidate's own clock, whenever the connection began."""

    due: Callable[[], int] = field(default=lambda: 0, kw_only=True)
    base: list[int] = field(default_factory=list, kw_only=True)

    def sound(self, number: int) -> bytes:
        if not self.base:
            self.base.append(self.due())
        return self.clip.audio[(self.base[0] + number) % len(self.clip.audio)]


@dataclass(frozen=True, slots=True)
class Part:
    """What one candidate does: speaks for `seconds`, with questions and faults at their times."""

    token: str
    clip: EncodedClip
    seconds: float
    advance_at: float
    faults: tuple[Fault, ...]
    seed: int
    has_journal: bool = True  # without: the control, which must lose what is said in outages


class Chaotic:
    """`run()` holds the interview. `base_url` may go away and come back."""

    def __init__(self, base_url: str, part: Part) -> None:
        self.part, self.told, self.device = part, Told(), Device()
        self._base_url = base_url
        self._loop = asyncio.get_running_loop()
        self._line = Line()
        self._http = httpx.AsyncClient(base_url=base_url, timeout=15, transport=self._line)
        self._sender = Sender(self._http, part.token, self.device)
        self._client: ReplayClient | None = None
        self._page: asyncio.Task[None] | None = None
        self._zero = 0.0
        self._pong = 0.0
        self._offsets: list[float] = []
        self._clock: Json | None = None
        self._questions: list[str] = []
        self._run: Run | None = None
        self._open: int | None = None
        self._random = random.Random(part.seed)

    async def run(self) -> Told:
        """The whole interview; never raises but CancelledError."""
        try:
            async with asyncio.timeout(self.part.seconds * 2 + ENDS_WITHIN):
                await self._interview()
        except TimeoutError:
            self.told.error = self.told.error or "timeout"
        except (ClientError, httpx.HTTPError, ConnectionError) as error:
            self.told.error = f"{type(error).__name__}: {error}"[:200]
        finally:
            await self._close_page(quietly=True)
            await self._http.aclose()
        self.told.sent = self._sender.sent
        return self.told

    # The sitting.

    async def _interview(self) -> None:
        view = await self._insist(lambda: self._new_client().consent(facial_analysis=False))
        self._questions = [question["id"] for question in view["questions"]]
        self.told.asked.append((self._questions[0], 0, 0))
        self._zero = self._loop.time()
        self._open_page()
        events = [(fault.at, fault) for fault in self.part.faults]
        steps: list[tuple[float, Fault | None]] = [*events, (self.part.advance_at, None)]
        for at, fault in sorted(steps, key=lambda step: step[0]):
            await asyncio.sleep(max(0.0, self._zero + at - self._loop.time()))
            if fault is None:
                await self._advance()
            else:
                self.told.faults += 1
                await self._fail(fault)
        await asyncio.sleep(max(0.0, self._zero + self.part.seconds - self._loop.time()))
        await self._finish()

    async def _fail(self, fault: Fault) -> None:
        if fault.kind == "offline":
            self._cut(is_cut=True)
            await asyncio.sleep(fault.seconds)
            self._cut(is_cut=False)
            self.told.offline += fault.seconds
            return
        # A page that is closed says goodbye and hands on its last chunk; a killed tab does neither.
        await self._close_page(quietly=fault.kind == "tab_kill")
        await asyncio.sleep(fault.seconds)
        self._open_page()

    async def _advance(self) -> None:
        sent = self._due()
        await self._insist(self._advance_once)
        self.told.asked.append((self._questions[1], sent, self._due()))

    async def _advance_once(self) -> Json:
        if self._client is None or self._loop.time() - self._pong > SILENCE:
            raise ConnectionError("not connected")  # the page's button is grey
        return await self._client.advance(self._questions[0])

    async def _finish(self) -> None:
        await self._insist(self._connected)
        self._stop_speaking()
        self._read_clock()
        await self._insist(self._all_safe)
        client = self._client
        if client is not None:
            await client.stop_playing()
            await asyncio.sleep(0.1)
            await self._insist(client.finish)

    async def _all_safe(self) -> None:
        offset = min(self._offsets, default=None)
        if not await self._sender.step(offset, self._loop.time()):
            raise ConnectionError("not yet")

    async def _connected(self) -> None:
        if self._loop.time() - self._pong > SILENCE or self._clock is None:
            raise ConnectionError("not connected")

    def _read_clock(self) -> None:
        if self._clock is not None:
            self.told.clock = self._clock["total"]

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Again until it works: a person would press the button again."""
        while True:
            try:
                return await ask()
            except (httpx.HTTPError, ConnectionError):
                await asyncio.sleep(0.5)
            except ClientError as refused:
                if refused.code in FINAL:
                    raise
                await asyncio.sleep(0.5)

    # The page.

    def _due(self) -> int:
        return int((self._loop.time() - self._zero) * PACKETS)

    def _open_page(self) -> None:
        self._open = self._due()
        # The recorder begins with the packet that is spoken now.
        self._run = Run(self.device, self._zero + self._open / PACKETS)
        self._pong = self._loop.time()
        self._page = asyncio.create_task(self._keep_page())

    async def _close_page(self, *, quietly: bool) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        page.cancel()
        await asyncio.wait({page})
        if not quietly:
            self._keep_chunk()
        self._stop_speaking()
        client, self._client = self._client, None
        if client is None:
            return
        if quietly and client._connection is not None:
            cut(client._connection, is_cut=True)
        else:
            with suppress(httpx.HTTPError, ClientError):
                await client.leave()
        await client.hang_up()

    def _stop_speaking(self) -> None:
        if self._open is None:
            return
        if self._page is not None:
            self._keep_chunk()
        self.told.said.append((self._open, self._due()))
        self._open = None

    async def _keep_page(self) -> None:
        connecting = asyncio.create_task(self._keep_connected())
        sending = asyncio.create_task(self._keep_sending())
        try:
            while True:
                await asyncio.sleep(CHUNK)
                self._keep_chunk()
        finally:
            connecting.cancel()
            sending.cancel()
            await asyncio.wait({connecting, sending})

    def _keep_chunk(self) -> None:
        run = self._run
        if run is None or self._open is None or not self.part.has_journal:
            return
        first, audio = self._open + run.packets, self.part.clip.audio
        packets = [audio[i % len(audio)] for i in range(first, self._due())]
        run.keep(packets, min(self._offsets, default=None))

    async def _keep_connected(self) -> None:
        attempt = 0
        while True:
            client = self._new_client()
            try:
                await client.interview()  # an older connection goes on until there is a new one
                old, self._client = self._client, client
                if old is not None:
                    await old.hang_up()
                await client.connect()
                self.told.connections += 1
                attempt = 0
                await self._watch(client)
            except (httpx.HTTPError, ConnectionError, ClientError) as error:
                if isinstance(error, ClientError) and error.code in FINAL:
                    self.told.error = error.code
                    return
                await asyncio.sleep(min(8.0, 0.5 * 2**attempt) * self._random.uniform(0.75, 1))
                attempt += 1

    async def _watch(self, client: ReplayClient) -> None:
        """Until the server is silent for 3 s."""
        self._pong = self._loop.time()
        reading = asyncio.create_task(self._read(client))
        try:
            while self._loop.time() - self._pong < SILENCE:
                with suppress(ConnectionError, Exception):
                    client.send({"type": "ping", "t": self._loop.time()})
                await asyncio.sleep(1.0)
        finally:
            reading.cancel()
            await asyncio.wait({reading})

    async def _read(self, client: ReplayClient) -> None:
        while True:
            event = await client._events.get()
            if event is None or self._line.is_cut:
                continue
            self._pong = self._loop.time()
            if event["type"] == "pong" and event["clock"]:
                self._clock = event["clock"]
                self._offsets.append(event["clock"]["at"] - event["t"])
                del self._offsets[:-20]

    async def _keep_sending(self) -> None:
        while True:
            await asyncio.sleep(2.0)
            if self._loop.time() - self._pong > SILENCE:
                continue
            with suppress(httpx.HTTPError):
                await self._sender.step(min(self._offsets, default=None), self._loop.time())

    def _new_client(self) -> ReplayClient:
        voice = Voice(self.part.clip, 0, 1 << 40, seed=self.part.seed, due=self._due)
        return ReplayClient(self._base_url, self.part.token, voice, http=self._http)

    def _cut(self, *, is_cut: bool) -> None:
        self._line.is_cut = is_cut
        if self._client is not None and self._client._connection is not None:
            cut(self._client._connection, is_cut=is_cut)
