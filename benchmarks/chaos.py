"""Interviews under random faults: what is lost of them?

    python -m benchmarks chaos [--interviews 200] [--at-once 25] [--add]

Waves of interviews on a real `candor serve` with PostgreSQL and a small disk of its own. Candidates
replay real speech over real WebRTC and keep a journal as the page does. Their networks are cut for
1 to 120 s, their pages reloaded, their tabs killed; in each wave an inference worker or the server
is killed (SIGKILL), the database restarted, or the disk is full for 20 s. One in ten has no fault
of its own. Afterwards every packet spoken while a page was open is looked for in the recording.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from benchmarks import report
from benchmarks.chaos_candidate import PACKETS, Chaotic, Fault, Part, Told
from benchmarks.chaos_check import Found, Truth, look
from benchmarks.chaos_server import Served, postgres, small_disk
from service.blobs import Blobs
from service.db import Database
from service.live.clips import EncodedClip, load
from service.live.queries import in_parts
from service.loadtest.material import prepare
from service.tables import Session, SessionState, Utterance, UtteranceStatus

PACKAGES = ("aiortc", "av", "sqlalchemy")
RESULT = "chaos.json"
WORLD = ("server_kill", "worker_kill", "database_restart", "disk_full")
SETTLE_WITHIN = 150.0
STAGGER = 0.4  # seconds between two that join
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wave:
    """`speaking` seconds a candidate speaks beside the longest fault; `world`: the server's."""

    interviews: int
    seed: int
    world: tuple[str, ...]
    speaking: float = 30.0
    longest: float = 120.0
    pause: float = 3.0  # seconds that a killed server stays away, beside its start
    calm: float = 0.1  # share of candidates without a fault of their own
    has_journal: bool = True


@dataclass(slots=True)
class _Happened:
    """A fault of the server's side, in loop time."""

    kind: str
    start: float
    end: float


def parts(wave: Wave, tokens: Sequence[str], clip: EncodedClip) -> list[Part]:
    """What each candidate is to do."""
    draw = random.Random(wave.seed)
    out: list[Part] = []
    for number, token in enumerate(tokens):
        faults: list[Fault] = []
        at = draw.uniform(4.0, 8.0)
        count = 0 if draw.random() < wave.calm else draw.choice((1, 1, 2))
        for turn in range(count):
            kind = draw.choice(("offline", "offline", "reload", "tab_kill"))
            # One long outage is enough for an evening.
            longest = wave.longest if turn == 0 else min(wave.longest, 15.0)
            long = draw.uniform(1.0, longest) if kind == "offline" else draw.uniform(1.0, 4.0)
            faults.append(Fault(kind, at, long))
            at += long + draw.uniform(6.0, 10.0)
        seconds = at + wave.speaking / 2
        advance_at = draw.uniform(5.0, seconds - 5.0)
        seed = wave.seed * 1000 + number
        out.append(Part(token, clip, seconds, advance_at, tuple(faults), seed, wave.has_journal))
    return out


Planned = Callable[[Wave, Sequence[str], EncodedClip], list[Part]]


async def wave_of(
    served: Served, wave: Wave, clip: EncodedClip, *, plan: Planned = parts
) -> tuple[list[Found], Json]:
    """Hold one wave's interviews and look at what is left of each."""
    await served.start()
    invited = await served.invite(wave.interviews)
    plays = plan(wave, [token for token, _ in invited], clip)
    happened: list[_Happened] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    sittings: list[tuple[float, float]] = [(0.0, 0.0)] * len(plays)

    async def sit(number: int) -> Told:
        await asyncio.sleep(number * STAGGER)
        start = loop.time()
        told = await Chaotic(served.url, plays[number]).run()
        sittings[number] = (start, loop.time())
        return told

    world = asyncio.create_task(_world(served, wave, happened))
    told = await asyncio.gather(*(sit(number) for number in range(len(plays))))
    await world
    await _settled(served)
    found = await _look(served, invited, told=told, sittings=sittings, happened=happened, clip=clip)
    await served.stop()
    took = round(loop.time() - began, 1)
    kinds = Counter(fault.kind for part in plays for fault in part.faults)
    offline = [f.seconds for part in plays for f in part.faults if f.kind == "offline"]
    return found, {
        "seconds": took,
        "own_faults": dict(kinds),
        "offline_seconds": round(sum(offline), 1),
        "longest_offline": round(max(offline, default=0.0), 1),
        "world": [one.kind for one in happened],
        "chunks_sent": sum(one.sent for one in told),
        "connections": sum(one.connections for one in told),
    }


