"""One step: so many candidates, for so long, against one server; then what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from service.demo.stages import DemoError
from service.loadtest import checks
from service.loadtest.fleet import Fleet, processes_for
from service.loadtest.material import Played
from service.loadtest.messages import Caption, Job, Live, Outcome, Pulse, Spent, Up, Word
from service.loadtest.metrics import Evidence, Metrics, metrics
from service.loadtest.procfs import Meter
from service.loadtest.sitting import Sitting
from service.loadtest.target import Target

LINGER = 1.5  # seconds of silence at the end, so that the last utterance closes by itself
LOOK_EVERY = 1.0
GRACE = 30.0  # seconds beyond all deadlines after which a candidate counts as lost


@dataclass(frozen=True, slots=True)
class Load:
    """How candidates behave. Seconds; `joins` per second; `processes` 0: as many as needed."""

    clips: tuple[Played, ...]
    seconds: float
    loss: float = 0.0
    joins: float = 5.0
    drain: float = 90.0
    seed: int = 1
    processes: int = 0
    deep: bool = True


@dataclass
class Step:
    """A running or finished step. `note` says what goes on, for the table."""

    sessions: int
    load: Load
    target: Target
    sittings: list[Sitting] = field(default_factory=list)
    meter: Meter | None = None
    spent: list[Spent] = field(default_factory=list)
    note: str = ""
    broken_off: bool = False
    pulses: dict[int, Pulse] = field(default_factory=dict)
    _began: float = 0.0
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> Metrics:
        """Play it all; `stop` ends it early but in order. Raises DemoError when HR is refused."""
        self.note = "inviting"
        await self._invite(stop)
        self.note = "starting"
        count = self.load.processes or processes_for(self.sessions)
        async with Fleet(count, self._hear, self._lose) as fleet:
            await self._play(fleet, stop)
        self.spent = fleet.spent
        self.note = "reading"
        with suppress(DemoError):
            await checks.look(self.target.hr, self.sittings, deep=self.load.deep)
        return self.metrics

    @property
    def metrics(self) -> Metrics:
        """The numbers so far."""
        return metrics(Evidence(self.sittings, self.meter, self.spent))

    @property
    def up(self) -> int:
        """Candidates who are in an interview now."""
        return sum(one.up is not None and one.outcome is None for one in self.sittings)

    @property
    def loss(self) -> float | None:
        """So far, beyond what was dropped on purpose."""
        sent = sum(one.packets for one in self.pulses.values())
        return sum(one.lost for one in self.pulses.values()) / sent if sent else None

    async def _invite(self, stop: asyncio.Event) -> None:
        draw = random.Random(f"{self.load.seed} {self.sessions}")  # noqa: S311
        for number in range(self.sessions):
            if stop.is_set():
                return
            clip = self.load.clips[number % len(self.load.clips)]
            start = draw.choice(clip.spoken.starts)
            invitation = await self.target.invite(number)
            part = clip.spoken.part(start, self.load.seconds)
            who = invitation["session_id"]
            self.sittings.append(Sitting(number, who, clip, part, token=invitation["token"]))

    async def _play(self, fleet: Fleet, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        if self.target.pid is not None:
            self.meter = Meter(self.target.pid)
            await asyncio.to_thread(self.meter.start)
        looking = asyncio.create_task(self._look())
        stopping = asyncio.create_task(self._stop(fleet, stop))
        try:
            self.note = "joining"
            for sitting in self.sittings:
                if stop.is_set():
                    break
                sitting.began = loop.time() - self._began
                fleet.play(self._job(sitting))
                with suppress(TimeoutError):
                    async with asyncio.timeout(1 / self.load.joins):
                        await stop.wait()
            self.note = "talking"
            await self._all_left()
        finally:
            looking.cancel()
            stopping.cancel()
        if self.meter is not None:
            await asyncio.to_thread(self.meter.look)

    async def _all_left(self) -> None:
        """Wait until every candidate has left, or has had far more time than it needs."""
        longest = self.load.seconds + LINGER + self.load.drain + GRACE
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                while any(one.outcome is None and not one.lost_worker for one in self._asked):
                    self._left.clear()
                    await self._left.wait()
        self._lose([one.number for one in self._asked if one.outcome is None])

    @property
    def _asked(self) -> list[Sitting]:
        """All, but those who were not asked to join before the test was broken off."""
        return [one for one in self.sittings if one.began or not self.broken_off]

    async def _stop(self, fleet: Fleet, stop: asyncio.Event) -> None:
        await stop.wait()
        self.note, self.broken_off = "ending early", True
        fleet.stop()
        self._left.set()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self.meter is not None:
                await asyncio.to_thread(self.meter.look)

    def _job(self, sitting: Sitting) -> Job:
        load = self.load
        return Job(
            sitting.number,
            base_url=self.target.url,
            token=sitting.token,
            clip=str(sitting.clip.path),
            start=sitting.part.start,
            speech=sitting.part.speech,
            seconds=load.seconds + LINGER,
            drain=load.drain,
            loss=load.loss,
            seed=load.seed * 100_003 + sitting.number,
        )

    def _hear(self, word: Word) -> None:
        if isinstance(word, Pulse):
            self.pulses[word.worker] = word
        if not isinstance(word, Up | Live | Caption | Outcome):
            return
        sitting = self.sittings[word.number]
        match word:
            case Up():
                sitting.up = word
            case Live():
                sitting.live = word.after
            case Caption():
                sitting.captions.append(word)
            case Outcome():
                sitting.outcome = word
                self._left.set()

    def _lose(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.sittings[number].lost_worker = True
        self._left.set()
