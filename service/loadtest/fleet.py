"""The worker processes of one step: started, given their candidates, listened to, ended."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from service.loadtest.messages import WORD, Job, Outcome, Ready, Spent, Stop, Word, line

START_WITHIN = 60.0
END_WITHIN = 20.0
PER_PROCESS = 40  # candidates that one process plays: about a third of a core
_LINE_MOST = 1 << 22


def processes_for(sessions: int) -> int:
    """How many processes play that many candidates."""
    return max(1, -(-sessions // PER_PROCESS))


@dataclass
class _Worker:
    process: asyncio.subprocess.Process
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    playing: set[int] = field(default_factory=set)

    def send(self, data: bytes) -> None:
        pipe = self.process.stdin
        if pipe is not None and not pipe.is_closing():
            pipe.write(data)


class Fleet:
    """`async with Fleet(n, hear)`; `hear` is told every word, `lost` of candidates that died."""

    def __init__(
        self, count: int, hear: Callable[[Word], None], lost: Callable[[Sequence[int]], None]
    ) -> None:
        self._count, self._hear, self._lost = count, hear, lost
        self._workers: list[_Worker] = []
        self._listeners: list[asyncio.Task[None]] = []
        self.spent: list[Spent] = []

    async def __aenter__(self) -> Fleet:
        try:
            for _ in range(self._count):
                await self._start()
            async with asyncio.timeout(START_WITHIN):
                await asyncio.gather(*(worker.ready.wait() for worker in self._workers))
        except BaseException:
            await self._end(patience=0.0)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end(patience=END_WITHIN)

    def play(self, job: Job) -> None:
        """Let a candidate join, in the process that has the fewest."""
        alive = [one for one in self._workers if one.process.returncode is None]
        if not alive:
            self._lost([job.number])
            return
        worker = min(alive, key=lambda one: len(one.playing))
        worker.playing.add(job.number)
        worker.send(line(job))

    def stop(self) -> None:
        """Let all candidates end their interviews now."""
        for worker in self._workers:
            worker.send(line(Stop()))

    async def _start(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service.loadtest.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_MOST,
            start_new_session=True,  # Ctrl-C is for us alone
        )
        worker = _Worker(process)
        self._workers.append(worker)
        self._listeners.append(asyncio.create_task(self._listen(worker)))

    async def _listen(self, worker: _Worker) -> None:
        pipe = worker.process.stdout
        while pipe is not None and (text := await pipe.readline()):
            word = WORD.decode(text)
            if isinstance(word, Ready):
                worker.ready.set()
            elif isinstance(word, Spent):
                self.spent.append(word)
            elif isinstance(word, Outcome):
                worker.playing.discard(word.number)
                self._hear(word)
            else:
                self._hear(word)
        worker.ready.set()
        self._lost(sorted(worker.playing))
        worker.playing.clear()

    async def _end(self, *, patience: float) -> None:
        """Close their stdin, which ends them; kill who does not."""
        for worker in self._workers:
            if worker.process.stdin is not None:
                worker.process.stdin.close()
        if self._listeners:
            await asyncio.wait(self._listeners, timeout=patience)
        for worker in self._workers:
            with suppress(ProcessLookupError):
                if worker.process.returncode is None and worker.playing:
                    worker.process.kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(END_WITHIN):
                    await worker.process.wait()
        for task in self._listeners:
            task.cancel()
