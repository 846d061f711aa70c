"""What goes over the wire about answers in writing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from service.access.inputs import LINES

MOST_CHARS = 20_000
Answer = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=MOST_CHARS, pattern=LINES)
]


class AnswerDraft(BaseModel):
    """What somebody has written so far; empty takes the answer back."""

    text: Answer


class AnswerView(BaseModel):
    """One answer as it is stored."""

    question_id: UUID
    text: str
    saved_at: datetime


class WrittenView(BaseModel):
    """All answers. `ends_at`: when the time is over by the server's clock; None: no limit yet."""

    answers: list[AnswerView]
    started_at: datetime | None
    ends_at: datetime | None
    now: datetime
