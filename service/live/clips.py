"""Clips encoded once for replay: Opus packets of 20 ms and VP8 frames, kept in a folder.

Encoding live costs about 150 ms of CPU per second of one candidate, replaying what was encoded
before a few: that is what lets one machine play many candidates (see `service.live.replay`).
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
from av import AudioFrame, VideoFrame
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from service.live.client import (
    FRAMES_PER_SECOND,
    RATE,
    SMALL_PER_SECOND,
    SMALL_SIDE,
    STEP,
    ClientError,
    Clip,
    read_pictures,
    read_sound,
    scaled,
)

KEYFRAME_EVERY = 2 * FRAMES_PER_SECOND  # frames; a loss is healed by jumping to the next one
VIDEO_BITRATE, AUDIO_BITRATE = 500_000, 32_000
WIDTH, HEIGHT = 640, 480
SMALL_EVERY = FRAMES_PER_SECOND // SMALL_PER_SECOND  # of the frames
SMALL_BITRATE, SMALL_KEYFRAME_EVERY = 100_000, 50
PAYLOAD_MOST = 1180  # bytes of VP8 per packet: with headers and SRTP below 1,250
STILL_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
_FORMAT = "2"  # part of the cache's key; another number makes all clips anew
_SILENT_PACKETS = 50


@dataclass(frozen=True, slots=True)
class Shape:
    """How one picture track is encoded. `every`: of the frames of the clip; `side` in pixels."""

    every: int
    side: int
    bitrate: int
    keyframe_every: int  # of the track's own frames

    @property
    def rate(self) -> Fraction:
        """Frames per second."""
        return Fraction(FRAMES_PER_SECOND, self.every)


LARGE = Shape(1, WIDTH, VIDEO_BITRATE, KEYFRAME_EVERY)
SMALL = Shape(SMALL_EVERY, SMALL_SIDE, SMALL_BITRATE, SMALL_KEYFRAME_EVERY)


class EncodedClip(msgspec.Struct, frozen=True):
    """What is replayed. `loudness` is the RMS of each audio packet's samples (int16 units).

    `video` and `small` hold frames, each as its packets' payloads without the VP8 payload
    descriptor; `small` is the picture that faces are looked at in, at every third frame.
    """

    name: str
    audio: list[bytes]
    silence: list[bytes]
    loudness: list[float]
    video: list[list[bytes]]
    keyframes: list[int]
    small: list[list[bytes]]
    small_keyframes: list[int]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.audio) * STEP / RATE


def load(path: Path) -> EncodedClip:
    """A clip that `encoded` has written."""
    return msgspec.msgpack.decode(path.read_bytes(), type=EncodedClip)


def encoded(clip: Clip, *, name: str, folder: Path) -> Path:
    """The encoded clip's file in `folder`, made now if it is not there (about 10 s a minute).

    Blocks. Raises ClientError when the clip has no readable sound or picture.
    """
    path = folder / f"{_key(clip)}.clip"
    if path.is_file():
        return path
    made = _encode(clip, name)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(msgspec.msgpack.encode(made))
    unfinished.replace(path)
    return path


def _key(clip: Clip) -> str:
    digest = hashlib.sha256(f"{_FORMAT} {clip.start} {VIDEO_BITRATE} {AUDIO_BITRATE}".encode())
    for file in (clip.video, clip.sound, clip.picture):
        digest.update(file.read_bytes() if file else b"-")
        digest.update(b"|")
    return digest.hexdigest()[:24]


def _encode(clip: Clip, name: str) -> EncodedClip:
    if clip.heard is None:
        raise ClientError(f"{name} has no sound")
    samples = read_sound(clip.heard)[round(clip.start * RATE) :]
    steps = -(-len(samples) // STEP)
    if not steps:
        raise ClientError(f"{name} has no sound that can be read")
    padded = np.zeros(steps * STEP, np.int16)
    padded[: len(samples)] = samples
    blocks = padded.reshape(steps, STEP)
    frames = math.ceil(steps * STEP / RATE * FRAMES_PER_SECOND)
    large, small = _Encoder(LARGE), _Encoder(SMALL)
    for frame in islice(_pictures(clip), frames):
        large.push(frame)
        small.push(frame)
    return EncodedClip(
        name=name,
        audio=_encode_sound(blocks),
        silence=_encode_sound(np.zeros((_SILENT_PACKETS, STEP), np.int16)),
        loudness=[float(one) for one in np.sqrt(np.mean(np.square(blocks, dtype=float), axis=1))],
        video=large.frames,
        keyframes=large.keyframes,
        small=small.frames,
        small_keyframes=small.keyframes,
    )


def _encode_sound(blocks: npt.NDArray[np.int16]) -> list[bytes]:
    """One Opus packet per row of 960 samples, as a browser would send: voice, with FEC."""
    codec = AudioCodecContext.create("libopus", "w")
    codec.bit_rate, codec.sample_rate, codec.format, codec.layout = (
        AUDIO_BITRATE,
        RATE,
        "s16",
        "mono",
    )
    codec.time_base = Fraction(1, RATE)
    codec.options = {"application": "voip", "fec": "1", "packet_loss": "5", "frame_duration": "20"}
    packets: list[bytes] = []
    for number, block in enumerate(blocks):
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * STEP, Fraction(1, RATE)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    packets += [bytes(packet) for packet in codec.encode(None)]
    return packets[: len(blocks)]


class _Encoder:
    """Encodes one picture track; `push` every frame of the clip."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.frames: list[list[bytes]] = []
        self.keyframes: list[int] = []
        self._codec: VideoCodecContext | None = None
        self._count = 0

    def push(self, source: VideoFrame) -> None:
        self._count += 1
        if (self._count - 1) % self.shape.every:
            return
        number, shape = len(self.frames), self.shape
        frame = scaled(source, shape.side)
        frame.pts, frame.time_base = number, 1 / shape.rate
        if self._codec is None:
            self._codec = _vp8(frame.width, frame.height, shape)
        if number % shape.keyframe_every == 0:
            frame.pict_type = PictureType.I
        data = b"".join(bytes(packet) for packet in self._codec.encode(frame))
        if data[0] & 1 == 0:  # RFC 6386, 9.1: the bit is 0 in a keyframe
            self.keyframes.append(number)
        self.frames.append([data[i : i + PAYLOAD_MOST] for i in range(0, len(data), PAYLOAD_MOST)])


