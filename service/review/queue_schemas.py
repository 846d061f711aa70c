"""What goes over the wire about the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.access.inputs import ONE_LINE
from service.tables import RaterKind, SessionState

Need = Literal[
    "contested", "overdue", "abstained", "low_confidence", "waiting_transcript", "unreviewed"
]
Confidence = Literal["low", "sure", "none"]
Sort = Literal["urgency", "due", "held", "candidate", "plan"]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=ONE_LINE)
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=ONE_LINE)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=200)]
MOST_LABELS = 20  # of one case


class QueueFilter(BaseModel):
    """Which cases. Everything left empty: all that have begun.

    `assignee`: "me", "none" (nobody), or somebody's id. `confidence`: "low" where the model says
    that it knows too little, "none" where it has not rated. `open`: whether a person has yet to
    look at a competency and to decide.
    """

    model_config = ConfigDict(extra="forbid")

    q: Line = ""
    plan: UUID | Literal[""] = ""
    state: SessionState | Literal[""] = ""
    assignee: UUID | Literal["", "me", "none"] = ""
    confidence: Confidence | Literal[""] = ""
    language: Annotated[str, StringConstraints(pattern=r"^([a-z]{2,8})?$")] = ""
    label: Line = ""
    overdue: bool = False
    contested: bool = False
    open: bool = False


class QueueQuery(QueueFilter):
    """One page of a filtered queue; `cursor` is the `next` of the page before."""

    sort: Sort = "urgency"
    descending: bool = False
    cursor: Annotated[str, StringConstraints(max_length=300, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


class QueueRating(BaseModel):
    """A rating in force, in short."""

    competency_id: UUID
    name: str
    level: int | None
    rater: RaterKind


class Colleague(BaseModel):
    """Somebody a case may be with."""

    id: UUID
    name: str


class QueueItem(BaseModel):
    """One session to look at, with the reasons why a person should.

    `due_at`: until when it is to be reviewed (None: it has not ended); `is_open`: it still is.
    """

    session_id: UUID
    candidate_name: str
    candidate_email: str
    plan_id: UUID
    plan_title: str
    language: str
    state: SessionState
    started_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    is_open: bool
    needs: list[Need]
    current_ratings: list[QueueRating]
    assignee: Colleague | None
    labels: list[str]


class Queue(BaseModel):
    """A page of the queue; `next` is the cursor of the page after it, if there is one."""

    items: list[QueueItem]
    next: str | None


class QueueCounts(BaseModel):
    """How many cases there are, of those that search, plan, language, label and assignee leave.

    `states` counts every state. The others count cases that have begun.
    """

    states: dict[SessionState, int]
    open: int
    contested: int
    overdue: int
    low_confidence: int
    mine: int
    unassigned: int


class PlanChoice(BaseModel):
    """A plan to filter by."""

    id: UUID
    title: str


class QueueChoices(BaseModel):
    """What there is to filter by, and whom a case may be given to."""

    plans: list[PlanChoice]
    people: list[Colleague]
    labels: list[str]
    languages: list[str]


class AssignmentDraft(BaseModel):
    """Cases to give to a person; `account_id` None: to nobody."""

    session_ids: Ids
    account_id: UUID | None


class Assigned(BaseModel):
    """How many cases have changed hands. `kept` are with somebody else and stayed there."""

    changed: int
    kept: list[UUID]


class LabelDraft(BaseModel):
    """Labels to put on cases, and to take off them."""

    session_ids: Ids
    add: list[Label] = Field(default_factory=list, max_length=MOST_LABELS)
    remove: list[Label] = Field(default_factory=list, max_length=MOST_LABELS)


class Labelled(BaseModel):
    """How many labels were put on or taken off."""

    changed: int
