"""What goes over the wire about drafts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from service.access.inputs import LINES, Language, Name
from service.interviews.schemas import Place
from service.interviews.wording import Both
from service.outline.text import MAX_CHARS

Description = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARS, pattern=LINES)]
Resume = Annotated[str, StringConstraints(max_length=MAX_CHARS, pattern=LINES)]


class OutlineRequest(BaseModel):
    """A job description, and the candidate's CV where the outline is for one person.

    Neither is stored.
    """

    title: Name
    description: Description
    resume: Resume = ""
    language: Language
    jurisdiction: Place


class CitationView(BaseModel):
    """text[start:end] in code points; `quote` is made safe to show and may be cut short."""

    source: Literal["job", "cv"]
    start: int
    end: int
    quote: str


class RequirementView(BaseModel):
    """Something the description asks for. `kind` "formal" is checked on paper, never asked."""

    kind: str
    must: bool
    citation: CitationView


class SetAsideView(BaseModel):
    """A line that no question may ask after."""

    code: str
    reason: Both
    laws: list[str]
    citation: CitationView


class OutlineQuestion(BaseModel):
    """A drafted question; `probes` are cited requirements its text has no room for."""

    competency: str
    text: Both
    citations: list[CitationView]
    probes: list[str]


class OutlineCompetency(BaseModel):
    """A competency with anchors by level ("1", "3", "5")."""

    key: str
    name: Both
    description: Both
    anchors: dict[str, Both]


class SketchedQuestion(BaseModel):
    """A question as a plan takes it."""

    text: str
    seconds: int
    competencies: list[str]


class SketchedCompetency(BaseModel):
    """A competency as a plan takes it."""

    key: str
    name: str
    description: str
    anchors: dict[str, str]


class PlanSketch(BaseModel):
    """The draft in one language, as POST /api/plans takes it once a person has read it."""

    title: str
    language: Language
    jurisdiction: str
    competencies: list[SketchedCompetency]
    questions: list[SketchedQuestion]


class OutlineView(BaseModel):
    """A draft for a person to edit; nothing is stored."""

    questions: list[OutlineQuestion]
    competencies: list[OutlineCompetency]
    requirements: list[RequirementView]
    set_aside: list[SetAsideView]
    plan: PlanSketch
