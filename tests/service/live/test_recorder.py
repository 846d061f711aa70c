"""What a recording holds, measured by decoding it again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack

from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.recorder import Recorder
from service.live.remux import Finished, finish, recover
from tests.fakes.peers import sending, until
from tests.fakes.tracks import Beat, BeepTrack, FlashTrack
from tests.fixtures.player import probe

SECONDS = 5.0


async def record(
    folder: Path, tracks: Sequence[MediaStreamTrack], *, codec: str = "", seconds: float = SECONDS
) -> tuple[Finished, float]:
    """Record `tracks` for a while; the file and how long the media flowed."""
    loop = asyncio.get_running_loop()
    first: list[float] = []
    recorder = Recorder(folder, origin=0.0)

    def on_frame(frame: EncodedFrame) -> None:
        first.append(loop.time()) if not first else None
        recorder.push(frame)

    peer = Peer(now=lambda: loop.time() - (first[0] if first else loop.time()), listener=Listener())
    peer.listener.on_frame = on_frame
    async with sending(peer, tracks, codec=codec):
        await until(lambda: first)
        await asyncio.sleep(seconds)
        recorder.set_skew(peer.skew.samples)
        lasted = loop.time() - first[0]
    await asyncio.to_thread(recorder.close)
    assert recorder.failure is None
    finished = await asyncio.to_thread(finish, folder)
    assert finished is not None
    return finished, lasted


def onsets(times: np.ndarray, loud: np.ndarray) -> np.ndarray:
    """Times at which `loud` turns on."""
    return times[1:][loud[1:] & ~loud[:-1]]


def beeps(path: Path) -> np.ndarray:
    """Onsets of the beeps, in seconds."""
    at, level = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            step = frame.sample_rate // 500
            flat = np.abs(frame.to_ndarray().astype(float)).mean(axis=0)
            for i in range(0, len(flat) - step + 1, step):
                at.append(frame.time + i / frame.sample_rate)
                level.append(flat[i : i + step].mean())
    loud = np.array(level) > 0.3 * max(level)
    return onsets(np.array(at), loud)


def flashes(path: Path) -> np.ndarray:
    """Onsets of the flashes, in seconds."""
    at, level = [], []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            at.append(frame.time)
            level.append(frame.to_ndarray(format="gray").mean())
    return onsets(np.array(at), np.array(level) > 120)


def assert_in_step(path: Path) -> None:
    """Every flash lies within 100 ms of a beep."""
    heard, seen = beeps(path), flashes(path)
    # The beeps' own edges chatter within a mark: keep the first of each.
    heard = np.array([t for i, t in enumerate(heard) if i == 0 or t - heard[i - 1] > 0.5])
    assert len(seen) >= 3
    for flash in seen:
        assert np.min(np.abs(heard - flash)) < 0.100


@pytest.mark.parametrize(
    ("codec", "mime", "names"),
    [("video/VP8", "video/webm", {"vp8", "opus"}), ("video/H264", "video/mp4", {"h264", "opus"})],
)
async def test_sound_and_picture_are_whole_and_in_step(
    tmp_path: Path, codec: str, mime: str, names: set[str]
) -> None:
    beat = Beat()
    finished, lasted = await record(tmp_path, [BeepTrack(beat), FlashTrack(beat)], codec=codec)
    assert finished.mime == mime
    found = probe(finished.path)
    assert found.codecs == names
    assert abs(found.duration - lasted) < 0.5
    assert abs(finished.duration - lasted) < 0.5
    assert_in_step(finished.path)


async def test_sound_alone_is_recorded(tmp_path: Path) -> None:
    finished, lasted = await record(tmp_path, [BeepTrack(Beat())], seconds=2.5)
    assert (finished.mime, finished.has_video) == ("audio/webm", False)
    assert abs(finished.duration - lasted) < 0.5


async def test_a_picture_alone_is_recorded(tmp_path: Path) -> None:
    finished, lasted = await record(tmp_path, [FlashTrack(Beat())], seconds=2.5)
    assert (finished.mime, finished.has_audio) == ("video/webm", False)
    assert abs(finished.duration - lasted) < 0.5


def opus_frame(index: int, *, at: float | None = None) -> EncodedFrame:
    """A silent 20 ms packet, the index-th of its track."""
    time = index * 0.02 if at is None else at
    return EncodedFrame("audio", "opus", b"\xf8\xff\xfe", index * 960, time)


def test_a_gap_in_the_sound_is_filled_so_that_samples_count_the_time(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, origin=0.0)
    for index in [*range(50), *range(125, 150)]:
        recorder.push(opus_frame(index))
    recorder.close()
    finished = finish(tmp_path)
    assert finished is not None
    with av.open(str(finished.path)) as container:
        times = [float(p.pts * p.time_base) for p in container.demux(audio=0) if p.size]
    assert max(b - a for a, b in pairwise(times)) < 0.030
    assert times[-1] == pytest.approx(149 * 0.02, abs=0.010)


def test_a_file_cut_short_is_recovered_with_its_length(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    recorder = Recorder(folder, origin=7.0)
    for index in range(500):
        recorder.push(opus_frame(index, at=7.0 + index * 0.02))
    recorder.close()
    whole = (folder / "audio.mka").read_bytes()
    (folder / "audio.mka").write_bytes(whole[: len(whole) * 2 // 3])
    ((found, finished),) = recover(tmp_path)
    assert found == folder
    assert finished is not None
    assert finished.offset == pytest.approx(7.0, abs=0.02)
    assert 5.0 < finished.duration < 7.5
    assert probe(finished.path).duration == pytest.approx(finished.duration, abs=0.05)


def test_a_folder_without_media_gives_no_recording(tmp_path: Path) -> None:
    Recorder(tmp_path / "none", origin=0.0).close()
    assert [finished for _, finished in recover(tmp_path)] == [None]


def test_frames_beyond_the_bound_are_dropped_and_counted(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, origin=0.0)
    for index in range(6000):
        recorder.push(opus_frame(index))
    recorder.close()
    finished = finish(tmp_path)
    assert finished is not None
    assert recorder.dropped > 0


def test_a_disk_that_refuses_stops_the_recording_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made under a file")
    recorder = Recorder(tmp_path / "file" / "one", origin=0.0)
    recorder.push(opus_frame(0))
    recorder.close()
    assert isinstance(recorder.failure, OSError)
    recorder.push(opus_frame(1))
    assert recorder.dropped in {1, 2}  # the first came before or after the refusal
