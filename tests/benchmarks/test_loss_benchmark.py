"""The loss benchmark sees what it says: numbers in pictures, drops on the wire, a real browser."""

from __future__ import annotations

import asyncio
import socket
import wave
from contextlib import closing
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks import loss, loss_material
from benchmarks.loss_candidate import candidate
from benchmarks.loss_material import HEIGHT, SQUARE, WIDTH, read_number, squares
from benchmarks.loss_reading import Timed, hear, punctured, see
from benchmarks.loss_relay import Count, Open, Say, Tell, relays, server_of, through
from benchmarks.speech import Clip
from benchmarks.words import Errors
from models.types import SAMPLE_RATE
from service.demo.material import find_material
from service.live.encoded import EncodedFrame
from tests.fakes.peers import until

STILL = np.random.default_rng(1).integers(0, 40, (HEIGHT, WIDTH), np.uint8)
RTP = b"\x80\x60" + bytes(30)


def picture(number: int) -> loss_material.Pixels:
    """A numbered picture over still noise, in luma; a codec builds flat ones on nothing."""
    luma = np.full((HEIGHT, WIDTH), 120, np.uint8)
    bits = squares(number).reshape(2, -1)
    for band, top in zip(bits, (0, HEIGHT - SQUARE), strict=True):
        luma[top : top + SQUARE] = np.repeat(np.where(band, 210, 40), SQUARE)
    return np.asarray(luma + STILL, np.uint8)


def encoded(count: int) -> list[Timed]:
    """Numbered pictures as VP8, with only the first a keyframe."""
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base, codec.bit_rate, codec.gop_size = Fraction(1, 15), 500_000, 1000
    codec.options = {"deadline": "realtime", "cpu-used": "8", "keyint_min": "1000"}
    out: list[Timed] = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(picture(number), format="gray").reformat(
            format="yuv420p"
        )
        frame.pts = number
        for packet in codec.encode(frame):
            at = number / 15
            data = bytes(packet)
            out.append((at, EncodedFrame("video", "vp8", data, number * 6000, at, number == 0)))
    return out


@pytest.mark.parametrize("size", [(640, 480), (480, 360), (320, 240)])
def test_a_picture_tells_its_number_at_any_size(size: tuple[int, int]) -> None:
    for number in (0, 1, 300, 449):
        frame = av.VideoFrame.from_ndarray(picture(number), format="gray")
        luma = frame.reformat(*size, format="gray").to_ndarray().astype(np.uint8)
        assert read_number(luma) == number


def test_a_mixture_of_two_pictures_tells_none() -> None:
    mixed = picture(7)
    mixed[:, : WIDTH // 2] = picture(12)[:, : WIDTH // 2]
    assert read_number(mixed) is None


def test_pictures_built_on_a_hole_are_corrupt_and_those_after_a_told_loss_are_not_shown() -> None:
    frames = encoded(60)
    whole = see(frames)
    assert (whole.count, whole.corrupt) == (60, 0)
    assert see(punctured(frames, every=7), careless=True).corrupt > 10
    at, frame = frames[30]
    told = EncodedFrame(
        "video", "vp8", frame.data, frame.rtp_time, frame.media_time, keyframe=False, lost_before=1
    )
    careful = see([*frames[:29], (at, told), *frames[31:]])
    assert (careful.count, careful.corrupt) == (29, 0)


def test_the_longest_time_without_a_picture_is_a_stall() -> None:
    frames = encoded(20)
    seen = see([*frames[:10], *((at + 1.5, frame) for at, frame in frames[10:])])
    assert seen.stall_s == pytest.approx(1.5 + 1 / 15)
    assert len(seen.stalls) == 1


def a_clip(path: Path, seed: int, seconds: float) -> Clip:
    """Noise in bursts, of its own rhythm."""
    dice = np.random.default_rng(seed)
    loud = np.repeat(dice.random(int(seconds * 10)) > 0.4, SAMPLE_RATE // 10)
    pcm = (dice.normal(0, 4000, len(loud)) * loud).astype("<i2")
    with wave.open(str(path), "w") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm.tobytes())
    return Clip("asr_en", "x", "en", "some words", path)


@pytest.mark.parametrize("late", [-0.7, 2.3])
def test_clips_are_found_in_sound_that_began_earlier_or_later(late: float, tmp_path: Path) -> None:
    clips = [a_clip(tmp_path / f"{n}.wav", n, 2.0 + n) for n in range(3)]
    script = loss_material.make_sound(clips, tmp_path / "all.wav")
    with wave.open(str(script.sound)) as file:
        assert (file.getframerate(), file.getnchannels()) == (48_000, 1)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::3]
    shift = int(abs(late) * SAMPLE_RATE)
    heard = np.concatenate([np.zeros(shift, np.int16), pcm]) if late > 0 else pcm[shift:]
    for clip, cut in zip(clips, loss_material.cut(heard, script), strict=True):
        with wave.open(str(clip.path)) as file:
            sent = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
        edge = int(loss_material.EDGE * SAMPLE_RATE)
        found = np.frombuffer(cut, np.int16)[edge : edge + len(sent)].astype(float)
        loud = np.abs(sent).reshape(-1, 160).mean(axis=1) > 500
        also = np.abs(found).reshape(-1, 160).mean(axis=1) > 500
        assert (loud == also).mean() > 0.95


