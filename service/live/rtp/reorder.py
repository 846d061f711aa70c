"""Puts one stream's packets back in order, and says which to ask the sender for again.

Driven by arrivals (`push`) and by the clock (`tick` at `due`): the last loss before a pause is
found as well. Times are seconds of any clock that does not jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from service.live.rtp.parse import Packet, distance
from service.live.rtp.stats import Stats

RESET = 3000  # a larger step in the numbering is a new beginning (RFC 3550, A.1)
_REMEMBERED = 512  # numbers given up, to tell late packets from second copies
_FASTEST, _SLOWEST = 0.040, 0.200  # seconds between two requests for the same packet
_MARGIN = 1.25  # of the time that a late answer took
_UNANSWERED = 20  # packets asked for in vain, one after another: the sender does not repeat


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what is missing, in seconds, and how much to hold meanwhile."""

    give_up: float
    held: int  # packets
    nack: bool = False
    tolerance: float = 0.010  # a gap younger than this may still be mere reordering
    again: float = 0.100  # until round trips have been measured
    most_missing: int = 128  # more at once is an outage, not a loss
    unanswered: float = inf  # `give_up` for a sender that repeats nothing although asked
    longest: float = 0.0  # `give_up` at most, for a sender whose repeats come late


# Two requests at a round trip of 90 ms. Whatever waits for sound (a pause of 0.6 s) waits longer.
AUDIO_PATIENCE = Patience(give_up=0.200, held=64, nack=True, unanswered=0.060, longest=0.500)
DEAF_AUDIO_PATIENCE = Patience(give_up=0.060, held=64)
DEAF_PATIENCE = Patience(give_up=0.100, held=1024)  # pictures of a sender that cannot be asked
VIDEO_PATIENCE = Patience(give_up=0.500, held=1024, nack=True, longest=1.0)  # 1.2 MB


@dataclass(frozen=True, slots=True)
class Gap:
    """`count` packets that will not come any more (0: the numbering began anew)."""

    count: int


@dataclass(slots=True)
class _Missing:
    since: float
    ask_at: float
    asked_at: float = 0.0
    asked: int = 0


