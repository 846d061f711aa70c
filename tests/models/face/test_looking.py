"""Streams of encoded pictures: decoded where they were left, looked at, never taken for another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from models.face import Analyser
from models.face.analyser import Detail
from models.face.frames import Broken, Decoder
from models.face.looking import MOST, QUIET, Looker
from models.face.picture import Pixels, Square
from models.types import Face, LookRequest, ModelFile, ModelPlan

BARE = ModelPlan(vad=ModelFile("silero-vad", "unused"))
WIDTH, HEIGHT = 320, 240


def encode(pictures: list[Pixels], codec: str = "libvpx") -> list[bytes]:
    """One keyframe, then changes."""
    made = VideoCodecContext.create(codec, "w")
    height, width = pictures[0].shape[:2]
    made.width, made.height, made.pix_fmt = width, height, "yuv420p"
    made.time_base, made.bit_rate, made.gop_size = Fraction(1, 5), 300_000, 1000
    made.options = (
        {"deadline": "realtime", "lag-in-frames": "0"}
        if codec == "libvpx"
        else {"preset": "ultrafast", "tune": "zerolatency"}
    )
    out: list[bytes] = []
    for number, pixels in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        frame.pts = number
        out += [bytes(packet) for packet in made.encode(frame)]
    return out


def shades(count: int) -> list[Pixels]:
    return [np.full((HEIGHT, WIDTH, 3), 40 + 10 * n, np.uint8) for n in range(count)]


@pytest.fixture(scope="module")
def full(face_models: Path) -> ModelPlan:
    def file(name: str) -> ModelFile:
        return ModelFile(name, str(face_models / f"{name}.onnx"))

    return replace(
        BARE, face_detector=file("blazeface"), face_mesh=file("facemesh"), iris=file("iris")
    )


def ask(frames: list[bytes], first: int, *, fresh: bool = False, stream: str = "a") -> LookRequest:
    return LookRequest(stream, "vp8", first, tuple(frames), fresh)


def brightness(looker: Looker, request: LookRequest) -> float | None:
    seen = looker.look(request).seen
    return None if seen is None else round(255 * seen.brightness)


def close(value: float | None, expected: float) -> bool:
    return value is not None and abs(value - expected) < 4


def test_each_request_goes_on_where_the_last_one_ended() -> None:
    frames, looker = encode(shades(8)), Looker(Analyser(BARE))
    assert close(brightness(looker, ask(frames[:1], 0, fresh=True)), 40)
    assert close(brightness(looker, ask(frames[1:4], 1)), 70)
    assert close(brightness(looker, ask(frames[2:7], 2)), 100)  # 2 and 3 once more: no answer came
    assert close(brightness(looker, ask(frames[7:], 7)), 110)


def test_what_cannot_follow_on_is_not_guessed_at() -> None:
    frames, looker = encode(shades(6)), Looker(Analyser(BARE))
    assert brightness(looker, ask(frames[1:], 1)) is None  # never seen before
    assert close(brightness(looker, ask(frames[:2], 0, fresh=True)), 50)
    assert brightness(looker, ask(frames[3:5], 3)) is None  # one is missing
    assert brightness(looker, ask(frames[2:5], 2)) is None  # and nothing is known any more
    assert close(brightness(looker, ask(frames[:5], 10, fresh=True)), 80)


def test_a_broken_picture_ends_the_stream_until_a_keyframe() -> None:
    frames, looker = encode(shades(4)), Looker(Analyser(BARE))
    assert brightness(looker, ask([b"\x10junk"], 0, fresh=True)) is None
    assert brightness(looker, ask(frames[1:2], 1)) is None
    assert close(brightness(looker, ask(frames[:2], 2, fresh=True)), 50)


def test_streams_do_not_mix() -> None:
    frames, looker = encode(shades(4)), Looker(Analyser(BARE))
    brightness(looker, ask(frames[:1], 0, fresh=True))
    brightness(looker, ask(frames[:3], 0, fresh=True, stream="b"))
    assert close(brightness(looker, ask(frames[1:2], 1)), 50)
    assert close(brightness(looker, ask(frames[3:], 3, stream="b")), 70)


def test_what_a_worker_remembers_is_bounded_and_ends() -> None:
    now = [0.0]
    frames, looker = encode(shades(1)), Looker(Analyser(BARE), clock=lambda: now[0])
    for number in range(MOST + 10):
        looker.look(ask(frames, 0, fresh=True, stream=str(number)))
    assert len(looker) == MOST
    now[0] = QUIET + 1
    looker.look(ask(frames, 0, fresh=True, stream="new"))
    assert len(looker) == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted by /proc")
def test_a_stream_keeps_no_thread_of_its_own() -> None:
    def threads() -> int:
        return sum(1 for _ in Path("/proc/self/task").iterdir())

    frames, looker = encode(shades(2)), Looker(Analyser(BARE))
    looker.look(ask(frames, 0, fresh=True, stream="first"))
    before = threads()
    for number in range(8):
        looker.look(ask(frames, 0, fresh=True, stream=str(number)))
    assert threads() == before


def test_h264_is_decoded_without_delay_and_others_are_refused() -> None:
    try:
        frames = encode(shades(3), "libx264")
    except (av.FFmpegError, ValueError):
        pytest.skip("this FFmpeg has no H.264 encoder")
    decoder = Decoder("h264")
    shown = [float(decoder.decode([frame]).mean()) for frame in frames]
    assert shown == pytest.approx([40, 50, 60], abs=4)
    with pytest.raises(ValueError, match="av1"):
        Decoder("av1")
    with pytest.raises(Broken):
        Decoder("vp8").decode([])


def moving(portrait: Pixels, count: int) -> list[Pixels]:
    """A camera that wanders over the portrait."""
    height, width = portrait.shape[:2]
    side = 0.9 * min(height, width)
    out = []
    for n in range(count):
        square = Square(width / 2 + 6 * n, height * 0.42 + 3 * n, side + 4 * n)
        out.append(np.asarray(cv2.resize(square.cut(portrait, 240), (WIDTH, HEIGHT)), np.uint8))
    return out


def test_a_face_that_moves_is_followed_as_well_as_it_is_found(
    full: ModelPlan, portrait: Pixels
) -> None:
    analyser, trace, ages = Analyser(full), None, []
    for pixels in moving(portrait, 12):
        followed, trace = analyser.follow(pixels, trace)
        found, _ = analyser.follow(pixels, None)
        assert trace is not None
        ages.append(trace.age)
        assert_alike(followed.faces[0], found.faces[0])
        assert (followed.engines, followed.brightness) == (found.engines, found.brightness)
    assert ages == [*range(10), 0, 1]  # every tenth is searched


def test_a_look_without_eyes_measures_the_rest(full: ModelPlan, portrait: Pixels) -> None:
    analyser = Analyser(full)
    first, second = moving(portrait, 2)
    _, trace = analyser.follow(first, None)
    less, _ = analyser.follow(second, trace, Detail(eyes=False))
    more, _ = analyser.follow(second, trace, Detail())
    blind, seen = less.faces[0], more.faces[0]
    assert (blind.blink, blind.gaze_x, blind.gaze_y) == (None, None, None)
    assert (blind.box, blind.yaw, blind.smile) == (seen.box, seen.yaw, seen.smile)
    assert None not in {seen.blink, seen.gaze_x, seen.gaze_y}
    assert set(more.engines) - set(less.engines) == {"iris"}


def assert_alike(one: Face, other: Face) -> None:
    for side in ("x", "y", "width", "height"):
        assert getattr(one.box, side) == pytest.approx(getattr(other.box, side), abs=0.06)
    for angle in ("yaw", "pitch", "roll"):
        assert getattr(one, angle) == pytest.approx(getattr(other, angle), abs=6)
    for share in ("blink", "mouth_open", "smile", "brow_raise", "gaze_x", "gaze_y"):
        # The mesh itself moves so much with its crop; it does not grow with the looks since.
        assert getattr(one, share) == pytest.approx(getattr(other, share), abs=0.25)


def test_a_face_that_leaves_is_not_kept(full: ModelPlan, portrait: Pixels) -> None:
    analyser = Analyser(full)
    (first, *_) = moving(portrait, 1)
    _, trace = analyser.follow(first, None)
    result, trace = analyser.follow(np.full_like(first, 90), trace)
    assert (result.faces, trace) == ((), None)


def test_a_picture_of_another_size_is_searched_anew(full: ModelPlan, portrait: Pixels) -> None:
    analyser = Analyser(full)
    (first, *_) = moving(portrait, 1)
    _, trace = analyser.follow(first, None)
    result, trace = analyser.follow(np.asarray(cv2.resize(first, (640, 480))), trace)
    assert trace is not None
    assert (len(result.faces), trace.age) == (1, 0)
