"""Sampling pictures for the face models."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np

from service.live.clock import Report, Skew, align
from service.live.encoded import EncodedFrame
from service.live.video import Picture, VideoSampler, to_picture


def clip(count: int, *, width: int = 320, height: int = 240) -> list[EncodedFrame]:
    """VP8 at 15 fps, one keyframe at the start, ever brighter."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.bit_rate = Fraction(1, 15), 500_000
    codec.gop_size = 1000
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    out: list[EncodedFrame] = []
    for index in range(count):
        pixels = np.full((height, width, 3), 60 + index, np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        frame.pts = index
        for packet in codec.encode(frame):
            data = bytes(packet)
            out.append(
                EncodedFrame(
                    "video", "vp8", data, index * 6000, index / 15, keyframe=data[0] & 1 == 0
                )
            )
    return out


def sample(frames: list[EncodedFrame], *, per_second: float = 3.0) -> list[Picture]:
    seen: list[Picture] = []
    sampler = VideoSampler(seen.append, per_second=per_second, expression=False)
    for frame in frames:
        sampler.push(frame)
    for _ in range(100):
        if sampler.idle:
            break
        time.sleep(0.05)
    sampler.close()
    return seen


def test_pictures_come_at_the_rate_asked_for() -> None:
    seen = sample(clip(45))
    assert 8 <= len(seen) <= 10
    gaps = [b.at - a.at for a, b in pairwise(seen)]
    assert all(0.2 < gap < 0.5 for gap in gaps)
    request = seen[0].request
    assert len(request.pixels) == request.width * request.height * 3
    assert (request.width, request.height) == (320, 240)


def test_after_a_loss_nothing_is_seen_until_a_keyframe() -> None:
    frames = clip(45)
    broken = EncodedFrame(
        "video", "vp8", frames[20].data, 0, 20 / 15, keyframe=False, lost_before=2
    )
    seen = sample([*frames[:20], broken, *frames[21:]])
    assert max(picture.at for picture in seen) < 20 / 15


def test_nothing_is_seen_before_the_first_keyframe() -> None:
    assert sample(clip(30)[1:]) == []


def test_a_broken_picture_ends_nothing() -> None:
    frames = clip(30)
    junk = EncodedFrame("video", "vp8", b"\x00junk", 0, 0.0, keyframe=True)
    assert len(sample([junk, *frames])) >= 3


def test_large_pictures_are_scaled_down() -> None:
    frame = av.VideoFrame(1280, 720, "yuv420p")
    request = to_picture(frame, 1.0).request
    assert (request.width, request.height) == (640, 360)


def test_sender_reports_tell_how_far_the_picture_is_off() -> None:
    skew = Skew()
    skew.video(Report(ntp=10 << 32, seconds=5.0))
    assert skew.samples == []
    skew.audio(Report(ntp=10 << 32, seconds=5.0))
    skew.video(Report(ntp=(10 << 32) + (1 << 31), seconds=5.42))
    ((at, shift),) = skew.samples
    assert (at, round(shift, 3)) == (5.42, 0.08)
    assert round(align(skew.samples).at(3.0), 3) == 0.08


def test_a_drift_is_followed_over_a_long_span() -> None:
    samples = [(float(t), 0.05 + t * 1e-4) for t in range(600)]
    found = align(samples)
    assert abs(found.at(600.0) - 0.11) < 1e-6
    assert align([]).at(10.0) == 0.0


def test_a_broken_clock_is_not_believed() -> None:
    skew = Skew()
    skew.audio(Report(ntp=10 << 32, seconds=5.0))
    skew.video(Report(ntp=5000 << 32, seconds=5.0))
    assert skew.samples == []


def test_reports_of_a_long_interview_are_thinned_but_span_it() -> None:
    skew = Skew()
    for second in range(7200):
        skew.audio(Report(ntp=second << 32, seconds=float(second)))
        skew.video(Report(ntp=second << 32, seconds=second + 0.01))
    assert len(skew.samples) <= 513
    assert skew.samples[0][0] < 60
    assert skew.samples[-1][0] > 7000
    assert abs(align(skew.samples).at(3600.0) + 0.01) < 0.001
