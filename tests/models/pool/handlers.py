"""Handlers and tasks for the pool's tests: they sleep, die, raise, and say what they got."""

from __future__ import annotations

import fractions
import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from models.batches import Batched, Shape
from models.pool import NoEngine
from models.types import (
    FaceRequest,
    ModelFile,
    ModelPlan,
    Priority,
    Task,
    TranscribeRequest,
    WhenFull,
)

BUILD = "tests.models.pool.handlers:build"
PLAN = ModelPlan(vad=ModelFile("none", ""), threads=3)

QUICK: Task[str, str] = Task("quick", Priority.VAD, WhenFull.WAIT)
SLEEP: Task[float, int] = Task("sleep", Priority.FINAL, WhenFull.WAIT)  # answers its pid
STAMP: Task[str, float] = Task("stamp", Priority.FINAL, WhenFull.WAIT)
SNAP: Task[str, float] = Task("snap", Priority.FACE, WhenFull.DROP_OLDEST)
GUESS: Task[str, float] = Task("guess", Priority.PARTIAL, WhenFull.DROP_OLDEST)
DIE: Task[tuple[str, int], int] = Task("die", Priority.FINAL, WhenFull.WAIT)
BREAK: Task[str, str] = Task("break", Priority.FINAL, WhenFull.WAIT)
MISSING: Task[str, str] = Task("missing", Priority.FINAL, WhenFull.WAIT)
UNKNOWN: Task[str, str] = Task("unknown", Priority.FINAL, WhenFull.WAIT)
ODD: Task[str, object] = Task("odd", Priority.FINAL, WhenFull.WAIT)
HASH_FACE: Task[FaceRequest, tuple[str, int]] = Task("hash_face", Priority.FACE, WhenFull.WAIT)
HASH_SOUND: Task[TranscribeRequest, str] = Task("hash_sound", Priority.FINAL, WhenFull.WAIT)
JOIN: Task[str, object] = Task("join", Priority.FINAL, WhenFull.WAIT)
COUNT: Task[tuple[str, int], int] = Task("count", Priority.FINAL, WhenFull.WAIT)
TALLY: Task[str, tuple[int, int]] = Task("tally", Priority.FACE, WhenFull.WAIT, keeps_state=True)
ABOUT: Task[str, dict[str, str]] = Task("about", Priority.VAD, WhenFull.WAIT)


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def stamp(_: str) -> float:
    time.sleep(0.005)
    return time.monotonic()


def die(where: tuple[str, int]) -> int:
    """Kill this process on the first calls; how many calls it took is kept in a file."""
    path, deaths = Path(where[0]), where[1]
    with path.open("a") as file:
        file.write("x")
    calls = path.stat().st_size
    if calls <= deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return calls


_TALLIES: dict[str, int] = {}


def tally(key: str) -> tuple[int, int]:
    """How often this process was asked about `key`, and its id."""
    _TALLIES[key] = _TALLIES.get(key, 0) + 1
    return _TALLIES[key], os.getpid()


def fail(said: str) -> str:
    raise ValueError(said)


def missing(language: str) -> str:
    raise NoEngine(language)


def odd(what: str) -> object:
    return fractions.Fraction(1, 2) if what == "foreign" else (lambda: what)


def hash_face(asked: FaceRequest) -> tuple[str, int]:
    return hashlib.sha256(asked.pixels).hexdigest(), asked.width


def hash_sound(asked: TranscribeRequest) -> str:
    return hashlib.sha256(asked.pcm).hexdigest() + asked.language


def join(said: str) -> object:
    """(what was said, how many went together); some words misbehave."""
    if said == "a-raise":
        raise ValueError(said)
    if said == "a-crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return fractions.Fraction(1, 2) if said == "a-foreign" else (said, 1)


def join_many(asked: Sequence[str]) -> Iterator[tuple[int, object]]:
    """Answers the last first; "a-late" breaks off after the first answer, "a-quiet" has none."""
    for index, said in reversed(list(enumerate(asked))):
        if said == "a-raise":
            yield index, ValueError(said)
        elif said != "a-quiet":
            one = join(said)
            yield index, (said, len(asked)) if isinstance(one, tuple) else one
        if "a-late" in asked:
            raise KeyError(said)


def count(where: tuple[str, int]) -> int:
    """Note in a file of its own that this number is being worked on, work, say the number."""
    with (Path(where[0]) / str(where[1])).open("a") as file:
        file.write("x")
    time.sleep(0.015)
    return where[1]


def count_many(asked: Sequence[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    for index, where in enumerate(asked):
        yield index, count(where)


def parity(plan: ModelPlan) -> Shape:
    """Odd and even numbers apart, those that end in zero alone."""
    return lambda where: (
        cast(tuple[str, int], where)[1] % 10 % 2 if not ends_in_zero(where) else None
    )


def ends_in_zero(where: object) -> bool:
    return cast(tuple[str, int], where)[1] % 10 == 0


def first_letter(plan: ModelPlan) -> Shape:
    """Words of one first letter may go together, those that begin with a dot go alone."""
    return lambda said: str(said)[0] if not str(said).startswith(".") else None


def about(_: str) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
    found = {name: os.environ[name] for name in names}
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    heavy = sorted({"numpy", "asyncio", "multiprocessing"} & set(sys.modules))
    return found | {"nice": str(os.nice(0)), "sigint": str(ignored), "loaded": ",".join(heavy)}


def build(plan: ModelPlan) -> Mapping[str, Callable[..., object]]:
    return {
        "quick": lambda said: said,
        "sleep": sleep,
        "stamp": stamp,
        "snap": stamp,
        "guess": stamp,
        "die": die,
        "break": fail,
        "missing": missing,
        "odd": odd,
        "join": Batched(join, join_many),
        "count": Batched(count, count_many),
        "tally": tally,
        "hash_face": hash_face,
        "hash_sound": hash_sound,
        "about": about,
    }


def build_nothing(plan: ModelPlan) -> Mapping[str, Callable[..., object]]:
    raise FileNotFoundError("model")
