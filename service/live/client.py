"""A candidate without a browser: speaks the same HTTP and WebRTC, sends a clip, hears the events.

Used by the demo. It encodes live, so one costs about 15 % of a core; load tests replay what was
encoded before (`service.live.replay`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import httpx
import numpy as np
import numpy.typing as npt
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from av import AudioFrame, VideoFrame

RATE = 48_000
STEP = 960  # samples per packet (20 ms)
FRAMES_PER_SECOND = 15
LONG_SIDE = 640
SMALL_PER_SECOND, SMALL_SIDE = 5, 320  # of the second picture, which is only looked at
CONNECT_WITHIN = 15.0
Json = dict[str, Any]


class ClientError(Exception):
    """The server refused, or the connection did not come about; the text says which.

    `code` is the server's own word for it, as in its problem documents; "" when it gave none.
    """

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clip:
    """What the candidate says and shows: a video file with sound, or a sound beside a picture."""

    video: Path | None = None
    sound: Path | None = None
    picture: Path | None = None
    start: float = 0.0  # seconds into the sound (and the video) to begin at

    @property
    def heard(self) -> Path | None:
        return self.sound or self.video

    @property
    def seen(self) -> Path | None:
        return self.video or self.picture


def read_sound(path: Path) -> npt.NDArray[np.int16]:
    """A file's sound as 48 kHz mono int16. Blocks. Raises ClientError when it has none."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    blocks: list[npt.NDArray[np.int16]] = []
    try:
        with av.open(str(path), "r") as container:
            for frame in container.decode(audio=0):
                blocks += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        blocks += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as error:
        raise ClientError(f"{path.name} has no sound that can be read") from error
    return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)


def read_pictures(path: Path, *, start: float) -> Iterator[VideoFrame]:
    """A file's pictures at 15 per second, over and over; a still picture for ever. Blocks."""
    while True:
        shown, last = 0, None
        with av.open(str(path), "r") as container:
            for frame in container.decode(video=0):
                while ((frame.time or 0.0) - start) * FRAMES_PER_SECOND >= shown:
                    shown, last = shown + 1, scaled(frame, LONG_SIDE)
                    yield last
        if last is None:
            raise ClientError(f"{path.name} has no picture at {start:g} s")
        while shown == 1:
            yield last
        start = 0.0