def _vp8(width: int, height: int, shape: Shape) -> VideoCodecContext:
    codec = VideoCodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate, codec.gop_size, codec.thread_count = shape.bitrate, shape.keyframe_every, 1
    codec.qmin, codec.qmax = 2, 56
    codec.time_base, codec.framerate = 1 / shape.rate, shape.rate
    rate = str(shape.bitrate)
    codec.options = {
        "deadline": "realtime",
        "cpu-used": "-6",
        "lag-in-frames": "0",
        "minrate": rate,
        "maxrate": rate,
        "bufsize": rate,
    }
    return codec


def _pictures(clip: Clip) -> Iterator[VideoFrame]:
    """640 pixels on the long side at 15 a second, for ever."""
    if clip.video is not None:
        return read_pictures(clip.video, start=clip.start)
    return _moving(_still(clip.picture))


def _still(picture: Path | None) -> npt.NDArray[np.uint8]:
    """The picture a little larger than what is shown of it; grey stripes where there is none."""
    wide = WIDTH * 9 // 8
    if picture is None:
        rows = np.arange(HEIGHT * 9 // 8, dtype=np.uint16)
        stripes = (rows // 24 % 2 * 96 + 64).astype(np.uint8)
        return np.broadcast_to(stripes[:, None, None], (len(rows), wide, 3)).copy()
    try:
        with av.open(str(picture), "r") as container:
            frame = next(container.decode(video=0))
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise ClientError(f"{picture.name} has no picture that can be read") from error
    scale = max(wide / frame.width, HEIGHT * 9 / 8 / frame.height)
    width, height = (math.ceil(side * scale / 2) * 2 for side in (frame.width, frame.height))
    scaled = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return scaled.astype(np.uint8, copy=False)


def _moving(still: npt.NDArray[np.uint8]) -> Iterator[VideoFrame]:
    """A still under a slowly swaying camera with a sensor's noise.

    Without it VP8 would send almost nothing, and the load would be none.
    """
    draw = np.random.default_rng(1)
    noise = [draw.normal(0, 3, (HEIGHT, WIDTH, 1)).astype(np.int16) for _ in range(8)]
    spare_x, spare_y = still.shape[1] - WIDTH, min(still.shape[0] - HEIGHT, HEIGHT // 6)
    number = 0
    while True:
        at = number / FRAMES_PER_SECOND
        x = round(spare_x * (0.5 + 0.5 * math.sin(at / 3)))
        y = round(spare_y * (0.5 + 0.5 * math.sin(at / 5)))
        shown = still[y : y + HEIGHT, x : x + WIDTH] + noise[number % len(noise)]
        picture = np.clip(shown, 0, 255).astype(np.uint8)
        yield VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        number += 1