async def _world(served: Served, wave: Wave, happened: list[_Happened]) -> None:
    """The server's faults, one after another."""
    draw = random.Random(wave.seed + 1)
    loop = asyncio.get_running_loop()
    await asyncio.sleep(min(wave.interviews, 20) * STAGGER)
    for kind in wave.world:
        await asyncio.sleep(draw.uniform(5.0, 9.0))
        start = loop.time()
        if kind == "server_kill":
            await served.kill(pause=draw.uniform(0.5, wave.pause))
        elif kind == "worker_kill":
            served.kill_worker()
        elif kind == "database_restart":
            await served.restart_database()
        elif kind == "disk_full":
            await served.fill_disk()
        happened.append(_Happened(kind, start, loop.time()))
        report.progress(f"  {kind}: {loop.time() - start:.1f} s")


async def _settled(served: Served) -> None:
    """Until every interview is closed and has its texts, or the patience is over."""
    waiting = [UtteranceStatus.PENDING]
    async with Database(served.settings.database) as database:
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_WITHIN):
                while True:
                    async with database.reading() as db:
                        open_ones = select(func.count()).where(
                            Session.state != SessionState.CLOSED,
                            col(Session.started_at).is_not(None),
                        )
                        pending = select(func.count()).where(col(Utterance.status).in_(waiting))
                        left = (await db.exec(open_ones)).one() + (await db.exec(pending)).one()
                        parted = await in_parts(db)  # what could not be joined at once
                    if not left and not parted:
                        break
                    await asyncio.sleep(1.0)


async def _look(
    served: Served,
    invited: Sequence[tuple[str, str]],
    *,
    told: Sequence[Told],
    sittings: Sequence[tuple[float, float]],
    happened: Sequence[_Happened],
    clip: EncodedClip,
) -> list[Found]:
    blobs = Blobs(served.settings.blobs)
    out: list[Found] = []
    async with Database(served.settings.database) as database:
        for (_, session), one, (start, end) in zip(invited, told, sittings, strict=True):
            felt = [event for event in happened if event.start < end and event.end > start]
            truth = Truth(one, clip, len(felt), _away(felt, start, end))
            has_engine = served.models_dir is not None
            out.append(
                await look(database, blobs, session=session, truth=truth, has_engine=has_engine)
            )
    return out


def _away(felt: Sequence[_Happened], start: float, end: float) -> float:
    """Seconds of a sitting without a server."""
    return sum(
        min(one.end, end) - max(one.start, start) for one in felt if one.kind == "server_kill"
    )


def summary(found: Sequence[Found]) -> Json:
    """The figures of all interviews together."""
    faults = sum(one.faults for one in found)
    worst = sorted(found, key=lambda one: one.lost - one.faults)
    return {
        "interviews": len(found),
        "lost_interviews": sum(one.state != SessionState.CLOSED for one in found),
        "with_problems": sum(bool(one.problems) for one in found),
        "problems": dict(Counter(name for one in found for name in one.problems)),
        "faults": faults,
        "spoken_seconds": round(sum(one.spoken for one in found), 1),
        "lost_seconds": round(sum(one.lost for one in found), 2),
        "lost_per_fault": round(sum(one.lost for one in found) / max(1, faults), 3),
        "most_lost_per_fault": round(max((o.lost / max(1, o.faults) for o in found), default=0), 3),
        "unheard_seconds": round(sum(one.unheard for one in found), 2),
        "most_stray_seconds": round(max((one.stray for one in found), default=0), 3),
        "utterances": sum(one.utterances for one in found),
        "wrong_questions": sum(one.wrong for one in found),
        "clock_over_most": round(max((one.clock_over for one in found), default=0), 2),
        "worst": [asdict(one) for one in worst[-3:]],
    }


