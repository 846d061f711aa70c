"""The worker process: loads models, does one job at a time, beats, and dies with its parent.

Started as `python -P -m models.worker SOCKET_FD SLOT_FD PARENT_PID`, a plain subprocess and not
`multiprocessing`: spawn there imports the host's `__main__` again (which fails under hosts without
one, runs scripts that lack a guard twice, and is slow under uvicorn and pytest), needs a resource
tracker process, and hands descriptors over through pickles. Here the child inherits two
descriptors and imports this module only.

The reader thread sees the parent's end of the socket close and exits at once, mid-job or not;
PR_SET_PDEATHSIG does the same where a model holds the interpreter lock. SIGINT is ignored: a
terminal sends it to the whole group, and when to stop is the parent's to decide.
"""

from __future__ import annotations

import ctypes
import faulthandler
import importlib
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import cast

from models.pool import NoEngine, PoolError, TaskFailed
from models.transport import (
    Ask,
    Asks,
    Beat,
    Done,
    Failed,
    Ready,
    Slot,
    Start,
    encode,
    receive_order,
    refusal,
)
from models.types import (
    HEAR,
    STILL,
    TRANSCRIBE,
    VAD,
    VAD_FRAME,
    FaceRequest,
    FaceResult,
    Hearing,
    HearRequest,
    ModelPlan,
    Priority,
    TranscribeRequest,
    Transcript,
    VadRequest,
)

Handler = Callable[[object], object]
Build = Callable[[ModelPlan], Mapping[str, Handler]]
DEFAULT_BUILD = "models.worker:handlers"
PR_SET_PDEATHSIG = 1
TRIM_EVERY = 30.0  # seconds; transcriptions leave 50 MB free in pieces, 2 to 13 ms to give back
NICE = 5  # the event loop carries sound; a model may wait a few ms for it


def handlers(plan: ModelPlan) -> Mapping[str, Handler]:
    """Every task by name; engines are loaded at their first call."""
    from models import face, speech, text

    found = {**speech.handlers(plan), **face.handlers(plan), **text.handlers(plan)}
    return cast(Mapping[str, Handler], found)


def find_build(dotted: str) -> Build:
    """The function that "package.module:function" names."""
    module, _, name = dotted.partition(":")
    return cast(Build, getattr(importlib.import_module(module), name))


def answer(by_name: Mapping[str, Handler], task: str, payload: object) -> object:
    """Run one task. Raises NoEngine or TaskFailed, whatever the model raised."""
    try:
        handler = by_name[task]
    except KeyError:
        raise TaskFailed("unknown_task") from None
    try:
        return handler(payload)
    except (NoEngine, TaskFailed):
        raise
    except Exception as error:  # the border of a task: a model's bug must not end the worker
        raise TaskFailed(type(error).__name__) from error


def answers(
    by_name: Mapping[str, Handler], task: str, payloads: Sequence[object]
) -> Iterator[tuple[int, object]]:
    """Run a task on several payloads: (index, result or PoolError) of each, as they come.

    A handler with a batch form takes them together; where that fails, or has nothing to say of
    one, each of the rest is done alone, so that nobody suffers from another's input.
    """
    rest = dict(enumerate(payloads))
    batch = getattr(by_name.get(task), "batch", None)
    if batch is not None and len(payloads) > 1:
        try:
            for index, result in batch(payloads):
                if index in rest:
                    del rest[index]
                    yield index, _refused(result) if isinstance(result, Exception) else result
        except Exception as error:  # the border of a task
            log("batch_failed", task=task, code=type(error).__name__, at=_place(error))
    for index, payload in rest.items():
        try:
            yield index, answer(by_name, task, payload)
        except PoolError as error:
            yield index, error


def _refused(error: Exception) -> PoolError:
    if isinstance(error, (NoEngine, TaskFailed)):
        return error
    refused = TaskFailed(type(error).__name__)
    refused.__cause__ = error
    return refused


def warm_up(plan: ModelPlan, lane: frozenset[Priority]) -> tuple[tuple[str, object], ...]:
    """One cheap request per engine a worker of `lane` will need, so that Ready means loaded."""
    asks: list[tuple[str, object]] = [(VAD.name, VadRequest(bytes(2 * VAD_FRAME)))]
    if plan.face_detector:
        picture = FaceRequest(bytes(64 * 64 * 3), 64, 64, expression=plan.expression is not None)
        asks.append((STILL.name, picture))
    if Priority.FINAL in lane:
        languages = {(engine.languages or ("",))[0] for engine in plan.transcribers}
        second = bytes(32_000)
        asks += [(TRANSCRIBE.name, TranscribeRequest(second, each)) for each in sorted(languages)]
        live = [each for each in plan.transcribers if each.hears_live]
        asks += [
            (HEAR.name, HearRequest("", 0, b"", (each.languages or ("",))[0], length=0))
            for each in live
        ]
    return tuple(asks)


