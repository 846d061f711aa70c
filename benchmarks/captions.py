"""How soon finals come, and how many sessions two cores hold: the live path without WebRTC.

N sessions at once are fed Opus packets of real read speech in real time, each clip followed by a
pause (about two thirds is speech): ear, voice activity, utterances kept on disk and in SQLite,
worker processes, final captions. Ways are run in turn, so that the machine's day is theirs alike:

- `one`: every final is decoded by itself, when its pause has lasted;
- `batch`: finals that wait are decoded together;
- `early`: as the service does it: batches, and decoding begins when the pause does;
- `partials`: as `early`, with passing captions under the adaptive rates.

`cpu_ms_per_utterance_by_company`: the engine by itself, one utterance or several at a time, the
best of three rounds each. `after_speech`: from the last frame of speech, the pause of 0.6 s
included, to the final caption. `failed` finals never came. `cpu_s_per_audio_s`: this process,
feeding included, and the workers. `others_cores` is what every other program took meanwhile: where
it is not near 0, the latencies are the machine's as much as ours, and where it and ours fill the
machine, finals queue whatever the way. With the metronome model the cost is Whisper tiny's and the
text means nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

import numpy as np
from av import AudioFrame
from av.audio.codeccontext import AudioCodecContext

from benchmarks import report
from benchmarks.pool import machine_cpu, worker_cpu
from benchmarks.speech import DEFAULT_CACHE, DEFAULT_DATA, NOT_RECOGNITION, clips, read
from models.batches import Batching
from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from models.speech import SpeechHandlers
from models.types import SAMPLE_RATE, TRANSCRIBE, ModelPlan, TranscribeRequest
from models.weights import ModelSettings, resolve
from service import migrations
from service.access.engines import EngineReport
from service.blobs import Blobs
from service.db import Database
from service.interviews import invitations, plans
from service.interviews.schemas import InvitationDraft, PlanDraft
from service.live.captions import Captioner
from service.live.ear import Ear
from service.live.encoded import EncodedFrame
from service.live.events import CaptionEvent
from service.live.tools import Tools
from service.settings import Settings
from service.tables import UtteranceStatus, utc_now
from service.timeline.segmenter import SegmenterConfig

STEP = 0.02  # seconds of one Opus packet
RATE = 48_000
DRAIN = 30.0  # seconds after the last packet in which finals may still come
GOALS = (1.5, 3.0)  # seconds: p95 of a final after the end of speech
TAIL = 1.0  # seconds of silence at the end, so that the last utterance closes like the others
TOGETHER = 24  # utterances, a multiple of four
TRACKS = 8  # different voices; more sessions than these share them, at other places
PACKAGES = ("ctranslate2", "faster-whisper", "onnxruntime", "av", "numpy")
PLAN = {
    "title": "Benchmark",
    "language": "en",
    "jurisdiction": "CN",
    "competencies": [
        {"key": "craft", "name": "Craft", "anchors": {"1": "none", "3": "some", "5": "much"}}
    ],
    "questions": [{"text": "Read to us.", "seconds": 600}],
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make captions."""

    name: str
    batch: bool = True
    early: bool = True
    partials: bool = False


WAYS = {
    way.name: way
    for way in (
        Way("one", batch=False, early=False),
        Way("batch", early=False),
        Way("early"),
        Way("partials", partials=True),
    )
}


@dataclass(slots=True)
class Tally:
    """What one run saw."""

    late: list[float] = field(default_factory=list)  # seconds after the last frame of speech
    kept: int = 0
    failed: int = 0
    passing: int = 0
    spoken: float = 0.0  # seconds in utterances


@dataclass(frozen=True, slots=True)
class Run:
    """How many sessions for how many seconds, in which way."""

    way: Way
    sessions: int
    seconds: float
    workers: int


def tracks(data: Path, seconds: float) -> list[list[bytes]]:
    """Opus packets of read speech and pauses, `seconds` long each; none without material."""
    found = [read(clip.path) for clip in clips(data, ("asr_en",), limit=60)]
    draw = random.Random(5)
    made: list[list[bytes]] = []
    while found and len(made) < TRACKS:
        draw.shuffle(found)
        sound = bytearray()
        for pcm in found:
            pause = max(1.0, len(pcm) / 2 / SAMPLE_RATE / 2)
            sound += pcm + bytes(2 * int(pause * SAMPLE_RATE))
            if len(sound) > 2 * seconds * SAMPLE_RATE:
                break
        made.append(encode(bytes(sound[: int(2 * seconds * SAMPLE_RATE)])))
    return made


