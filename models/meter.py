"""How hard each task has worked the pool of late: decaying sums, no clock of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.types import HearRequest, TranscribeRequest

FADE = 5.0  # seconds in which an old measurement loses two thirds of its weight
NEWS = 0.2  # weight of the newest job in the mean time of one


def sound_seconds(payload: object) -> float:
    """Seconds of sound in a payload; 0 where it is none to transcribe, or ends an utterance.

    At its end an open utterance takes time for what was heard before.
    """
    match payload:
        case TranscribeRequest(pcm=pcm) | HearRequest(pcm=pcm, length=None):
            return len(pcm) / 32_000
        case _:
            return 0.0


@dataclass(slots=True)
class _Sum:
    worked: float = 0.0  # worker seconds, faded
    at: float = 0.0
    service: float = 0.0
    cost: float = 0.0
    jobs: int = 0
    total: float = 0.0


class Meter:
    """`done` after every job (or share of a batch); times on any steady clock, in seconds."""

    def __init__(self) -> None:
        self._sums: dict[str, _Sum] = {}

    def done(self, task: str, seconds: float, *, sound: float, now: float) -> None:
        """A job of `task` has taken `seconds` of a worker, for `sound` seconds of sound."""
        first = task not in self._sums
        found = self._sums.setdefault(task, _Sum(at=now))
        found.worked = self._faded(found, now) + seconds
        found.jobs += 1
        found.total += seconds
        found.at = now
        weight = 1.0 if first else NEWS
        found.service += weight * (seconds - found.service)
        if sound > 0:
            found.cost += (weight if found.cost else 1.0) * (seconds / sound - found.cost)

    def busy(self, task: str, *, workers: int, now: float) -> float:
        """Share (0..1) of the time of `workers` that `task` took in the last seconds."""
        found = self._sums.get(task)
        if found is None or workers < 1:
            return 0.0
        return min(1.0, self._faded(found, now) / (FADE * workers))

    def service(self, task: str) -> float:
        """Worker seconds of one job, mean of the last few; 0 before the first."""
        return self._sums[task].service if task in self._sums else 0.0

    def cost(self, task: str) -> float:
        """Worker seconds per second of sound; 0 where there is no sound or no job yet."""
        return self._sums[task].cost if task in self._sums else 0.0

    def total(self, task: str) -> tuple[int, float]:
        """Jobs and worker seconds since the beginning."""
        found = self._sums.get(task)
        return (found.jobs, found.total) if found else (0, 0.0)

    @staticmethod
    def _faded(found: _Sum, now: float) -> float:
        return found.worked * math.exp(-max(0.0, now - found.at) / FADE)
