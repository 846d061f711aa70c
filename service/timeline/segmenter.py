"""Voice-activity probabilities -> utterances, in media seconds counted from audio frames."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from models.types import SAMPLE_RATE, VAD_FRAME

FRAME = VAD_FRAME / SAMPLE_RATE  # seconds per probability: 0.032
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class SegmenterConfig:
    """Seconds, except the two probabilities.

    Speech begins at `threshold` and goes on down to `exit`. A burst is speech once it holds
    `min_speech` of it, with dips of at most `bridge`. An utterance closes after `min_silence`
    (500-700 ms is where published systems agree), is cut at `max_utterance` at the least likely
    point of its last `cut_window`, and carries up to `pad` of silence on both sides.
    """

    threshold: float = 0.5
    exit: float = 0.35
    min_speech: float = 0.25
    bridge: float = 0.1
    min_silence: float = 0.6
    pad: float = 0.2
    max_utterance: float = 18.0
    cut_window: float = 4.0

    def __post_init__(self) -> None:
        if not 0 < self.exit <= self.threshold <= 1:
            raise ValueError("0 < exit <= threshold <= 1 is needed")
        if not 0 <= self.pad <= self.min_silence or self.min_silence < FRAME:
            raise ValueError("0 <= pad <= min_silence and one frame of silence are needed")
        if not FRAME <= self.min_speech < self.cut_window or self.bridge < 0:
            raise ValueError("one frame <= min_speech < cut_window, bridge >= 0 are needed")
        # The slowest burst is one frame of speech per bridge, and must fit with its padding.
        slowest = (self.min_speech / FRAME + 1) * (self.bridge + FRAME)
        if self.max_utterance < 2 * FRAME + self.cut_window + self.pad + slowest:
            raise ValueError("max_utterance is too short for cut_window, pad and min_speech")


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech is certain; `at` is the (padded) start that the utterance will be closed with."""

    at: float


@dataclass(frozen=True, slots=True)
class UtteranceClosed:
    """[start, end) is one utterance; `cut`: speech goes on in the next one without a silence."""

    start: float
    end: float
    cut: bool


SegmentEvent = SpeechStarted | UtteranceClosed


