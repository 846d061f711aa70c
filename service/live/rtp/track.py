"""One incoming track: its packets in any order go in, its encoded frames come out in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from service.live.clock import Report, TrackClock
from service.live.encoded import EncodedFrame, Kind, opus_samples
from service.live.opus import carries_correction
from service.live.rtp.depacketise import H264, Assembler, Picture, Vp8
from service.live.rtp.parse import Packet, unwrap_rtx
from service.live.rtp.reorder import (
    AUDIO_PATIENCE,
    DEAF_AUDIO_PATIENCE,
    DEAF_PATIENCE,
    VIDEO_PATIENCE,
    Gap,
    Patience,
    Reorder,
)
from service.live.rtp.stats import Reception, Stats
from service.live.rtp.timeline import Timeline

PLI_EVERY = 0.5
_STILL_SENDING = 2.0  # seconds; a sender that has stopped is not asked for keyframes
_OLD_SOURCE = 2.0  # seconds in which packets of a source that was replaced still come in
_ASSEMBLERS: dict[str, Callable[[], Assembler]] = {"vp8": Vp8, "h264": H264}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was negotiated for a track. Keys are RTP payload types."""

    kind: Kind
    codecs: Mapping[int, str]  # "opus", "vp8" or "h264"
    rate: int
    rtx: Mapping[int, int] = field(default_factory=dict)  # the payload type that each repairs
    rtx_sources: Mapping[int, int] = field(default_factory=dict)  # SSRC -> repaired SSRC
    nack: bool = False
    sources: frozenset[int] = frozenset()  # the SSRCs that the offer named, repairs included
    name: bytes = b""  # its media identification (RFC 9143); empty: none
    name_extension: int = 0  # the header extension that carries the name

    @property
    def patience(self) -> Patience:
        """How long to wait for what is missing."""
        if self.kind == "audio":
            return AUDIO_PATIENCE if self.nack else DEAF_AUDIO_PATIENCE
        return VIDEO_PATIENCE if self.nack else DEAF_PATIENCE


@dataclass(frozen=True, slots=True)
class Lost:
    """Sound or pictures that will not come. Told before the frame that follows.

    `rtp_time` and `media_time` are where the hole begins and `ticks` how long it is, by the
    frames before and after; `count` is its number of packets.
    """

    kind: Kind
    count: int
    rtp_time: int
    media_time: float
    ticks: int


@dataclass(slots=True)
class Outlet:
    """Whom a track tells. All must return at once."""

    on_frame: Callable[[EncodedFrame], None] = lambda frame: None
    on_lost: Callable[[Lost], None] = lambda lost: None
    on_report: Callable[[Report], None] = lambda report: None


