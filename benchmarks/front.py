"""What the front costs: the same requests of candidates against two media workers and against one.

A real `candor serve` each time, its processes' CPU from the kernel's own counts. Requests: a
candidate's look at their interview. Offers: SDP as a WebRTC client makes it, answered for good.
Bytes: a document of some 100 KB, over and over. Each in five rounds, of which the cheapest
counts: what else runs on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from aiortc import RTCPeerConnection

from benchmarks import report
from service.demo.hr import Json
from service.loadtest.procfs import family, processes
from service.loadtest.target import Target, own
from service.settings import Settings

SDP = {"Content-Type": "application/sdp"}
ROUNDS = 5
AT_ONCE = 4  # requests under way, each over a connection that stays
Ask = Callable[[httpx.AsyncClient, str], Awaitable[int]]


def cpu_ms(pid: int) -> float:
    """CPU milliseconds of a process's threads so far, as the scheduler counts them."""
    folder = Path(f"/proc/{pid}/task")
    counts = (path.read_text().split()[0] for path in folder.glob("*/schedstat"))
    return sum(int(count) for count in counts) / 1e6


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request. Milliseconds of CPU: the root process, and the media workers below it."""

    front: float
    workers: float
    mib: float  # that the answer holds


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and candidates who have agreed."""

    target: Target
    tokens: list[str]
    workers: list[int]

    async def cost(self, ask: Ask, n: int) -> Cost:
        """Of one of `n` requests, in the cheapest round."""
        rounds = [await self._round(ask, n // ROUNDS) for _ in range(ROUNDS)]
        front, workers = min(one.front for one in rounds), min(one.workers for one in rounds)
        return Cost(front, workers, rounds[0].mib)

    async def _round(self, ask: Ask, n: int) -> Cost:
        """Send `n` requests, the candidates in turn."""
        pid = self.target.pid or 0
        limits = httpx.Limits(max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=self.target.url, limits=limits, timeout=60) as client:
            for token in self.tokens:
                await ask(client, token)  # a first one fills caches on every side
            before = cpu_ms(pid), sum(map(cpu_ms, self.workers))
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(number: int) -> int:
                async with gate:
                    return await ask(client, self.tokens[number % len(self.tokens)])

            size = sum(await asyncio.gather(*(one(number) for number in range(n))))
            spent = cpu_ms(pid) - before[0], sum(map(cpu_ms, self.workers)) - before[1]
        return Cost(spent[0] / n, spent[1] / n, size / n / 2**20)


def media_workers(root: int) -> list[int]:
    """The processes right below the front that hold interviews; none where it is alone."""
    everyone = family(root, processes())
    parents = {one.parent for one in everyone}
    return [one.pid for one in everyone if one.parent == root and one.pid in parents]


@asynccontextmanager
async def served(media: int, candidates: int) -> AsyncIterator[Served]:
    """`candor serve` with so many media workers, on embedded defaults."""
    os.environ["CANDOR_MEDIA_WORKERS"] = str(media)  # the server inherits ours
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(_env_file=None)
            server = own(settings, Path(folder), language="en", session_limit=4 * candidates)
            async with server as target:
                tokens = [await agreed(target, number) for number in range(candidates)]
                workers = media_workers(target.pid or 0) if media > 1 else []
                yield Served(target, tokens, workers)
    finally:
        del os.environ["CANDOR_MEDIA_WORKERS"]


async def agreed(target: Target, number: int) -> str:
    """The token of one more candidate who has agreed to the notice."""
    token = str((await target.invite(number))["token"])
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=target.url, headers=headers, timeout=60) as client:
        view: Json = (await client.get("/api/candidate/interview")).json()
        purposes = {"recording": True, "ai_scoring": True, "facial_analysis": False}
        version = view["notice"]["version"]
        body = {"notice_version": version, "locale": view["locale"], "purposes": purposes}
        (await client.post("/api/candidate/consent", json=body)).raise_for_status()
    return token


async def an_offer() -> str:
    """Sound, picture and a channel, with this machine's addresses."""
    connection = RTCPeerConnection()
    connection.addTransceiver("audio", "sendonly")
    connection.addTransceiver("video", "sendonly")
    connection.createDataChannel("events")
    await connection.setLocalDescription(await connection.createOffer())
    text = str(connection.localDescription.sdp)
    await connection.close()
    return text


async def look(client: httpx.AsyncClient, token: str) -> int:
    """A candidate's look at their interview."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.get("/api/candidate/interview", headers=headers)
    return len(answer.raise_for_status().content)


async def read(client: httpx.AsyncClient, _: str) -> int:
    """A larger document, the same for all."""
    return len((await client.get("/openapi.json")).raise_for_status().content)


def offering(sdp: str) -> Ask:
    """A candidate's offer, which replaces their connection."""

    async def offer(client: httpx.AsyncClient, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", **SDP}
        answer = await client.post("/api/candidate/whip", content=sdp, headers=headers)
        return len(answer.raise_for_status().content)

    return offer


async def measure(requests: int, offers: int, *, candidates: int) -> dict[str, float]:
    """Milliseconds of CPU, by what was asked and who spent them."""
    found: dict[str, float] = {}
    asks = {"request": (look, requests), "offer": (offering(await an_offer()), offers)}
    for media in (2, 1):
        async with served(media, candidates) as server:
            for name, (ask, n) in asks.items():
                report.progress(f"{media} media worker(s): {n} x {name}")
                cost = await server.cost(ask, n)
                if media == 1:
                    found[f"alone_ms_per_{name}"] = cost.front
                else:
                    found[f"front_ms_per_{name}"] = cost.front
                    found[f"workers_ms_per_{name}"] = cost.workers
            if media > 1:
                cost = await server.cost(read, requests // 4)
                found["front_ms_per_mib"] = cost.front / cost.mib
    return {name: round(value, 3) for name, value in found.items()}


def main(argv: list[str]) -> int:
    """Print what was spent; keep it in the result file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks front", description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--offers", type=int, default=120)
    parser.add_argument("--candidates", type=int, default=12)
    parser.add_argument("--json", action="store_true", help="end in one JSON line")
    options = parser.parse_args(argv)
    sizes = {"requests": options.requests, "offers": options.offers}
    found = asyncio.run(measure(options.requests, options.offers, candidates=options.candidates))
    settings = {**sizes, "candidates": options.candidates, "at_once": AT_ONCE, "rounds": ROUNDS}
    head = report.circumstances(["httpcore", "uvicorn", "uvloop", "aiortc"], settings)
    path = report.write("front", {**head, **found})
    for name, value in found.items():
        report.progress(f"{name:26} {value:8.3f}")
    report.progress(f"wrote {path}")
    if options.json:
        report.last_line({**found, **sizes})
    return 0
