"""What the candidate of the loss benchmark says and shows: read speech, and a numbered face.

Every picture carries its number and hash bits of it in two bands of black and white squares. Most
squares change with every picture, so a picture that was built on a wrong one does not read true.
"""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks import speech
from benchmarks.speech import Clip
from models.types import SAMPLE_RATE

WIDTH, HEIGHT, FPS = 640, 480, 30  # Chromium plays MJPEG at 30 per second, whatever it says
PICTURES = 450  # a loop of 15 s
SQUARE = 32
COLUMNS = WIDTH // SQUARE
NUMBER_BITS = 10
LEAD_IN, PAUSE, TAIL = 8.0, 0.8, 3.0  # seconds before, between and after the clips
RATE = 48_000
EDGE = 0.25  # seconds around a clip that belong to it
FRAME = SAMPLE_RATE // 100  # samples of an energy value
Pixels = NDArray[np.uint8]
Pcm = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Script:
    """What is said when: each clip with its first second in the sound file."""

    said: tuple[tuple[float, Clip], ...]
    sound: Path
    seconds: float


def squares(number: int) -> NDArray[np.bool_]:
    """Both bands of a picture, white true: the number, then bits of its hash."""
    digest = hashlib.sha256(str(number).encode()).digest()
    noise = np.unpackbits(np.frombuffer(digest, np.uint8))[: 2 * COLUMNS - NUMBER_BITS]
    own = [number >> bit & 1 for bit in range(NUMBER_BITS)]
    return np.concatenate([own, noise]).astype(bool)


def read_number(luma: Pixels) -> int | None:
    """Which picture this is, at any size; None when its squares do not belong together."""
    height, width = luma.shape
    side_x, side_y = width / COLUMNS, height * SQUARE / HEIGHT
    seen: list[float] = []
    for top in (0.0, height - side_y):
        rows = luma[int(top + side_y * 0.3) : int(top + side_y * 0.7) + 1]
        for column in range(COLUMNS):
            left = side_x * column
            part = rows[:, int(left + side_x * 0.3) : int(left + side_x * 0.7) + 1]
            seen.append(float(part.mean()))
    bits = np.array(seen) > 128
    number = sum(1 << bit for bit in range(NUMBER_BITS) if bits[bit])
    return number if np.array_equal(bits, squares(number)) else None


def make_pictures(source: Path, out: Path, *, count: int = PICTURES) -> None:
    """A face from any film or picture as MJPEG, numbered, to be looped."""
    faces = _faces(source)
    with av.open(str(out), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.time_base = Fraction(1, FPS)
        stream.bit_rate = 12_000_000
        for number in range(count):
            face = faces[_there_and_back(number, len(faces))]
            frame = av.VideoFrame.from_ndarray(_numbered(face, number), format="rgb24")
            frame = frame.reformat(WIDTH, HEIGHT, "yuvj420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _there_and_back(number: int, length: int) -> int:
    """Positions in a film of `length` pictures that never jump."""
    if length == 1:
        return 0
    at = number % (2 * length - 2)
    return at if at < length else 2 * length - 2 - at


def _faces(source: Path) -> list[Pixels]:
    inner = HEIGHT - 2 * SQUARE
    with av.open(str(source)) as film:
        found: list[Pixels] = []
        for frame in film.decode(video=0):
            scaled = frame.reformat(WIDTH, inner, "rgb24").to_ndarray()
            found.append(scaled.astype(np.uint8))
            if len(found) == PICTURES:
                break
    return found


def _numbered(face: Pixels, number: int) -> Pixels:
    bands = np.where(squares(number), 255, 0).astype(np.uint8).reshape(2, COLUMNS)
    top, bottom = (
        np.repeat(np.repeat(band[None, :, None], SQUARE, axis=1), SQUARE, axis=0).reshape(
            SQUARE, WIDTH, 1
        )
        for band in bands
    )
    three = [np.repeat(band, 3, axis=2) for band in (top, bottom)]
    return np.concatenate([three[0], face, three[1]])


def make_sound(clips: Sequence[Clip], out: Path) -> Script:
    """All clips one after the other as a 48 kHz file, to be played once."""
    said: list[tuple[float, Clip]] = []
    parts = [np.zeros(int(LEAD_IN * SAMPLE_RATE), np.int16)]
    length = len(parts[0])
    for clip in clips:
        pcm = np.frombuffer(speech.read(clip.path), "<i2")
        said.append((length / SAMPLE_RATE, clip))
        parts += [pcm, np.zeros(int(PAUSE * SAMPLE_RATE), np.int16)]
        length += len(parts[-2]) + len(parts[-1])
    parts.append(np.zeros(int(TAIL * SAMPLE_RATE), np.int16))
    whole = np.concatenate(parts)
    with wave.open(str(out), "w") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_thrice(whole).tobytes())
    return Script(tuple(said), out, len(whole) / SAMPLE_RATE)


def _thrice(pcm: Pcm) -> Pcm:
    """16 kHz sound at 48 kHz."""
    graph = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    out = [part.to_ndarray()[0] for part in [*graph.resample(frame), *graph.resample(None)]]
    return np.concatenate(out).astype(np.int16)


def cut(heard: Pcm, script: Script) -> list[bytes]:
    """Each clip out of received sound, whose beginning may be anywhere in the script's."""
    source = np.frombuffer(_sound(script.sound), np.int16)[::3]
    begin = _shift(_energy(heard), _energy(source)) * FRAME
    out: list[bytes] = []
    for number, (start, _) in enumerate(script.said):
        after = script.said[number + 1][0] - PAUSE if number + 1 < len(script.said) else None
        end = after if after is not None else script.seconds - TAIL - PAUSE
        first = int((start - EDGE) * SAMPLE_RATE) + begin
        last = int((end + EDGE) * SAMPLE_RATE) + begin
        out.append(heard[max(0, first) : max(0, last)].tobytes())
    return out


def _sound(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return bytes(file.readframes(file.getnframes()))


def _energy(pcm: Pcm) -> NDArray[np.float64]:
    whole = pcm[: len(pcm) // FRAME * FRAME].astype(np.float64).reshape(-1, FRAME)
    level = np.log10(np.sqrt((whole**2).mean(axis=1)) + 30)
    return np.asarray(level - level.mean(), np.float64)


def _shift(heard: NDArray[np.float64], source: NDArray[np.float64]) -> int:
    """By how many energy values `heard` is behind `source`, by their best agreement."""
    size = 1 << (len(heard) + len(source)).bit_length()
    agree = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(source, size)), size)
    best = int(np.argmax(agree))
    return best if best < size // 2 else best - size
