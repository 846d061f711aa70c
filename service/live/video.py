"""The encoded pictures of one connection on their way to the face models. Pure: decodes nothing.

Where the candidate sends a small second track it is that one; else the recorded pictures, of which
the base layer is enough. A worker decodes what comes and keeps the decoder, so the pictures held
here begin where it stands, or with a keyframe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from service.live.encoded import EncodedFrame

HELD_FRAMES = 150  # 10 s at 15 fps, 30 s at 5; then nothing until a keyframe
HELD_BYTES = 4 << 20
ASK_EVERY = 30  # pictures without a keyframe after which it is asked for again


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive pictures, of which the last is to be looked at. `at`: its session time."""

    first: int
    frames: tuple[bytes, ...]
    fresh: bool  # the first is a keyframe
    codec: str
    at: float


@dataclass(slots=True)
class Pictures:
    """`push` what comes; `chunk()` for a worker, then `looked(chunk)`, or `restart()`."""

    stream: str
    ask_keyframe: Callable[[], None] = lambda: None
    _frames: list[EncodedFrame] = field(default_factory=list)
    _first: int = 0  # number of `_frames[0]`
    _bytes: int = 0
    _missed: int = 0  # pictures since a keyframe was asked for
    _waiting: bool = True  # for a keyframe

    def push(self, frame: EncodedFrame) -> bool:
        """Take a picture; whether there is something to look at now."""
        if frame.temporal_id > 0:
            return False  # no other picture needs it
        if frame.keyframe:
            self._drop()
            self._waiting = False
        elif frame.lost_before or len(self._frames) >= HELD_FRAMES or self._bytes > HELD_BYTES:
            self.restart()
        if self._waiting:
            self._missed += 1
            if self._missed % ASK_EVERY == 0:
                self.ask_keyframe()
            return False
        self._frames.append(frame)
        self._bytes += len(frame.data)
        return True

    def chunk(self) -> Chunk | None:
        """All that no worker has seen yet."""
        if not self._frames:
            return None
        last = self._frames[-1]
        return Chunk(
            self._first,
            tuple(frame.data for frame in self._frames),
            fresh=self._frames[0].keyframe,
            codec=last.codec,
            at=last.media_time,
        )

    def looked(self, chunk: Chunk) -> None:
        """The worker has taken all of `chunk`."""
        count = chunk.first + len(chunk.frames) - self._first
        if 0 < count <= len(self._frames):
            self._bytes -= sum(len(frame.data) for frame in self._frames[:count])
            del self._frames[:count]
            self._first += count

    def restart(self) -> None:
        """Hold nothing until a keyframe, and ask for one."""
        if not self._waiting:
            self._waiting, self._missed = True, 0
            self._drop()
            self.ask_keyframe()

    def _drop(self) -> None:
        self._first += len(self._frames)
        self._frames.clear()
        self._bytes = 0
