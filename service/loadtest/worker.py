"""A worker process of a load test: jobs on stdin, news on stdout (`python -m` this module).

When stdin ends, because all is done or the parent has died, whoever is still here is told to
stop, and the process ends when all have left.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import logging
import os
import resource
import ssl
import sys

import httpx

from service.loadtest.candidate import ANSWER_WITHIN, Candidate
from service.loadtest.messages import ORDER, Pulse, Ready, Spent, Stop, Word, line

PULSE = 2.0  # seconds between counts of packets


def _tell(word: Word) -> None:
    sys.stdout.buffer.write(line(word))
    sys.stdout.buffer.flush()


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


async def main() -> None:
    """Play what is asked for until there is nothing more to do."""
    reader, stop = await _orders(), asyncio.Event()
    verify = ssl.create_default_context()  # once: making one costs more than a candidate's joining
    gc.freeze()
    before = _cpu_seconds()
    _tell(Ready())
    candidates: list[Candidate] = []
    pulse = asyncio.create_task(_pulse(candidates))
    async with asyncio.TaskGroup() as playing:
        while text := await reader.readline():
            order = ORDER.decode(text)
            if isinstance(order, Stop):
                stop.set()
                continue
            http = httpx.AsyncClient(base_url=order.base_url, timeout=ANSWER_WITHIN, verify=verify)
            candidates.append(Candidate(order, _tell, stop, http))
            playing.create_task(candidates[-1].run())
        stop.set()
    pulse.cancel()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    _tell(Spent(_cpu_seconds() - before, peak))


async def _pulse(candidates: list[Candidate]) -> None:
    while True:
        await asyncio.sleep(PULSE)
        sent = [track for one in candidates for track in one.tracks]
        _tell(
            Pulse(
                os.getpid(),
                packets=sum(one.packets for one in sent),
                dropped=sum(one.dropped for one in sent),
                lost=sum(max(0, one.lost - one.dropped) for one in sent),
            )
        )


def run() -> None:
    """Run on uvloop where it is installed: it halves the cost of the sockets."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop

        uvloop.run(main())
    else:
        asyncio.run(main())


if __name__ == "__main__":
    run()
