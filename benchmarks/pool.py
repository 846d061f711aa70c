"""What the worker pool costs and holds: overhead, throughput, isolation, recovery, memory.

- `overhead`: a call that does nothing, one after another, by size of its payload.
- `throughput`: real voice activity (0.5 s pieces) and real faces, calls per second. `cores_used` is
  what the workers got, `others_cores` what every other program took meanwhile: where that is not
  near 0, the rate says more about the machine's day than about the pool, and 1 and 2 workers may
  not be compared. `cpu_ms_per_call` suffers less from that.
- `isolation`: how long a voice-activity call takes while utterances are transcribed back to back.
- `recovery`: from SIGKILL of the only worker to the answer of the next call, models loaded anew.
- `ready_s`, `resident_mb`: until models are loaded; of each worker, light ones first.

Pictures are the face_detection photos of the data folder, cut to 640 x 480, or noise where there
are none. Sound is noise with pauses: what real speech costs to transcribe, `speech` measures.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks import report
from benchmarks.speech import DEFAULT_CACHE, DEFAULT_DATA
from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from models.pool import Pool
from models.types import (
    SAMPLE_RATE,
    STILL,
    TRANSCRIBE,
    VAD,
    VAD_FRAME,
    FaceRequest,
    ModelPlan,
    Priority,
    Task,
    TranscribeRequest,
    VadRequest,
    WhenFull,
)
from models.weights import ModelSettings, resolve

ECHO: Task[object, int] = Task("echo", Priority.FACE, WhenFull.WAIT)
DOES_NOTHING = PoolSettings(build="benchmarks.pool:build")
WIDTH, HEIGHT = 640, 480
PIECE = 16 * VAD_FRAME  # samples, about half a second
PATIENCE = 120.0


def build(plan: ModelPlan) -> Mapping[str, Callable[..., object]]:
    """Handlers that do nothing, for the worker of the overhead runs."""
    return {"echo": lambda payload: 0}


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds, with n."""
    cuts = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
    named = zip(("p50_ms", "p95_ms", "p99_ms"), (round(float(cut), 3) for cut in cuts), strict=True)
    return {**dict(named), "n": len(seconds)}


async def timed(
    call: Callable[[], Awaitable[object]], *, times: int, pause: float = 0.0
) -> list[float]:
    """Seconds of each of `times` calls, one after another, `pause` seconds between them."""
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(pause)
    return taken


