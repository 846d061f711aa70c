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


def test_wordings_that_it_was_not_made_for_move_it_little() -> None:
    """12 of 174 went past the bound when they were first tried; more would be a step back."""
    report = examine(fresh_cases())
    assert len(report.outcomes) == 174
    assert len(report.failures) <= 12
    assert all(abs(tally.mean) <= 0.1 for tally in report.tallies())


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
