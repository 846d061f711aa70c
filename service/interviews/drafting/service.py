"""Drafting an outline, and holding a plan's questions to the gate."""

from __future__ import annotations

from collections.abc import Sequence

from service.errors import ServiceError
from service.interviews.drafting.schemas import (
    CitationView,
    OutlineCompetency,
    OutlineQuestion,
    OutlineRequest,
    OutlineView,
    PlanSketch,
    RequirementView,
    SetAsideView,
    SketchedCompetency,
    SketchedQuestion,
)
from service.interviews.wording import Both, QuestionObjection
from service.outline.gate import judge
from service.outline.outline import Outline, draft
from service.outline.words import Citation, Words

SECONDS = 180  # for an answer: what a plan's question gets by default


def outline(request: OutlineRequest) -> OutlineView:
    """The draft of an interview (CPU: tens of milliseconds). Raises ServiceError 422."""
    made = draft(request.description, resume=request.resume, jurisdiction=request.jurisdiction)
    if not made.questions:
        raise ServiceError(
            "no_requirements",
            422,
            "The description asks for nothing that a question could ask after: add what the job "
            "calls for.",
        )
    return _view(made, request)


def objections(questions: Sequence[str], jurisdiction: str) -> list[QuestionObjection]:
    """What the gate warns of in a plan's questions. Raises ServiceError 422 where it refuses."""
    warnings: list[QuestionObjection] = []
    refused: list[QuestionObjection] = []
    for index, text in enumerate(questions):
        for one in judge(text, jurisdiction):
            objection = QuestionObjection(
                index=index, code=one.code, reason=_both(one.reason), laws=list(one.laws)
            )
            (refused if one.refused else warnings).append(objection)
    if refused:
        raise _refusal(refused)
    return warnings


def _refusal(refused: Sequence[QuestionObjection]) -> ServiceError:
    numbers = ", ".join(str(index + 1) for index in dict.fromkeys(each.index for each in refused))
    errors = [
        {"field": f"body.questions.{each.index}.text", "message": each.reason.en}
        | each.model_dump()
        for each in refused
    ]
    return ServiceError(
        "question_refused",
        422,
        f"Question {numbers} asks after what may not be asked: see the reasons.",
        extra={"errors": errors},
    )


def _both(words: Words) -> Both:
    return Both(zh=words.zh, en=words.en)


def _citation(citation: Citation) -> CitationView:
    span = citation.span
    return CitationView(
        source=citation.source, start=span.start, end=span.end, quote=citation.quote
    )


def _view(made: Outline, request: OutlineRequest) -> OutlineView:
    return OutlineView(
        questions=[
            OutlineQuestion(
                competency=each.competency,
                text=_both(each.text),
                citations=[_citation(one) for one in each.citations],
                probes=list(each.probes),
            )
            for each in made.questions
        ],
        competencies=[
            OutlineCompetency(
                key=each.key,
                name=_both(each.name),
                description=_both(each.description),
                anchors={str(level): _both(words) for level, words in each.anchors},
            )
            for each in made.competencies
        ],
        requirements=[
            RequirementView(kind=each.kind, must=each.must, citation=_citation(each.citation))
            for each in made.requirements
        ],
        set_aside=[
            SetAsideView(
                code=each.code,
                reason=_both(each.reason),
                laws=list(each.laws),
                citation=_citation(each.citation),
            )
            for each in made.set_aside
        ],
        plan=_sketch(made, request),
    )


def _sketch(made: Outline, request: OutlineRequest) -> PlanSketch:
    language = request.language
    return PlanSketch(
        title=request.title,
        language=language,
        jurisdiction=request.jurisdiction,
        competencies=[
            SketchedCompetency(
                key=each.key,
                name=each.name.within(language),
                description=each.description.within(language),
                anchors={str(level): words.within(language) for level, words in each.anchors},
            )
            for each in made.competencies
        ],
        questions=[
            SketchedQuestion(
                text=each.text.within(language), seconds=SECONDS, competencies=[each.competency]
            )
            for each in made.questions
        ],
    )
