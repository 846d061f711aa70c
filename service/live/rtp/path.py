"""Everything one connection receives: datagrams in, frames out, and what to tell the sender.

Pure: time comes in as an argument, feedback goes out through a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

from service.live.rtp.parse import parse
from service.live.rtp.track import Track


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the sender of `source` is asked: to send `again` these numbers, or a keyframe."""

    track: Track
    source: int
    again: tuple[int, ...] = ()  # empty: a keyframe


class ReceivePath:
    """`datagram` for each decrypted RTP packet; `tick` not later than at `due`."""

    def __init__(self, ask: Callable[[Feedback], None]) -> None:
        self.due = inf
        self.ignored = 0  # datagrams that were no RTP, or of no track
        self._ask = ask
        self._tracks: list[Track] = []
        self._by_type: dict[int, Track] = {}

    @property
    def tracks(self) -> Iterable[Track]:
        return tuple(self._tracks)

    def add(self, track: Track) -> None:
        """Take in a track's payload types. They differ between bundled tracks (RFC 9143, 9.1)."""
        self._tracks.append(track)
        for payload_type in (*track.plan.codecs, *track.plan.rtx):
            self._by_type[payload_type] = track

    def remove(self, track: Track) -> None:
        """Listen to a track no more."""
        self._tracks.remove(track)
        self._by_type = {key: one for key, one in self._by_type.items() if one is not track}

    def datagram(self, data: bytes, now: float) -> None:
        """Take a packet; calls back with frames and feedback before it returns."""
        packet = parse(data)
        track = None if packet is None else self._by_type.get(packet.payload_type)
        if packet is None or track is None:
            self.ignored += 1
            return
        track.take(packet, now)
        due = track.due
        if due <= now:
            self._feedback(track, now)
            due = track.due
        if due < self.due:
            self.due = due

    def tick(self, now: float) -> None:
        """Do what is due by the clock alone."""
        for track in self._tracks:
            if track.due <= now:
                track.tick(now)
                self._feedback(track, now)
        self.due = min((track.due for track in self._tracks), default=inf)

    def report(self, source: int, *, ntp: int, timestamp: int) -> None:
        """Take a sender report (RTCP)."""
        for track in self._tracks:
            if track.source == source:
                track.reported(ntp, timestamp)

    def _feedback(self, track: Track, now: float) -> None:
        source = track.source
        if source is None:
            return
        again = track.asks(now)
        if again:
            self._ask(Feedback(track, source, tuple(again)))
        if track.wants_keyframe(now):
            self._ask(Feedback(track, source))
