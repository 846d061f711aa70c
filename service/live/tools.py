"""What every live session stands on, and what it is told about its interview at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from uuid import UUID

from models.pool import Pool
from service.access.engines import EngineReport
from service.blobs import Blobs
from service.db import Database
from service.journal.spans import Span
from service.live.bus import Bus
from service.live.pace import Pace
from service.live.signalling import IceServer
from service.live.staging import Standing, Terms
from service.settings import Settings
from service.shares import WHOLE, Share


async def _nothing(_: UUID) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a session waits for what, in seconds; tests are less patient."""

    pool: float = 60.0  # for the last transcripts; what is late is left to the backlog
    suspended: float = 3.0  # the same when the server stops
    step: float = 10.0  # for the database at each step of the end
    interrupted: float = 2.0  # without a packet: the candidate is told
    gone: float = 28.0  # without a packet: given up; browsers do so after 30 s, and may come back
    connect: float = 20.0  # for the first packet
    track: float = 5.0  # for every offered track to bring something


@dataclass(frozen=True, slots=True)
class Tools:
    """Opened by the composition root. `on_closed` is awaited after a session has closed, and
    again when transcripts that were waiting have come in later.
    """

    settings: Settings
    database: Database
    blobs: Blobs
    pool: Pool
    engines: EngineReport
    on_closed: Callable[[UUID], Awaitable[None]] = _nothing
    share: Share = WHOLE
    bus: Bus = field(default_factory=Bus)
    patience: Patience = Patience()
    pace: Pace = field(init=False)  # of what is optional, for all sessions

    def __post_init__(self) -> None:
        pace = Pace(self.pool, faces_per_second=self.settings.faces_per_second)
        object.__setattr__(self, "pace", pace)

    @property
    def spool(self) -> Path:
        """Where recordings are written before they are stored."""
        return self.settings.data_dir / "spool"

    @property
    def ice_servers(self) -> list[IceServer]:
        """What our own side of a connection asks: STUN only, the candidate's side may relay."""
        urls = tuple(self.settings.stun_urls)
        return [IceServer(urls)] if urls else []


@dataclass(frozen=True, slots=True)
class AskedNow:
    """A question of the plan."""

    id: UUID
    index: int
    text: str
    seconds: int
    terms: Terms = field(default_factory=Terms)

    @property
    def think_seconds(self) -> int:
        """Time to think before the answer."""
        return self.terms.think

    @property
    def retakes(self) -> int:
        """Tries beyond the first."""
        return self.terms.retakes


@dataclass(frozen=True, slots=True)
class Facts:
    """An interview as its live session needs it. `elapsed` in media seconds already gone.

    Times to answer, and `limit` (seconds of the whole interview; 0: as the settings say), are
    those of this candidate, who may need longer than others, or breaks.
    """

    session_id: UUID
    actor: str
    language: str
    faces: bool
    questions: tuple[AskedNow, ...]
    current: UUID | None = None
    asked: tuple[tuple[UUID, float], ...] = ()  # each with the session time of its asking
    elapsed: float = 0.0
    begun: bool = False
    streamed: tuple[Span, ...] = ()  # where sound of earlier connections was recorded
    limit: int = 0
    breaks: bool = False
    standing: Standing | None = None  # the stage of the question that stands


class End(Enum):
    """Why a session leaves the room."""

    FINISHED = "finished"
    SUSPENDED = "suspended"  # the server stops: the candidate may come back to the next one
    ABANDONED = "abandoned"  # nobody ever connected


class SessionClock:
    """A session's media time: stands at `elapsed` until the first media comes, then runs on."""

    def __init__(self, elapsed: float = 0.0, *, running: bool = False) -> None:
        self._elapsed = elapsed
        self._zero: float | None = asyncio.get_running_loop().time() if running else None

    def start(self) -> float:
        """Let it run, if it does not yet; the time now."""
        if self._zero is None:
            self._zero = asyncio.get_running_loop().time()
        return self.now

    @property
    def now(self) -> float:
        """Media seconds."""
        if self._zero is None:
            return self._elapsed
        return self._elapsed + asyncio.get_running_loop().time() - self._zero
