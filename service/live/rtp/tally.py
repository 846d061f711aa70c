"""Adds what the tracks of this process count to its metrics."""

from __future__ import annotations

from service import telemetry
from service.live.encoded import Kind
from service.live.rtp.stats import Stats

FATES = ("received", "lost", "recovered", "corrected")
REQUESTS = {"nacks": "packet", "plis": "keyframe"}


class Tally:
    """One track's share: `publish` adds what has come since the last call."""

    def __init__(self, kind: Kind, stats: Stats) -> None:
        self._stats = stats
        packets, requests = telemetry.RTP_PACKETS, telemetry.RTP_REQUESTS
        self._counters = [(name, packets.labels(kind, name)) for name in FATES]
        self._counters += [(name, requests.labels(kind, what)) for name, what in REQUESTS.items()]
        self._told = dict.fromkeys((name for name, _ in self._counters), 0)

    def publish(self) -> None:
        """Call it now and then, and once at the end."""
        for name, counter in self._counters:
            count: int = getattr(self._stats, name)
            if count > self._told[name]:
                counter.inc(count - self._told[name])
                self._told[name] = count
