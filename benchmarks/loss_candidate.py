"""A real Chromium that talks to our receive path through bad networks, several at a time."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from benchmarks.loss_relay import Count, Open, Say, Tell, server_of, through
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.rtp.hook import OwnReceiver
from service.live.rtp.stats import Stats
from service.live.rtp.track import Track
from service.live.signalling import parse_offer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE = "https://candidate.test/"  # never asked for: the page comes from here; cameras want https
CONSTRAINTS = {
    "audio": {"echoCancellation": True, "noiseSuppression": True, "autoGainControl": True},
    "video": {
        "width": {"ideal": 640},
        "height": {"ideal": 480},
        "frameRate": {"ideal": 15, "max": 30},
    },
}
BITS, RATE = 500_000, 15
CONNECT_WITHIN = 20.0


@dataclass(slots=True)
class Leg:
    """One connection: what came out of our receive path, and when (loop time)."""

    key: str
    peer: Peer
    frames: list[tuple[float, EncodedFrame]] = field(default_factory=list)

    def of(self, kind: str) -> list[tuple[float, EncodedFrame]]:
        return [(at, frame) for at, frame in self.frames if frame.kind == kind]

    def track(self, kind: str) -> Track:
        """The receiving track."""
        return next(
            receiver.media
            for receiver in self.peer.receivers
            if isinstance(receiver, OwnReceiver) and receiver.kind == kind and receiver.media
        )

    def stats(self, kind: str) -> Stats:
        """What the track counted."""
        return self.track(kind).stats

    @property
    def plis(self) -> int:
        """Keyframes asked for."""
        return self.stats("video").plis


@dataclass(frozen=True, slots=True)
class Candidate:
    """Open it with `candidate()`."""

    page: Page
    pipe: Connection
    stack: AsyncExitStack

    async def connect(self, key: str) -> Leg:
        """One more connection with a relay of its own; media flows on return."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        leg = Leg(key, Peer(now=lambda: loop.time() - began, listener=Listener()))
        leg.peer.listener.on_frame = lambda frame: leg.frames.append((loop.time(), frame))
        self.stack.push_async_callback(leg.peer.close)
        offer = await self.page.evaluate("key => offer(key)", key)
        answer = await leg.peer.answer(parse_offer(offer.encode()))
        server = server_of(answer)
        relay = await self._ask(Open(key, server))
        sdp = through(answer, relay, server)
        wish = {"key": key, "sdp": sdp, "bits": BITS, "rate": RATE}
        await self.page.evaluate("wish => accept(wish)", wish)
        async with asyncio.timeout(CONNECT_WITHIN):
            while not (leg.of("audio") and leg.of("video")):  # noqa: ASYNC110 - no event of ours
                await asyncio.sleep(0.1)
        return leg

    async def say(self, said: Say) -> None:
        """Change a relay's ways."""
        await asyncio.to_thread(self.pipe.send, said)

    async def count(self, key: str) -> Count:
        """What a relay counted."""
        count: Count = await self._ask(Tell(key))
        return count

    async def sent(self, key: str) -> dict[str, Any]:
        """What the browser says about its side."""
        found: dict[str, Any] = await self.page.evaluate("key => sent(key)", key)
        return found

    async def _ask(self, wish: object) -> Any:
        await asyncio.to_thread(self.pipe.send, wish)
        return await asyncio.to_thread(self.pipe.recv)


def browser() -> str | None:
    """Where an installed Chromium is; None leaves it to Playwright's own."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@asynccontextmanager
async def candidate(pictures: Path, sound: Path, pipe: Connection) -> AsyncIterator[Candidate]:
    """A Chromium whose devices play these files; the sound begins now, and plays once."""
    script = (Path(__file__).parent / "loss_page.js").read_text(encoding="utf-8")
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await playwright.chromium.launch(
            executable_path=browser(),
            args=[
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={pictures}",
                f"--use-file-for-fake-audio-capture={sound}%noloop",
                "--allow-loopback-in-peer-connection",
                "--autoplay-policy=no-user-gesture-required",
                "--no-sandbox",
            ],
            ignore_default_args=["--mute-audio"],
        )
        stack.push_async_callback(chromium.close)
        page = await chromium.new_page()
        html = f"<!doctype html><title>candidate</title><script>{script}</script>"
        await page.route(
            f"{PAGE}**", lambda route: route.fulfill(body=html, content_type="text/html")
        )
        await page.goto(PAGE)
        await page.evaluate("wanted => openDevices(wanted)", CONSTRAINTS)
        yield Candidate(page, pipe, stack)
