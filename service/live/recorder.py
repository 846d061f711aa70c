"""Writes a connection's encoded media to disk as it comes, in its own thread, never re-encoding.

Each track goes to a Matroska file of its own (`audio.mka`, `video.mkv`): sound is kept from its
first packet however late the first keyframe is, and a player opens what a crash leaves behind.
A cluster is on disk when it ends, after half a second: with the wait for the thread a kill loses
0.7 s. `remux.finish` joins the two.
"""

from __future__ import annotations

import io
import json
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from service.live.clock import AUDIO_RATE, VIDEO_RATE
from service.live.encoded import EncodedFrame, opus_samples, silent_opus

AUDIO_FILE, VIDEO_FILE, SYNC_FILE = "audio.mka", "video.mkv", "sync.json"
DRAIN_EVERY = 0.2  # seconds between writes: five wake-ups a second instead of sixty-five
HELD_FRAMES = 2000  # about 30 s of a session's media while the disk stands still
_CLUSTERS = {"cluster_time_limit": "500", "flush_packets": "1"}
_MOST_SILENCE = 600  # seconds; a longer gap is a broken clock, not a pause


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

    def _drain(self) -> None:
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
            self.recorded_until = max(self.recorded_until, frame.media_time)
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
        text = json.dumps({"origin": self._origin, "skew": self._skew})
        draft = self.folder / (SYNC_FILE + ".new")
        draft.write_text(text)
        draft.replace(self.folder / SYNC_FILE)

    def _close_tracks(self) -> None:
        for track in self._tracks.values():
            try:
                track.close()
            except (OSError, av.FFmpegError) as error:
                self.failure = self.failure or OSError(str(error))


class _Track:
    """One file with one stream."""

    def __init__(self, path: Path, *, origin: float, rate: int) -> None:
        self.container: OutputContainer = av.open(
            str(path), "w", format="matroska", options=_CLUSTERS
        )
        self.stream: Stream
        self.origin = origin
        self.rate = rate

    def write(self, frame: EncodedFrame) -> None:
        self.mux(frame.data, at=self.ticks(frame), keyframe=frame.keyframe)

    def ticks(self, frame: EncodedFrame) -> int:
        return round((frame.media_time - self.origin) * self.rate)

    def mux(self, data: bytes, *, at: int, keyframe: bool = True, duration: int = 0) -> None:
        packet = Packet(data)
        packet.stream = self.stream
        packet.time_base = Fraction(1, self.rate)
        packet.pts = packet.dts = at
        packet.duration = duration
        packet.is_keyframe = keyframe
        self.container.mux(packet)

    def close(self) -> None:
        self.container.close()


class _AudioTrack(_Track):
    """Opus. What was lost or not sent becomes silent packets, so that samples count the time."""

    def __init__(self, path: Path, *, origin: float) -> None:
        super().__init__(path, origin=origin, rate=AUDIO_RATE)
        with opus_template() as source:
            self.stream = self.container.add_stream_from_template(source.streams.audio[0])
        self._end: int | None = None

    def write(self, frame: EncodedFrame) -> None:
        try:
            samples = opus_samples(frame.data)
        except ValueError:
            return
        at = self.ticks(frame)
        if self._end is not None:
            if at < self._end - samples:
                return  # a second copy of what is there
            if at - self._end <= _MOST_SILENCE * AUDIO_RATE:
                self._fill(at)
            at = max(at, self._end)
        self.mux(frame.data, at=at, duration=samples)
        self._end = at + samples

    def _fill(self, until: int) -> None:
        end = self._end or 0
        while True:
            data, samples = silent_opus(until - end)
            if not samples:
                break
            self.mux(data, at=end, duration=samples)
            end += samples
        self._end = end


class _VideoTrack(_Track):
    """VP8 or H.264 from its first keyframe on."""

    def __init__(self, path: Path, first: EncodedFrame, *, origin: float) -> None:
        size = vp8_size(first.data) if first.codec == "vp8" else None
        super().__init__(path, origin=origin, rate=VIDEO_RATE)
        self._last = -1
        try:
            if size is not None:
                width, height = size
                self.stream = self.container.add_mux_stream("vp8", width=width, height=height)
            else:
                with av.open(io.BytesIO(first.data), "r", format="h264") as source:
                    self.stream = self.container.add_stream_from_template(source.streams.video[0])
            self.container.start_encoding()  # writes the header: it tells whether this can be
        except ValueError:
            with suppress(OSError, av.FFmpegError):
                self.container.close()
            path.unlink(missing_ok=True)
            raise

    def write(self, frame: EncodedFrame) -> None:
        at = self.ticks(frame)
        if at > self._last:
            self._last = at
            self.mux(frame.data, at=at, keyframe=frame.keyframe)


def vp8_size(keyframe: bytes) -> tuple[int, int]:
    """Width and height in a VP8 keyframe's header (RFC 6386, 9.1). Raises ValueError."""
    if len(keyframe) < 10 or keyframe[0] & 1 or keyframe[3:6] != b"\x9d\x01\x2a":
        raise ValueError("not a VP8 keyframe")
    width = int.from_bytes(keyframe[6:8], "little") & 0x3FFF
    height = int.from_bytes(keyframe[8:10], "little") & 0x3FFF
    return width, height


@dataclass(frozen=True, slots=True)
class _Silence:
    """The shortest Opus file, made once: PyAV takes a stream's header only from a file."""

    ogg: bytes


_silence: list[_Silence] = []


def opus_template() -> av.container.InputContainer:
    """An open Ogg file whose stream carries a stereo Opus header."""
    if not _silence:
        buffer = io.BytesIO()
        with av.open(buffer, "w", format="ogg") as container:
            stream = container.add_stream("libopus", rate=AUDIO_RATE)
            stream.layout = "stereo"
            frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
            frame.sample_rate, frame.pts = AUDIO_RATE, 0
            frame.planes[0].update(bytes(960 * 4))
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        _silence.append(_Silence(buffer.getvalue()))
    return av.open(io.BytesIO(_silence[0].ogg), "r")
