"""Writes a connection's encoded media to disk as it comes, in its own thread, never re-encoding.

Each track goes to a Matroska file of its own (`audio.mka`, `video.mkv`): sound is kept from its
first packet however late the first keyframe is, and a player opens what a crash leaves behind.
What came in is written as one cluster every 0.4 s, so that is what a kill loses. `remux.finish`
joins the two.
"""

from __future__ import annotations

import io
import json
import threading
from abc import ABC, abstractmethod
from collections import deque
from itertools import pairwise
from pathlib import Path

import av

from service.journal.spans import Span
from service.live.clock import AUDIO_RATE, VIDEO_RATE
from service.live.encoded import EncodedFrame, opus_samples, silent_opus
from service.live.matroska import (
    Block,
    cluster,
    h264_head,
    opus_head,
    vp8_head,
    with_lengths,
)

AUDIO_FILE, VIDEO_FILE, SYNC_FILE = "audio.mka", "video.mkv", "sync.json"
DRAIN_EVERY = 0.4  # seconds between writes: each wakes a thread, and a kill loses what waits
HELD_FRAMES = 2000  # about 30 s of a session's media while the disk stands still
LEAST_HOLE = 0.25  # seconds without a packet that are worth asking the browser for
_UNSENT = 1.0  # seconds: longer than any pause between packets of silence
_LAGS = 1.2  # seconds: three turns of writing
_MOST_SILENCE = 600  # seconds; a longer gap is a broken clock, not a pause


class Continuity:
    """Where sound came: stretches without a hole of `LEAST_HOLE` or more.

    A sender that hears nothing sends a packet every 0.4 s (DTX, RFC 7587 3.1.3): where none was
    lost in between, such a pause is silence that was heard, and no hole.
    """

    def __init__(self) -> None:
        self.spans: tuple[Span, ...] = ()

    def note(self, start: float, end: float, *, lost: int = 1) -> bool:
        """Take a packet's time; True when it comes after a hole. `lost`: packets before it."""
        spans = self.spans
        if not spans:
            self.spans = ((start, end),)
            return False
        first, last = spans[-1]
        if start - last < (LEAST_HOLE if lost else _UNSENT):
            self.spans = (*spans[:-1], (first, max(last, end)))
            return False
        self.spans = (*spans, (start, end))
        return True

    @property
    def holes(self) -> list[Span]:
        """What lies between the stretches."""
        return [(one[1], other[0]) for one, other in pairwise(self.spans)]


