"""How well and how dearly each speech engine at hand hears the material of a data folder.

Each set is a folder with `transcripts.tsv` (columns id, file, lang, text, ... and dur_s) and the
sound files it names. Sets: asr_en, asr_zh, asr_spont, and asr_longform on request. English gives
a word error rate, Mandarin a character error rate. Clips are heard one after another, by the same
code that the workers run, after one clip to warm up.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks import report, words
from benchmarks.speech_live import Live
from models import speech
from models.pool import NoEngine
from models.speech.sphinx_live import SphinxListener
from models.speech.transcriber import Transcriber
from models.types import SAMPLE_RATE, ModelFile, ModelPlan, TranscribeRequest
from models.weights import ModelSettings, resolve

DEFAULT_DATA = Path(__file__).parents[1] / "../shared/data"
DEFAULT_CACHE = Path("~/.cache/candor/models")
SETS = ("asr_en", "asr_zh", "asr_spont")
LONG = "asr_longform"
PACKAGES = ("faster-whisper", "ctranslate2", "pocketsphinx", "numpy")
NOT_RECOGNITION = "metronome"  # a hand-set model for cost alone; its words mean nothing
CHUNK_SECONDS = 20.0  # the live service cuts there at the latest; longform is heard in such cuts


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording with its reference text."""

    set: str
    group: str  # where it comes from, such as "librispeech" or an accent
    language: str
    text: str
    path: Path
    speaker: str = ""  # "" where nobody said who it is


@dataclass(slots=True)
class Score:
    """What one engine did on one set."""

    counts: list[words.Errors] = field(default_factory=list)
    groups: dict[str, list[words.Errors]] = field(default_factory=dict)
    audio_s: float = 0.0
    cpu_s: float = 0.0
    wall_s: float = 0.0


