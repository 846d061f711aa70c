"""The candidate without a browser: what it can play."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from service.live.client import ClientError, Clip, read_pictures, read_sound
from tests.fakes.clips import bursts, picture
from tests.fakes.live import LiveHouse
from tests.fakes.peers import until


def film(path: Path, *, seconds: float = 2.0, rate: int = 30) -> Path:
    """An MP4 with a picture that brightens and a tone."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=rate)
        video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
        audio = container.add_stream("aac", rate=44_100)
        audio.layout = "mono"
        for index in range(round(seconds * rate)):
            pixels = np.full((720, 1280, 3), 40 + 3 * index, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(video.encode(frame))
        t = np.arange(round(seconds * 44_100)) / 44_100
        tone = (np.sin(2 * np.pi * 300 * t) * 0.5).astype(np.float32)
        sound = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="fltp", layout="mono")
        sound.sample_rate = 44_100
        container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def test_sound_is_read_as_48_khz(tmp_path: Path) -> None:
    samples = read_sound(bursts(tmp_path / "a.wav", [(0.5, 1.0)], seconds=2.0))
    assert len(samples) == pytest.approx(96_000, abs=200)
    assert np.abs(samples[30_000:40_000]).mean() > 10 * np.abs(samples[:20_000]).mean()


def test_a_film_is_read_at_15_pictures_a_second_and_begins_again(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")
    assert len(read_sound(path)) == pytest.approx(96_000, abs=5000)
    frames = list(islice(read_pictures(path, start=0.0), 45))
    assert {(frame.width, frame.height) for frame in frames} == {(640, 360)}
    light = [float(frame.to_ndarray(format="gray").mean()) for frame in frames]
    assert light[29] > light[0] + 100
    assert light[30] == pytest.approx(light[0], abs=3)
    later = next(read_pictures(path, start=1.0)).to_ndarray(format="gray").mean()
    assert later > light[0] + 50


def test_a_picture_is_shown_for_ever(tmp_path: Path) -> None:
    frames = list(islice(read_pictures(picture(tmp_path / "p.jpg"), start=0.0), 20))
    assert len(frames) == 20
    assert (frames[19].width, frames[19].height) == (320, 240)


def test_what_cannot_be_played_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="no sound"):
        read_sound(picture(tmp_path / "p.jpg"))
    with pytest.raises(ClientError, match="no picture"):
        next(read_pictures(film(tmp_path / "f.mp4"), start=60.0))


async def test_a_film_is_played_over_the_wire(live: LiveHouse, tmp_path: Path) -> None:
    token, session_id = await live.invite()
    async with live.candidate(token, Clip(video=film(tmp_path / "film.mp4"))) as client:
        assert client.seconds == pytest.approx(2.0, abs=0.2)
        await client.consent()
        await client.connect()
        await until(lambda: "face" in {call.task for call in live.pool.calls})
        await client.finish()
    await until(lambda: live.closed == [session_id])
