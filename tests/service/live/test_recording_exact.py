"""When nothing is lost, what was sent is in the recording, byte for byte and at its time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from aiortc import MediaStreamTrack
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from av.packet import Packet

from service.live import recorder as recorder_module
from service.live.clock import Skew
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.recorder import Recorder
from service.live.remux import Finished, finish
from service.live.rtp.track import Outlet
from tests.fakes.peers import sending, until
from tests.fakes.rtp import AUDIO_SSRC, H264, OPUS, VIDEO_SSRC, VP8, Bench, rtp
from tests.fakes.tracks import Beat
from tests.fixtures.encoded import (
    AUDIO_RATE,
    FPS,
    STEP,
    Media,
    kind_of,
    media,
    packet,
    recorded,
    units,
    units_by_length,
)
from tests.fixtures.player import probe

CODECS = ["vp8", "h264"]


def assert_exact(finished: Finished, sent: Media) -> None:
    """The recording holds the first part of what was sent, all of it, without a hole."""
    sound, picture = recorded(finished.path, "audio"), recorded(finished.path, "video")
    assert [data for _, data in sound] == list(sent.audio[: len(sound)])
    if sent.codec == "vp8":
        assert [data for _, data in picture] == list(sent.video[: len(picture)])
    else:
        expected = [units(data) for data in sent.video[: len(picture)]]
        assert [units_by_length(data) for _, data in picture] == expected
        assert {kind_of(unit) for unit in expected[0]} >= {5, 7, 8}
    assert_even([at for at, _ in sound], STEP / AUDIO_RATE)
    assert_even([at for at, _ in picture], 1 / FPS)


def assert_even(times: list[float], step: float) -> None:
    """Times of which each is where its number puts it, to the millisecond of the container."""
    for number, at in enumerate(times):
        assert at - times[0] == pytest.approx(number * step, abs=0.0021)


def whole(finished: Finished, sent: Media) -> None:
    """Nothing is missing at the end either, and a player is told the right length."""
    assert_exact(finished, sent)
    assert len(recorded(finished.path, "audio")) == len(sent.audio)
    assert len(recorded(finished.path, "video")) == len(sent.video)
    seconds = len(sent.audio) * STEP / AUDIO_RATE
    assert probe(finished.path).duration == pytest.approx(seconds, abs=0.2)
    assert finished.duration == pytest.approx(seconds, abs=0.2)


def rtp_of(sent: Media) -> list[tuple[float, bytes]]:
    """The packets that aiortc makes of encoded media, each with its time of arrival."""
    kind = VP8 if sent.codec == "vp8" else H264
    video = Vp8Encoder() if sent.codec == "vp8" else H264Encoder()
    sound = OpusEncoder()
    out = []
    for number, data in enumerate(sent.audio):
        (payload,), _ = sound.pack(packet(data, number * STEP, AUDIO_RATE))
        out.append(
            (number * 0.02, rtp(payload, kind=OPUS, sequence=number, timestamp=number * STEP))
        )
    sequence = 0
    for number, data in enumerate(sent.video):
        payloads, _ = video.pack(packet(data, number, FPS))
        for index, payload in enumerate(payloads):
            made = rtp(
                payload,
                kind=kind,
                sequence=sequence,
                timestamp=number * 90_000 // FPS,
                marker=index == len(payloads) - 1,
            )
            out.append((number / FPS + index * 0.0005, made))
            sequence += 1
    return out


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("disorder", [False, True])
def test_every_packet_of_the_path_is_in_the_file(
    codec: str, disorder: bool, tmp_path: Path
) -> None:
    sent, bench = media(codec), Bench(codec)
    arrivals = rtp_of(sent)
    if disorder:  # every seventh comes 30 ms late, but comes
        arrivals = [(at + 0.030 * (n % 7 == 3), data) for n, (at, data) in enumerate(arrivals)]
    bench.play(arrivals)
    recorder = Recorder(tmp_path, origin=0.0)
    for frame in bench.frames:
        recorder.push(frame)
    recorder.close()
    assert (recorder.dropped, recorder.refused) == (0, 0)
    finished = finish(tmp_path)
    assert finished is not None
    whole(finished, sent)


class EncodedTrack(MediaStreamTrack):
    """Plays packets that are encoded already, once."""

    def __init__(self, kind: str, packets: tuple[bytes, ...], beat: Beat, *, rate: int) -> None:
        super().__init__()
        self.kind, self._packets, self._beat, self._rate = kind, packets, beat, rate
        self.at = 0

    async def recv(self) -> Packet:
        if self.at == len(self._packets):
            await asyncio.Event().wait()
        await self._beat.wait_until(self.at / self._rate)
        made = packet(self._packets[self.at], self.at, self._rate)
        self.at += 1
        return made


@pytest.mark.parametrize("codec", CODECS)
async def test_every_packet_of_a_real_sender_is_in_the_file(codec: str, tmp_path: Path) -> None:
    sent, beat, loop = media(codec, 3.0), Beat(), asyncio.get_running_loop()
    tracks = [
        EncodedTrack("audio", sent.audio, beat, rate=50),
        EncodedTrack("video", sent.video, beat, rate=FPS),
    ]
    recorder, zero = Recorder(tmp_path, origin=0.0), loop.time()
    frames: list[EncodedFrame] = []

    def on_frame(frame: EncodedFrame) -> None:
        frames.append(frame)
        recorder.push(frame)

    peer = Peer(now=lambda: loop.time() - zero, listener=Listener(on_frame=on_frame))
    total = len(sent.audio) + len(sent.video)
    async with sending(peer, tracks, codec=f"video/{codec.upper()}"):
        await until(lambda: len(frames) == total, within=15)
        recorder.set_skew(peer.skew.samples)
    await asyncio.to_thread(recorder.close)
    finished = await asyncio.to_thread(finish, tmp_path)
    assert finished is not None
    whole(finished, sent)


@pytest.mark.parametrize("codec", CODECS)
def test_a_recording_begins_with_the_first_keyframe_that_is_whole(
    codec: str, tmp_path: Path
) -> None:
    sent = media(codec)
    recorder = Recorder(tmp_path, origin=0.0)
    for frame in sent.frames():
        if frame.kind == "video" and frame.media_time == 0:
            broken = frame.data[:8] if codec == "h264" else b"\x10\x02\x00\x9d"
            frame = EncodedFrame("video", codec, broken, frame.rtp_time, frame.media_time)
        recorder.push(frame)
    recorder.close()
    assert recorder.failure is None
    assert recorder.refused == 1
    finished = finish(tmp_path)
    assert finished is not None
    assert len(recorded(finished.path, "audio")) == len(sent.audio)
    picture = recorded(finished.path, "video")
    times = [at for at, _ in picture]
    assert len(picture) == len(sent.video) - 10
    assert times[0] == pytest.approx(10 / FPS, abs=0.002)
    assert all(before < after for before, after in pairwise(times))


NTP_SECOND = 1 << 32
LONG = 90.0  # seconds: enough for a drift to be believed


@dataclass(frozen=True)
class Wire:
    """How the two tracks travel: seconds that each is late, and how far the camera's clock is off.

    `wrong` is the share by which the clock of the picture's timestamps runs fast.
    """

    sound: float = 0.0
    picture: float = 0.0
    wrong: float = 0.0


def play_over(wire: Wire, sent: Media, *, rounds: int) -> tuple[Bench, Skew]:
    """Both tracks with a sender report each second, as arrivals and reports say."""
    bench, skew = Bench("vp8"), Skew()
    bench.audio.outlet = Outlet(bench.frames.append, on_report=skew.audio)
    bench.video.outlet = Outlet(bench.frames.append, on_report=skew.video)
    events: list[tuple[float, Callable[[float], None]]] = []
    for number, data in enumerate(sent.audio * rounds):
        made = rtp(data, kind=OPUS, sequence=number, timestamp=number * STEP)
        events.append((number * 0.02 + wire.sound, partial(bench.path.datagram, made)))
    sequence = 0
    for number, data in enumerate(sent.video * rounds):
        timestamp = round(number / FPS * 90_000 * (1 + wire.wrong))
        pieces = [data[at : at + 1100] for at in range(0, len(data), 1100)]
        for index, piece in enumerate(pieces):
            made = rtp(
                (b"\x00" if index else b"\x10") + piece,
                kind=VP8,
                sequence=sequence,
                timestamp=timestamp,
                marker=index == len(pieces) - 1,
            )
            events.append((number / FPS + wire.picture, partial(bench.path.datagram, made)))
            sequence += 1
    for second in range(1, round(len(sent.audio) * rounds * 0.02)):
        ntp = second * NTP_SECOND
        for source, late, rate in (
            (AUDIO_SSRC, wire.sound, AUDIO_RATE),
            (VIDEO_SSRC, wire.picture, round(90_000 * (1 + wire.wrong))),
        ):
            told = partial(bench.path.report, source, ntp=ntp, timestamp=second * rate)
            events.append((second + late + 0.001, lambda _, told=told: told()))
    for at, event in sorted(events, key=lambda one: one[0]):
        bench.run_to(at)
        event(bench.now)
    return bench, skew


@pytest.mark.parametrize(
    "wire",
    [
        Wire(),
        Wire(picture=0.18),
        Wire(sound=0.25),
        Wire(picture=0.35, wrong=0.001),
        Wire(sound=0.12, wrong=-0.0005),
    ],
)
def test_picture_and_sound_lie_where_the_reports_say_within_40_ms(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "HELD_FRAMES", 10_000)  # all at once, not in real time
    sent = media("vp8")
    rounds = round(LONG / 2)
    bench, skew = play_over(wire, sent, rounds=rounds)
    recorder = Recorder(tmp_path, origin=0.0)
    for frame in bench.frames:
        recorder.push(frame)
    recorder.set_skew(skew.samples)
    recorder.close()
    finished = finish(tmp_path)
    assert finished is not None
    sound = [at for at, _ in recorded(finished.path, "audio")]
    picture = [at for at, _ in recorded(finished.path, "video")]
    assert len(sound) == len(sent.audio) * rounds
    assert len(picture) == len(sent.video) * rounds
    heard = {round(number * 0.02, 2): at for number, at in enumerate(sound)}
    together = [(heard[round(n / FPS, 2)], at) for n, at in enumerate(picture) if n % 3 == 0]
    assert len(together) == len(picture) // 3
    assert max(abs(shown - said) for said, shown in together) < 0.040
