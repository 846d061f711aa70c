"""What is left of a connection's sound and pictures, from the frames that were handed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import av
import numpy as np
from av.packet import Packet

from benchmarks.loss_material import Pcm, read_number
from models.types import SAMPLE_RATE
from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame

Timed = tuple[float, EncodedFrame]


@dataclass(frozen=True, slots=True)
class Sound:
    """Seconds of sound: `sent` by the browser (its pauses apart), and how it came to be here."""

    pcm: Pcm
    sent_s: float
    corrected_s: float  # from the copy in the following packet
    concealed_s: float  # guessed or silent
    packets_lost: int

    @property
    def delivered(self) -> float:
        """The share of what was sent that is real sound, not a guess."""
        return 1 - self.concealed_s / self.sent_s if self.sent_s else 0.0


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a viewer of the pictures gets. Times by arrival, in seconds."""

    count: int
    corrupt: int  # decoded, and their squares do not read true, or the decoder refused
    stall_s: float  # the longest time without a new picture
    stalls: tuple[tuple[float, float], ...]  # beginning and end of those over 0.5 s


def hear(frames: Iterable[Timed]) -> Sound:
    """Decode as the live session does."""
    decoder = OpusDecoder()
    sound = bytearray()
    lost = first = 0
    for _, frame in frames:
        if not sound:
            first = frame.rtp_time // 3
        sound += decoder.decode(frame)
        lost += frame.lost_before
    whole = decoder.position - first
    return Sound(
        np.frombuffer(bytes(sound), np.int16),
        sent_s=(whole - decoder.unsent) / SAMPLE_RATE,
        corrected_s=decoder.corrected / SAMPLE_RATE,
        concealed_s=decoder.concealed / SAMPLE_RATE,
        packets_lost=lost,
    )


def see(frames: Sequence[Timed], *, careless: bool = False) -> Pictures:
    """Decode what may be decoded: after a loss nothing until a keyframe.

    `careless` decodes on over the holes: the control that shows what the squares find.
    """
    decoder = av.CodecContext.create("libvpx", "r")
    if not isinstance(decoder, av.VideoCodecContext):
        raise TypeError("no VP8 decoder")
    decoder.thread_count = 1
    skipping = True
    count = corrupt = 0
    arrivals: list[float] = []
    for at, frame in frames:
        skipping = not frame.keyframe and (skipping or bool(frame.lost_before)) and not careless
        if skipping:
            continue
        count += 1
        arrivals.append(at)
        corrupt += not _reads_true(decoder, frame)
    gaps = list(pairwise(arrivals))
    return Pictures(
        count,
        corrupt,
        stall_s=max((b - a for a, b in gaps), default=float("inf")),
        stalls=tuple((a, b) for a, b in gaps if b - a > 0.5),
    )


def _reads_true(decoder: av.VideoCodecContext, frame: EncodedFrame) -> bool:
    try:
        pictures = decoder.decode(Packet(frame.data))
    except av.FFmpegError:
        return False
    return bool(pictures) and all(
        read_number(picture.reformat(format="gray").to_ndarray().astype(np.uint8)) is not None
        for picture in pictures
    )


def punctured(frames: Sequence[Timed], *, every: int = 50) -> list[Timed]:
    """The pictures without one in so many, as if nobody had noticed."""
    return [one for number, one in enumerate(frames) if number % every != every - 1]
