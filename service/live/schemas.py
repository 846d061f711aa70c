"""What goes over the wire of the live room besides SDP and events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from service.access.views import QuestionView
from service.live.pacing import Wish
from service.live.staging import Stage
from service.tables import SessionState


class IceServerView(BaseModel):
    """As RTCPeerConnection takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class IceView(BaseModel):
    """STUN and TURN servers; the credentials hold until `expires_at`."""

    ice_servers: list[IceServerView]
    expires_at: datetime | None


class AdvanceRequest(BaseModel):
    """The question the candidate has finished, so that a repeat skips none."""

    question_id: UUID


class AdvanceView(BaseModel):
    """The question that stands now; none and `finished` after the last."""

    question: QuestionView | None
    finished: bool


class StageRequest(BaseModel):
    """What the candidate wants with the question: answer it now, be done, or try it again."""

    question_id: UUID
    wish: Wish


class StageView(BaseModel):
    """The stage that stands. `seconds`: how long it lasts; None: as long as one wants."""

    question_id: UUID
    stage: Stage
    take: int
    takes: int
    seconds: int | None


class LiveView(BaseModel):
    """A running interview as HR sees it. `last_packet_age` in seconds."""

    session_id: UUID
    candidate_name: str
    plan_title: str
    state: SessionState
    question_index: int | None
    total: int
    started_at: datetime | None
    last_packet_age: float | None = Field(description="None: no media has come yet")
