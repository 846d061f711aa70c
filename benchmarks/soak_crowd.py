"""Candidates of a soak, as a process: one JSON job per line on stdin, one JSON outcome on stdout.

How each leaves is its job's `manner`. Who is to vanish just stays: the parent kills the process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import uvloop

from service.live.client import ClientError
from service.live.clips import EncodedClip, load
from service.live.replay import ReplayClient, Script

CLOSED_WITHIN = 90.0  # seconds from the end of an interview to its last caption
ANSWER_WITHIN = 60.0
AWAY = 1.5  # seconds that one who comes back is gone
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One sitting. `start` and `speech` in packets, as in `replay.Script`.

    `manner`: "finish", "leave" (closes the page), "hang_up" (closes the connection only),
    "return" (leaves, comes back, then finishes) or "vanish".
    """

    number: int
    base_url: str
    token: str
    clip: str
    start: int
    speech: int
    seconds: float
    manner: str


@lru_cache(maxsize=4)
def _clip(path: str) -> EncodedClip:
    return load(Path(path))


class Sitting:
    """One candidate from joining to leaving."""

    def __init__(self, job: Job, http: httpx.AsyncClient) -> None:
        self.job = job
        self._closed = asyncio.Event()
        script = Script(_clip(job.clip), start=job.start, speech=job.speech, seed=job.number)
        self._client = ReplayClient(job.base_url, job.token, script, http=http)

    async def run(self) -> str:
        """ "" when all went as planned, else what did not."""
        try:
            async with self._client as client:
                await client.consent()
                await client.connect()
                _tell({"number": self.job.number, "up": True})
                listening = asyncio.create_task(self._listen())
                try:
                    return await self._sit()
                finally:
                    listening.cancel()
                    await asyncio.wait({listening})
        except ClientError as refused:
            return refused.code or "refused"
        except (httpx.HTTPError, ConnectionError) as failed:
            return type(failed).__name__

    async def _sit(self) -> str:
        client, job = self._client, self.job
        await self._play(job.seconds / (2 if job.manner == "return" else 1))
        if job.manner == "leave":
            await client.leave()
        if job.manner in {"leave", "hang_up"}:
            await client.hang_up()
            return ""
        if job.manner == "return":
            await client.leave()
            await asyncio.sleep(AWAY)
            await client.connect()
            await self._play(job.seconds / 2)
        await client.stop_playing()
        await client.finish()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSED_WITHIN):
                await self._closed.wait()
        return "" if self._closed.is_set() else "not_closed"

    async def _play(self, seconds: float) -> None:
        playing = self._client.playing
        if playing is not None:
            await asyncio.wait({playing}, timeout=seconds)
            if playing.done():
                raise ConnectionError

    async def _listen(self) -> None:
        async for event in self._client.events():
            if event["type"] == "state" and event["state"] in {"closed", "failed"}:
                self._closed.set()


def _tell(word: Json) -> None:
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


async def _play(job: Job, verify: ssl.SSLContext) -> None:
    http = httpx.AsyncClient(base_url=job.base_url, timeout=ANSWER_WITHIN, verify=verify)
    try:
        error = await Sitting(job, http).run()
    except Exception as unforeseen:  # a task's border: one candidate must not end the others
        error = repr(unforeseen)
    _tell({"number": job.number, "error": error})


async def main() -> None:
    """Play what is asked for until stdin ends and all have left."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    verify = ssl.create_default_context()
    async with asyncio.TaskGroup() as sittings:
        while text := await reader.readline():
            sittings.create_task(_play(Job(**json.loads(text)), verify))


if __name__ == "__main__":
    logging.basicConfig(level=logging.CRITICAL)
    uvloop.run(main())
