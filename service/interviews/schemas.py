"""What goes over the wire about plans, invitations and consent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)

from service.access.accommodations import AdjustmentsView
from service.access.inputs import Email, Language, Locale, Moment, Name, OptionalProse, Prose
from service.interviews.wording import QuestionObjection
from service.tables import utc_now

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,10}(-[A-Z0-9]{1,8})?$", max_length=20)]
FARTHEST = timedelta(days=366)
LEVELS = (1, 3, 5)
ReviewHours = Annotated[int, Field(ge=1, le=8760)]


class Anchors(BaseModel):
    """What levels 1, 3 and 5 look like in behaviour; 2 and 4 lie between them."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True)

    low: Prose = Field(alias="1")
    middle: Prose = Field(alias="3")
    high: Prose = Field(alias="5")

    def by_level(self) -> tuple[tuple[int, str], ...]:
        return tuple(zip(LEVELS, (self.low, self.middle, self.high), strict=True))


class CompetencyDraft(BaseModel):
    """Something to rate; `key` is how the draft's questions name it."""

    key: Key
    name: Name
    description: OptionalProse = ""
    anchors: Anchors


class QuestionDraft(BaseModel):
    """A question, and the competencies it is meant to show (none: all of them)."""

    text: Prose
    seconds: int = Field(180, ge=10, le=3600)
    think_seconds: int = Field(0, ge=0, le=600)
    retakes: int = Field(0, ge=0, le=5)
    competencies: list[Key] = Field(default_factory=list, max_length=20)


class PlanPatch(BaseModel):
    """Within how many hours of its end an interview is to be reviewed."""

    review_hours: ReviewHours


class PlanDraft(BaseModel):
    """A plan as HR writes it. `jurisdiction` is the law it runs under; unknown: strictest."""

    title: Name
    language: Language
    jurisdiction: Place
    review_hours: ReviewHours = 72
    competencies: list[CompetencyDraft] = Field(min_length=1, max_length=20)
    questions: list[QuestionDraft] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        keys = [competency.key for competency in self.competencies]
        if len(set(keys)) != len(keys):
            raise ValueError("two competencies share a key")
        asked: set[str] = set()
        for number, question in enumerate(self.questions, start=1):
            named = question.competencies
            if len(set(named)) != len(named):
                raise ValueError(f"question {number} names a competency twice")
            if unknown := sorted(set(named) - set(keys)):
                raise ValueError(f"question {number} names unknown competencies: {unknown}")
            asked.update(named or keys)
        if idle := sorted(set(keys) - asked):
            raise ValueError(f"no question asks after these competencies: {idle}")
        return self


class PlanQuestion(BaseModel):
    """A question of a stored plan."""

    id: UUID
    index: int
    text: str
    seconds: int
    think_seconds: int
    retakes: int
    competency_ids: list[UUID]


class PlanCompetency(BaseModel):
    """A competency of a stored plan."""

    id: UUID
    name: str
    description: str


class RubricView(BaseModel):
    """The rubric in force: competency id -> level -> what it looks like."""

    version: int
    anchors: dict[str, dict[str, str]]


class Plan(BaseModel):
    """A stored plan. `warnings` are the gate's, for the author who just saved it; else empty."""

    id: UUID
    title: str
    language: Language
    jurisdiction: str
    review_hours: int
    created_at: datetime
    questions: list[PlanQuestion]
    competencies: list[PlanCompetency]
    rubric: RubricView
    warnings: list[QuestionObjection] = Field(default_factory=list)


def _soon(value: datetime) -> datetime:
    if not utc_now() < value <= utc_now() + FARTHEST:
        raise ValueError(f"must lie in the future, at most {FARTHEST.days} days from now")
    return value


class InvitationDraft(BaseModel):
    """Whom to invite to what, and until when. `accommodations`: what is known to be needed."""

    plan_id: UUID
    candidate_name: Name
    candidate_email: Email
    locale: Locale
    expires_at: Annotated[Moment, AfterValidator(_soon)]
    accommodations: AdjustmentsView | None = None


class InvitationView(BaseModel):
    """An invitation. `state` is the session's, or "revoked" / "expired" when it cannot begin.

    `declined`: the candidate refused to be recorded; a person should get in touch.
    `time_zone`: IANA name of the zone the candidate is told the deadline in.
    """

    id: UUID
    plan_id: UUID
    plan_title: str
    candidate_name: str
    state: str
    declined: bool
    session_id: UUID
    expires_at: datetime
    created_at: datetime
    time_zone: str


class NewInvitation(InvitationView):
    """A fresh invitation with its secret, which is shown this once."""

    link: str
    token: str


class PurposeAnswers(BaseModel):
    """Yes or no to each purpose; nothing is taken for granted."""

    recording: StrictBool
    ai_scoring: StrictBool
    facial_analysis: StrictBool


class ConsentDraft(BaseModel):
    """A candidate's answer to the notice they were shown."""

    notice_version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]*$", max_length=40)]
    locale: Locale
    purposes: PurposeAnswers