def noise(samples: int) -> bytes:
    """Loud and silent halves of seconds in turn, 16-bit."""
    draw = np.random.default_rng(1)
    wave = draw.normal(0, 3000, samples)
    wave[(np.arange(samples) // (SAMPLE_RATE // 2)) % 2 == 1] = 0
    return wave.astype("<i2").tobytes()


def pictures(data: Path) -> list[FaceRequest]:
    """Up to eight photos, or one of noise."""
    files = sorted((data / "face_detection").glob("*.jpg"))[:8]
    photos = [found for path in files if (found := cv2.imread(str(path))) is not None]
    if not photos:
        photos = [np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)]
    sized = [cv2.resize(photo, (WIDTH, HEIGHT)) for photo in photos]
    return [FaceRequest(picture.tobytes(), WIDTH, HEIGHT) for picture in sized]


async def overhead(plan: ModelPlan) -> dict[str, object]:
    """Latency of a call that does nothing, and the CPU it costs the asking process."""
    payloads: dict[str, object] = {
        "64_bytes": bytes(64),
        "vad_16_kb": VadRequest(bytes(2 * PIECE)),
        "sound_15_s": TranscribeRequest(bytes(2 * 15 * SAMPLE_RATE)),
        "picture_640x480": FaceRequest(bytes(WIDTH * HEIGHT * 3), WIDTH, HEIGHT),
    }
    found: dict[str, object] = {}
    async with LocalPool(plan, workers=1, settings=DOES_NOTHING) as pool:
        for name, payload in payloads.items():

            async def ask(payload: object = payload) -> int:
                return await pool.infer(ECHO, payload, deadline=PATIENCE)

            await timed(ask, times=50)
            before = report.cpu_seconds()
            taken = await timed(ask, times=1000)
            cpu_ms = (report.cpu_seconds() - before) / len(taken) * 1000
            found[name] = {**percentiles(taken), "parent_cpu_ms": round(cpu_ms, 3)}
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """How hard to ask: `callers` at a time without pause, for `seconds`."""

    callers: int
    seconds: float


async def rate(
    pool: LocalPool, ask: Callable[[int], Awaitable[object]], *, load: Load
) -> dict[str, float]:
    """Calls answered per second, the CPU each took, and who used the cores."""
    began, before = time.perf_counter(), sum(map(worker_cpu, pool.pids()))
    all_before, own_before = machine_cpu(), report.cpu_seconds()

    async def keep_asking(number: int) -> int:
        done = 0
        while time.perf_counter() < began + load.seconds:
            await ask(number + done)
            done += 1
        return done

    calls = sum(await asyncio.gather(*(keep_asking(number) for number in range(load.callers))))
    seconds = time.perf_counter() - began
    cpu = sum(map(worker_cpu, pool.pids())) - before
    others = machine_cpu() - all_before - cpu - (report.cpu_seconds() - own_before)
    return {
        "calls_per_s": round(calls / seconds, 1),
        "cpu_ms_per_call": round(1000 * cpu / calls, 2),
        "cores_used": round(cpu / seconds, 2),
        "others_cores": round(max(0.0, others) / seconds, 2),
    }


async def throughput(
    pool: LocalPool, photos: list[FaceRequest], seconds: float
) -> dict[str, object]:
    """Voice activity and faces as fast as they go, each alone."""
    piece = VadRequest(noise(PIECE))

    async def vad(_: int) -> object:
        return await pool.infer(VAD, piece, deadline=PATIENCE)

    async def face(number: int) -> object:
        return await pool.infer(STILL, photos[number % len(photos)], deadline=PATIENCE)

    return {
        "vad_half_second": await rate(pool, vad, load=Load(8, seconds)),
        "face_640x480": await rate(pool, face, load=Load(4, seconds)),
    }


async def isolation(pool: Pool, language: str) -> dict[str, object]:
    """Voice activity beside two callers that transcribe 4 s utterances without pause."""
    utterance = TranscribeRequest(noise(4 * SAMPLE_RATE), language)
    piece = VadRequest(noise(PIECE))
    done = 0

    async def transcribe() -> None:
        nonlocal done
        while True:
            await pool.infer(TRANSCRIBE, utterance, deadline=PATIENCE)
            done += 1

    async def ask() -> object:
        return await pool.infer(VAD, piece, deadline=PATIENCE)

    quiet = await timed(ask, times=60, pause=0.05)
    busy = [asyncio.create_task(transcribe()) for _ in range(2)]
    began = time.perf_counter()
    loud = await timed(ask, times=60, pause=0.05)
    per_second = done / (time.perf_counter() - began)
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    return {
        "vad_alone": percentiles(quiet),
        "vad_while_transcribing": percentiles(loud),
        "utterances_per_s": round(per_second, 2),
    }


async def recovery(plan: ModelPlan) -> dict[str, float]:
    """Milliseconds from a worker's death to the next answer, models loaded anew; five deaths."""
    taken: list[float] = []
    piece = VadRequest(noise(PIECE))
    async with LocalPool(plan, workers=1) as pool:
        for _ in range(5):
            os.kill(pool.pids()[0], signal.SIGKILL)
            began = time.perf_counter()
            await pool.infer(VAD, piece, deadline=PATIENCE)
            taken.append(time.perf_counter() - began)
    return percentiles(taken)


def worker_cpu(pid: int) -> float:
    """CPU seconds of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu() -> float:
    """CPU seconds of all programs on this machine since it started, idle and waiting left out."""
    first = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0]
    user, nice, system, _, _, *interrupts = (int(field) for field in first.split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


async def measure(plan: ModelPlan, photos: list[FaceRequest], seconds: float) -> dict[str, object]:
    """Everything, as the result file has it."""
    engine = plan.transcribers[0] if plan.transcribers else None
    found: dict[str, object] = {"overhead": await overhead(plan), "recovery": await recovery(plan)}
    for workers in (1, 2):
        report.progress(f"{workers} worker(s) with real models")
        began = time.perf_counter()
        async with LocalPool(plan, workers=workers) as pool:
            part: dict[str, object] = {"ready_s": round(time.perf_counter() - began, 2)}
            part["throughput"] = await throughput(pool, photos, seconds)
            if engine:
                part["isolation"] = await isolation(pool, (engine.languages or ("en",))[0])
                part["transcriber"] = engine.id
            part["resident_mb"] = [resident_mb(pid) for pid in pool.pids()]
            found[f"workers_{workers}"] = part
    return found


def main(argv: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pool", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="for its photos")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each throughput run")
    options = parser.parse_args(argv)
    photos = pictures(options.data)
    plan = resolve(ModelSettings(cache=DEFAULT_CACHE))
    load = round(os.getloadavg()[0], 2)  # of others: figures taken beside them are theirs too
    found = asyncio.run(measure(plan, photos, options.seconds))
    settings = {"seconds": options.seconds, "pictures": len(photos), "load_before": load}
    head = report.circumstances(("onnxruntime", "numpy"), settings)
    result = {"benchmark": "pool", **found, **head}
    report.write("pool", result)
    report.last_line(result)
    return 0