class Recorder:
    """One connection's recording in `folder`. `push` from the event loop; `close` off it.

    `origin` is the session time at which the connection began: the files count from there.
    When the disk refuses, `failure` says so and nothing more is written.
    """

    def __init__(self, folder: Path, *, origin: float) -> None:
        self.folder = folder
        self.failure: OSError | None = None
        self.dropped = 0
        self.refused = 0  # frames that no file can hold: broken by the sender
        self.recorded_until = origin
        self._origin = origin
        self._frames: deque[EncodedFrame] = deque()
        self._stop = threading.Event()
        self._skew: list[tuple[float, float]] = []
        self._unsaved = True
        self.sound = Continuity()  # as it lies on disk
        self._tracks: dict[str, _Track] = {}
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def push(self, frame: EncodedFrame) -> None:
        """Hand over a frame; drops it, and counts it, when the disk lags by 30 s."""
        if len(self._frames) >= HELD_FRAMES or self.failure is not None:
            self.dropped += 1
            return
        self._frames.append(frame)

    def set_skew(self, samples: list[tuple[float, float]]) -> None:
        """Keep the shifts of picture against sound found so far (see clock.Skew)."""
        self._skew, self._unsaved = list(samples), True

    def close(self) -> None:
        """Write what is held and close the files. Blocks; call it in a thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write_sync()
            while not self._stop.wait(DRAIN_EVERY):
                self._drain()
            self._drain()
        except (OSError, av.FFmpegError) as error:
            self.failure = error if isinstance(error, OSError) else OSError(str(error))
            self._frames.clear()
        finally:
            self._close_tracks()

    def coming(self, now: float) -> list[Span]:
        """What was heard up to now and is not written yet, while sound comes in."""
        last = self.sound.spans[-1][1] if self.sound.spans else self._origin
        return [(last, now)] if last < now < last + _LAGS else []

    @property
    def held(self) -> int:
        """Frames that wait to be written."""
        return len(self._frames)

    def _drain(self) -> None:
        until, heard = self.recorded_until, list[EncodedFrame]()
        while self._frames:
            frame = self._frames.popleft()
            track = self._tracks.get(frame.kind)
            if track is None:
                track = self._open(frame)
                if track is None:
                    continue  # pictures before the first keyframe
            try:
                track.write(frame)
            except ValueError:  # also FFmpeg's "invalid data" and "invalid argument"
                self.refused += 1
                continue
            until = max(until, frame.media_time)
            if frame.kind == "audio":
                heard.append(frame)
        for track in self._tracks.values():
            track.flush()
        self.recorded_until = until
        for frame in heard:
            end = frame.media_time + opus_samples(frame.data) / AUDIO_RATE
            self._unsaved |= self.sound.note(frame.media_time, end, lost=frame.lost_before)
        if self._unsaved:
            self._write_sync()

    def _open(self, frame: EncodedFrame) -> _Track | None:
        """The track that begins with this frame; None when it cannot begin here."""
        if frame.kind == "video" and not frame.keyframe:
            return None
        try:
            opened: _Track = (
                _AudioTrack(self.folder / AUDIO_FILE, origin=self._origin)
                if frame.kind == "audio"
                else _VideoTrack(self.folder / VIDEO_FILE, frame, origin=self._origin)
            )
        except ValueError:  # a broken keyframe: the next one will do
            self.refused += 1
            return None
        self._tracks[frame.kind] = opened
        return opened

    def _write_sync(self) -> None:
        self._unsaved = False
        found = {"origin": self._origin, "skew": self._skew, "holes": self.sound.holes}
        text = json.dumps(found)
        draft = self.folder / (SYNC_FILE + ".new")
        draft.write_text(text)
        draft.replace(self.folder / SYNC_FILE)

    def _close_tracks(self) -> None:
        for track in self._tracks.values():
            try:
                track.close()
            except OSError as error:
                self.failure = self.failure or error


class _Track(ABC):
    """One file with one stream. What was added is on disk after `flush`."""

    def __init__(self, path: Path, head: bytes, *, origin: float) -> None:
        self._file = path.open("wb", buffering=0)
        self._origin = origin
        self._blocks: list[Block] = []
        self._file.write(head)

    @abstractmethod
    def write(self, frame: EncodedFrame) -> None:
        """Add a frame. Raises ValueError for one that no file can hold."""

    def flush(self) -> None:
        """One cluster, in one piece: a kill cuts between clusters, or the last one short."""
        blocks, self._blocks = self._blocks, []
        data = memoryview(cluster(blocks))
        while data:
            data = data[self._file.write(data) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _ticks(self, frame: EncodedFrame, rate: int) -> int:
        return round((frame.media_time - self._origin) * rate)

    def _add(self, data: bytes, milliseconds: float, *, keyframe: bool = True) -> None:
        self._blocks.append(Block(max(0, round(milliseconds)), data, keyframe))


class _AudioTrack(_Track):
    """Opus. What was lost or not sent becomes silent packets, so that samples count the time."""

    def __init__(self, path: Path, *, origin: float) -> None:
        super().__init__(path, opus_head(), origin=origin)
        self._end: int | None = None

    def write(self, frame: EncodedFrame) -> None:
        samples = opus_samples(frame.data)
        at = self._ticks(frame, AUDIO_RATE)
        if self._end is not None:
            if at < self._end - samples:
                return  # a second copy of what is there
            if at - self._end <= _MOST_SILENCE * AUDIO_RATE:
                self._fill(at)
            at = max(at, self._end)
        self._sound(frame.data, at)
        self._end = at + samples

    def _sound(self, data: bytes, at: int) -> None:
        self._add(data, at * 1000 / AUDIO_RATE)

    def _fill(self, until: int) -> None:
        end = self._end or 0
        while True:
            data, samples = silent_opus(until - end)
            if not samples:
                break
            self._sound(data, end)
            end += samples
        self._end = end


class _VideoTrack(_Track):
    """VP8 or H.264 from its first keyframe on."""

    def __init__(self, path: Path, first: EncodedFrame, *, origin: float) -> None:
        self._lengths = first.codec == "h264"
        if self._lengths:
            head = h264_head(first.data, *h264_size(first.data))
        else:
            head = vp8_head(*vp8_size(first.data))
        super().__init__(path, head, origin=origin)
        self._last = -1

    def write(self, frame: EncodedFrame) -> None:
        at = self._ticks(frame, VIDEO_RATE)
        if at > self._last:
            self._last = at
            data = with_lengths(frame.data) if self._lengths else frame.data
            self._add(data, at * 1000 / VIDEO_RATE, keyframe=frame.keyframe)


def h264_size(keyframe: bytes) -> tuple[int, int]:
    """Width and height of a picture that comes with its parameter sets. Raises ValueError."""
    with av.open(io.BytesIO(keyframe), "r", format="h264") as source:
        context = source.streams.video[0].codec_context
        width, height = context.width, context.height
    if not width or not height:
        raise ValueError("not an H.264 keyframe")
    return width, height


def vp8_size(keyframe: bytes) -> tuple[int, int]:
    """Width and height in a VP8 keyframe's header (RFC 6386, 9.1). Raises ValueError."""
    if len(keyframe) < 10 or keyframe[0] & 1 or keyframe[3:6] != b"\x9d\x01\x2a":
        raise ValueError("not a VP8 keyframe")
    width = int.from_bytes(keyframe[6:8], "little") & 0x3FFF
    height = int.from_bytes(keyframe[8:10], "little") & 0x3FFF
    return width, height
