"""What survives a bad network between a real Chromium and our receive path.

One Chromium plays read speech and a numbered face into one connection per loss rate at once, each
through a UDP relay (50 ms round trip, losses at random in both directions), so that all rates hear
the same words. The browser's processing is as in the candidate's page. Then blackouts of 3, 10 and
20 s, and 40 packets lost in a row, on connections of their own. Measured at the frames that go to
the ear and the face models:

- `delivered`: share of the sound sent that is real (repeated or rebuilt by FEC too), not guessed
- `wer`: of the engine at hand on the clips as they came; `wer_rise` in points against 0 % loss
- `stall_s`: the longest time between two pictures; `corrupt`: pictures that do not read true
- `back_s`: from the network's return to the first picture
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import uvloop

from benchmarks import loss_material, report, speech, words
from benchmarks.loss_candidate import Candidate, Leg, browser, candidate
from benchmarks.loss_material import Script
from benchmarks.loss_reading import Pictures, Sound, hear, punctured, see
from benchmarks.loss_relay import ROUND_TRIP, Count, Say, relays
from benchmarks.words import Errors
from models import speech as engines
from models.speech.transcriber import Transcriber
from models.types import TranscribeRequest
from service.demo.material import find_material

LOSSES = (0.0, 0.01, 0.03, 0.05, 0.10)
DARK = (3.0, 10.0, 20.0)
BURST = 40
BEFORE, AFTER = 8.0, 10.0  # seconds of network around a blackout
AIMS = {0.01: (0.995, 1.0), 0.03: (0.99, 2.0), 0.05: (0.98, 3.0), 0.10: (0.95, 6.0)}
MOST_STALL = 1.0
MOST_BACK = 2.0
_LOOK_EVERY = 0.05
_ON_ITS_WAY = 0.010  # seconds: what comes sooner had passed before
SOURCE = "ls_"  # LibriSpeech: the material that the fallback engine hears best
SEED = 20263
Json = dict[str, object]


@dataclass(frozen=True)
class Came:
    """One connection after its run."""

    leg: Leg
    count: Count
    sent: Json
    bounds: tuple[float, float] = (0.0, 0.0)  # when the network went and came back

    @cached_property
    def sound(self) -> Sound:
        """What is left of the sound."""
        return hear(self.leg.of("audio"))

    @cached_property
    def pictures(self) -> Pictures:
        """What is left of the pictures."""
        return see(self.leg.of("video"))


async def lossy(there: Candidate, seconds: float) -> list[Came]:
    """Every loss rate at once, until the sound has been played."""
    ends = asyncio.get_running_loop().time() + seconds
    legs = [(rate, await there.connect(f"{rate:.0%}")) for rate in LOSSES]
    for rate, leg in legs:
        await there.say(Say(leg.key, loss=rate))
    await asyncio.sleep(max(1.0, ends - asyncio.get_running_loop().time()))
    return [await _came(there, leg) for _, leg in legs]


async def dark(there: Candidate) -> list[Came]:
    """Every blackout and the burst at once."""
    keys = [*(f"dark {seconds:g} s" for seconds in DARK), f"burst {BURST}"]
    legs = [await there.connect(key) for key in keys]
    await asyncio.sleep(BEFORE)
    waiting = [_blackout(there, leg, seconds) for leg, seconds in zip(legs, DARK, strict=False)]
    return list(await asyncio.gather(*waiting, _burst(there, legs[-1])))


async def _blackout(there: Candidate, leg: Leg, seconds: float) -> Came:
    loop = asyncio.get_running_loop()
    await there.say(Say(leg.key, dark=True))
    gone = loop.time()
    await asyncio.sleep(seconds)
    await there.say(Say(leg.key))
    back = loop.time()
    await asyncio.sleep(AFTER)
    return await _came(there, leg, (gone, back))


async def _burst(there: Candidate, leg: Leg) -> Came:
    await there.say(Say(leg.key, burst=BURST))
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(AFTER)
    return await _came(there, leg, (now, now))


async def _came(there: Candidate, leg: Leg, bounds: tuple[float, float] = (0.0, 0.0)) -> Came:
    return Came(leg, await there.count(leg.key), await there.sent(leg.key), bounds)


@dataclass(frozen=True, slots=True)
class Run:
    """What a Chromium is started for, and how late our own event loop was meanwhile."""

    late: list[float]
    is_dark: bool = False


async def play(folder: Path, script: Script, pipe: Connection, *, run: Run) -> list[Came]:
    """One Chromium from beginning to end."""
    watching = asyncio.create_task(_watch(run.late))
    async with candidate(folder / "face.mjpeg", script.sound, pipe) as there:
        came = await (dark(there) if run.is_dark else lossy(there, script.seconds))
    watching.cancel()
    return came


async def _watch(late: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _LOOK_EVERY
        await asyncio.sleep(_LOOK_EVERY)
        late.append(loop.time() - due)


@cache
def _engine() -> Transcriber:
    plan = speech._plan()
    engine = plan.transcriber_for("en")
    if engine is None:
        raise SystemExit("loss: no English engine: pip install pocketsphinx")
    return engines.open_transcriber(engine, plan)


def _errors(job: tuple[str, bytes]) -> Errors:
    """Errors of the engine in one cut; runs in a process of its own."""
    text, pcm = job
    heard = _engine().transcribe(TranscribeRequest(pcm, "en")).text
    return words.errors(words.english(text), words.english(heard))


def recognised(came: Sequence[Came], script: Script) -> list[list[Errors]]:
    """Errors by connection and clip."""
    jobs = [
        (clip.text, pcm)
        for one in came
        for (_, clip), pcm in zip(
            script.said, loss_material.cut(one.sound.pcm, script), strict=True
        )
    ]
    with multiprocessing.get_context("spawn").Pool(min(2, os.cpu_count() or 1)) as pool:
        found = pool.map(_errors, jobs, chunksize=1)
    each = len(script.said)
    return [found[at : at + each] for at in range(0, len(found), each)]


def rise(before: Sequence[Errors], after: Sequence[Errors]) -> tuple[float, list[float]]:
    """Points by which the error rate rose, and its 95 % bootstrap interval over clips."""
    draw = random.Random(SEED)
    pairs = list(zip(before, after, strict=True))

    def points(chosen: Sequence[tuple[Errors, Errors]]) -> float:
        old, new = words.rate([a for a, _ in chosen]), words.rate([b for _, b in chosen])
        return 100 * (new - old)

    drawn = sorted(points(draw.choices(pairs, k=len(pairs))) for _ in range(words.REPEATS))
    low, high = drawn[int(0.025 * words.REPEATS)], drawn[int(0.975 * words.REPEATS) - 1]
    return round(points(pairs), 2), [round(low, 2), round(high, 2)]


def by_loss(came: Sequence[Came], errors: Sequence[Sequence[Errors]]) -> list[Json]:
    """The table of loss rates."""
    rows: list[Json] = []
    for rate, one, wrong in zip(LOSSES, came, errors, strict=True):
        sound, pictures = one.sound, one.pictures
        points, between = rise(errors[0], wrong)
        rows.append(
            {
                "loss": rate,
                "dropped": round(one.count.dropped / max(1, one.count.sent), 4),
                "delivered": round(sound.delivered, 5),
                "corrected_share": round(sound.corrected_s / sound.sent_s, 5),
                "sound_s": round(sound.sent_s, 2),
                "wer": round(words.rate(wrong), 4),
                "wer_95": [round(value, 4) for value in words.interval(wrong)],
                "wer_rise": points,
                "wer_rise_95": between,
                **_seen(one, pictures),
                "audio": asdict(one.leg.stats("audio")),
                "video": asdict(one.leg.stats("video")),
                "browser": one.sent,
            }
        )
    return rows


def _seen(one: Came, pictures: Pictures) -> Json:
    return {
        "pictures": pictures.count,
        "corrupt": pictures.corrupt,
        "stall_s": round(pictures.stall_s, 3),
        "stalls_over_half_s": len(pictures.stalls),
    }


def after_dark(came: Sequence[Came]) -> list[Json]:
    """Blackouts and the burst: how soon pictures and sound were back, and how true."""
    rows: list[Json] = []
    for one in came:
        gone, back = one.bounds
        pictures = one.pictures
        rows.append(
            {
                "what": one.leg.key,
                "dropped": one.count.dropped,
                "back_s": _since(back, one.leg, "video"),
                "sound_back_s": _since(back, one.leg, "audio"),
                "dark_s": round(back - gone, 2),
                **_seen(one, pictures),
                "state": one.sent["state"],
                "plis": one.leg.plis,
            }
        )
    return rows


def _since(back: float, leg: Leg, kind: str) -> float | None:
    came = next((at for at, _ in leg.of(kind) if at > back + _ON_ITS_WAY), None)
    return None if came is None else round(came - back, 3)


def misses(losses: Sequence[Json], blackouts: Sequence[Json]) -> list[str]:
    """The aims that were not reached, in words."""
    found: list[str] = []
    for row in losses:
        rate, stall = _number(row["loss"]), _number(row["stall_s"])
        delivered, points = AIMS.get(rate, (1.0, 0.0))
        if _number(row["delivered"]) < delivered:
            found.append(f"at {rate:.0%}: {row['delivered']} of the sound is delivered")
        if _number(row["wer_rise"]) > points:
            found.append(f"at {rate:.0%}: WER rises by {row['wer_rise']} points")
        if stall > MOST_STALL:
            found.append(f"at {rate:.0%}: the picture stands for {stall} s")
    for row in [*losses, *blackouts]:
        if row["corrupt"]:
            found.append(f"{row.get('what', row.get('loss'))}: {row['corrupt']} corrupt pictures")
    for row in blackouts:
        back = _number(row["back_s"])
        if back > MOST_BACK:
            found.append(f"{row['what']}: the picture is back after {back} s")
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("inf")


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks loss", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--quick", action="store_true", help="3 clips, one round; nothing is kept")
    parser.add_argument("--clips", type=int, default=45, help="how many are read")
    parser.add_argument("--rounds", type=int, default=3, help="of blackouts")
    parser.add_argument("--data", type=Path, default=speech.DEFAULT_DATA)
    parser.add_argument("--round-trip", type=float, default=ROUND_TRIP, help="in seconds")
    parser.add_argument("--save", default="", help="name of the file in benchmarks/results")
    options = parser.parse_args(argv)
    if options.quick:
        options.clips, options.rounds = 3, 1
    elif options.data == speech.DEFAULT_DATA and options.round_trip == ROUND_TRIP:
        options.save = options.save or "loss"
    return options


def _missing(clips: Sequence[speech.Clip]) -> str:
    """What the benchmark needs and does not find; empty when all is there."""
    if not clips:
        return "read English with its words: give --data a folder with asr_en/transcripts.tsv"
    if browser() is None:
        return "a Chromium: apt-get install chromium"
    if speech._plan().transcriber_for("en") is None:
        return "an English engine: pip install pocketsphinx"
    return ""


def _chosen(data: Path, count: int) -> list[speech.Clip]:
    found = [
        clip
        for clip in speech.clips(data, ("asr_en",), limit=0)
        if clip.path.name.startswith(SOURCE)
    ]
    return found[:: max(1, len(found) // count)][:count]


def _face(data: Path) -> Path:
    """A talking head, else the portrait that a package carries."""
    film = data / "fake_capture" / "cam_fi2_15s.mjpeg"
    if film.is_file():
        return film
    picture = find_material(None).picture
    if picture is None:
        raise SystemExit("loss: no face to show: pip install 'candor[demo]'")
    return picture


def measure(options: argparse.Namespace, clips: Sequence[speech.Clip]) -> Json:
    """Everything."""
    late: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loss_material.make_pictures(_face(options.data), folder / "face.mjpeg")
        script = loss_material.make_sound(clips, folder / "speech.wav")
        report.progress(f"{len(clips)} clips, {script.seconds:.0f} s of sound")
        with relays(SEED, round_trip=options.round_trip) as pipe:
            came = uvloop.run(play(folder, script, pipe, run=Run(late)))
        blackouts: list[Json] = []
        for number in range(options.rounds):
            report.progress(f"blackouts, round {number + 1}")
            with relays(SEED + number + 1, round_trip=options.round_trip) as pipe:
                run = Run(late, is_dark=True)
                blackouts += after_dark(uvloop.run(play(folder, script, pipe, run=run)))
        report.progress("transcribing")
        losses = by_loss(came, recognised(came, script))
        control = see(punctured(came[0].leg.of("video")), careless=True)
    reference = sum(len(words.english(clip.text)) for clip in clips)
    return {
        "benchmark": "loss",
        "delivered": {f"{row['loss']:g}": row["delivered"] for row in losses},
        "wer_rise": {f"{row['loss']:g}": row["wer_rise"] for row in losses},
        "stall_s": {f"{row['loss']:g}": row["stall_s"] for row in losses},
        "back_s": {
            what: max(_number(row["back_s"]) for row in blackouts if row["what"] == what)
            for what in dict.fromkeys(str(row["what"]) for row in blackouts)
        },
        "misses": misses(losses, blackouts),
        "clips": len(clips),
        "words": reference,
        "own_lateness_s": {
            "p99": round(float(np.percentile(late, 99)), 3),
            "most": round(max(late), 3),
        },
        "control": {"pictures": control.count, "corrupt": control.corrupt},
        "losses": losses,
        "blackouts": blackouts,
    }


def main(argv: list[str]) -> int:
    """Measure and report; 1 when an aim was missed, 2 when something needed is not there."""
    options = _arguments(argv)
    clips = _chosen(options.data, options.clips)
    missing = _missing(clips)
    if missing:
        report.progress(f"loss needs {missing}")
        return 2
    settings = {
        "round_trip_s": options.round_trip,
        "both_ways": True,
        "rounds": options.rounds,
        "load_before": round(os.getloadavg()[0], 2),
    }
    head = report.circumstances(("aiortc", "aioice", "av", "playwright", "pocketsphinx"), settings)
    result = measure(options, clips) | head
    if options.save:
        report.progress(f"written: {report.write(options.save, result).name}")
    report.last_line(result)
    return 1 if result["misses"] else 0
