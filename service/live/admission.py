"""Whether one more candidate fits on this machine, by what is measured there, and who is next.

Pure: times and measurements are passed in. Measurements shut the door to new candidates only;
who has begun an interview always comes back in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Reason = Literal[
    "sessions",
    "pace",
    "speech",
    "loop",
    "cpu",
    "pool",
    "busy",
    "queue",
    "network",
    "memory",
    "line",
]

FLOOR = 2  # so few sessions are not what loads a machine: measurements do not shut them out
CALM = 5  # measurements in a row below the lower bound until the door opens again
PACE, PACE_WINDOW = 20, 10.0  # most let in within so many seconds: their load shows later
SLOW_PACE = 4  # the same before anything was transcribed
REMEMBERED = 10  # measurements of which the least `fits` counts
EXPIRY = 20.0  # seconds without a new try after which a place in the line is given up
MOST_WAITING = 1000  # beyond it candidates wait without a place of their own
_SOONEST, _LATEST = 4, 8  # seconds until the next try: well within EXPIRY


@dataclass(frozen=True, slots=True)
class Measures:
    """The machine now. Seconds; datagrams since the last time; memory as a share of the limit."""

    loop_lag: float = 0.0  # 99th percentile of the last ten seconds
    cpu: float = 0.0  # share of all cores in use, whoever uses them
    pool_wait: float = 0.0  # of the oldest job of speech
    pool_busy: float = 0.0  # share of the last five seconds that its workers spent on speech
    pool_queue: float = 0.0  # jobs of speech per worker alive
    drops: int = 0  # datagrams the kernel threw away
    memory: float = 0.0
    fits: int | None = None  # sessions whose speech the workers can keep up with; None: not known
    is_new: bool = False  # nothing was transcribed yet


@dataclass(frozen=True, slots=True)
class Bound:
    """Shut at `upper` or above, so many measurements in a row; opened again below `lower`."""

    upper: float
    lower: float
    samples: int = 1


BOUNDS: dict[Reason, Bound] = {
    "loop": Bound(0.050, 0.025),  # beyond it packets wait and captions come late
    "cpu": Bound(0.92, 0.80, samples=3),
    "pool": Bound(1.0, 0.5, samples=3),  # one long answer may make others wait for a moment
    "busy": Bound(0.90, 0.75, samples=8),  # before anything waits
    "queue": Bound(24, 12, samples=3),  # of 64 places per task
    "network": Bound(5, 1),  # sound that is lost for good
    "memory": Bound(0.94, 0.90),
}


class Gate:
    """One measurement's say, with hysteresis."""

    def __init__(self, bound: Bound) -> None:
        self.is_shut = False
        self._bound = bound
        self._in_a_row = 0

    def take(self, value: float) -> None:
        """Take the next measurement."""
        bound = self._bound
        against = value < bound.lower if self.is_shut else value >= bound.upper
        self._in_a_row = self._in_a_row + 1 if against else 0
        if self._in_a_row >= (CALM if self.is_shut else bound.samples):
            self.is_shut, self._in_a_row = not self.is_shut, 0


class Budget:
    """How many more may come in now. `limit`: sessions that are never exceeded by new ones.

    `elsewhere`: sessions that run in other processes and count towards the limit, too.
    """

    def __init__(self, limit: int, *, measured: bool = True) -> None:
        self.elsewhere = 0
        self._limit = limit
        self._measured = measured
        self._gates = {reason: Gate(bound) for reason, bound in BOUNDS.items()}
        self._admitted: deque[float] = deque(maxlen=PACE)
        self._fits: deque[int] = deque(maxlen=REMEMBERED)
        self._pace = PACE

    def measure(self, now: Measures) -> None:
        """Take a new measurement, about once a second."""
        self._pace = SLOW_PACE if now.is_new else PACE
        if now.fits is not None:
            self._fits.append(now.fits)
        self._gates["loop"].take(now.loop_lag)
        self._gates["cpu"].take(now.cpu)
        self._gates["pool"].take(now.pool_wait)
        self._gates["busy"].take(now.pool_busy)
        self._gates["queue"].take(now.pool_queue)
        self._gates["network"].take(now.drops)
        self._gates["memory"].take(now.memory)

    @property
    def shut(self) -> dict[Reason, bool]:
        """Which measurements are beyond their bounds."""
        return {reason: gate.is_shut for reason, gate in self._gates.items()}

    def room(self, running: int, now: float) -> tuple[int, Reason]:
        """How many may come in beside those `running`, and what keeps more from it."""
        free = max(self._limit - running - self.elsewhere, 0)
        if not self._measured:
            return free, "sessions"
        shut = next((reason for reason, gate in self._gates.items() if gate.is_shut), None)
        found: list[tuple[int, Reason]] = [(free, "sessions")]
        if shut is not None:
            found.append((max(FLOOR - running, 0), shut))
        if self._fits:
            found.append((max(min(self._fits), FLOOR) - running, "speech"))
        recent = sum(now - at < PACE_WINDOW for at in self._admitted)
        found.append((self._pace - recent, "pace"))
        return min(found)

    def admitted(self, now: float) -> None:
        """Note that one has come in."""
        self._admitted.append(now)


class Line:
    """First come, first served; a place is kept while its owner goes on asking."""

    def __init__(self) -> None:
        self._seen: dict[UUID, float] = {}  # in the order of coming

    def __len__(self) -> int:
        return len(self._seen)

    def place(self, who: UUID, now: float) -> int:
        """The place of `who`, who asks now: 1 is the next."""
        self.expire(now)
        if who not in self._seen and len(self._seen) >= MOST_WAITING:
            return len(self._seen) + 1
        self._seen[who] = now
        return list(self._seen).index(who) + 1

    def leave(self, who: UUID) -> None:
        """Give the place up."""
        self._seen.pop(who, None)

    def expire(self, now: float) -> None:
        """Drop those who have not asked for too long."""
        for who in [who for who, seen in self._seen.items() if now - seen > EXPIRY]:
            del self._seen[who]


@dataclass(frozen=True, slots=True)
class Decision:
    """In, or else why not, at which place in the line, and after how many seconds to ask again."""

    admit: bool
    reason: Reason | None = None
    place: int = 0
    retry_after: int = 0


@dataclass(slots=True)
class Admission:
    """The door: the budget and the line before it."""

    budget: Budget
    line: Line = field(default_factory=Line)

    def decide(self, who: UUID, *, running: int, now: float) -> Decision:
        """Ask for `who`. Room is kept for those before: the first in the line is let in first."""
        place = self.line.place(who, now)
        free, reason = self.budget.room(running, now)
        if place <= free:
            self.line.leave(who)
            self.budget.admitted(now)
            return Decision(admit=True)
        retry_after = min(_SOONEST + place - 1, _LATEST)
        return Decision(False, reason if free <= 0 else "line", place, retry_after)
