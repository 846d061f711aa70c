"""The rates in force, one for all sessions: looks at the pool when asked, four times a second."""

from __future__ import annotations

import asyncio
import math

from models.pool import Pool
from service import telemetry
from service.live.rates import Decision, Rates

LOOK_EVERY = 0.25


class Pace:
    """Ask `now()` before every optional question to the pool."""

    def __init__(self, pool: Pool, *, faces_per_second: float) -> None:
        self._pool = pool
        self._rates = Rates(faces_per_second)
        self._looked = -math.inf

    def now(self) -> Decision:
        """What a session may do now."""
        at = asyncio.get_running_loop().time()
        if at - self._looked >= LOOK_EVERY:
            self._looked = at
            self._rates = self._rates.after(self._pool.load(), at)
            telemetry.FACE_RATE.set(self._rates.decision.faces_per_second)
            telemetry.CAPTION_PERIOD.set(self._rates.decision.partial_period)
        return self._rates.decision
