"""What candidates and HR are told while an interview runs: one schema for both ways of sending.

Over the candidate's data channel each event is one JSON message; over server-sent events it is
the data of an event named by its type. `at`, `start` and `end` are media seconds of the session.
`python -m service.live.events` prints the JSON Schema that the pages' types are made from.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service.live.staging import Stage
from service.tables import SessionState, UtteranceStatus

WarningCode = Literal[
    "no_audio",
    "no_video",
    "no_face",
    "several_faces",
    "interrupted",
    "resumed",
    "engine_fallback",
    "engine_missing",
    "storage_full",
    "taken_over",  # to the candidate's older page only: the interview goes on in another one
]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class CaptionEvent(_Event):
    """Text of one utterance; a later one of the same id replaces it."""

    type: Literal["caption"] = "caption"
    session_id: UUID
    utterance_id: UUID
    question_id: UUID | None
    start: float
    end: float
    text: str
    is_final: bool
    status: UtteranceStatus
    engine: str | None
    is_fallback: bool


class QuestionEvent(_Event):
    """The question that stands before the candidate from `at` on."""

    type: Literal["question"] = "question"
    session_id: UUID
    question_id: UUID
    index: int
    total: int
    text: str
    at: float


class StageEvent(_Event):
    """The stage that the question has come to, since media second `at`.

    `take` of `takes`: which try this is, and how many there may be. `seconds`: how long the stage
    lasts by the clock; None: as long as the candidate wants.
    """

    type: Literal["stage"] = "stage"
    session_id: UUID
    question_id: UUID
    stage: Stage
    take: int
    takes: int
    seconds: int | None
    at: float


class WarningEvent(_Event):
    """Something the candidate can mend, or should know."""

    type: Literal["warning"] = "warning"
    session_id: UUID
    code: WarningCode
    at: float


class StateEvent(_Event):
    """The session moved to another state."""

    type: Literal["state"] = "state"
    session_id: UUID
    state: SessionState
    at: float


class SavedEvent(_Event):
    """The recording lies on disk up to here."""

    type: Literal["saved"] = "saved"
    session_id: UUID
    recorded_until: float


class RatingEvent(_Event):
    """A rating was made. For HR only, never sent to the candidate."""

    type: Literal["rating"] = "rating"
    session_id: UUID
    competency_id: UUID
    level: int | None


class ClockView(_Event):
    """The server's clock, in seconds: it stands still while no sound comes in.

    `at`: media time. `used`: on the stage that stands; `total`: on all of them.
    """

    at: float
    used: float
    total: float
    running: bool


class PongEvent(_Event):
    """The answer to a ping, carrying its `t`, with the clock where an interview runs."""

    type: Literal["pong"] = "pong"
    t: float
    clock: ClockView | None = None


Event = Annotated[
    CaptionEvent
    | QuestionEvent
    | StageEvent
    | WarningEvent
    | StateEvent
    | SavedEvent
    | RatingEvent
    | PongEvent,
    Field(discriminator="type"),
]


class PingMessage(BaseModel):
    """From the candidate's page: answer with a pong."""

    type: Literal["ping"]
    t: float = Field(allow_inf_nan=False)


class StatsMessage(BaseModel):
    """From the candidate's page: how its side of the connection does."""

    type: Literal["stats"]
    round_trip: float | None = Field(None, ge=0, le=3600)
    packets_lost: int | None = Field(None, ge=0)
    frames_per_second: float | None = Field(None, ge=0, le=1000)


ClientMessage = Annotated[PingMessage | StatsMessage, Field(discriminator="type")]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


def event_schema() -> dict[str, object]:
    """JSON Schema of all events, titled for code generators."""
    schema: dict[str, object] = EVENT.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Event", **schema}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(event_schema(), indent=2, sort_keys=True) + "\n")
