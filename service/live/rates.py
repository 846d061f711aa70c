"""How often faces are looked at and passing captions made, by how busy the pool is. Pure.

Finals are never slowed: what gives way is work that comes again by itself. Two ladders climb at
once when a measure of the load passes a step, and come down one step at a time, after the load has
lain well below that step for a while, so that the rates do not swing. Passing captions give way
first: one cannot be interrupted, and a final may have to wait for it. All steps lie below what
would make a final late: a wait of a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from models.pool import PoolLoad
from models.types import FACE, HEAR, PARTIAL, TRANSCRIBE, VAD

HOLD = 4.0  # seconds below a step before it is left; the pool's shares look back about five
RELIEF = 0.6  # share of a step under which the load must fall
LEAST_FACES = 1.0  # per second, unless the setting is lower
FACE_SHARES = (1.0, 0.6, 0.35, 0.0)  # of the setting, by level
PERIODS = (1.0, 2.0, 4.0, math.inf)  # seconds between passing captions of a session, by level
# Longest that a passing caption may hold up a final, in seconds, by level.
BLOCKS = (0.6, 0.4, 0.3, 0.0)

EARLY_LEVEL = 2  # of the passing captions' ladder, the last at which finals are foreseen
EARLY_COST = 0.15  # worker seconds per second of sound; a slower engine is not asked in vain

Steps = tuple[float, float, float]  # the level is the number of steps reached
# Finals: seconds waited, or to be waited by what is queued; share of the talkers' time.
PARTIAL_STEPS: dict[str, Steps] = {
    "final_wait": (0.1, 0.2, 0.4),
    "final_busy": (0.4, 0.55, 0.7),
}
# Their own share makes passing captions rarer. It neither ends them nor keeps them to short
# clips: with one candidate and a slow engine that left one caption of twenty.
OWN_STEPS: dict[str, Steps] = {"partial_busy": (0.25, 0.4, math.inf)}
FACE_STEPS: dict[str, Steps] = {
    "final_wait": (0.4, 0.6, 0.8),
    "final_busy": (0.7, 0.8, 0.9),
    "vad_wait": (0.15, 0.25, 0.4),  # sound that was not judged yet ends no utterance
    "face_wait": (0.4, 0.7, 1.0),
    "face_busy": (0.5, 0.65, 0.8),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What each session may do now.

    `early`: utterances may be heard when their pause begins, at the risk of hearing them twice.
    `partial_period` in seconds (infinite: no passing captions); of an utterance longer than
    `partial_sound` seconds no more are made, since one costs more the longer it is.
    """

    faces_per_second: float
    partials: bool
    partial_period: float
    partial_sound: float
    early: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a ladder stands, and when the load was last too high to leave it (seconds)."""

    level: int = 0
    since: float = -math.inf

    def climb(self, measures: dict[str, float], steps: dict[str, Steps], now: float) -> Rung:
        """Up at once as far as the load reaches, down one step after `HOLD` seconds of calm."""
        if (reached := _level(measures, steps, 1.0)) > self.level:
            return Rung(reached, now)
        if _level(measures, steps, RELIEF) >= self.level:
            return Rung(self.level, now)
        return Rung(self.level - 1, now) if now - self.since >= HOLD else self


@dataclass(frozen=True, slots=True)
class Rates:
    """The controller: `rates = rates.after(load, now)`, then `rates.decision`.

    `faces_per_second` is the setting, the most there will ever be.
    """

    faces_per_second: float
    partials: Rung = field(default_factory=Rung)
    own: Rung = field(default_factory=Rung)
    faces: Rung = field(default_factory=Rung)
    partial_cost: float = 0.0  # worker seconds per second of sound
    final_cost: float = 0.0

    def after(self, load: PoolLoad, now: float) -> Rates:
        """The state once `load` was seen at `now` (seconds on any steady clock)."""
        measures = _measures(load)
        return replace(
            self,
            partials=self.partials.climb(measures, PARTIAL_STEPS, now),
            own=self.own.climb(measures, OWN_STEPS, now),
            faces=self.faces.climb(measures, FACE_STEPS, now),
            partial_cost=load.of(PARTIAL.name).cost,
            final_cost=load.of(TRANSCRIBE.name).cost,
        )

    @property
    def decision(self) -> Decision:
        """What holds now."""
        least = min(LEAST_FACES, self.faces_per_second)
        level = max(self.partials.level, self.own.level)
        period = PERIODS[level]
        block = BLOCKS[self.partials.level]
        return Decision(
            faces_per_second=max(least, self.faces_per_second * FACE_SHARES[self.faces.level]),
            partials=math.isfinite(period),
            partial_period=period,
            partial_sound=block / self.partial_cost if self.partial_cost else math.inf,
            early=level <= EARLY_LEVEL and self.final_cost <= EARLY_COST,
        )


def _measures(load: PoolLoad) -> dict[str, float]:
    finals = [load.of(task.name) for task in (TRANSCRIBE, HEAR)]
    queued = sum(each.queued * each.service for each in finals) / max(1, load.talkers)
    return {
        "final_wait": max(queued, *(each.oldest_wait for each in finals)),
        "final_busy": sum(each.busy for each in finals),
        "partial_busy": load.of(PARTIAL.name).busy,
        "vad_wait": load.of(VAD.name).oldest_wait,
        "face_wait": load.of(FACE.name).oldest_wait,
        "face_busy": load.of(FACE.name).busy,
    }


def _level(measures: dict[str, float], steps: dict[str, Steps], share: float) -> int:
    reached = (sum(measures[name] >= share * step for step in of) for name, of in steps.items())
    return max(reached)
