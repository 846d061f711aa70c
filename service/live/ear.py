"""Hears one connection's sound: Opus in, utterances out, in session time.

The pool finds speech; when it cannot (lost workers, overload), the sound counts as speech and is
cut by length alone, because what was said must not be lost over a model.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from models.pool import Pool, PoolError
from models.types import SAMPLE_RATE, VAD, VAD_FRAME, VadRequest
from service import telemetry
from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame
from service.tables import new_id
from service.timeline.segmenter import (
    FRAME,
    Segmenter,
    SegmenterConfig,
    SpeechStarted,
    UtteranceClosed,
)

BATCH = 16 * VAD_FRAME  # samples per question to the pool: 512 ms
LARGEST_BATCH = 128 * VAD_FRAME  # catching up: 4 s
BEHIND = 60 * SAMPLE_RATE  # samples unheard; beyond it the sound is taken as speech unasked
KEPT = 5 * SAMPLE_RATE  # samples before the open utterance that it may still reach back to
VAD_DEADLINE = 5.0
STATE_EVERY = 0.5  # how often the utterance being spoken is told of
EARLY = 0.3  # seconds of pause after which an utterance may be over; most shorter ones go on
_WIDTH = 2  # bytes per sample


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance with its sound, or (not `final`) what there is of it so far.

    `likely`: a pause has begun, and this will be the final if it lasts.
    """

    id: UUID
    start: float
    end: float
    pcm: bytes
    final: bool = True
    likely: bool = False


