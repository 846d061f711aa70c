"""What the load test and its worker processes tell each other, one JSON line each."""

from __future__ import annotations

import msgspec


class Job(msgspec.Struct, frozen=True, tag="job"):
    """One candidate to play. `start` and `speech` in packets of 20 ms (see `replay.Script`).

    `seconds`: how long to stay before ending the interview; `drain`: how long to wait after that.
    """

    number: int
    base_url: str
    token: str
    clip: str
    start: int
    speech: int
    seconds: float
    drain: float
    loss: float
    seed: int


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End all interviews now, as if their time were up."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has loaded its code; what it spends from here on is load."""


class Up(msgspec.Struct, frozen=True, tag="up"):
    """A candidate's media flows. Seconds since the candidate began to join."""

    number: int
    answered: float
    connected: float
    opened: float


class Live(msgspec.Struct, frozen=True, tag="live"):
    """The server said that the session is live: its first packets were accepted."""

    number: int
    after: float


class Caption(msgspec.Struct, frozen=True, tag="caption"):
    """A final caption. `arrived`, `start`, `end`: seconds since the first packet of sound."""

    number: int
    arrived: float
    start: float
    end: float
    text: str
    status: str
    engine: str


class Pulse(msgspec.Struct, frozen=True, tag="pulse"):
    """How many packets one worker's candidates have sent so far, dropped, and lost beyond that."""

    worker: int
    packets: int
    dropped: int
    lost: int


class Track(msgspec.Struct, frozen=True):
    """One track's packets: sent, thrown away on purpose, sent again, missed by the server."""

    packets: int = 0
    dropped: int = 0
    resent: int = 0
    lost: int = 0
    keyframes_asked: int = 0


class Outcome(msgspec.Struct, frozen=True, tag="outcome"):
    """A candidate has left. `error` is "" when all went well; `seconds` of sound were sent."""

    number: int
    error: str
    seconds: float
    audio: Track
    video: Track
    lags: list[float]


class Spent(msgspec.Struct, frozen=True, tag="spent"):
    """CPU of one worker process since `Ready`, and its peak memory."""

    cpu_seconds: float
    rss_bytes: int


Order = Job | Stop
Word = Ready | Up | Live | Caption | Pulse | Outcome | Spent
ORDER = msgspec.json.Decoder(Order)
WORD = msgspec.json.Decoder(Word)


def line(message: Order | Word) -> bytes:
    """A message as it goes over the pipe."""
    return msgspec.json.encode(message) + b"\n"