class Wire:
    """A relay with a server and a browser that are bare sockets."""

    def __init__(self, pipe: Connection, server: socket.socket, browser: socket.socket) -> None:
        self.pipe, self.server, self.browser = pipe, server, browser
        for each in (server, browser):
            each.bind(("127.0.0.1", 0))
            each.settimeout(1.0)
        pipe.send(Open("x", server.getsockname()))
        self.address = pipe.recv()

    def up(self, count: int, data: bytes = RTP) -> list[int]:
        """Send numbered packets; the numbers that came through."""
        for number in range(count):
            self.browser.sendto(data + number.to_bytes(2, "big"), self.address)
        came: list[int] = []
        try:
            while True:
                came.append(int.from_bytes(self.server.recv(100)[-2:], "big"))
        except TimeoutError:
            return came

    def say(self, said: Say) -> Count:
        self.pipe.send(said)
        self.pipe.send(Tell("x"))
        count: Count = self.pipe.recv()
        return count


@pytest.fixture(scope="module")
def pipe() -> object:
    with relays(5) as opened:
        yield opened


def test_a_relay_drops_what_it_is_told_and_counts(pipe: Connection) -> None:
    kind = (socket.AF_INET, socket.SOCK_DGRAM)
    with closing(socket.socket(*kind)) as server, closing(socket.socket(*kind)) as browser:
        wire = Wire(pipe, server, browser)
        assert wire.up(100) == list(range(100))
        wire.say(Say("x", loss=0.3))
        some = wire.up(200)
        assert some == sorted(some)
        assert 110 < len(some) < 170
        count = wire.say(Say("x", burst=40))
        assert (count.sent, count.dropped) == (200, 200 - len(some))
        assert count.by_type == {0x60: [200, 200 - len(some)]}
        assert wire.up(5, b"\x00\x01") == list(range(5))  # no RTP: a burst lets it pass
        assert wire.up(60) == list(range(40, 60))
        wire.say(Say("x", dark=True))
        assert wire.up(5, b"\x00\x01") == []


def test_an_answer_leads_through_the_relay_only() -> None:
    line = "a=candidate:{} 1 udp 1 {} {} typ {}"
    sdp = "\r\n".join(
        [
            "v=0",
            line.format(1, "fe80::1", 5000, "host"),
            line.format(2, "192.0.2.1", 5001, "host"),
            line.format(3, "192.0.2.9", 5002, "srflx"),
        ]
    )
    assert server_of(sdp) == ("192.0.2.1", 5001)
    changed = through(sdp, ("192.0.2.1", 9), ("192.0.2.1", 5001))
    assert changed == f"v=0\r\n{line.format(2, '192.0.2.1', 9, 'host')}\r\n"


def test_a_rise_is_in_points_with_its_interval() -> None:
    before = [Errors(1, 10)] * 20
    after = [Errors(2, 10) if n % 2 else Errors(1, 10) for n in range(20)]
    points, (low, high) = loss.rise(before, after)
    assert points == 5.0
    assert 0 < low < 5 < high < 10
    assert loss.rise(before, before) == (0.0, [0.0, 0.0])


def test_what_was_missed_is_said() -> None:
    good: loss.Json = {"loss": 0.03, "delivered": 0.995, "wer_rise": 1.0, "stall_s": 0.4}
    dark: loss.Json = {"what": "dark 3 s", "back_s": 0.5, "corrupt": 0}
    assert loss.misses([good | {"corrupt": 0}], [dark]) == []
    bad = good | {"delivered": 0.98, "wer_rise": 2.5, "stall_s": 1.2, "corrupt": 3}
    assert len(loss.misses([bad], [dark | {"back_s": None}, dark | {"back_s": 2.1}])) == 6


def test_without_material_it_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loss.main(["--quick", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("loss needs read English")


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_real_browser_over_a_bad_network_is_heard_and_seen(
    pipe: Connection, tmp_path: Path
) -> None:
    material = find_material(None)
    assert material.picture is not None
    assert material.sound is not None
    loss_material.make_pictures(material.picture, tmp_path / "face.mjpeg", count=60)

    async def scenario(sound: Path) -> None:
        async with candidate(tmp_path / "face.mjpeg", sound, pipe) as there:
            leg = await there.connect("bad")
            await there.say(Say("bad", loss=0.10))
            await asyncio.sleep(6)
            await there.say(Say("bad", dark=True))
            await asyncio.sleep(3)
            await there.say(Say("bad"))
            back = asyncio.get_running_loop().time()
            await until(lambda: leg.of("video")[-1][0] > back + 0.02)
            await asyncio.sleep(0.5)
            count = await there.count("bad")
            assert 0.05 < (await there.count("bad")).dropped / count.sent < 0.6
        audio = leg.stats("audio")
        assert audio.recovered > 0.5 * audio.nacks > 0  # Chromium repeats sound
        assert leg.stats("video").repeats > 0
        pictures = see(leg.of("video"))
        assert (pictures.corrupt, pictures.count > 60) == (0, True)
        before = [one for one in leg.of("audio") if one[0] < back - 3]
        assert hear(before).delivered > 0.95

    asyncio.run(scenario(material.sound))