def scaled(frame: VideoFrame, side: int) -> VideoFrame:
    """A frame of its own, its long side at most `side` pixels."""
    scale = min(1.0, side / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    planar = frame.reformat(width=width, height=height, format="yuv420p")
    return VideoFrame.from_ndarray(planar.to_ndarray(), format="yuv420p")


class _Beat:
    """The clock that both tracks of a clip keep to."""

    def __init__(self) -> None:
        self._zero: float | None = None

    async def until(self, seconds: float) -> None:
        if self._zero is None:
            self._zero = time.monotonic()
        await asyncio.sleep(max(0.0, self._zero + seconds - time.monotonic()))


class _Sound(MediaStreamTrack):
    """Plays samples, then silence."""

    kind = "audio"

    def __init__(self, beat: _Beat, samples: npt.NDArray[np.int16]) -> None:
        super().__init__()
        self._beat, self._samples, self._at = beat, samples, 0

    async def recv(self) -> AudioFrame:
        await self._beat.until(self._at / RATE)
        block = np.zeros(STEP, np.int16)
        piece = self._samples[self._at : self._at + STEP]
        block[: len(piece)] = piece
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += STEP
        return frame


class _Pictures(MediaStreamTrack):
    """Plays a file's pictures in a loop."""

    kind = "video"

    def __init__(self, beat: _Beat, frames: Iterator[VideoFrame]) -> None:
        super().__init__()
        self._beat, self._frames, self._count = beat, frames, 0
        self.shown: asyncio.Future[VideoFrame] = asyncio.get_running_loop().create_future()

    async def recv(self) -> VideoFrame:
        await self._beat.until(self._count / FRAMES_PER_SECOND)
        source = await asyncio.to_thread(next, self._frames)
        if self.shown.done():
            self.shown = asyncio.get_running_loop().create_future()
        self.shown.set_result(source)
        frame = scaled(source, LONG_SIDE)
        frame.pts = self._count * 90_000 // FRAMES_PER_SECOND
        frame.time_base = Fraction(1, 90_000)
        self._count += 1
        return frame


class _Small(MediaStreamTrack):
    """What another track shows, small and five times a second."""

    kind = "video"

    def __init__(self, beat: _Beat, large: _Pictures) -> None:
        super().__init__()
        self._beat, self._large, self._count = beat, large, 0

    async def recv(self) -> VideoFrame:
        await self._beat.until(self._count / SMALL_PER_SECOND)
        frame = scaled(await self._large.shown, SMALL_SIDE)
        frame.pts = self._count * 90_000 // SMALL_PER_SECOND
        frame.time_base = Fraction(1, 90_000)
        self._count += 1
        return frame


class CandidateClient:
    """`async with CandidateClient(...)`, then `consent()`, `connect()`, `events()`, `finish()`."""

    def __init__(
        self, base_url: str, token: str, clip: Clip, *, http: httpx.AsyncClient | None = None
    ) -> None:
        self._http = http or httpx.AsyncClient(base_url=base_url, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._clip = clip
        self._samples = np.zeros(0, np.int16)
        self._connection: RTCPeerConnection | None = None
        self._tracks: list[MediaStreamTrack] = []
        self._location = ""
        self._whip = "/api/candidate/whip"
        self._channel: Any = None
        self._events: asyncio.Queue[Json | None] = asyncio.Queue()
        self.faces = False  # whether they are looked at: then a small second picture is sent
        self.marks: dict[str, float] = {}  # time.monotonic() of: offered, answered, connected

    async def __aenter__(self) -> Self:
        if self._clip.heard is not None:
            samples = await asyncio.to_thread(read_sound, self._clip.heard)
            self._samples = samples[round(self._clip.start * RATE) :]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.hang_up()
        self._events.put_nowait(None)
        await self._http.aclose()

    @property
    def seconds(self) -> float:
        """How long the clip speaks."""
        return len(self._samples) / RATE

    async def interview(self) -> Json:
        """The interview as the candidate sees it."""
        return await self._json("GET", "/api/candidate/interview")

    async def consent(self, *, facial_analysis: bool = True) -> Json:
        """Agree to the notice in force (to face analysis only where it is offered)."""
        view = await self.interview()
        offered = {one["purpose"]: one["offered"] for one in view["notice"]["purposes"]}
        purposes = {
            "recording": True,
            "ai_scoring": True,
            "facial_analysis": facial_analysis and offered.get("facial_analysis", False),
        }
        body = {
            "notice_version": view["notice"]["version"],
            "locale": view["locale"],
            "purposes": purposes,
        }
        agreed = await self._json("POST", "/api/candidate/consent", json=body)
        self.faces = agreed["faces"]
        return agreed

    async def connect(self, *, check: bool = False) -> str:
        """Connect (again); the id of the connection. Returns once the data channel is open.

        `check`: to the device check, where nothing is kept.
        """
        await self.hang_up()
        self._whip = "/api/candidate/check/whip" if check else "/api/candidate/whip"
        found = await self._json("GET", "/api/candidate/ice")
        servers = [RTCIceServer(**server) for server in found["ice_servers"]]
        connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection = connection
        connection.on("connectionstatechange", lambda: self._mark(connection.connectionState))
        opened = self._add_media(connection)
        await connection.setLocalDescription(await connection.createOffer())
        self._mark("offered")
        answer = await self._call(
            "POST",
            self._whip,
            content=connection.localDescription.sdp,
            headers={"Content-Type": "application/sdp"},
        )
        self._mark("answered")
        self._location = answer.headers["Location"]
        await connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await opened.wait()
        except TimeoutError:
            text = "no media connection: is UDP open between here and there?"
            raise ClientError(text, code="no_connection") from None
        return self._location.rpartition("/")[2]

    def _add_media(self, connection: RTCPeerConnection) -> asyncio.Event:
        beat, seen = _Beat(), self._clip.seen
        if self._clip.heard is not None:
            self._tracks.append(_Sound(beat, self._samples))
        if seen is not None:
            pictures = _Pictures(beat, read_pictures(seen, start=self._clip.start))
            self._tracks.append(pictures)
            if self.faces:
                self._tracks.append(_Small(beat, pictures))
        for track in self._tracks:
            connection.addTrack(track)
        # After the tracks: aiortc else closes the bundled transport when the answer comes.
        channel = connection.createDataChannel("events")
        self._channel = channel
        opened = asyncio.Event()
        channel.on("open", opened.set)
        channel.on("message", self._on_message)
        return opened

    def _mark(self, step: str) -> None:
        self.marks[step] = time.monotonic()

    def _on_message(self, text: str | bytes) -> None:
        self._events.put_nowait(json.loads(text))

    async def events(self) -> AsyncIterator[Json]:
        """What the server tells over all connections, until the session has ended."""
        while (event := await self._events.get()) is not None:
            yield event
            if event["type"] == "state" and event["state"] in {"closed", "failed"}:
                return

    def send(self, message: Json) -> None:
        """Send a message over the data channel."""
        self._channel.send(json.dumps(message))

    async def advance(self, question_id: str) -> Json:
        """Done with a question; the next one."""
        return await self._json("POST", "/api/candidate/advance", json={"question_id": question_id})

    async def finish(self) -> Json:
        """End the interview."""
        return await self._json("POST", "/api/candidate/finish")

    async def leave(self) -> None:
        """End the connection on the server's side, as a closed page would."""
        await self._call("DELETE", self._location)

    async def hang_up(self) -> None:
        """Close our side of the connection, as a broken network would."""
        for track in self._tracks:
            track.stop()
        self._tracks.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _json(self, method: str, path: str, **sent: Any) -> Json:
        found: Json = (await self._call(method, path, **sent)).json()
        return found

    async def _call(self, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {**self._headers, **sent.pop("headers", {})}
        answer = await self._http.request(method, path, headers=headers, **sent)
        if answer.is_error:
            code = answer.json().get("code", "") if answer.content else ""
            raise ClientError(f"{method} {path}: {answer.status_code} {code}", code=code)
        return answer
