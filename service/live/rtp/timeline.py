"""One track's RTP timestamps as ticks that never wrap and go on over any break in the sender."""

from __future__ import annotations

from service.live.rtp.parse import distance

_BROKEN = 10.0  # seconds by which a timestamp may step away from the packets' arrivals


class Timeline:
    """Ticks of a clock of `rate` Hz, from 0 at the first packet. Give it packets in order.

    A new source or a timestamp that jumps away from the time of arrival begins a new stretch,
    placed by arrival.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._timestamp: int | None = None
        self._ticks = 0
        self._at = 0.0
        self._step = rate // 50
        self._broken = False

    def restart(self) -> None:
        """The next timestamp has nothing to do with the last."""
        self._broken = self._timestamp is not None

    def extend(self, timestamp: int, now: float) -> int:
        """The ticks of a packet; never fewer than of the packet before."""
        if self._timestamp is None:
            self._timestamp, self._at = timestamp, now
            return 0
        elapsed = now - self._at
        step = distance(timestamp, self._timestamp, bits=32)
        if self._broken or step < 0 or step / self._rate - elapsed > _BROKEN:
            step = max(round(elapsed * self._rate), self._step)
            self._broken = False
        elif 0 < step < self._rate:
            self._step = step
        self._timestamp, self._at = timestamp, now
        self._ticks += step
        return self._ticks

    def near(self, timestamp: int) -> int | None:
        """The ticks of a timestamp close to the last packet's, whichever came first."""
        if self._timestamp is None or self._broken:
            return None
        return self._ticks + distance(timestamp, self._timestamp, bits=32)