class Reorder:
    """One stream. `due` is when `tick` has something to do; infinite while nothing is missing."""

    def __init__(self, patience: Patience, stats: Stats) -> None:
        self.due = inf
        self.stats = stats
        self._patience = patience
        self._again = patience.again
        self._give_up = patience.give_up
        self._unanswered = 0
        self._next = 0  # extended number that goes out next
        self._top: int | None = None
        self._held: dict[int, Packet] = {}
        self._missing: dict[int, _Missing] = {}  # in the order of their numbers
        self._gone: dict[int, float] = {}  # since when they were missing; infinite: never asked for
        self._suspect: Packet | None = None

    def push(self, packet: Packet, now: float, *, again: bool = False) -> list[Packet | Gap]:
        """Take a packet; what can go on, in order. `again`: it is a retransmission."""
        top = self._top
        if top is None:
            return [] if again else self._begin(packet)
        step = (packet.sequence - top) & 0xFFFF
        if step == 1 and not self._held:  # nearly always
            self._top = top + 1
            self._next = top + 2
            return [packet]
        if step >= 0x8000:
            step -= 0x10000
        if not -RESET <= step <= RESET:
            return [] if again else self._jumped(packet, now)
        number = top + step
        if number < self._next or number in self._held:
            self._second(number, now)
            return []
        if step > 0:
            self._note_gap(number, now)
        else:
            self._found(number, now)
        self._held[number] = packet
        return self._onward(now)

    def asked_for(self, packet: Packet) -> bool:
        """Whether a packet is the answer to a request."""
        if not self._missing or self._top is None:
            return False
        missing = self._missing.get(self._top + distance(packet.sequence, self._top, bits=16))
        return missing is not None and missing.asked > 0

    def tick(self, now: float) -> list[Packet | Gap]:
        """Give up what has been missing for too long; what can go on then, in order."""
        out = self._expire(now) if self._missing else []
        self._set_due()
        return out

    def asks(self, now: float) -> list[int]:
        """Sequence numbers to ask the sender for now; they are not told again until later."""
        if not self._patience.nack or now < self.due:
            return []
        found: list[int] = []
        for number, missing in self._missing.items():
            if missing.ask_at <= now:
                missing.asked += 1
                missing.asked_at = now
                missing.ask_at = now + self._again
                found.append(number & 0xFFFF)
        self.stats.nacks += len(found)
        self._set_due()
        return found

    def skip_to(self, sequence: int) -> list[Packet | Gap]:
        """Give up all that comes before a held packet: it starts something that needs no past."""
        if self._top is None:
            return []
        number = self._top + distance(sequence, self._top & 0xFFFF, bits=16)
        out = self._release(until=number) if number in self._held else []
        self._set_due()
        return out

    def flush(self) -> list[Packet | Gap]:
        """Everything that is held, in order; the stream ends or begins anew."""
        out = self._release(until=(self._top or 0) + 1)
        self._top, self.due = None, inf
        self._gone.clear()
        return out

    def _begin(self, packet: Packet) -> list[Packet | Gap]:
        # A lap up, so that extended numbers of packets from before the first stay positive.
        self._top = packet.sequence + 0x10000
        self._next = self._top + 1
        return [packet]

    def _jumped(self, packet: Packet, now: float) -> list[Packet | Gap]:
        """Two that follow each other make a new beginning; a single one is nothing."""
        first, self._suspect = self._suspect, packet
        if first is None or (packet.sequence - first.sequence) & 0xFFFF != 1:
            return []
        self._suspect = None
        self.stats.resets += 1
        return [*self.flush(), Gap(0), *self.push(first, now), *self.push(packet, now)]

    def _second(self, number: int, now: float) -> None:
        since = self._gone.pop(number, None)
        if since is None:
            self.stats.duplicates += 1
            return
        self.stats.late += 1
        if since < inf:  # an answer, for which the wait was too short
            self._unanswered = 0
            enough = min(_MARGIN * (now - since), self._patience.longest)
            self._give_up = max(self._give_up, enough)

    def _note_gap(self, number: int, now: float) -> None:
        for gone in range((self._top or 0) + 1, number):
            self._missing[gone] = _Missing(now, now + self._patience.tolerance)
        self._top = number

    def _found(self, number: int, now: float) -> None:
        missing = self._missing.pop(number, None)
        if missing is None or not missing.asked:
            self.stats.reordered += 1
            return
        self.stats.recovered += 1
        self._unanswered, self._give_up = 0, max(self._give_up, self._patience.give_up)
        if missing.asked == 1:
            # Asking again sooner than the answer can be here only doubles the traffic.
            again = 0.010 + 1.5 * (now - missing.asked_at)
            self._again += (min(_SLOWEST, max(_FASTEST, again)) - self._again) / 8

    def _onward(self, now: float) -> list[Packet | Gap]:
        out: list[Packet | Gap] = []
        if len(self._missing) > self._patience.most_missing:
            out = self._release(until=(self._top or 0) + 1)
        else:
            self._drain(out)
            if len(self._held) > self._patience.held:
                out += self._release(until=min(self._held))
            elif now >= self.due:
                out += self._expire(now)
        self._set_due()
        return out

    def _drain(self, out: list[Packet | Gap]) -> None:
        while (packet := self._held.pop(self._next, None)) is not None:
            out.append(packet)
            self._next += 1

    def _expire(self, now: float) -> list[Packet | Gap]:
        last = self._next - 1
        for number, missing in self._missing.items():
            if now < missing.since + self._give_up:
                break
            last = number
        return self._release(until=last + 1)

    def _release(self, *, until: int) -> list[Packet | Gap]:
        """Everything before `until`, holes as gaps, and what follows without a hole."""
        out: list[Packet | Gap] = []
        while True:
            self._drain(out)
            if self._next >= until:
                return out
            first = self._next
            while self._next < until and self._next not in self._held:
                self._forget(self._next)
                self._next += 1
            count = self._next - first
            self.stats.lost += count
            out.append(Gap(count))

    def _forget(self, number: int) -> None:
        missing = self._missing.pop(number, None)
        is_asked = missing is not None and missing.asked > 0
        self._gone[number] = missing.since if missing is not None and is_asked else inf
        if len(self._gone) > _REMEMBERED:
            del self._gone[next(iter(self._gone))]
        if is_asked:
            self._unanswered += 1
            if self._unanswered >= _UNANSWERED:
                self._give_up = min(self._give_up, self._patience.unanswered)

    def _set_due(self) -> None:
        if not self._missing:
            self.due = inf
            return
        oldest = next(iter(self._missing.values()))
        self.due = oldest.since + self._give_up
        if self._patience.nack:
            self.due = min(self.due, min(m.ask_at for m in self._missing.values()))