async def _run(options: argparse.Namespace) -> Json:
    with tempfile.TemporaryDirectory(prefix="candor-chaos-", ignore_cleanup_errors=True) as name:
        played = prepare([], Path(options.clips))[0]
        clip = load(played.path)
        waves = [
            Wave(
                min(options.at_once, options.interviews - done),
                seed=options.seed + done,
                world=_drawn(options.seed + done),
                longest=options.longest,
                has_journal=not options.control,
            )
            for done in range(0, options.interviews, options.at_once)
        ]
        found: list[Found] = []
        each: list[Json] = []
        for number, wave in enumerate(waves):
            report.progress(f"wave {number + 1} of {len(waves)}: {wave.interviews} interviews")
            async with AsyncExitStack() as stack:
                folder = Path(name) / f"{number}" / "var"
                small = stack.enter_context(small_disk(folder))
                pg = stack.enter_context(postgres())
                url = pg.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
                models = Path(options.models) if options.models else None
                served = Served(folder, url, small, models, pg)
                await served.prepare()
                some, told = await wave_of(served, wave, clip)
                _keep_log(served, options.log, number)
            found += some
            each.append(told)
            report.progress(json.dumps(summary(some)))
    return {"summary": summary(found), "waves": each, "all": [asdict(one) for one in found]}


def _keep_log(served: Served, log: str, number: int) -> None:
    if log:
        source = served.folder.parent / f"{served.folder.name}.log"
        Path(f"{log}.{number}").write_bytes(source.read_bytes())


def _drawn(seed: int) -> tuple[str, ...]:
    """Two of the server's faults; every kind comes up in two waves."""
    order = list(WORLD)
    at = seed // 25 % 2 * 2
    return (order[at], order[at + 1])


def merged(older: Json, newer: Json) -> Json:
    """Two runs as one."""
    all_found = [Found(**one) for one in [*older["all"], *newer["all"]]]
    return {
        "summary": summary(all_found),
        "waves": [*older["waves"], *newer["waves"]],
        "all": [asdict(one) for one in all_found],
    }


def main(argv: list[str]) -> int:
    """Exit code 1 when anything was lost."""
    parser = argparse.ArgumentParser(prog="benchmarks chaos", description=__doc__)
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=25)
    parser.add_argument("--longest", type=float, default=120.0, help="seconds offline at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--models", default="", help="folder of a Whisper model in CTranslate2 form"
    )
    parser.add_argument("--clips", default="var/clips")
    parser.add_argument("--log", default="", help="keep the servers' logs under this name")
    parser.add_argument("--control", action="store_true", help="no journal; writes no result")
    parser.add_argument("--add", action="store_true", help="add to the result that is there")
    options = parser.parse_args(argv)
    result = asyncio.run(_run(options))
    if options.control:
        sys.stdout.write(json.dumps(result["summary"]) + "\n")
        return 0
    path = report.RESULTS / RESULT
    if options.add and path.exists():
        result = merged(json.loads(path.read_text(encoding="utf-8"))["result"], result)
    settings = {
        "interviews": result["summary"]["interviews"],
        "at_once": options.at_once,
        "longest_offline": options.longest,
        "packets_per_second": PACKETS,
        "engine": Path(options.models).name
        if options.models
        else "none: utterances are kept and wait",
    }
    head = report.circumstances(PACKAGES, settings)
    path.write_text(json.dumps({**head, "result": result}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result["summary"]) + "\n")
    return 1 if result["summary"]["with_problems"] else 0
