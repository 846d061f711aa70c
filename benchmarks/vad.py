"""How well voice activity agrees with hand-made labels, and what it costs.

Material: a folder `vad` of sound files with `.scv` labels of the same name (one line: name, then
start, end, flag again and again; flag 1 is speech). One judgement per 32 ms, at probability 0.5.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import report
from benchmarks.speech import DEFAULT_CACHE, DEFAULT_DATA, read
from models.speech.vad import SileroVad
from models.types import SAMPLE_RATE, VAD_FRAME, VadRequest
from models.weights import ModelSettings, resolve

THRESHOLD = 0.5
BATCH = 16  # frames per call, about what a live session sends


@dataclass(slots=True)
class Counts:
    """Frames by label and judgement."""

    hit: int = 0
    missed: int = 0
    false_alarm: int = 0
    right_silence: int = 0

    def add(self, *, label: bool, judged: bool) -> None:
        """Count one frame."""
        self.hit += label and judged
        self.missed += label and not judged
        self.false_alarm += judged and not label
        self.right_silence += not (judged or label)


def labelled(folder: Path) -> Iterator[tuple[Path, list[bool]]]:
    """Each sound file with one label per frame: whether its middle is speech."""
    for path in sorted(folder.glob("*.scv")):
        numbers = [float(part) for part in path.read_text(encoding="utf-8").split(",")[1:]]
        spans = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
        sound = next((p for p in sorted(folder.glob(f"{path.stem}.*")) if p != path), None)
        if sound is None or not spans:
            continue
        frames = int(spans[-1][1] * SAMPLE_RATE) // VAD_FRAME
        middles = ((i + 0.5) * VAD_FRAME / SAMPLE_RATE for i in range(frames))
        yield sound, [any(a <= t < b and flag for a, b, flag in spans) for t in middles]


def judge(vad: SileroVad, pcm: bytes) -> list[float]:
    """Probabilities of a whole clip, fed in pieces as a live session would."""
    whole = pcm[: len(pcm) // (2 * VAD_FRAME) * 2 * VAD_FRAME]
    found: list[float] = []
    state, step = b"", 2 * VAD_FRAME * BATCH
    for at in range(0, len(whole), step):
        result = vad(VadRequest(whole[at : at + step], state))
        state = result.state
        found += result.probabilities
    return found


def measure(data: Path) -> dict[str, object]:
    """Agreement with the labels of `data`/vad and the cost; empty where there are none."""
    vad = SileroVad(Path(resolve(ModelSettings(cache=DEFAULT_CACHE)).vad.path))
    counts, audio, cpu, files = Counts(), 0.0, 0.0, 0
    for path, labels in labelled(data / "vad"):
        pcm = read(path)
        before = report.cpu_seconds()
        probabilities = judge(vad, pcm)
        cpu += report.cpu_seconds() - before
        audio += len(pcm) / 2 / SAMPLE_RATE
        files += 1
        for label, probability in zip(labels, probabilities, strict=False):
            counts.add(label=label, judged=probability >= THRESHOLD)
    return _summary(counts, files=files, audio=audio, cpu=cpu) if files else {}


def _summary(counts: Counts, *, files: int, audio: float, cpu: float) -> dict[str, object]:
    frames = counts.hit + counts.missed + counts.false_alarm + counts.right_silence
    return {
        "agreement": round((counts.hit + counts.right_silence) / frames, 4),
        "recall": round(counts.hit / (counts.hit + counts.missed), 4),
        "precision": round(counts.hit / (counts.hit + counts.false_alarm), 4),
        "n": files,
        "frames": frames,
        "threshold": THRESHOLD,
        "cpu_s_per_audio_s": round(cpu / audio, 5),
    }


def main(argv: list[str]) -> int:
    """Measure and report; 1 when there are no labels."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks vad", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    options = parser.parse_args(argv)
    head = report.circumstances(("onnxruntime", "faster-whisper"), {"frames_per_call": BATCH})
    found = measure(options.data)
    if not found:
        report.progress(f"nothing to measure: no labels in {options.data / 'vad'}")
        return 1
    result = {"benchmark": "vad", "engines": {"silero-vad": found}, **head}
    if options.data == DEFAULT_DATA:
        report.write("speech-vad", result)
    report.last_line(result)
    return 0
