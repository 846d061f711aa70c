"""What goes over the wire about verdicts, corrected words and comments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.access.inputs import LINES, Prose
from service.tables import VerdictKind

State = Literal["open", "accepted", "changed", "set_aside"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=LINES)]


class VerdictView(BaseModel):
    """What a person said of a rating that a model proposed."""

    id: UUID
    competency_id: UUID
    rating_id: UUID | None
    kind: VerdictKind
    reason: str
    by: str
    at: datetime
    is_current: bool


class CompetencyView(BaseModel):
    """Where one competency stands; `verdict`: the one in force, if it still counts."""

    id: UUID
    name: str
    description: str
    state: State
    rating_id: UUID | None
    verdict: VerdictView | None


class Summary(BaseModel):
    """What the levels in force add up to: their mean, set aside ones left out.

    `low`, `high`: the mean ends of their intervals, as if all of them erred the same way.
    """

    level: float | None
    low: float | None
    high: float | None
    counted: int
    looked_at: int
    total: int


class StandingView(BaseModel):
    """The whole case, reckoned again."""

    competencies: list[CompetencyView]
    summary: Summary


class VerdictDraft(BaseModel):
    """Accept a proposal, or set it aside. `rating_id`, `replaces`: what the person was looking at.

    `replaces` is the newest verdict they saw on that competency (None: they saw none).
    """

    kind: VerdictKind
    rating_id: UUID | None
    replaces: UUID | None = None
    reason: Reason = ""


class CorrectionDraft(BaseModel):
    """An utterance as a person hears it. `replaces`: the correction that stood (None: none)."""

    text: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=8000, pattern=r"^[^\x00-\x1f\x7f]*$"
        ),
    ]
    replaces: UUID | None


class CorrectionView(BaseModel):
    """One correction of an utterance."""

    id: UUID
    text: str
    by: str
    at: datetime
    is_current: bool


class PersonView(BaseModel):
    """Somebody who may open cases."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class CommentDraft(BaseModel):
    """A remark. `at`: the moment of the recording it is about; `mentions`: whom it calls."""

    text: Prose
    at: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    mentions: list[UUID] = Field(default_factory=list, max_length=20)


class CommentView(BaseModel):
    """A remark with who made it and whom it calls."""

    id: UUID
    by: PersonView
    text: str
    at: float | None
    mentions: list[PersonView]
    created_at: datetime


class MentionView(BaseModel):
    """A comment that calls somebody; `is_new` until they have opened its case."""

    session_id: UUID
    comment_id: UUID
    by: str
    text: str
    created_at: datetime
    is_new: bool