class Ear:
    """`push` frames from the event loop; run `listen()` as a task; `finish()` at the end.

    `on_heard` is called for every utterance, twice a second for the one being spoken, and when a
    pause in it begins. Voice activity is asked about in batches that end where a pause
    becomes worth telling of, so that batching never delays an utterance.
    """

    def __init__(
        self,
        pool: Pool,
        on_heard: Callable[[Heard], None],
        *,
        config: SegmenterConfig | None = None,
    ) -> None:
        self._pool = pool
        self._on_heard = on_heard
        self._config = config or SegmenterConfig()
        self._decoder = OpusDecoder()
        self._segmenter: Segmenter | None = None
        self._origin = 0.0  # session time of the first sample
        self._pcm = bytearray()  # sound from sample `_dropped` on
        self._dropped = 0
        self._heard = 0  # samples given to the segmenter
        self._state = b""
        self._open: UUID | None = None
        self._last_partial = 0.0
        self._told = -1.0  # where the open utterance was last said to end
        self._more = asyncio.Event()
        self._ended = False
        self._marks: list[float] = []

    @property
    def position(self) -> float:
        """Session time up to which sound has come in."""
        return self._origin + (self._dropped + len(self._pcm) // _WIDTH) / SAMPLE_RATE

    @property
    def behind(self) -> float:
        """Seconds of sound that came in and were not heard yet."""
        return self._unheard / SAMPLE_RATE

    def push(self, frame: EncodedFrame) -> None:
        """Take one Opus packet (25 microseconds of work)."""
        if self._ended:
            return
        if self._segmenter is None:
            self._origin = frame.media_time
            self._segmenter = Segmenter(self._config, origin=self._origin)
            for mark in self._marks:
                self._take(self._segmenter.boundary(mark))
        self._pcm += self._decoder.decode(frame)
        if self._unheard >= self._wanted:
            self._more.set()

    def boundary(self, at: float) -> None:
        """Let no utterance span `at`: a question changed."""
        if self._segmenter is None:
            self._marks.append(at)
        else:
            self._take(self._segmenter.boundary(at))

    async def listen(self) -> None:
        """Hear until `end()`; then close the open utterance."""
        while True:
            await self._more.wait()
            while self._unheard >= self._wanted:
                await self._hear(min(self._unheard // VAD_FRAME * VAD_FRAME, LARGEST_BATCH))
                self._partial()
                self._pause()
            if self._ended:
                break
            self._more.clear()
        await self._rest()

    def end(self) -> None:
        """No more sound will come; `listen()` then comes to its end."""
        self._ended = True
        self._more.set()

    @property
    def _unheard(self) -> int:
        return self._dropped + len(self._pcm) // _WIDTH - self._heard

    @property
    def _wanted(self) -> int:
        """Samples of the next question: up to where the pause would be one worth telling of."""
        if self._segmenter is None or self._segmenter.open_start is None:
            return BATCH
        quiet = self._segmenter.quiet
        marks = (EARLY, self._config.min_silence)
        rest = next((mark - quiet for mark in marks if mark - quiet > 1e-6), FRAME)
        return min(BATCH, math.ceil(rest / FRAME - 1e-6) * VAD_FRAME)

    async def _rest(self) -> None:
        if self._segmenter is not None:
            short = -self._unheard % VAD_FRAME
            self._pcm += bytes(short * _WIDTH)
            if self._unheard:
                await self._hear(self._unheard)
            self._take(self._segmenter.flush())
        self._decoder.close()

    async def _hear(self, samples: int) -> None:
        if self._segmenter is None:
            return
        probabilities = await self._speech(self._slice(self._heard, self._heard + samples))
        self._heard += samples
        self._take(self._segmenter.push(probabilities))
        self._forget()

    async def _speech(self, pcm: bytes) -> tuple[float, ...]:
        certain = (1.0,) * (len(pcm) // _WIDTH // VAD_FRAME)
        if self._unheard > BEHIND:
            return certain
        try:
            result = await self._pool.infer(
                VAD, VadRequest(pcm, self._state), deadline=VAD_DEADLINE
            )
        except PoolError as error:
            telemetry.log().warning("vad_failed", error=type(error).__name__)
            self._state = b""
            return certain
        self._state = result.state
        return result.probabilities

    def _take(self, events: list[SpeechStarted | UtteranceClosed]) -> None:
        for event in events:
            if isinstance(event, SpeechStarted):
                self._open = new_id()
                self._last_partial = event.at
            else:
                self._give(self._open or new_id(), event.start, end=event.end, final=True)
                self._open = None

    def _partial(self) -> None:
        start = self._segmenter.open_start if self._segmenter else None
        if self._segmenter is None or start is None or self._open is None:
            return
        now = self._segmenter.position
        if self._segmenter.quiet >= EARLY:
            return  # nothing new is being said
        if now - self._last_partial >= STATE_EVERY:
            self._last_partial = now
            self._give(self._open, start, end=now, final=False)

    def _pause(self) -> None:
        """Tell of an utterance that may be over, once for each pause."""
        segmenter = self._segmenter
        if segmenter is None or segmenter.open_start is None or self._open is None:
            return
        end = segmenter.likely_end
        if segmenter.quiet >= EARLY - 1e-6 and end != self._told:
            self._told = end
            self._give(self._open, segmenter.open_start, end=end, final=False, likely=True)

    def _give(
        self, utterance_id: UUID, start: float, *, end: float, final: bool, likely: bool = False
    ) -> None:
        pcm = self._slice(self._sample(start), self._sample(end))
        if pcm:
            self._on_heard(Heard(utterance_id, start, end, pcm, final, likely))

    def _sample(self, at: float) -> int:
        return round((at - self._origin) * SAMPLE_RATE)

    def _slice(self, start: int, end: int) -> bytes:
        first = max(start - self._dropped, 0)
        return bytes(self._pcm[first * _WIDTH : max(end - self._dropped, 0) * _WIDTH])

    def _forget(self) -> None:
        start = self._segmenter.open_start if self._segmenter else None
        needed = self._heard if start is None else min(self._heard, self._sample(start))
        extra = needed - KEPT - self._dropped
        if extra > SAMPLE_RATE:  # in steps of a second at least: moving the rest costs
            del self._pcm[: extra * _WIDTH]
            self._dropped += extra
