"""What goes over the wire about decisions and letters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from service.access.inputs import LINES, ONE_LINE, Locale
from service.tables import Outcome

LetterState = Literal["due", "failed", "sent", "dropped"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=LINES)]


class DecisionDraft(BaseModel):
    """`replaces`: the decision that stood when the person looked (None: none did)."""

    outcome: Outcome
    reason: Reason = ""
    replaces: UUID | None


class BasisView(BaseModel):
    """What one competency stood at when it was decided."""

    competency_id: UUID
    rating_id: UUID | None
    level: int | None
    verdict: str


class LetterView(BaseModel):
    """A letter about a decision, and how far it has come."""

    id: UUID
    locale: Locale
    subject: str
    text: str
    state: LetterState
    failure: str
    by: str
    created_at: datetime
    sent_at: datetime | None


class DecisionView(BaseModel):
    """One decision. The one in force is `is_current`."""

    id: UUID
    outcome: Outcome
    reason: str
    by: str
    rubric_version: int
    basis: list[BasisView]
    is_current: bool
    created_at: datetime
    letter: LetterView | None


class LetterDraft(BaseModel):
    """A letter as it is to be sent."""

    locale: Locale
    subject: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE),
    ]
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=LINES),
    ]


class LetterPreview(LetterDraft):
    """A letter as the template has it, and whom it would go to."""

    name: str
    address: str
