"""Decodes pictures in its own thread and hands a few of them per second to the face models."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from models.types import FaceRequest
from service.live.encoded import EncodedFrame

LONG_SIDE = 640  # pixels; detectors scale down further, the face mesh wants the detail
HELD_FRAMES = 150  # 10 s at 15 fps; then everything up to the next keyframe is dropped
DRAIN_EVERY = 0.2
_CODECS = {"vp8": "libvpx", "h264": "h264"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One sample: session time and BGR pixels, ready for the pool."""

    at: float
    request: FaceRequest


class VideoSampler:
    """`push` encoded pictures from the event loop; `on_picture` is called in the thread."""

    def __init__(
        self, on_picture: Callable[[Picture], None], *, per_second: float, expression: bool
    ) -> None:
        self._on_picture = on_picture
        self._interval = 1.0 / per_second
        self._expression = expression
        self._frames: deque[EncodedFrame] = deque()
        self._stop = threading.Event()
        self._skipping = True  # until a keyframe
        self._decoder: VideoCodecContext | None = None
        self._busy = False
        self._next = float("-inf")
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)
        self._thread.start()

    def push(self, frame: EncodedFrame) -> None:
        """Hand over a picture; after a loss or an overflow nothing until a keyframe."""
        if frame.keyframe:
            self._skipping = False
        elif frame.lost_before or len(self._frames) >= HELD_FRAMES:
            self._skipping = True
        if not self._skipping and len(self._frames) < HELD_FRAMES:
            self._frames.append(frame)

    @property
    def idle(self) -> bool:
        """Whether everything handed over has been taken."""
        return not self._frames and not self._busy

    def close(self) -> None:
        """Stop the thread. Blocks for one picture's work at most; call it in a thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(DRAIN_EVERY):
            self._busy = True
            while self._frames and not self._stop.is_set():
                self._take(self._frames.popleft())
            self._busy = False

    def _take(self, frame: EncodedFrame) -> None:
        if self._decoder is None and not frame.keyframe:
            return
        decoder = self._decoder or _decoder(frame.codec)
        self._decoder = decoder
        decoded: list[VideoFrame] = []
        try:
            decoded = decoder.decode(Packet(frame.data))
        except av.FFmpegError:
            self._decoder = None  # a broken picture: nothing more until a keyframe
        if decoded and frame.media_time >= self._next:
            due = self._next + self._interval  # keeps the rate although frames come unevenly
            self._next = due if due > frame.media_time else frame.media_time + self._interval
            with contextlib.suppress(RuntimeError):  # the loop closed meanwhile
                self._on_picture(to_picture(decoded[-1], frame.media_time, self._expression))


def _decoder(codec: str) -> VideoCodecContext:
    context = av.CodecContext.create(_CODECS[codec], "r")
    if not isinstance(context, VideoCodecContext):
        raise TypeError(f"{codec} is no video codec")
    context.thread_count = 1
    return context


def to_picture(frame: VideoFrame, at: float, expression: bool = False) -> Picture:
    """Scale so that the long side is at most 640 (even sides) and turn into packed BGR."""
    scale = min(1.0, LONG_SIDE / max(frame.width, frame.height))
    width = max(2, round(frame.width * scale / 2) * 2)
    height = max(2, round(frame.height * scale / 2) * 2)
    pixels = frame.reformat(width=width, height=height, format="bgr24").to_ndarray()
    return Picture(at, FaceRequest(pixels.tobytes(), width, height, expression=expression))
