"""Everything one connection receives: datagrams in, frames out, and what to tell the sender.

Pure: time comes in as an argument, feedback goes out through a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf

from service.live.rtp.parse import Packet, extensions, parse
from service.live.rtp.track import Track

_LEARNT_SOURCES = 64  # SSRCs of one peer that are remembered; more are not WebRTC's


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
        self._by_source: dict[int, Track] = {}
        self._by_type: dict[int, list[Track]] = {}
        self._by_name: dict[bytes, Track] = {}

    @property
    def tracks(self) -> Iterable[Track]:
        return tuple(self._tracks)

    def add(self, track: Track) -> None:
        """Take in a track by its sources, its name and its payload types."""
        self._tracks.append(track)
        plan = track.plan
        for source in plan.sources:
            self._by_source[source] = track
        for payload_type in (*plan.codecs, *plan.rtx):
            self._by_type.setdefault(payload_type, []).append(track)
        if plan.name:
            self._by_name[plan.name] = track

    def remove(self, track: Track) -> None:
        """Listen to a track no more."""
        self._tracks.remove(track)
        self._by_source = {key: one for key, one in self._by_source.items() if one is not track}
        self._by_name = {key: one for key, one in self._by_name.items() if one is not track}
        for tracks in self._by_type.values():
            if track in tracks:
                tracks.remove(track)

    def datagram(self, data: bytes, now: float) -> None:
        """Take a packet; calls back with frames and feedback before it returns."""
        packet = parse(data)
        track = None
        if packet is not None:
            track = self._by_source.get(packet.ssrc) or self._find(packet)
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

    def _find(self, packet: Packet) -> Track | None:
        """The track of a source not known yet (RFC 9143, 9.2): by its name, then its payload type.

        Bundled tracks of one codec share their payload types, which then say nothing.
        """
        tracks = self._by_type.get(packet.payload_type, [])
        if packet.profile and self._by_name:
            found = extensions(packet)
            for track in tracks:
                if found.get(track.plan.name_extension) == track.plan.name:
                    if len(self._by_source) < _LEARNT_SOURCES:
                        self._by_source[packet.ssrc] = track
                    return track
        return tracks[0] if len(tracks) == 1 else None

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
