"""One candidate of a load test: agrees, joins, speaks, ends the interview, waits for the rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import httpx

from service.live.client import ClientError, Json
from service.live.clips import EncodedClip, load
from service.live.replay import Replay, ReplayClient, Script, Sent
from service.loadtest.messages import Caption, Job, Live, Outcome, Track, Up, Word

ANSWER_WITHIN = 60.0  # seconds for one HTTP request: a busy server is slow before it fails
IN_FLIGHT = 0.1  # seconds for the last packets to overtake the request that ends the interview
Tell = Callable[[Word], None]


@lru_cache(maxsize=16)
def _clip(path: str) -> EncodedClip:
    return load(Path(path))


@dataclass
class Candidate:
    """`run()` never raises but CancelledError: what goes wrong is the outcome's `error`."""

    job: Job
    tell: Tell
    stop: asyncio.Event
    http: httpx.AsyncClient
    _client: ReplayClient = field(init=False)
    _began: float = 0.0
    _live: bool = False
    _closed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        job = self.job
        script = Script(_clip(job.clip), job.start, job.speech, loss=job.loss, seed=job.seed)
        self._client = ReplayClient(job.base_url, job.token, script, http=self.http)

    async def run(self) -> None:
        """Hold the interview and tell how it went."""
        error = ""
        try:
            async with self._client:
                error = await self._interview()
        except ClientError as refused:
            error = refused.code or "refused"
        except httpx.HTTPError as failed:
            error = f"http_{type(failed).__name__}"
        except ConnectionError:
            error = "connection_lost"
        except Exception as unforeseen:  # a task's border: one candidate must not end the others
            error = f"generator_{type(unforeseen).__name__}"
        self.tell(self._outcome(error))

    @property
    def tracks(self) -> list[Sent]:
        """What was sent so far."""
        replay = self._client.replay
        return [replay.audio.sent, replay.video.sent] if replay else []

    async def _interview(self) -> str:
        client, self._began = self._client, time.monotonic()
        await client.consent()
        await client.connect()
        self._say_up()
        listening = asyncio.create_task(self._listen())
        try:
            error = await self._stay()
            if error:
                return error
            await client.stop_playing()
            await asyncio.sleep(IN_FLIGHT)
            await client.finish()
            return await self._drain()
        finally:
            listening.cancel()
            await asyncio.wait({listening})

    def _say_up(self) -> None:
        marks, now = self._client.marks, time.monotonic()
        began = self._began
        self.tell(
            Up(
                self.job.number,
                answered=marks["answered"] - marks["offered"],
                connected=marks.get("connected", now) - began,
                opened=now - began,
            )
        )

    async def _stay(self) -> str:
        """Until the time is up or all are told to stop; else why it ended before."""
        playing = self._client.playing
        if playing is None:
            return "connection_lost"
        stopped = asyncio.create_task(self.stop.wait())
        closed = asyncio.create_task(self._closed.wait())
        try:
            await asyncio.wait(
                {playing, stopped, closed},
                timeout=self.job.seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            stopped.cancel()
            closed.cancel()
        if playing.done():
            return "connection_lost"
        if self._closed.is_set():
            return "ended_by_server"
        return "" if self._live else "never_live"

    async def _drain(self) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.job.drain):
                await self._closed.wait()
        return "" if self._closed.is_set() else "not_closed"

    async def _listen(self) -> None:
        async for event in self._client.events():
            if event["type"] == "caption" and event["is_final"]:
                self._note(event)
            elif event["type"] == "state":
                self._move(event["state"])

    def _move(self, state: str) -> None:
        if state == "live" and not self._live:
            self._live = True
            self.tell(Live(self.job.number, time.monotonic() - self._began))
        elif state in {"closed", "failed"}:
            self._closed.set()

    def _note(self, event: Json) -> None:
        replay = self._client.replay
        if replay is None or replay.zero is None:
            return
        self.tell(
            Caption(
                self.job.number,
                arrived=asyncio.get_running_loop().time() - replay.zero,
                start=event["start"],
                end=event["end"],
                text=event["text"],
                status=event["status"],
                engine=event["engine"] or "",
            )
        )

    def _outcome(self, error: str) -> Outcome:
        replay: Replay | None = self._client.replay
        if replay is None:
            return Outcome(self.job.number, error, 0.0, Track(), Track(), [])
        return Outcome(
            self.job.number,
            error,
            seconds=replay.seconds,
            audio=_track(replay.audio.sent),
            video=_track(replay.video.sent),
            lags=replay.lags,
        )


def _track(sent: Sent) -> Track:
    values = asdict(sent)
    del values["octets"]
    return Track(**values)