def encode(pcm: bytes) -> list[bytes]:
    """16 kHz PCM as Opus packets of 20 ms, as a browser sends."""
    codec = AudioCodecContext.create("libopus", "w")
    codec.bit_rate, codec.sample_rate, codec.format, codec.layout = 32_000, RATE, "s16", "mono"
    codec.time_base = Fraction(1, RATE)
    codec.options = {"application": "voip", "frame_duration": "20"}
    wave = np.repeat(np.frombuffer(pcm, "<i2"), RATE // SAMPLE_RATE)
    step = int(RATE * STEP)
    packets: list[bytes] = []
    for number, block in enumerate(wave[: len(wave) // step * step].reshape(-1, step)):
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * step, Fraction(1, RATE)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


@asynccontextmanager
async def opened(run: Run, plan: ModelPlan) -> AsyncIterator[tuple[Tools, LocalPool, list[UUID]]]:
    """Tools as the service has them, on a fresh folder, with a session for each talker."""
    batching = {TRANSCRIBE.name: Batching()} if run.way.batch else {}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        pool = LocalPool(plan, workers=run.workers, settings=PoolSettings(batching=batching))
        async with Database(settings.database) as database, pool:
            await migrations.upgrade(database)
            ids = await sessions(database, run.sessions, settings)
            tools = Tools(settings, database, Blobs(settings.blobs), pool, EngineReport(()))
            yield tools, pool, ids


async def sessions(database: Database, count: int, settings: Settings) -> list[UUID]:
    """Rows for so many sessions of one plan."""
    async with database.writing() as db:
        plan = await plans.create(db, PlanDraft.model_validate(PLAN), actor=None, max_seconds=7200)
        drafts = [
            InvitationDraft(
                plan_id=plan.id,
                candidate_name=f"Talker {number}",
                candidate_email=f"talker{number}@example.org",
                locale="en",
                expires_at=utc_now() + timedelta(days=1),
            )
            for number in range(count)
        ]
        return [
            (await invitations.create(db, draft, actor=None, settings=settings)).session_id
            for draft in drafts
        ]


class Talker:
    """One session: its ear and captions, fed in real time."""

    def __init__(self, tools: Tools, session_id: UUID, *, way: Way, tally: Tally) -> None:
        self._way, self._tally = way, tally
        self._captions = Captioner(tools, session_id, language="en", question_at=lambda at: None)
        self._captions.publish = self._publish
        self._ear = Ear(tools.pool, self._captions.hear)
        self._zero = 0.0

    async def talk(self, packets: Sequence[bytes], delay: float) -> None:
        """Feed all packets, each when it would have come, then wait for what is due."""
        captions, ear = self._captions, self._ear
        async with asyncio.TaskGroup() as tasks:
            passing = [captions.foresight.run()] if self._way.early else []
            passing += [captions.guess()] if self._way.partials else []
            extra = [tasks.create_task(each) for each in passing]
            listening = tasks.create_task(ear.listen())
            writing = [tasks.create_task(captions.keep()), tasks.create_task(captions.write())]
            await asyncio.sleep(delay)
            await self._feed(packets)
            ear.end()
            await listening
            captions.end()
            await asyncio.wait(writing, timeout=DRAIN)
            for task in [*extra, *writing]:
                task.cancel()

    async def _feed(self, packets: Sequence[bytes]) -> None:
        loop = asyncio.get_running_loop()
        self._zero = loop.time()
        for number, packet in enumerate(packets):
            rest = self._zero + (number + 1) * STEP - loop.time()  # it was spoken until then
            if rest > 0:
                await asyncio.sleep(rest)
            step = int(RATE * STEP)
            self._ear.push(EncodedFrame("audio", "opus", packet, number * step, number * STEP))

    def _publish(self, event: CaptionEvent) -> None:
        if event.text and not event.is_final:
            self._tally.passing += 1
        elif not event.is_final:
            self._tally.kept += 1
            self._tally.spoken += event.end - event.start
        elif event.status is UtteranceStatus.DONE:
            now = asyncio.get_running_loop().time()
            spoken_until = self._zero + event.end - SegmenterConfig().pad
            self._tally.late.append(now - spoken_until)


async def measure(
    run: Run, plan: ModelPlan, material: Sequence[Sequence[bytes]]
) -> dict[str, object]:
    """One run's figures."""
    tally = Tally()
    async with opened(run, plan) as (tools, pool, ids):
        pids = pool.pids()
        before = [machine_cpu(), report.cpu_seconds(), sum(map(worker_cpu, pids))]
        loop = asyncio.get_running_loop()
        began = loop.time()
        draw = random.Random(run.sessions)
        tail = encode(bytes(int(2 * TAIL * SAMPLE_RATE)))
        async with asyncio.TaskGroup() as tasks:
            for number, session_id in enumerate(ids):
                talker = Talker(tools, session_id, way=run.way, tally=tally)
                packets = material[number % len(material)]
                start = draw.randrange(len(packets)) if number >= len(material) else 0
                turned = [*packets[start:], *packets[:start], *tail]
                tasks.create_task(talker.talk(turned, draw.uniform(0, 3)))
        wall = loop.time() - began
        after = [machine_cpu(), report.cpu_seconds(), sum(map(worker_cpu, pids))]
    machine, own, workers = (now - then for now, then in zip(after, before, strict=True))
    sound = run.sessions * (run.seconds + TAIL)
    return {
        "sessions": run.sessions,
        "after_speech": seconds_of(tally.late),
        "finals": len(tally.late),
        "failed": tally.kept - len(tally.late),
        "passing_captions": tally.passing,
        "speech_share": round(tally.spoken / sound, 2),
        "cpu_s_per_audio_s": round((own + workers) / sound, 4),
        "worker_cpu_s_per_audio_s": round(workers / sound, 4),
        "others_cores": round(max(0.0, machine - own - workers) / wall, 2),
    }


def seconds_of(late: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the worst, in seconds."""
    if not late:
        return {}
    cuts = [*np.percentile(np.array(late), [50, 95, 99]), max(late)]
    names = ("p50_s", "p95_s", "p99_s", "max_s")
    return {name: round(float(cut), 3) for name, cut in zip(names, cuts, strict=True)}


def held(runs: Sequence[dict[str, object]], goal: float) -> int:
    """The most sessions with p95 within `goal` and nothing failed, at them and at all fewer."""
    most = 0
    for found in runs:
        late = found["after_speech"]
        is_held = isinstance(late, dict) and late and late["p95_s"] <= goal
        if not is_held or found["failed"]:
            break
        most = int(str(found["sessions"]))
    return most


async def compare(
    plan: ModelPlan, options: argparse.Namespace, material: Sequence[Sequence[bytes]]
) -> dict[str, object]:
    """Every way with every number of sessions, the ways in turn."""
    ways = [WAYS[name] for name in options.ways.split(",")]
    found: dict[str, list[dict[str, object]]] = {way.name: [] for way in ways}
    for count in (int(each) for each in options.sessions.split(",")):
        for way in ways:
            run = Run(way, count, options.seconds, options.workers)
            found[way.name].append(await measure(run, plan, material))
            report.progress(f"{way.name}: {found[way.name][-1]}")
    most = {
        f"held_p95_{goal}_s": {name: held(runs, goal) for name, runs in found.items()}
        for goal in GOALS
    }
    return {**most, "runs": found}


def together(plan: ModelPlan, data: Path) -> dict[str, float]:
    """CPU milliseconds per utterance of up to 8 s, by how many go through the model at once."""
    found = (read(clip.path) for clip in clips(data, ("asr_en",), limit=0))
    fit = (pcm for pcm in found if 2 <= len(pcm) / 2 / SAMPLE_RATE <= 8)
    asked = [TranscribeRequest(pcm, "en") for pcm in islice(fit, TOGETHER)]
    hear = SpeechHandlers(plan)
    if len(asked) < TOGETHER or len(list(hear.transcribe_many(asked[:2]))) < 2:
        return {}  # no material, or an engine that hears one at a time
    taken: dict[str, float] = {}
    for _ in range(3):
        for company in (1, 2, 4):
            began = time.process_time()
            for at in range(0, len(asked), company):
                batch = asked[at : at + company]
                heard = [hear.transcribe(*batch)] if company == 1 else hear.transcribe_many(batch)
                list(heard)
            each = 1000 * (time.process_time() - began) / len(asked)
            taken[str(company)] = round(min(each, taken.get(str(company), each)), 1)
    return taken


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks captions", description=__doc__)
    add = partial(parser.add_argument)
    add("--json", action="store_true", help="end in one JSON line (always on)")
    add("--data", type=Path, default=DEFAULT_DATA)
    add("--models", type=Path, default=os.environ.get("CANDOR_MODELS_DIR"))
    add("--engine", default="", help="part of the engine's id; the first that fits is used")
    add("--sessions", default="1,2,4,8,12", help="numbers of sessions, rising")
    add("--seconds", type=float, default=30.0, help="of each run")
    add("--ways", default="one,batch,early,partials")
    add("--workers", type=int, default=2)
    add("--save", default="captions", help="name of the result file; empty: none")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Measure and report; 1 when there was nothing to measure."""
    options = arguments(argv)
    folder = Path(options.models) if options.models else None
    plan = resolve(ModelSettings(cache=DEFAULT_CACHE, folder=folder))
    engines = tuple(each for each in plan.transcribers if options.engine in each.id)
    plan = replace(plan, transcribers=engines[:1])
    material = tracks(options.data, options.seconds)
    if not engines or not material:
        report.progress(f"nothing to measure: {len(material)} tracks, {len(engines)} engines")
        return 1
    load = round(os.getloadavg()[0], 2)
    found = asyncio.run(compare(plan, options, material))
    settings = {name: getattr(options, name) for name in ("sessions", "seconds", "ways", "workers")}
    result: dict[str, object] = {
        "benchmark": "captions",
        "engine": engines[0].id,
        "cpu_ms_per_utterance_by_company": together(plan, options.data),
        "recognises": NOT_RECOGNITION not in engines[0].id,
        **found,
        **report.circumstances(PACKAGES, settings | {"load_before": load}),
    }
    if options.save:
        report.write(options.save, result)
    report.last_line(result)
    return 0
