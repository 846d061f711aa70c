"""Which worker keeps the state of which stream.

Pictures are coded as changes of earlier pictures, and an engine that hears while people speak holds
what it heard so far: such state lives in one worker, so the next piece must go there. A stream is
bound when its first job is served, and free again when its worker dies or it has been quiet for a
minute. State is only ever a saving: a handler that finds none says so, and its caller sends again
from where a new start is possible.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from models.types import Priority

QUIET = 60.0  # seconds without a job after which a stream is forgotten
FADE = 5.0  # seconds in which old work loses two thirds of its weight
FULL = 0.7  # share of a worker's time from which it takes no new stream while another can


class Place(Protocol):
    """A worker's seat, as far as it matters here."""

    @property
    def number(self) -> int: ...
    @property
    def lane(self) -> frozenset[Priority]: ...
    @property
    def ready(self) -> bool: ...


P = TypeVar("P", bound=Place)
Stream = tuple[str, str]  # task name, key


class Bindings(Generic[P]):
    """Times on one steady clock, in seconds."""

    def __init__(self, seats: Sequence[P]) -> None:
        self._seats = seats
        self._bound: OrderedDict[Stream, tuple[int, float]] = OrderedDict()  # seat, last used
        self._worked = {seat.number: (0.0, 0.0) for seat in seats}  # faded seconds, as of when

    def __len__(self) -> int:
        return len(self._bound)

    def allows(self, seat: P, stream: Stream, priority: Priority, *, now: float) -> bool:
        """Whether a job of `stream` is for `seat`: it is bound there, or would be bound there."""
        bound = self._bound.get(stream)
        if bound is not None:
            return bound[0] == seat.number
        able = [one for one in self._seats if one.ready and priority in one.lane]
        return bool(able) and min(able, key=self._preference(now)) is seat

    def bind(self, seat: P, stream: Stream, *, now: float) -> None:
        """A job of `stream` goes to `seat`."""
        self._bound[stream] = (seat.number, now)
        self._bound.move_to_end(stream)
        while self._bound and now - next(iter(self._bound.values()))[1] > QUIET:
            self._bound.popitem(last=False)

    def worked(self, seat: P, seconds: float, *, now: float) -> None:
        """`seat` was busy for so long."""
        self._worked[seat.number] = (self._faded(seat, now) + seconds, now)

    def lost(self, seat: P) -> None:
        """The worker of `seat` is dead, and all it knew."""
        for stream in [one for one, (number, _) in self._bound.items() if number == seat.number]:
            del self._bound[stream]

    def _preference(self, now: float) -> Callable[[P], tuple[bool, int, int, int]]:
        """Workers with time left first, of these the most specialised, then the least bound."""
        counts = _counted(number for number, _ in self._bound.values())

        def preference(seat: P) -> tuple[bool, int, int, int]:
            is_full = self._faded(seat, now) / FADE > FULL
            return is_full, len(seat.lane), counts.get(seat.number, 0), seat.number

        return preference

    def _faded(self, seat: P, now: float) -> float:
        worked, at = self._worked[seat.number]
        return worked * math.exp(-max(0.0, now - at) / FADE)


def _counted(numbers: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    return counts
