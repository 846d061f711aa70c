"""What the operations routes send."""

from __future__ import annotations

from pydantic import BaseModel


class Health(BaseModel):
    """`ok`, or why not."""

    status: str
    version: str


class SpeechEngine(BaseModel):
    """Which engine hears a language; None: sound is kept until there is one."""

    language: str
    engine: str | None
    is_fallback: bool
    quality: str


class FaceEngine(BaseModel):
    """Which face models are loaded."""

    detector: str | None
    mesh: str | None
    expression: str | None
    expression_allowed: bool


class PoolView(BaseModel):
    """How busy the inference workers are."""

    workers: int
    alive: int
    queued: int
    restarts: int


class Status(BaseModel):
    """The state of this server as HR sees it."""

    version: str
    jurisdiction: str
    transcription: list[SpeechEngine]
    faces: FaceEngine
    live_sessions: int
    session_limit: int
    pool: PoolView
    waiting_utterances: int