def clips(data: Path, sets: Sequence[str], *, limit: int) -> Iterator[Clip]:
    """The clips with reference text, at most `limit` of each set (0: all), spread over it."""
    for name in sets:
        table = data / name / "transcripts.tsv"
        if not table.is_file():
            report.progress(f"{name}: no {table}")
            continue
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        found = [_clip(data / name, row) for row in rows if (row.get("text") or "").strip()]
        found = [clip for clip in found if clip.path.is_file()]
        yield from found[:: max(1, len(found) // limit)][:limit] if limit else found


def _clip(folder: Path, row: dict[str, str]) -> Clip:
    language = (row.get("lang") or "en").partition("-")[0].lower()
    group = re.sub(r"[_\-\d].*", "", row.get("id") or row["file"]) or "other"
    return Clip(
        folder.name, group, language, row["text"], folder / row["file"], row.get("speaker") or ""
    )


def measure(engine: Transcriber, found: Sequence[Clip]) -> dict[str, Score]:
    """Errors and cost per set. NoEngine when the engine does not serve the clips' language."""
    scores: dict[str, Score] = {}
    for number, clip in enumerate(found, 1):
        pcm = read(clip.path)
        cpu, wall = report.cpu_seconds(), time.perf_counter()
        heard = " ".join(_hear(engine, pcm, clip))
        score = scores.setdefault(clip.set, Score())
        score.cpu_s += report.cpu_seconds() - cpu
        score.wall_s += time.perf_counter() - wall
        score.audio_s += len(pcm) / 2 / SAMPLE_RATE
        comparable = words.mandarin if clip.language == "zh" else words.english
        count = words.errors(comparable(clip.text), comparable(heard))
        score.counts.append(count)
        score.groups.setdefault(clip.group, []).append(count)
        if number % 20 == 0:
            report.progress(f"  {number}/{len(found)} {clip.set} {words.rate(score.counts):.3f}")
    return scores


def _hear(engine: Transcriber, pcm: bytes, clip: Clip) -> Iterator[str]:
    """The clip whole, or a long one in the cuts of a live session."""
    if isinstance(engine, Live):
        engine.speaker = clip.speaker
    step = int(CHUNK_SECONDS * SAMPLE_RATE) * 2 if clip.set == LONG else max(2, len(pcm))
    for at in range(0, len(pcm), step):
        request = TranscribeRequest(pcm[at : at + step], clip.language)
        yield engine.transcribe(request).text


def read(path: Path) -> bytes:
    """A sound file of any format as 16 kHz mono 16-bit PCM."""
    from faster_whisper import decode_audio

    audio = decode_audio(str(path), sampling_rate=SAMPLE_RATE)
    return bytes(np.clip(audio * 32768.0, -32768, 32767).astype("<i2").tobytes())


def summary(scores: dict[str, Score], *, language: str) -> dict[str, object]:
    """The numbers of one engine in one language."""
    counts = [count for score in scores.values() for count in score.counts]
    audio = sum(score.audio_s for score in scores.values())
    measure_name = "cer" if language == "zh" else "wer"
    low, high = words.interval(counts)
    return {
        measure_name: round(words.rate(counts), 4),
        f"{measure_name}_95": [round(low, 4), round(high, 4)],
        "n": len(counts),
        "audio_s": round(audio, 1),
        "cpu_s_per_audio_s": round(sum(s.cpu_s for s in scores.values()) / audio, 4),
        "wall_s_per_audio_s": round(sum(s.wall_s for s in scores.values()) / audio, 4),
        f"{measure_name}_by_set": {
            name: round(words.rate(score.counts), 4) for name, score in scores.items()
        },
        "sets": {name: _one_set(score) for name, score in scores.items()},
    }


def _one_set(score: Score) -> dict[str, object]:
    low, high = words.interval(score.counts)
    return {
        "rate": round(words.rate(score.counts), 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "n": len(score.counts),
        "cpu_s_per_audio_s": round(score.cpu_s / score.audio_s, 4),
        "by_source": {
            group: {"rate": round(words.rate(counts), 4), "n": len(counts)}
            for group, counts in sorted(score.groups.items())
        },
    }


def run_engine(engine: ModelFile, plan: ModelPlan, found: Sequence[Clip]) -> dict[str, object]:
    """One engine over all clips, language by language."""
    report.progress(f"{engine.id}: loading")
    return _run(speech.open_transcriber(engine, plan), found, engine.id)


def run_live(engine: ModelFile, found: Sequence[Clip]) -> dict[str, object]:
    """The same engine on the same clips, fed piece by piece as while people speak."""
    live = Live(SphinxListener(engine))
    result = _run(live, found, f"{engine.id} live")
    return result | {"cpu_s_after_clips_over_8_s": live.rest()}


def _run(loaded: Transcriber, found: Sequence[Clip], name: str) -> dict[str, object]:
    result: dict[str, object] = {"n": 0}
    for language in sorted({clip.language for clip in found}):
        part = [clip for clip in found if clip.language == language]
        try:
            _warm_up(loaded, part[0])
            report.progress(f"{name}: {len(part)} clips in {language}")
            result[language] = summary(measure(loaded, part), language=language)
        except NoEngine:
            result[language] = "no engine"
    return _flatten(result)


def _warm_up(engine: Transcriber, clip: Clip) -> None:
    engine.transcribe(TranscribeRequest(read(clip.path)[: 10 * SAMPLE_RATE * 2], clip.language))


def _flatten(result: dict[str, object]) -> dict[str, object]:
    """English and Mandarin side by side: wer, cer, and the cost over both."""
    flat: dict[str, object] = {}
    parts = {key: part for key, part in result.items() if isinstance(part, dict)}
    flat["no_engine"] = [key for key, part in result.items() if part == "no engine"]
    for part in parts.values():
        flat |= {key: value for key, value in part.items() if key.startswith(("wer", "cer"))}
    flat["sets"] = {
        name: detail for part in parts.values() for name, detail in part["sets"].items()
    }
    seconds = sum(part["audio_s"] for part in parts.values())
    for cost in ("cpu_s_per_audio_s", "wall_s_per_audio_s"):
        total = sum(part[cost] * part["audio_s"] for part in parts.values())
        flat[cost] = round(total / seconds, 4) if seconds else None
    flat["n"] = sum(part["n"] for part in parts.values())
    flat["audio_s"] = round(seconds, 1)
    return flat


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks speech", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the sets")
    parser.add_argument("--limit", type=int, default=0, help="clips per set; 0 for all")
    parser.add_argument("--longform", action="store_true", help=f"also {LONG}")
    parser.add_argument("--live", action="store_true", help="only piece by piece, where it can")
    parser.add_argument("--engine", default="", help="only engines whose id contains this")
    parser.add_argument("--save", default="", help="name of the file in benchmarks/results")
    options = parser.parse_args(argv)
    if (
        not (options.save or options.live or options.limit or options.engine)
        and options.data == DEFAULT_DATA
    ):
        options.save = "speech"  # a full run on the usual material
    return options


def _plan() -> ModelPlan:
    folder = os.environ.get("CANDOR_MODELS_DIR", "")
    cache = os.environ.get("CANDOR_CACHE_DIR", "")
    return resolve(
        ModelSettings(
            cache=Path(cache or DEFAULT_CACHE),
            folder=Path(folder) if folder else None,
            whisper_size=os.environ.get("CANDOR_WHISPER_SIZE", "base"),
            device=os.environ.get("CANDOR_DEVICE", "cpu"),
        )
    )


def _honest(name: str, numbers: dict[str, object]) -> dict[str, object]:
    """Error rates of a model that does not recognise speech are not reported at all."""
    if NOT_RECOGNITION not in name:
        return numbers
    kept = {
        key: numbers[key] for key in ("cpu_s_per_audio_s", "wall_s_per_audio_s", "n", "audio_s")
    }
    return kept | {"note": "hand-set weights: what Whisper tiny costs; it recognises nothing"}


def _server(plan: ModelPlan, language: str) -> str:
    engine = plan.transcriber_for(language)
    return engine.id if engine else "no engine"


def main(argv: list[str]) -> int:
    """Measure and report; 1 when there was nothing to measure."""
    options = _arguments(argv)
    plan = _plan()
    sets = (*SETS, LONG) if options.longform else SETS
    found = list(clips(options.data, sets, limit=options.limit))
    engines = [file for file in plan.transcribers if options.engine in file.id]
    if not found or not engines:
        report.progress(f"nothing to measure: {len(found)} clips, {len(engines)} engines")
        return 1
    settings = {"sets": sets, "limit": options.limit, "threads": plan.threads, "seed": words.SEED}
    head = report.circumstances(PACKAGES, settings | {"device": plan.device, "trim": plan.trim})
    measured = {} if options.live else {e.id: run_engine(e, plan, found) for e in engines}
    measured |= {f"{e.id} live": run_live(e, found) for e in engines if e.hears_live}
    measured = {name: _honest(name, numbers) for name, numbers in measured.items()}
    result: dict[str, object] = {
        "benchmark": "speech",
        "engines": measured,
        "languages": {code: _server(plan, code) for code in sorted({c.language for c in found})},
        **head,
    }
    if options.save:
        report.progress(f"written: {report.write(options.save, result).name}")
    report.last_line(result)
    return 0
