"""Session time from RTP timestamps, and how far the picture is off the sound.

Sound is the clock of a connection: its first packet is anchored to the session by its arrival,
and from there on samples count. A picture is first placed by arrival as well; once both tracks
have sent RTCP sender reports (RFC 3550, 6.4.1), their common wall clock tells the true offset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

AUDIO_RATE = 48_000
VIDEO_RATE = 90_000
_NTP_SECOND = 1 << 32
_FIT_AFTER = 60.0  # seconds of reports before a drift is believed (SR jitter is about 1 ms)
MOST_REPORTS = 512
_PLAUSIBLE = 10.0  # seconds; a report further off than this comes from a broken clock


class TrackClock:
    """Maps one track's extended RTP timestamps to session seconds. `now` is the session's time."""

    def __init__(self, rate: int, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._origin: int | None = None
        self._start = 0.0

    def anchor(self, rtp: int) -> None:
        """Fix the origin at the first call: `rtp` is what has arrived just now."""
        if self._origin is None:
            self._origin = rtp
            self._start = self._now()

    @property
    def anchored(self) -> bool:
        return self._origin is not None

    @property
    def start(self) -> float:
        """Session time of the origin."""
        return self._start

    def ticks(self, rtp: int) -> int:
        """Ticks since the origin."""
        return rtp - (self._origin or 0)

    def seconds(self, rtp: int) -> float:
        """Session time of an extended RTP timestamp."""
        return self._start + self.ticks(rtp) / self._rate


@dataclass(frozen=True, slots=True)
class Report:
    """One sender report: the sender's wall clock (NTP, 32.32) at a session time of its track."""

    ntp: int
    seconds: float


class Skew:
    """Collects both tracks' sender reports and tells the shift that aligns picture with sound."""

    def __init__(self) -> None:
        self._audio: Report | None = None
        self.samples: list[tuple[float, float]] = []  # (session time, shift), bounded below

    def audio(self, report: Report) -> None:
        self._audio = report

    def video(self, report: Report) -> None:
        """Take a video report; it counts once the sound has reported too."""
        if self._audio is None:
            return
        apart = (report.ntp - self._audio.ntp) / _NTP_SECOND
        shift = (self._audio.seconds + apart) - report.seconds
        if abs(shift) < _PLAUSIBLE:
            self.samples.append((report.seconds, shift))
        if len(self.samples) > MOST_REPORTS:  # halve them, keep the span
            self.samples = self.samples[::2]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Seconds to add to a video time `t`: `base + slope * t`."""

    base: float = 0.0
    slope: float = 0.0

    def at(self, seconds: float) -> float:
        return self.base + self.slope * seconds


def align(samples: list[tuple[float, float]]) -> Alignment:
    """Fit an alignment: the median shift, with a drift only over a long enough span."""
    if not samples:
        return Alignment()
    shifts = sorted(shift for _, shift in samples)
    median = shifts[len(shifts) // 2]
    first, last = samples[0][0], samples[-1][0]
    if last - first < _FIT_AFTER or len(samples) < 8:
        return Alignment(median)
    count = len(samples)
    mean_t = sum(t for t, _ in samples) / count
    mean_s = sum(s for _, s in samples) / count
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    slope = sum((t - mean_t) * (s - mean_s) for t, s in samples) / spread
    return Alignment(mean_s - slope * mean_t, slope)