def engines_of(plan: ModelPlan, result: object) -> tuple[str, ...]:
    """The catalog ids of the models that made `result`."""
    match result:
        case Transcript(engine=engine) | Hearing(transcript=Transcript(engine=engine)):
            return (engine,)
        case FaceResult(engines=engines):
            return engines
        case _:
            return (plan.vad.id,)


class Worker:
    """The child's side of the line."""

    def __init__(self, line: socket.socket, slot: Slot) -> None:
        self._line = line
        self._slot = slot
        self._inbox: queue.SimpleQueue[Asks] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._handlers: Mapping[str, Handler] = {}

    def run(self) -> None:
        """Serve until the parent is gone."""
        start = cast(Start, receive_order(self._line))
        limit_threads(start.plan.threads)
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        threading.Thread(target=self._beat, args=(start.beat,), name="beat", daemon=True).start()
        self._handlers = find_build(start.build)(start.plan)
        self._send(Ready(self._warm(start)))
        while True:
            self._serve(self._inbox.get().asks)

    def _warm(self, start: Start) -> tuple[str, ...]:
        loaded: list[str] = []
        for task, payload in start.warm:
            if task not in self._handlers:
                continue
            began = time.monotonic()
            try:
                result = answer(self._handlers, task, payload)
            except PoolError as error:
                log("warm_up_failed", task=task, code=refusal(0, error).code)
                continue
            loaded += engines_of(start.plan, result)
            log("warmed", task=task, ms=round(1000 * (time.monotonic() - began)))
        return tuple(dict.fromkeys(loaded))

    def _serve(self, asks: Sequence[Ask]) -> None:
        payloads = [self._slot.unpack(ask) for ask in asks]
        for index, result in answers(self._handlers, asks[0].task, payloads):
            self._send_answer(asks[index], result)

    def _send_answer(self, ask: Ask, result: object) -> None:
        said: Done | Failed = Done(ask.job, result)
        if isinstance(result, PoolError):
            said = refusal(ask.job, result)
            log("task_failed", job=ask.job, task=ask.task, code=said.code, at=_place(result))
        try:
            frame = encode(said, ask.job)
        except Exception as error:  # a handler returned what cannot be pickled
            frame = encode(refusal(ask.job, error), ask.job)
        self._send_frame(frame)

    def _send(self, message: object) -> None:
        self._send_frame(encode(message))

    def _send_frame(self, frame: bytes) -> None:
        with self._sending:
            self._line.sendall(frame)

    def _read(self) -> None:
        try:
            while True:
                self._inbox.put(cast(Asks, receive_order(self._line)))
        except (EOFError, OSError):
            os._exit(0)

    def _beat(self, seconds: float) -> None:
        trimmed = time.monotonic()
        try:
            while True:
                self._send(Beat())
                time.sleep(seconds)
                if time.monotonic() - trimmed >= TRIM_EVERY:
                    trim()
                    trimmed = time.monotonic()
        except OSError:
            os._exit(0)


def trim() -> None:
    """Give free pages back to the system; nothing where the allocator is not glibc's."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def limit_threads(threads: int) -> None:
    """Set before any library starts its own threads: each reads its variable when it loads."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["OPENCV_FOR_THREADS_NUM"] = "1"  # as cv2.setNumThreads(1), without loading cv2


def die_with_parent(parent: int) -> None:
    """Have the kernel kill us when `parent` dies (Linux); exit now if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def log(event: str, **ids: str | int) -> None:
    """One structured line to stderr: an event name and ids, never what was said or seen."""
    sys.stderr.write(json.dumps({"event": event, "worker": os.getpid(), **ids}) + "\n")
    sys.stderr.flush()


def _place(error: BaseException) -> str:
    """Where the model raised, as file:line, for whoever has to find the bug."""
    trace = (error.__cause__ or error).__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def main(argv: list[str]) -> None:
    """The process's own main: never returns."""
    line, slot, parent = (int(each) for each in argv)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    os.dup2(2, 1)  # a library's print must not get into what the service writes to stdout
    os.nice(NICE)
    faulthandler.enable()
    try:
        Worker(socket.socket(fileno=line), Slot(slot)).run()
    except (EOFError, ConnectionError):  # the parent is gone
        os._exit(0)
    except Exception as error:  # the border of the process: say what, then let the pool respawn
        log("worker_failed", code=type(error).__name__, at=_place(error))
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