class Segmenter:
    """One stream's utterances. Works frame by frame, so the chunking of the input is of no matter.

    `origin` is the media time of the first frame. Holds `cut_window` of probabilities, no audio.
    """

    def __init__(self, config: SegmenterConfig | None = None, *, origin: float = 0.0) -> None:
        self._config = config or SegmenterConfig()
        self._origin = origin
        self._frames = 0
        self._recent: deque[float] = deque(maxlen=int(self._config.cut_window / FRAME))
        self._marks: list[float] = []  # question changes not yet applied, ascending
        self._floor = origin  # no utterance may start before this
        self._start: float | None = None  # padded start of the open utterance
        self._burst: float | None = None  # first speech of the open utterance or of a candidate
        self._spoken = 0  # frames of speech in the candidate
        self._last = origin  # end of the last frame of speech
        self._active = False  # the last frame was speech

    @property
    def position(self) -> float:
        """Media time up to which audio has been heard."""
        return self._origin + self._frames * FRAME

    @property
    def open_start(self) -> float | None:
        """Where the utterance being spoken began, or None in silence."""
        return self._start

    @property
    def quiet(self) -> float:
        """Seconds since the last frame of speech, as far as audio has been heard."""
        return self.position - self._last

    @property
    def likely_end(self) -> float:
        """Where the open utterance ends if it is closed before speech goes on."""
        return min(self._last + self._config.pad, self.position)

    def push(self, probabilities: Iterable[float]) -> list[SegmentEvent]:
        """Hear the next frames, one probability each."""
        events: list[SegmentEvent] = []
        for probability in probabilities:
            self._hear(probability, events)
            self._apply_marks(events)
        return events

    def boundary(self, at: float) -> list[SegmentEvent]:
        """Let no utterance span `at` (a question changed). May lie ahead of `position`.

        Utterances already closed stay as they are, so call it as soon as the change is known.
        """
        if not math.isfinite(at):
            raise ValueError("a boundary is a finite time")
        events: list[SegmentEvent] = []
        self._marks = sorted({*self._marks, at})
        self._apply_marks(events)
        return events

    def flush(self) -> list[SegmentEvent]:
        """Close what is open (the stream ended or broke off). Frames may follow."""
        events: list[SegmentEvent] = []
        if self._start is not None:
            self._close(min(self._last + self._config.pad, self.position), events)
        self._forget()
        self._apply_marks(events)
        return events

    def _hear(self, probability: float, events: list[SegmentEvent]) -> None:
        config = self._config
        # A NaN compares false with everything and so counts as silence.
        level = probability if probability >= 0 else 0.0
        self._recent.append(level)
        begin = self.position
        self._frames += 1
        self._active = level >= (config.exit if self._active else config.threshold)
        if self._active:
            self._speech(begin, events)
        else:
            self._silence(events)
        if self._start is not None and self.position - self._start > self._longest:
            self._cut(events)

    @property
    def _longest(self) -> float:
        """An utterance longer than this has no room for another frame."""
        return self._config.max_utterance - FRAME - _EPSILON

    def _speech(self, begin: float, events: list[SegmentEvent]) -> None:
        self._last = self.position
        if self._start is not None:
            return
        if self._burst is None:
            self._burst, self._spoken = begin, 0
        self._spoken += 1
        if self._spoken * FRAME >= self._config.min_speech - _EPSILON:
            # A mark inside the candidate cuts it once it is open, see _apply_marks.
            self._open(max(self._floor, self._burst - self._config.pad), events)

    def _silence(self, events: list[SegmentEvent]) -> None:
        quiet = self.position - self._last
        if self._start is not None:
            if quiet >= self._config.min_silence - _EPSILON:
                self._close(self._last + self._config.pad, events)
        elif self._burst is not None and quiet > self._config.bridge + _EPSILON:
            self._forget()

    def _open(self, start: float, events: list[SegmentEvent]) -> None:
        self._start = start
        events.append(SpeechStarted(start))

    def _close(self, end: float, events: list[SegmentEvent], *, cut: bool = False) -> None:
        if self._start is None:
            return
        events.append(UtteranceClosed(self._start, end, cut))
        self._floor = end
        self._forget()

    def _forget(self) -> None:
        self._start = self._burst = None
        self._spoken = 0
        self._active = False

    def _cut(self, events: list[SegmentEvent]) -> None:
        """Split at the least likely frame of the window, leaving `min_speech` after it."""
        frames = list(self._recent)
        usable = len(frames) - int(self._config.min_speech / FRAME)
        quietest = min(range(usable), key=lambda i: (frames[i], -i))
        self._split(self.position - (len(frames) - quietest) * FRAME, events)

    def _split(self, at: float, events: list[SegmentEvent]) -> None:
        """End the open utterance at `at`; what was said after it opens the next one there."""
        if self._start is None or self._burst is None or at <= self._start:
            return
        burst, last, active = self._burst, self._last, self._active
        if last <= at + _EPSILON:  # only silence follows
            self._close(min(at, last + self._config.pad), events)
            return
        if at > burst:
            self._close(at, events, cut=True)
        self._floor, self._burst = at, max(at, burst)
        self._last, self._active = last, active
        self._open(at, events)

    def _apply_marks(self, events: list[SegmentEvent]) -> None:
        while self._marks and self._marks[0] <= self.position:
            at = self._marks[0]
            if self._start is None and self._burst is not None and self._burst < at:
                return  # a candidate spans it: wait until it is speech or is dropped
            del self._marks[0]
            self._split(at, events)
            self._floor = max(self._floor, at)
