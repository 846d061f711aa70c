"""What passes between a pool and its worker process, and how.

Control messages are length-prefixed pickles (protocol 5) on a Unix socket pair. Big payloads
(pixels, utterances) never go that way: they lie in an anonymous shared file (`memfd`), one per
worker, enough because a worker does one job at a time. It has no name, so nothing is left in
/dev/shm however either side dies, and a container's small /dev/shm does not limit it.

The parent trusts nothing that comes back: a worker parses what strangers send, so its answers are
unpickled with only our own plain classes allowed.
"""

from __future__ import annotations

import io
import os
import pickle
import socket
import struct
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from models.pool import NoEngine, PoolError, TaskFailed
from models.types import FaceRequest, HearRequest, ModelPlan, TranscribeRequest

if TYPE_CHECKING:
    from asyncio import StreamReader  # 40 ms of imports that a worker does not need

HEADER = struct.Struct("!IQ")  # bytes that follow; the job they answer, 0: none
ANSWERS_FROM = frozenset({"models.types", "models.transport"})
BULKY: Mapping[type, str] = {FaceRequest: "pixels", TranscribeRequest: "pcm", HearRequest: "pcm"}


@dataclass(frozen=True, slots=True)
class Start:
    """First word to a worker. `warm` holds (task name, payload) pairs to run before Ready."""

    plan: ModelPlan
    build: str  # "package.module:function", of type Build
    warm: tuple[tuple[str, object], ...]
    beat: float  # seconds between heartbeats


@dataclass(frozen=True, slots=True)
class Ask:
    """One job. `bulk` bytes of its payload lie in the shared file, from `offset` on.

    `bulk` -1: none, all is here.
    """

    job: int
    task: str
    payload: object
    bulk: int = -1
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Asks:
    """Jobs of one task to be done together; each is answered by itself, in any order."""

    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker takes jobs; `engines` are the ids of the models that warming up loaded."""

    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beat:
    """The worker's interpreter is alive, whatever its job is doing."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a job."""

    job: int
    result: object


@dataclass(frozen=True, slots=True)
class Failed:
    """The refusal of a job: TaskFailed(code), or NoEngine(language) where that is given."""

    job: int
    code: str
    language: str | None = None

    def error(self) -> PoolError:
        """The exception the caller is to see."""
        return TaskFailed(self.code) if self.language is None else NoEngine(self.language)


def refusal(job: int, error: BaseException) -> Failed:
    """What is told of `error`: its class only, since a message may quote what a person said."""
    if isinstance(error, NoEngine):
        return Failed(job, "NoEngine", error.language)
    return Failed(job, error.code if isinstance(error, TaskFailed) else type(error).__name__)


class Slot:
    """The shared file of one worker; `fd` is inherited by the child."""

    def __init__(self, fd: int | None = None) -> None:
        self.fd = _anonymous_file() if fd is None else fd

    def pack(self, ask: Ask, offset: int = 0) -> Ask:
        """Lay the bulky field of the payload into the shared file at `offset`, if it has one."""
        name = BULKY.get(type(ask.payload))
        if name is None:
            return ask
        bulk: bytes = getattr(ask.payload, name)
        if os.pwrite(self.fd, bulk, offset) != len(bulk):
            raise MemoryError("shared file is full")
        light = replace(ask.payload, **{name: b""})  # type: ignore[type-var]
        return Ask(ask.job, ask.task, light, len(bulk), offset)

    def pack_all(self, asks: Iterable[Ask]) -> Asks:
        """Lay the bulk of several jobs side by side."""
        packed: list[Ask] = []
        offset = 0
        for ask in asks:
            packed.append(self.pack(ask, offset))
            offset += max(0, packed[-1].bulk)
        return Asks(tuple(packed))

    def unpack(self, ask: Ask) -> object:
        """The payload as it was packed."""
        if ask.bulk < 0:
            return ask.payload
        bulk = os.pread(self.fd, ask.bulk, ask.offset)
        return replace(ask.payload, **{BULKY[type(ask.payload)]: bulk})  # type: ignore[type-var]

    def close(self) -> None:
        """Let go of the file; the memory is freed when the worker is gone too."""
        os.close(self.fd)


def _anonymous_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("candor-worker")
    with tempfile.TemporaryFile() as file:  # not Linux: an unlinked file does the same on disk
        return os.dup(file.fileno())


def encode(message: object, job: int = 0) -> bytes:
    """One frame, header and all. `job`: the one whose answer this is."""
    body = pickle.dumps(message, protocol=5)
    return HEADER.pack(len(body), job) + body


class Unreadable(pickle.UnpicklingError):
    """The answer to `job` (0: to none) holds what may not come from a worker, or is no answer."""

    def __init__(self, job: int) -> None:
        super().__init__(f"unreadable answer to job {job}")
        self.job = job


class _PlainOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if module not in ANSWERS_FROM or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name} may not come from a worker")
        return super().find_class(module, name)


def decode_answer(body: bytes) -> object:
    """A worker's message. Raises UnpicklingError on anything but plain values and our classes."""
    try:
        return _PlainOnly(io.BytesIO(body)).load()
    except Exception as error:  # garbage can raise nearly anything: this is a process border
        raise pickle.UnpicklingError(type(error).__name__) from error


async def receive_answer(reader: StreamReader) -> object:
    """The next message of a worker. Raises EOFError when it is gone, Unreadable on junk."""
    size, job = HEADER.unpack(await reader.readexactly(HEADER.size))
    body = await reader.readexactly(size)
    try:
        return decode_answer(body)
    except pickle.UnpicklingError as error:
        raise Unreadable(job) from error


def receive_order(line: socket.socket) -> object:
    """The next message of the parent (blocking). Raises EOFError when the parent is gone."""
    size, _ = HEADER.unpack(_exactly(line, HEADER.size))
    return cast(object, pickle.loads(_exactly(line, size)))  # noqa: S301 - our own parent wrote it


def _exactly(line: socket.socket, size: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        piece = line.recv(min(size - len(body), 1 << 20))
        if not piece:
            raise EOFError
        body += piece
    return bytes(body)