class Track:
    """`take` packets, `tick` at `due`, then `asks` and `wants_keyframe`."""

    def __init__(self, plan: Plan, *, clock: TrackClock, outlet: Outlet) -> None:
        self.plan, self.clock, self.outlet = plan, clock, outlet
        self.stats = Stats()
        self.source: int | None = None  # the SSRC that is listened to
        self.last_arrival: float | None = None
        self.waiting = plan.kind == "video"  # for a keyframe
        self._stale = False  # a keyframe is wanted although pictures flow
        self._sounds = plan.kind == "audio"
        self._reception = Reception(plan.rate, self.stats)
        self._reorder = Reorder(plan.patience, self.stats)
        self._timeline = Timeline(plan.rate)
        self._assembler: Assembler | None = None
        self._codec = ""
        self._replaced: tuple[int, float] | None = None
        self._asked_at = -inf  # for a keyframe
        self._ask_at = inf  # the next time, while waiting; infinite while nothing comes in
        self._gap = 0  # packets lost since the last frame
        self._zero: int | None = None  # ticks of the first frame
        self._end: int | None = None  # ticks at the end of the last frame

    @property
    def due(self) -> float:
        """When `tick` has something to do."""
        due = self._reorder.due
        asks = self.waiting or self._stale
        return self._ask_at if asks and self._ask_at < due else due

    def take(self, packet: Packet, now: float) -> None:
        """Take a packet of one of the plan's payload types."""
        codec = self.plan.codecs.get(packet.payload_type)
        if codec is None:
            self._repair(packet, now)
            return
        if packet.ssrc != self.source and not self._change_source(packet.ssrc, now):
            return
        self.last_arrival = now
        if not self._reorder.asked_for(packet):  # reports are about what came by itself
            self._reception.note(packet, now)
        items = self._reorder.push(packet, now)
        if len(items) == 1 and items[0] is packet and self._sounds:  # half of all packets
            self._sound(packet, now)
        elif items:
            self._push(items, now)
        if self.waiting:
            self._hurry(packet, now)

    def tick(self, now: float) -> None:
        """Give up what has been missing for too long."""
        if now >= self._reorder.due:
            self._push(self._reorder.tick(now), now)

    def asks(self, now: float) -> list[int]:
        """Sequence numbers to ask the sender for now."""
        return self._reorder.asks(now)

    def wants_keyframe(self, now: float) -> bool:
        """Whether to ask for a keyframe now: at most twice a second."""
        if not (self.waiting or self._stale) or now < self._ask_at:
            return False
        if self.last_arrival is None or now >= self.last_arrival + _STILL_SENDING:
            self._ask_at = inf
            return False
        self._asked_at, self._ask_at = now, now + PLI_EVERY
        self.stats.plis += 1
        return True

    def reported(self, ntp: int, timestamp: int) -> None:
        """Take a sender report of this track's source."""
        ticks = self._timeline.near(timestamp)
        if ticks is not None and self.clock.anchored:
            self.outlet.on_report(Report(ntp, self.clock.seconds(ticks)))

    def block(self) -> tuple[int, int, int, int, int] | None:
        """(SSRC, fraction lost, packets lost, highest sequence, jitter) for a receiver report."""
        block = self._reception.block()
        return None if block is None or self.source is None else (self.source, *block)

    def refresh(self) -> None:
        """Ask for a keyframe; pictures go on coming meanwhile."""
        if not self._sounds and not self.waiting:
            self._stale = True
            self._ask_at = self._asked_at + PLI_EVERY

    def _wait_for_keyframe(self) -> None:
        if not self.waiting:
            self.waiting = True
            self._ask_at = self._asked_at + PLI_EVERY

    def _repair(self, packet: Packet, now: float) -> None:
        apt, source = self.plan.rtx.get(packet.payload_type), self.source
        if (
            source is None
            or apt is None
            or self.plan.rtx_sources.get(packet.ssrc, source) != source
        ):
            return
        original = unwrap_rtx(packet, payload_type=apt, ssrc=source)
        if original is not None and apt in self.plan.codecs:
            self.last_arrival = now
            self.stats.repeats += 1
            self._push(self._reorder.push(original, now, again=True), now)
            if self.waiting:
                self._hurry(original, now)

    def _change_source(self, source: int, now: float) -> bool:
        """Listen to another SSRC from now on; False when it is one just left behind."""
        if self._replaced is not None:
            old, left = self._replaced
            if source == old and now < left + _OLD_SOURCE:
                return False
        if self.source is not None:
            self._replaced = (self.source, now)
            self._push([*self._reorder.flush(), Gap(0)], now)
        self.source = source
        return True

    def _hurry(self, packet: Packet, now: float) -> None:
        """A keyframe needs nothing that came before it: do not wait for that."""
        if self._ask_at == inf:
            self._ask_at = now
        assembler = self._assembler
        if assembler is not None and assembler.starts_keyframe(packet):
            self._ask_at = now + PLI_EVERY  # it is here, give it time
            self._push(self._reorder.skip_to(packet.sequence), now)

    def _push(self, items: list[Packet | Gap], now: float) -> None:
        for item in items:
            if isinstance(item, Gap):
                self._hole(item)
            elif self._sounds:
                self._sound(item, now)
            else:
                self._picture_packet(item, now)

    def _hole(self, gap: Gap) -> None:
        self._gap += gap.count
        if not gap.count:
            self._timeline.restart()
            self._reception.restart()
        if self._assembler is not None:
            self._assembler.gap()
            self._wait_for_keyframe()

    def _sound(self, packet: Packet, now: float) -> None:
        try:
            samples = opus_samples(packet.payload)
        except ValueError:
            return  # padding, or not Opus
        self._codec = self.plan.codecs.get(packet.payload_type, self._codec)
        ticks = self._timeline.extend(packet.timestamp, now)
        if self._gap and carries_correction(packet.payload):
            self.stats.corrected += 1
        self._emit(packet.payload, ticks)
        self._end = ticks + samples

    def _picture_packet(self, packet: Packet, now: float) -> None:
        codec = self.plan.codecs.get(packet.payload_type, "")
        if codec != self._codec or self._assembler is None:
            self._codec, self._assembler = codec, _ASSEMBLERS[codec]()
            self._wait_for_keyframe()
        assembler = self._assembler
        for picture in assembler.push(packet):
            ticks = self._timeline.extend(picture.timestamp, now)
            if picture.keyframe:
                self.waiting = self._stale = False
            if not self.waiting:
                self._emit(picture.data, ticks, picture=picture)
                self._end = ticks
        if assembler.broken:
            assembler.broken = False
            self._gap += 1
            self._wait_for_keyframe()

    def _emit(self, data: bytes, ticks: int, *, picture: Picture | None = None) -> None:
        if self._zero is None:
            self.clock.anchor(ticks)
            self._zero = ticks
        count = self._gap
        if count:
            self._gap = 0
            self._tell_lost(count, ticks)
        since = ticks - self._zero
        frame = EncodedFrame(
            self.plan.kind,
            self._codec,
            data,
            since,
            self.clock.start + since / self.plan.rate,
            picture is None or picture.keyframe,
            count,
            0 if picture is None else picture.temporal_id,
        )
        self.outlet.on_frame(frame)

    def _tell_lost(self, count: int, ticks: int) -> None:
        if self._end is None:
            return
        begin = self._end
        lost = Lost(
            self.plan.kind,
            count,
            rtp_time=self.clock.ticks(begin),
            media_time=self.clock.seconds(begin),
            ticks=max(0, ticks - begin),
        )
        self.outlet.on_lost(lost)
