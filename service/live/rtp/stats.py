"""What one stream's packets tell about the network (RFC 3550, 6.4.1 and appendix A.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from service.live.rtp.parse import Packet

_ABSURD = 10  # seconds between packet and clock; such a step is no jitter
_MOST_LOST = 0x7FFFFF
_OVERTAKEN = 64  # packets that the first one may have overtaken


@dataclass(slots=True)
class Stats:
    """Counts of packets since the stream began. `jitter` in clock ticks."""

    received: int = 0  # by themselves; without what was asked for
    lost: int = 0  # given up
    late: int = 0  # came after they had been given up
    duplicates: int = 0
    reordered: int = 0  # came by themselves, after a later one
    nacks: int = 0  # requests, one per packet and time
    recovered: int = 0  # came after a request
    repeats: int = 0  # retransmissions under an SSRC of their own (RTX)
    corrected: int = 0  # lost for good, and the packet after it held a copy (Opus FEC)
    plis: int = 0  # keyframes asked for
    resets: int = 0  # numbering began anew
    jitter: float = 0.0


class Block(NamedTuple):
    """One report block as it goes over the wire."""

    fraction_lost: int  # in 1/256 since the last block
    packets_lost: int
    highest_sequence: int
    jitter: int


class Reception:
    """Feeds `stats.received` and `stats.jitter`, and makes report blocks of one stream."""

    def __init__(self, rate: int, stats: Stats) -> None:
        self._rate, self._stats = rate, stats
        self._absurd = _ABSURD * rate
        self._base: int | None = None
        self._top = 0
        self._received = 0  # since the numbering began
        self._before = (0, 0)  # expected and received at the last block
        self._timestamp: int | None = None
        self._arrival = 0.0

    def note(self, packet: Packet, now: float) -> None:
        """Count a packet as it arrives."""
        stats = self._stats
        stats.received += 1
        self._received += 1
        if self._base is None:
            self._base = self._top = packet.sequence
        step = (packet.sequence - self._top) & 0xFFFF
        if step < 0x8000:
            self._top += step
            timestamp, last = packet.timestamp, self._timestamp
            if timestamp != last:
                if last is not None:
                    apart = abs((now - self._arrival) * self._rate - (timestamp - last))
                    if apart < self._absurd:  # else a wrap, or a clock that jumped
                        stats.jitter += (apart - stats.jitter) / 16
                self._timestamp, self._arrival = timestamp, now
        elif 0 < self._base - (self._top + step - 0x10000) < _OVERTAKEN:
            self._base = self._top + step - 0x10000  # older than the first: expected as well

    def restart(self) -> None:
        """The numbering begins anew with the next packet."""
        self._base, self._received, self._before = None, 0, (0, 0)
        self._timestamp = None

    def block(self) -> Block | None:
        """The report since the last one; None before the first packet."""
        if self._base is None:
            return None
        expected, received = self._top - self._base + 1, self._received
        new = expected - self._before[0]
        missing = new - (received - self._before[1])
        self._before = (expected, received)
        fraction = min(255, (missing << 8) // new) if new > 0 and missing > 0 else 0
        lost = max(-_MOST_LOST - 1, min(_MOST_LOST, expected - received))
        return Block(fraction, lost, self._top & 0xFFFFFFFF, int(self._stats.jitter))
