"""A circuit breaker: an endpoint that fails is left alone for a while (Nygard, Release It!)."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row; after `seconds` lets one call through to try."""

    def __init__(
        self,
        *,
        failures: int = 3,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._failed = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are to be left out now."""
        return self._failed >= self._most and self._clock() < self._until

    def succeed(self) -> None:
        """Close again."""
        self._failed = 0

    def fail(self) -> None:
        """Count a failure; a failed try opens it anew."""
        self._failed += 1
        self._until = self._clock() + self._seconds
