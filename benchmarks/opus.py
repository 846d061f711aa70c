"""What hearing one candidate costs: Opus to 16 kHz by libopus, against PyAV and its resampler.

The same packets (20 ms, error correction on) in turns in one run, CPU seconds of the process.
Then the same speech with packets lost at random: how much of the lost energy is missing or wrong
afterwards (silence would be 1), with and without the copy in the following packet.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import wave
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks import report
from models.types import SAMPLE_RATE
from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame
from service.live.opus import AvEngine, LibopusEngine

RATE, PTIME = 48_000, 960
LOSSES = (0.01, 0.03, 0.05, 0.10)
Hearing = Callable[[list[bytes]], None]


def recording() -> Path | None:
    """A read recording that a package carries; None where it is not installed."""
    spec = importlib.util.find_spec("moonshine_voice")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "assets" / "two_cities.wav"
    return path if path.is_file() else None


def encode(path: Path, *, expected_loss: int) -> list[bytes]:
    """A 48 kHz mono WAV file as Opus packets, protected for a loss in percent."""
    with wave.open(str(path)) as sound:
        pcm = sound.readframes(sound.getnframes())
    codec = av.AudioCodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = (
        RATE,
        av.AudioLayout("mono"),
        av.AudioFormat("s16"),
    )
    codec.bit_rate = 32_000
    codec.options = {"application": "voip", "fec": "1", "packet_loss": str(expected_loss)}
    packets: list[bytes] = []
    for at in range(0, len(pcm) - 2 * PTIME + 1, 2 * PTIME):
        frame = av.AudioFrame(format="s16", layout="mono", samples=PTIME)
        frame.planes[0].update(pcm[at : at + 2 * PTIME])
        frame.sample_rate, frame.pts, frame.time_base = RATE, at // 2, Fraction(1, RATE)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


def frames(packets: list[bytes], lost: set[int]) -> Iterator[EncodedFrame]:
    """As the receiver hands them on."""
    gap = 0
    for index, data in enumerate(packets):
        if index in lost:
            gap += 1
            continue
        at = index * PTIME
        yield EncodedFrame("audio", "opus", data, at, at / RATE, lost_before=gap)
        gap = 0


def by_libopus(packets: list[bytes]) -> None:
    """What the ear does."""
    decoder = OpusDecoder(LibopusEngine())
    for frame in frames(packets, set()):
        decoder.decode(frame)


def by_av_engine(packets: list[bytes]) -> None:
    """The same without libopus at hand."""
    decoder = OpusDecoder(AvEngine())
    for frame in frames(packets, set()):
        decoder.decode(frame)


def by_pyav(packets: list[bytes]) -> None:
    """Plain PyAV, as aiortc decodes, then a resampler."""
    codec = av.CodecContext.create("libopus", "r")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    assert isinstance(codec, av.AudioCodecContext)  # noqa: S101 - narrows the type
    for data in packets:
        for decoded in codec.decode(av.Packet(data)):
            for sound in resampler.resample(decoded):
                bytes(sound.planes[0])


def cost(ways: Mapping[str, Hearing], packets: list[bytes], *, rounds: int) -> dict[str, float]:
    """CPU ms per second of sound, the least of `rounds` turns each."""
    seconds = len(packets) * PTIME / RATE
    least = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, hear in ways.items():
            before = report.cpu_seconds()
            hear(packets)
            spent = (report.cpu_seconds() - before) / seconds * 1000
            least[name] = min(least[name], spent)
    return {name: round(value, 3) for name, value in least.items()}


def damage(path: Path, rate: float) -> dict[str, object]:
    """One rate of loss: what came back, and the error where packets are missing."""
    packets = encode(path, expected_loss=max(5, round(rate * 100)))
    dice = random.Random(2026)
    lost = {index for index in range(len(packets) - 1) if dice.random() < rate}
    clean, _ = _heard(packets, set(), copies=True)
    mask = np.repeat([index in lost for index in range(len(packets))], PTIME // 3)
    found: dict[str, object] = {"packets": len(packets), "lost": len(lost)}
    for name, copies in (("with_copies", True), ("guessed", False)):
        pcm, decoder = _heard(packets, lost, copies=copies)
        wrong = float(np.sum((pcm - clean)[mask] ** 2) / np.sum(clean[mask] ** 2))
        found[f"error_energy_{name}"] = round(wrong, 4)
        if copies:
            found["corrected_share"] = round(decoder.corrected / (mask.sum() or 1), 3)
        found["samples_off"] = len(pcm) - len(clean)
    return found


def _heard(
    packets: list[bytes], lost: set[int], *, copies: bool
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], OpusDecoder]:
    decoder, out = OpusDecoder(), bytearray()
    for frame in frames(packets, lost):
        if not copies:
            frame = EncodedFrame("audio", "opus", frame.data, frame.rtp_time, frame.media_time)
        out += decoder.decode(frame)
    return np.frombuffer(bytes(out), np.int16).astype(np.float64), decoder


def main(argv: list[str]) -> int:
    """Measure and report; 1 when no recording is installed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks opus", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    path = recording()
    if path is None:
        report.progress("nothing to measure: install moonshine-voice for its recording")
        return 1
    ways = {"libopus": by_libopus, "pyav_engine": by_av_engine, "pyav": by_pyav}
    packets = encode(path, expected_loss=10)
    spent = cost(ways, packets, rounds=options.rounds)
    result = {
        "benchmark": "opus",
        "cpu_ms_per_audio_s": spent,
        "pyav_over_libopus": round(spent["pyav"] / spent["libopus"], 2),
        "loss": {f"{rate:.0%}": damage(path, rate) for rate in LOSSES},
        **report.circumstances(("av", "numpy"), {"rounds": options.rounds, "ptime_ms": 20}),
    }
    report.write("opus", result)
    report.last_line(result)
    return 0
