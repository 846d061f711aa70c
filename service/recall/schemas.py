"""What goes over the wire about what was recorded."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from service.access.inputs import OptionalProse
from service.tables import UtteranceStatus


class SaidView(BaseModel):
    """One utterance. `text` is the engine's, `own_text` the candidate's where they gave any."""

    id: UUID
    start: float
    end: float
    status: UtteranceStatus
    text: str
    own_text: str | None


class TryView(BaseModel):
    """One try at a question; a later one replaces it. `seconds` of answering; None: none yet."""

    number: int
    is_replaced: bool
    seconds: float | None
    said: list[SaidView]


class AnsweredView(BaseModel):
    """A question with every try at it; none where it was not asked."""

    question_id: UUID
    index: int
    text: str
    tries: list[TryView]


class RecallView(BaseModel):
    """Everything that was recorded so far. `is_open`: own words are still taken."""

    is_open: bool
    questions: list[AnsweredView]


class WordsDraft(BaseModel):
    """What the candidate says they said; empty takes earlier words back."""

    text: OptionalProse
