"""The scorer in force stands the cases that publishing asks for, and other wordings."""

from __future__ import annotations

from service.assay.build import cases
from service.assay.fresh import fresh_cases
from service.assay.gate import examine
from service.assay.own import rubric_cases
from service.scoring.rubric import Anchor, Competency, QuestionSpec, Rubric


def test_it_stands_every_case() -> None:
    report = examine(cases())
    assert [(one.case.id, one.value) for one in report.failures] == []


def test_it_stands_fresh_wordings() -> None:
    report = examine(fresh_cases())
    assert len(report.outcomes) >= 100
    assert [(one.case.id, one.value) for one in report.failures] == []


def test_an_ordinary_rubric_stands_its_own_words() -> None:
    anchors = (
        Anchor(1, "Blames others and gives no example."),
        Anchor(3, "Describes a decision and what came of it."),
        Anchor(5, "Explains the options, the risk they weighed, and how they checked the outcome."),
    )
    rubric = Rubric("1", (Competency("c", "Judgement", anchors),))
    questions = [QuestionSpec("q", "Tell me about a hard decision that you had to make.")]
    report = examine(rubric_cases(rubric, questions))
    assert [(one.case.id, one.value) for one in report.failures] == []
